"""The user's own numbers for those of the network: the cells of the rows, and the answers in the user's unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.learning.columns import Cells
from glassnet.learning.fitted import Answers, Fitted
from glassnet.text import format_number, listed, one_line

DIGITS = 6
WHOLE = 1e15  # below it whole numbers are written in full
LONGEST_CELL = 40  # letters


class Labels(NamedTuple):
    """What a picture calls inputs, outputs and answer."""

    names: Sequence[str] | None
    outputs: Sequence[object] | None
    answer: str


@dataclass(frozen=True, eq=False)
class Given:
    """Rows as the user has them, where the network sees encoded numbers.

    Args:
        names: of the user's columns, (p,).
        cells: a column's number -> its cells (m,).
        encoded: whether a column's cells and its inputs differ, (p,).
        columns: the column of each input, (n[0],).
        numbers: whether a column holds numbers, (p,).
        name: what is predicted.
        answers, truth: what the model predicts and what is true (m,), in the user's unit; the truth may be unknown.
        scaled: whether the network's answer is another number than the user's.
        outputs: of the network.
    """

    names: tuple[str, ...]
    cells: Cells
    encoded: tuple[bool, ...]
    columns: tuple[int, ...]
    numbers: tuple[bool, ...]
    name: str
    answers: Array
    truth: Array | None
    scaled: bool
    outputs: int

    def cell(self, i: int, k: int) -> str:
        """The cell of row ``i`` that input ``k`` comes from; nothing where the input is that number.

        Of the inputs of a column of numbers the first has it; the others say whether it is missing.
        """
        j = self.columns[k]
        further = self.numbers[j] and k > self.columns.index(j)
        return _text(self.cells[j], i) if self.encoded[j] and not further else ""

    def input(self, i: int, k: int, called: str) -> str:
        """What a picture calls input ``k``: with its number in the user's unit, where it is another."""
        said = self.cell(i, k) if self.numbers[self.columns[k]] else ""
        return f"{called} {said}" if said else called

    def labels(self, i: int, names: Sequence[str] | None, outputs: Sequence[object] | None) -> Labels:
        """What a picture of row ``i`` calls inputs and outputs, and the answer where it is another number."""
        called = [f"x{k + 1}" for k in range(len(self.columns))] if names is None else names
        if self.scaled:
            outputs = [f"{self.name}, scaled"] if self.outputs == 1 else None
        inputs = [self.input(i, k, name) for k, name in enumerate(called)]
        same = names is None and inputs == called
        return Labels(None if same else inputs, outputs, self.answer(i) if self.scaled else "")

    def answer(self, i: int) -> str:
        """``price 4.36``."""
        return f"{self.name} {_text(self.answers, i)}".removeprefix(f"{Answers.name} ")

    def sentence(self, i: int, row: str) -> str:
        """The row and its answer as the user has them."""
        cells = listed(f"{name} {_text(self.cells[j], i)}" for j, name in enumerate(self.names))
        asked = f"{row[:1].upper()}{row[1:]} in the user's units: {cells}. " if any(self.encoded) else ""
        truth = "" if self.truth is None else f"; the truth is {_text(self.truth, i)}"
        return f"{asked}The model answers {self.answer(i)}{truth}."


def given_of(fitted: Fitted, cells: Cells, truth: Array | None, X: Any, predictions: Array) -> Given:
    """The user's view of rows that were encoded as ``X`` (m, n[0]) and answered by ``predictions`` (m, k)."""
    columns, answers = fitted.columns, fitted.answers
    places = [range(X.shape[1])[place] for place in columns.places]
    owners = {k: j for j, place in enumerate(places) for k in place}
    numbers = tuple(columns.is_number(j) for j in range(len(places)))
    encoded = tuple(
        not (number and len(place) == 1 and _same(cells[j], X[:, [place[0]]]))
        for j, (place, number) in enumerate(zip(places, numbers, strict=True))
    )
    owner = tuple(owners[k] for k in range(X.shape[1]))
    scaled = (answers.scale, answers.center) != (1.0, 0.0)
    known, k = answers.decode(predictions), predictions.shape[1]
    return Given(columns.names, cells, encoded, owner, numbers, answers.name, known, truth, scaled, k)


def _same(cells: Array, inputs: Any) -> bool:
    column = np.ravel(inputs.toarray() if is_sparse(inputs) else inputs)
    return bool(np.allclose(cells, column, rtol=1e-6, atol=0, equal_nan=True))


def _text(cells: Any, i: int) -> str:
    value = cells[i]
    value = value.as_py() if hasattr(value, "as_py") else value.item() if hasattr(value, "item") else value
    if value is None or value != value:
        return "missing"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return one_line(value, LONGEST_CELL)
    return f"{value:.0f}" if 10**DIGITS > abs(value) >= 1e5 or _is_whole(value) else format_number(value, DIGITS)


def _is_whole(value: float) -> bool:
    """Whether it is written without a point, as counts and prices are."""
    return abs(value) < WHOLE and float(value).is_integer()
