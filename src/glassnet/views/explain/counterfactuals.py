"""Counterfactuals: the smallest change of a single column that changes a decision.

A column of numbers is scanned over the range that was observed; between the last number that leaves the answer as it
is and the first that changes it, the place is bisected as closely as the model's arithmetic allows (``Subject.exact``
of the range). All columns are scanned together, with the model's own predictions. An island of another answer narrower
than the scan's step is overlooked. Columns of another kind are tried with the values that occur.

Source: Wachter, Mittelstadt, Russell 2018, Counterfactual explanations without opening the black box (here one column
at a time).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.learning.columns import Cells
from glassnet.text import format_number, plain
from glassnet.views.subject import ColumnCells, Subject, cell, most_common

POINTS = 65  # of a scan: with the row's own, 64 steps over the observed range


@dataclass(frozen=True)
class Counterfactual:
    """A change of one column that changes the answer.

    Args:
        column: its name.
        was, to: the cell as it is and as it would have to be.
        answer: the model's answer then.
        share: the change as a share of the observed range, to compare columns by; None where there is no range.
    """

    column: str
    was: object
    to: object
    answer: object
    share: float | None = None

    @property
    def to_shown(self) -> str:
        """``to`` in four significant digits, rounded away from ``was``: the rounded value changes the answer too.

        >>> more, less = (Counterfactual("age", 30.0, to, "yes") for to in (31.23449, 25.56781))
        >>> more.to_shown, less.to_shown
        ('31.24', '25.56')
        """
        if isinstance(self.to, bool) or not isinstance(self.to, (int, float)) or not self.to:
            return str(self.to)
        step = 10.0 ** (math.floor(math.log10(abs(self.to))) - 3)
        away = math.floor if isinstance(self.was, (int, float)) and self.to < self.was else math.ceil
        return format_number(away(round(self.to / step, 6)) * step)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: json_value(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Gap:
    """Between ``same``, which leaves the answer as it is, and ``other``, which changes it, in column ``j``."""

    j: int
    same: float
    other: float


def counterfactuals(subject: Subject, row: Cells, background: Cells) -> tuple[Counterfactual | None, ...]:
    """For each column the smallest change of it alone that changes the answer; None where none does, (p,).

    Args:
        subject: a classifier.
        row: one row.
        background: rows whose cells say what is observed.
    """
    tried = [_candidates(subject, row, background, j) for j in range(len(subject.columns))]
    was = subject.answers(row)
    answers = _answers(subject, row, list(enumerate(tried)))
    different = [_differs(answer, was) for answer in answers]
    scans = {j: np.asarray(tried[j]) for j in row if _scanned(subject, row, j)}
    gaps = [gap for j, scan in scans.items() for gap in _gaps(j, row[j][0], scan, different[j])]
    closed = _closed(subject, row, was, gaps, [subject.exact * float(np.ptp(scans[gap.j])) for gap in gaps])
    found: list[Counterfactual | None] = []
    for j, name in enumerate(subject.columns):
        if j in scans:
            found.append(_nearest(subject, row, name, [gap for gap in closed if gap.j == j], scans[j]))
        else:
            hit = np.flatnonzero(different[j])
            said = (cell(tried[j], int(hit[0])), plain(answers[j][hit[0]])) if len(hit) else None
            found.append(None if said is None else Counterfactual(name, cell(row[j]), *said))
    return tuple(found)


def _scanned(subject: Subject, row: Cells, j: int) -> bool:
    """Whether there is a number to start from."""
    return subject.is_number(j) and cell(row[j]) is not None


def _candidates(subject: Subject, row: Cells, background: Cells, j: int) -> ColumnCells:
    """The cells that are tried; of a number the sorted scan, its own number among them."""
    if not subject.is_number(j):
        return most_common(background[j])
    known = background[j][np.isfinite(background[j])]
    if not len(known):
        return np.array([])
    if not _scanned(subject, row, j):
        return np.quantile(known, [0.5, 0.25, 0.75, 0.0, 1.0])
    return np.union1d(np.linspace(known.min(), known.max(), POINTS), row[j])


def _answers(subject: Subject, row: Cells, changes: Sequence[tuple[int, ColumnCells]]) -> list[Array]:
    """The answers to one row with each of the cells in turn, change by change."""
    answers = subject.answers(subject.variants(row, changes)) if sum(len(c) for _, c in changes) else np.array([])
    return np.split(answers, np.cumsum([len(cells) for _, cells in changes])[:-1])


def _differs(answers: Array, was: Array) -> Array:
    different = answers != was
    return different.reshape(len(answers), -1).any(axis=1)


def _gaps(j: int, x: float, tried: Array, different: Array) -> list[Gap]:
    """On each side of ``x`` the first step of the scan over which the answer changes."""
    at, hits = int(np.searchsorted(tried, x)), np.flatnonzero(different)
    below, above = hits[hits < at], hits[hits > at]
    ends = [(below[-1] + 1, below[-1])] if len(below) else []
    ends += [(above[0] - 1, above[0])] if len(above) else []
    return [Gap(j, float(tried[same]), float(tried[other])) for same, other in ends]


def _closed(subject: Subject, row: Cells, was: Array, gaps: list[Gap], wide: list[float]) -> list[Gap]:
    """The same gaps, none as wide as its entry in ``wide``."""
    while any(abs(gap.other - gap.same) > most for gap, most in zip(gaps, wide, strict=True)):
        changes = [(gap.j, np.linspace(gap.same, gap.other, POINTS)[1:]) for gap in gaps]
        answers = _answers(subject, row, changes)
        narrower = [
            _narrower(gap, cells, _differs(answer, was)) if abs(gap.other - gap.same) > most else gap
            for gap, (_, cells), answer, most in zip(gaps, changes, answers, wide, strict=True)
        ]
        if narrower == gaps:  # there is no number between the two
            break
        gaps = narrower
    return gaps


def _narrower(gap: Gap, cells: Array, different: Array) -> Gap:
    first = int(different.argmax()) if different.any() else len(cells) - 1  # rounding, at the very end
    return Gap(gap.j, float(cells[first - 1]) if first else gap.same, float(cells[first]))


def _nearest(subject: Subject, row: Cells, name: str, gaps: list[Gap], tried: Array) -> Counterfactual | None:
    """That of the gap nearest to the number as it is."""
    if not gaps:
        return None
    x = float(row[gaps[0].j][0])
    gap = min(gaps, key=lambda gap: abs(gap.other - x))
    to = 2 * gap.other - gap.same  # a step beyond, so that rounding another way does not take it back
    answer = _answers(subject, row, [(gap.j, np.array([to]))])[0][0]
    return Counterfactual(name, x, to, plain(answer), abs(to - x) / float(np.ptp(tried)))


def json_value(value: object) -> object:
    """A cell or an answer as JSON knows it."""
    return value if isinstance(value, (bool, int, float, str, list)) or value is None else str(value)
