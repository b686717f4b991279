"""Floor 6: networks in scikit-learn's contract, and a model of a whole table."""
