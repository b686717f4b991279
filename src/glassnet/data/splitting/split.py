"""``Split``: by what rows are held out, so that those to judge by are as new as the rows that the model is for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from glassnet.data.holdout import held_out_count, holdout
from glassnet.errors import InvalidInput
from glassnet.randomness import generator
from glassnet.text import counted

MOST_COUNTS = 1 << 24  # groups times classes: beyond, so many groups are in proportion by chance


@dataclass(frozen=True, eq=False)
class Split:
    """By what rows are held out: at random, the last in an order, or whole groups.

    Args:
        groups: the number of each row's group, integers (m,): no group stands on both sides.
        order: the place of each row in an order (m,), numbers or times: the last are held out, equal ones together.
        group, order_by: what the two are called.

    With both, groups are ordered by their first rows, and those that begin last are held out.

    >>> Split(order=np.array([3.0, 1.0, 2.0, 5.0, 4.0])).hold_out(5, 0.4, seed=0)
    (array([0, 1, 2]), array([3, 4]))
    >>> training, held_out = Split(groups=np.array([0, 0, 1, 1, 2, 2])).hold_out(6, 0.3, seed=0)
    >>> len(training), len(held_out)
    (4, 2)
    """

    groups: np.ndarray | None = None
    order: np.ndarray | None = None
    group: str = "groups"
    order_by: str = "order"

    @property
    def at_random(self) -> bool:
        """Whether each row may stand on either side."""
        return self.groups is None and self.order is None

    def some(self, rows: np.ndarray) -> Split:
        """That of some of the rows.

        Args:
            rows: their numbers, from 0 (k,).
        """
        groups = None if self.groups is None else self.groups[rows]
        return replace(self, groups=groups, order=None if self.order is None else self.order[rows])

    @property
    def possible(self) -> bool:
        """Whether the rows are of more than one group, or have more than one place in the order."""
        keys = next((keys for keys in (self.groups, self.order) if keys is not None), None)
        return keys is None or bool(len(keys) and (self._keys() != self._keys()[0]).any())

    def hold_out(
        self, m: int, fraction: float, seed: int, stratify: ArrayLike | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The training rows and those held out, as :func:`~glassnet.data.holdout.holdout` returns them.

        Args:
            m, fraction, seed, stratify: see there; with groups or an order the share is met as nearly as they allow.

        Raises:
            InvalidInput: rows of one group only, or at one place of the order.
        """
        if self.at_random:
            return holdout(m, fraction, seed, stratify)
        count = held_out_count(m, fraction)
        if not self.possible:
            only = f"are of one group of {self.group!r}" if self.order is None else f"have the same {self.order_by!r}"
            raise InvalidInput(f"all {m:,} rows {only}", remedy="divide the rows by another column, or at random")
        held = self._last(count) if self.order is not None else self._whole(count, seed, stratify)
        return np.flatnonzero(~held), np.flatnonzero(held)

    def _keys(self) -> np.ndarray:
        """What is the same for rows that stay together, (m,)."""
        if self.order is None:
            assert self.groups is not None
            return self.groups
        if self.groups is None:
            return self.order
        places = np.argsort(self.order, kind="stable")
        _, first, inverse = np.unique(self.groups[places], return_index=True, return_inverse=True)
        began = np.empty_like(self.order)
        began[places] = self.order[places][first][inverse]
        return began

    def _last(self, count: int) -> np.ndarray:
        """Of the ends of the order that hold all rows of a place, the one nearest to ``count`` rows, as flags."""
        places = np.unique(self._keys(), return_inverse=True)[1]
        sizes = np.bincount(places)
        from_the_end = np.cumsum(sizes[:0:-1])
        cut = int(np.abs(from_the_end - count).argmin()) + 1
        return np.asarray(places >= len(sizes) - cut)

    def _whole(self, count: int, seed: int, stratify: ArrayLike | None) -> np.ndarray:
        """Groups drawn one after the other, each kept if it brings every class nearer to its share, as flags."""
        assert self.groups is not None
        groups = np.unique(self.groups, return_inverse=True)[1]
        rows = np.bincount(groups)
        classes = np.zeros(len(groups), np.int64)
        if stratify is not None:
            found = np.unique(np.asarray(stratify).reshape(-1), return_inverse=True)[1]
            classes = found if len(rows) * (found.max() + 1) <= MOST_COUNTS else classes
        k = int(classes.max()) + 1
        sizes = np.bincount(groups * k + classes, minlength=len(rows) * k).reshape(len(rows), k)
        total = sizes.sum(axis=0)
        lacking, left, held = total * (count / len(groups)), total, np.zeros(len(rows), bool)
        order = generator(seed).permutation(len(rows))
        for group in order:
            after, remaining = lacking - sizes[group], left - sizes[group]
            if after @ after < lacking @ lacking and remaining.all():  # each class keeps a row to learn from
                lacking, left, held[group] = after, remaining, True
        if not held.any():
            spared = (total - sizes).all(axis=1)
            held[min(order, key=lambda group: (not spared[group], rows[group]))] = True
        return held[groups]

    def words(self, held_out: np.ndarray) -> str:
        """Which rows those held out are, "" where they are drawn at random.

        Args:
            held_out: their numbers, from 0 (h,).

        >>> Split(groups=np.array([0, 0, 1, 1, 2, 2]), group="patient").words(np.array([2, 3]))
        "1 whole group of 3 by 'patient'"
        >>> days = np.array(["2024-01-01", "2024-01-02", "2024-01-03"], "datetime64[us]")
        >>> Split(order=days, order_by="day").words(np.array([1, 2]))
        "the last by 'day', from 2024-01-02 on"
        """
        since = "" if self.order is None else f", from {_shown(self._keys()[held_out].min())} on"
        if self.groups is None:
            return since and f"the last by {self.order_by!r}{since}"
        held, every = len(np.unique(self.groups[held_out])), len(np.unique(self.groups))
        begun = since and f" that begin last by {self.order_by!r}{since}"
        return f"{counted(held, 'whole group')} of {every:,} by {self.group!r}{begun}"


def _shown(place: np.generic) -> str:
    """A place in an order, as people write it."""
    if isinstance(place, np.datetime64):
        return str(place.astype("datetime64[s]")).replace("T", " ").removesuffix(" 00:00:00")
    return f"{place:.12g}"
