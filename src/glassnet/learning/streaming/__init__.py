"""Training on rows larger than memory: their order in two levels, read in the background."""
