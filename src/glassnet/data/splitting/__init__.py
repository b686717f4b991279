"""By what rows are held out: at random, the last of them, whole groups; and what they weigh."""
