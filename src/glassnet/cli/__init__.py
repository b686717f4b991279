"""Floor 10: the command line. ``commands/`` has one file a command; ``main`` finds them."""
