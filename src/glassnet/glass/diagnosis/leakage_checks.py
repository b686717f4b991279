"""Checks for leakage: an input that alone predicts the target is often a copy of it under another name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.randomness import generator
from glassnet.text import listed


def _leaks(context: Context) -> Iterator[Finding]:
    y = _target(context)
    X = context.table[context.finite]
    varying = np.flatnonzero(context.scales.varying)
    if y is None or len(varying) < 2 or not np.isfinite(y).all() or np.ptp(y) == 0:  # a single input should predict it
        return
    mixed = generator(0).permutation(len(y))[: at.LEAK_ROWS]  # rows of the same input are neighbors by chance
    columns = _most_correlated(X[mixed], y[mixed], varying)
    left = errors_left(X[np.ix_(mixed, columns)], y[mixed], context.network.loss.targets in ("classes", "zero_one"))
    order = np.argsort(left, kind="stable")
    suspects = tuple(int(columns[j]) for j in order if left[j] <= at.LEAK)
    least = float(left[order[0]])
    facts: Facts = {"columns": suspects, "least_error_left": least, "looked_at": len(left)}
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
    Y, kind = context.targets, context.network.loss.targets
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


def errors_left(X: Array, y: Array, classes: bool) -> Array:
    """The share of a constant guess's error that remains for a guess from each column alone, (n,), at most 1.

    Rows that are neighbors in a column differ in the target by its noise only: half the mean square of these
    differences is the variance that the column leaves (Rice 1984, *Bandwidth choice for nonparametric regression*). Of
    one-hot classes it is the share of neighbors whose classes differ; two steps a class, of numbers the largest step,
    are not noise.

    Args:
        X: (m, n), rows in random order.
        y: numbers, or numbers of classes, (m,).
        classes: whether they are classes.

    >>> x, noise = np.arange(100.0), np.random.default_rng(0).normal(size=100)
    >>> errors_left(np.column_stack([x, noise]), x**2, classes=False).round(2).tolist()
    [0.0, 0.94]
    """
    sorted_y = y[np.argsort(X, axis=0, kind="stable")]
    if classes:
        shares = np.unique(y, return_counts=True)[1] / len(y)
        steps = min(2 * (len(shares) - 1), len(y) // 10)
        differ = np.count_nonzero(sorted_y[1:] != sorted_y[:-1], axis=0)
        left, all_of_it = np.maximum(differ - steps, 0) / (len(y) - 1), 1 - float(shares @ shares)
    else:
        squares = np.diff(sorted_y, axis=0) ** 2
        left, all_of_it = (squares.sum(axis=0) - squares.max(axis=0)) / (2 * (len(y) - 1)), float(np.var(y))
    return np.minimum(left / all_of_it, 1.0)


LEAKAGE_CHECKS = [Check("leakage", "does one input alone predict the target?", ("X", "Y", "rows"), _leaks, slow=True)]
"""Checks for data that should not be there."""
