"""The target of a table: its values as the user has them, and the classes among them."""
