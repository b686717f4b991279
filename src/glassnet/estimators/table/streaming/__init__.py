"""A table's model of rows larger than memory: what is read of them when, how they are divided, and how judged."""
