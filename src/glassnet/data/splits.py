"""Which rows are used when: the rows held out, and the order of an epoch.

Both are computed from their arguments alone, with the counter-based generator Philox (Salmon et al. 2011) keyed by
(seed, purpose): the order of epoch 7 is made without those of epochs 0 to 6, so a resumed run goes on as it would
have. Rows change places by raw bits (Fisher and Yates 1938) instead of by NumPy's permutation, since only the bits are
promised to stay the same from version to version.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.errors import InvalidInput
from glassnet.text import counted

_HOLDOUT = 2**64 - 1  # the purpose that no epoch has


def _bits(m: int, seed: int, purpose: int) -> np.ndarray:
    return np.random.Philox(key=np.array([seed, purpose], dtype=np.uint64)).random_raw(m)


def _below(bits: np.ndarray) -> list[int]:
    """Of m, m - 1, ..., 1 a number below each: its product with 64 random bits, divided by 2^64."""
    n = np.arange(len(bits), 0, -1, dtype=np.uint64)
    half = np.uint64(32)
    high, low = bits >> half, bits & np.uint64(2**32 - 1)
    chosen: list[int] = ((high * n + (low * n >> half)) >> half).tolist()
    return chosen


def epoch_order(m: int, seed: int, epoch: int, shuffle: bool = True) -> np.ndarray:
    """The order in which an epoch visits the rows.

    Args:
        m: number of rows, below 2^32.
        seed: of the run, 0 to 2^64 - 1.
        epoch: which one, counted from 0.
        shuffle: whether to mix the rows; without, they come as they are.

    Returns:
        A permutation of 0 ... m - 1, int64 (m,).

    Raises:
        InvalidInput: for a number out of its range.

    >>> epoch_order(5, seed=0, epoch=3)
    array([3, 4, 1, 2, 0])
    """
    check_epoch(m, seed, epoch)
    if not shuffle:
        return np.arange(m, dtype=np.int64)
    order = list(range(m))
    # Backwards, each place changes what it holds with one of those up to it; lists do that faster than arrays.
    for i, j in zip(reversed(range(m)), _below(_bits(m, seed, epoch)[::-1]), strict=True):
        order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)


def check_epoch(m: int, seed: int, epoch: int) -> None:
    """Whether these number of rows, seed and number of an epoch have an order."""
    check_whole("m", m, 0, 2**32)
    check_whole("seed", seed, 0, 2**64)
    check_whole("epoch", epoch, 0, _HOLDOUT)


def holdout(m: int, fraction: float, seed: int, stratify: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to be tested on.

    Args:
        m: number of rows.
        fraction: of them that is held out, between 0 and 1; at least one row is, and one is not.
        seed: 0 to 2^64 - 1; the same seed holds out the same rows.
        stratify: the class of each row, integers (m,): each class is divided in proportion, and keeps a row to learn
            from wherever that leaves any row to test on.

    Returns:
        The rows to learn from and those held out, both sorted, int64.

    Raises:
        InvalidInput: for fewer than two rows, a fraction that is none, classes of another length.

    >>> holdout(10, 0.3, seed=1)
    (array([0, 1, 2, 4, 5, 8, 9]), array([3, 6, 7]))
    """
    check_whole("m", m, 0)
    check_whole("seed", seed, 0, 2**64)
    if not isinstance(fraction, int | float | np.number) or not 0 < fraction < 1:
        raise InvalidInput(f"the fraction held out is {fraction!r}", remedy="pass one between 0 and 1, such as 0.2")
    if m < 2:
        raise InvalidInput("there are too few rows to hold any out", counted(m, "row"), "pass at least 2")
    count = min(max(round(m * fraction), 1), m - 1)
    order = np.argsort(_bits(m, seed, _HOLDOUT), kind="stable")
    held = np.zeros(m, dtype=bool)
    held[order[:count] if stratify is None else _stratified(order, count, _classes(stratify, m))] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def _classes(stratify: Any, m: int) -> np.ndarray:
    classes = np.unique(np.asarray(stratify).reshape(-1), return_inverse=True)[1]
    if len(classes) != m:
        raise InvalidInput(
            f"{counted(len(classes), 'class', 'classes')} for {counted(m, 'row')}", remedy="pass one class a row"
        )
    return classes


def _stratified(order: np.ndarray, count: int, classes: np.ndarray) -> np.ndarray:
    """The first rows in ``order`` of each class, as many as its share of ``count``."""
    sizes = np.bincount(classes)
    shares = _shares(sizes, count)
    mixed = order[np.argsort(classes[order], kind="stable")]  # class after class, mixed within each
    within = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(mixed[within < np.repeat(shares, sizes)])


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


def check_whole(name: str, value: object, low: int, below: int | None = None) -> None:
    """Whether ``value`` is a whole number of at least ``low``, and below ``below``.

    Raises:
        InvalidInput: saying what it is instead.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < low or (below is not None and value >= below):  # type: ignore[operator]
        upper = f" and below {below}" if below is not None else ""
        raise InvalidInput(f"{name}={value!r} cannot be", remedy=f"pass a whole number of at least {low}{upper}")
