"""Folds: rows in k parts of nearly the same size, each held out once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from glassnet.data.splitting.split import Split
from glassnet.errors import InvalidInput
from glassnet.randomness import generator, holdout_bits


def fold_numbers(split: Split, m: int, k: int, seed: int, stratify: ArrayLike | None = None) -> np.ndarray:
    """The fold of each row, 0 to k - 1, (m,).

    Args:
        split: rows of one of its groups are in one fold.
        m: number of rows.
        k: number of folds, 2 to the number of rows or groups.
        seed: 0 to 2^64 - 1; the same seed makes the same folds.
        stratify: the class of each row (m,): of each class every fold has its share; groups are not stratified.

    Raises:
        InvalidInput: rows that have an order: what comes last would teach what judges what came before.

    >>> fold_numbers(Split(), 6, 3, seed=1).tolist()
    [1, 2, 0, 0, 1, 2]
    >>> fold_numbers(Split(groups=np.array([0, 0, 1, 1, 2])), 5, 2, seed=0).tolist()
    [0, 0, 1, 1, 0]
    """
    if split.order is not None:
        what = f"rows in the order of {split.order_by!r} make no folds"
        raise InvalidInput(what, remedy="hold the last of them out (n_folds=1, --n-folds 1)")
    numbers = np.empty(m, np.int64)
    if split.groups is not None:
        return _of_groups(split.groups, k, seed)
    order = np.argsort(holdout_bits(m, seed), kind="stable")
    if stratify is not None:
        order = order[np.argsort(np.asarray(stratify).reshape(-1)[order], kind="stable")]
    numbers[order] = np.arange(m) % k
    return numbers


def _of_groups(groups: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Whole groups, the largest first, each into the fold that has the fewest rows."""
    which = np.unique(groups, return_inverse=True)[1]
    sizes = np.bincount(which)
    mixed = generator(seed).permutation(len(sizes))
    rows, fold = np.zeros(k, np.int64), np.empty(len(sizes), np.int64)
    for group in mixed[np.argsort(-sizes[mixed], kind="stable")]:
        fold[group] = rows.argmin()
        rows[fold[group]] += sizes[group]
    return np.asarray(fold[which])
