"""``MLPClassifier`` and ``MLPRegressor``, with scikit-learn's parameters."""
