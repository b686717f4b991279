"""Checks for leakage: an input that alone predicts the target is often a copy of it under another name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.text import listed

LEAVES = 64  # of the tree for a numeric target; for classes twice their number


def _leaks(context: Context) -> Iterator[Finding]:
    y = _target(context)
    X = context.table[context.finite]
    varying = np.flatnonzero(context.scales.varying)
    if y is None or len(varying) < 2 or not np.isfinite(y).all() or np.ptp(y) == 0:  # a single input should predict it
        return
    some = slice(0, at.LEAK_ROWS)
    some_columns = _most_correlated(X[some], y[some], varying)
    left = {int(j): _error_left(X[some, j], y[some], context.network.loss.targets == "numbers") for j in some_columns}
    suspects = sorted((j for j in left if left[j] <= at.LEAK), key=lambda j: left[j])
    least = min(left.values())
    facts: Facts = {"columns": tuple(suspects), "least_error_left": least, "looked_at": len(left)}
    if not suspects:
        what = f"no input alone predicts the target: the best leaves {percent(least)} of the error of a constant guess"
        yield Finding("good", what, "", facts)
        return
    named = listed([context.column(j) for j in suspects], 3)
    verb = "alone predicts" if len(suspects) == 1 else "each alone predict"
    what = f"{named} {verb} the target: it leaves {percent(least)} of the error of a constant guess"
    yield Finding("warning", what, "check that it is known before the target is; drop it if not", facts)


def _target(context: Context) -> Array | None:
    """The target (m,): numbers, or the number of the class; None where there are several."""
    Y, kind = context.targets[context.rows], context.network.loss.targets
    if kind == "classes":
        return np.asarray(Y.argmax(axis=1))
    return Y[:, 0] if Y.shape[1] == 1 else None


def _most_correlated(X: Array, y: Array, columns: Array) -> Array:
    """All columns; of very many those with the largest correlation with the target."""
    if len(columns) <= at.LEAK_COLUMNS:
        return columns
    X, y = X[:, columns] - X[:, columns].mean(axis=0), y - y.mean()
    correlation = np.abs(X.T @ y) / np.maximum(np.linalg.norm(X, axis=0), 1e-300)
    return columns[np.argsort(-correlation, kind="stable")[: at.LEAK_COLUMNS]]


def _error_left(x: Array, y: Array, numbers: bool) -> float:
    """The share of a constant guess's error that a small tree on ``x`` alone leaves."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    x = x.reshape(-1, 1)
    if numbers:
        tree = DecisionTreeRegressor(max_leaf_nodes=LEAVES, min_samples_leaf=5, random_state=0).fit(x, y)
        return float(np.mean((tree.predict(x) - y) ** 2) / np.var(y))
    classes, counts = np.unique(y, return_counts=True)
    tree = DecisionTreeClassifier(max_leaf_nodes=2 * len(classes), min_samples_leaf=5, random_state=0).fit(x, y)
    return float(np.mean(tree.predict(x) != y) / (1 - counts.max() / len(y)))


LEAKAGE_CHECKS = [Check("leakage", "does one input alone predict the target?", ("X", "Y", "rows"), _leaks)]
"""Checks for data that should not be there."""
