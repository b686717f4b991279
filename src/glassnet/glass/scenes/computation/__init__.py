"""The scene of a computation graph."""
