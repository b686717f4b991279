"""A look at leakage: one input that predicts the target by itself is often a copy of the answer under another name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.text import listed

LEAVES = 64  # of the tree that guesses numbers; for classes twice as many as there are


def _leaks(case: Case) -> Iterator[Finding]:
    y = _answers(case)
    X = case.table[case.finite]
    varying = np.flatnonzero(case.scales.varying)
    if y is None or len(varying) < 2 or not np.isfinite(y).all() or np.ptp(y) == 0:  # of a single input it is the task
        return
    some = slice(0, at.LEAK_ROWS)
    few = _likeliest(X[some], y[some], varying)
    left = {int(j): _left(X[some, j], y[some], case.network.loss.targets == "numbers") for j in few}
    suspects = sorted((j for j in left if left[j] <= at.LEAK), key=lambda j: left[j])
    least = min(left.values())
    facts: Facts = {"columns": tuple(suspects), "least_error_left": least, "looked_at": len(left)}
    if not suspects:
        what = f"no input predicts the target by itself: the best of them leaves {percent(least)} of a constant's error"
        yield Finding("good", what, "", facts)
        return
    named = listed([case.column(j) for j in suspects], 3)
    verb = "predicts" if len(suspects) == 1 else "each predict"
    what = f"{named} {verb} the target alone: a guess from it leaves {percent(least)} of a constant guess's error"
    yield Finding("warning", what, "ask whether it is known before the answer is; drop it where it is not", facts)


def _answers(case: Case) -> Array | None:
    """What is predicted, (m,): numbers, or the number of the class; None of several answers."""
    Y, kind = case.targets[case.rows], case.network.loss.targets
    if kind == "classes":
        return np.asarray(Y.argmax(axis=1))
    return Y[:, 0] if Y.shape[1] == 1 else None


def _likeliest(X: Array, y: Array, columns: Array) -> Array:
    """All columns; of very many those that go with the target most, in a straight line."""
    if len(columns) <= at.LEAK_COLUMNS:
        return columns
    X, y = X[:, columns] - X[:, columns].mean(axis=0), y - y.mean()
    together = np.abs(X.T @ y) / np.maximum(np.linalg.norm(X, axis=0), 1e-300)
    return columns[np.argsort(-together, kind="stable")[: at.LEAK_COLUMNS]]


def _left(x: Array, y: Array, numbers: bool) -> float:
    """The share of a constant guess's error that a small tree on ``x`` alone leaves."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    x = x.reshape(-1, 1)
    if numbers:
        tree = DecisionTreeRegressor(max_leaf_nodes=LEAVES, min_samples_leaf=5, random_state=0).fit(x, y)
        return float(np.mean((tree.predict(x) - y) ** 2) / np.var(y))
    classes, counts = np.unique(y, return_counts=True)
    tree = DecisionTreeClassifier(max_leaf_nodes=2 * len(classes), min_samples_leaf=5, random_state=0).fit(x, y)
    return float(np.mean(tree.predict(x) != y) / (1 - counts.max() / len(y)))


LEAKAGE = [Look("leakage", "does one input give the answer away?", ("X", "Y", "rows"), _leaks)]
"""Looks at what the data should not hold."""
