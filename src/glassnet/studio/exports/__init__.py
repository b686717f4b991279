"""What can be taken along, each made of the view that is on the screen: a file a module, all of them in one table."""
