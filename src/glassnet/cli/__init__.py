"""Floor 9: the command line, one file a command. The table of commands is in ``main``."""
