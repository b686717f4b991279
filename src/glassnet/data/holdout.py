"""Which rows are held out for testing; the random bits come from randomness.py."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from glassnet.errors import InvalidInput
from glassnet.randomness import holdout_bits
from glassnet.text import counted


def holdout(m: int, fraction: float, seed: int, stratify: ArrayLike | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into training rows and test rows.

    Args:
        m: number of rows.
        fraction: share that is held out, between 0 and 1; at least one row is held out, and at least one is not.
        seed: 0 to 2^64 - 1; the same seed holds out the same rows.
        stratify: the class of each row, integers (m,): each class is divided in proportion, and keeps a training row
            unless that leaves no test row.

    Returns:
        The training rows and the test rows, both sorted, int64.

    Raises:
        InvalidInput: for fewer than two rows, a fraction outside 0 to 1, classes of another length.

    >>> holdout(10, 0.3, seed=1)
    (array([0, 1, 2, 4, 5, 8, 9]), array([3, 6, 7]))
    """
    bits, count = holdout_bits(m, seed), held_out_count(m, fraction)
    order = np.argsort(bits, kind="stable")
    held = np.zeros(m, dtype=bool)
    held[order[:count] if stratify is None else _stratified(order, count, _classes(stratify, m))] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def held_out_count(m: int, fraction: float) -> int:
    """How many of ``m`` rows are held out: the nearest to their share that leaves a row on either side.

    Raises:
        InvalidInput: for fewer than two rows, a fraction outside 0 to 1.
    """
    if not isinstance(fraction, int | float | np.number) or not 0 < fraction < 1:
        raise InvalidInput(f"the fraction held out is {fraction!r}", remedy="pass one between 0 and 1, such as 0.2")
    if m < 2:
        raise InvalidInput("there are too few rows to hold any out", counted(m, "row"), "pass at least 2")
    return min(max(round(m * fraction), 1), m - 1)


def _classes(stratify: ArrayLike, m: int) -> np.ndarray:
    classes = np.unique(np.asarray(stratify).reshape(-1), return_inverse=True)[1]
    if len(classes) != m:
        what = f"{counted(len(classes), 'class', 'classes')} for {counted(m, 'row')}"
        raise InvalidInput(what, remedy="pass one class a row")
    return classes


def _stratified(order: np.ndarray, count: int, classes: np.ndarray) -> np.ndarray:
    """The first rows in ``order`` of each class, as many as its share of ``count``."""
    sizes = np.bincount(classes)
    shares = _shares(sizes, count)
    shuffled = order[np.argsort(classes[order], kind="stable")]  # class after class, shuffled within each
    within = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(shuffled[within < np.repeat(shares, sizes)])


def _shares(sizes: np.ndarray, count: int) -> np.ndarray:
    """How many of each class are held out: the largest remainders round up, and the last row of a class stays."""
    exact = sizes * (count / sizes.sum())
    room = sizes - 1 if (sizes > 1).any() else sizes  # where every class has one row, some class must go without
    shares: np.ndarray = np.minimum(np.floor(exact).astype(np.int64), room)
    eager = np.argsort(shares - exact, kind="stable")
    while (lacking := min(count, int(room.sum())) - int(shares.sum())) > 0:
        free = eager[shares[eager] < room[eager]]
        shares[free[:lacking]] += 1
    return shares
