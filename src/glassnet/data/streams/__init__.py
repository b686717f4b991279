"""Tables larger than memory: where their rows lie, and what is learned of them in one pass."""
