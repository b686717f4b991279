"""An explanation: one prediction of a model taken apart by columns, as a record with text, table, JSON and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.text import format_number
from glassnet.views.explain.counterfactuals import Counterfactual, json_value
from glassnet.views.explain.layerwise import Layerwise
from glassnet.views.explain.methods import METHODS
from glassnet.views.explain.report import Report, bar

MOST_SHOWN = 20  # columns of the printed table; the others are added up in one line
MAIN = "integrated"  # the method that is shown first, and by which the columns are ranked


@dataclass(frozen=True)
class Part:
    """What one column contributed.

    Args:
        column: its name.
        value: the row's cell, as the user has it; None where missing.
        contributions: name of a method -> contribution, in the unit of the score.
        counterfactual: the smallest change of it alone that changes the answer; None where none does.
    """

    column: str
    value: object
    contributions: Mapping[str, float]
    counterfactual: Counterfactual | None = None


@dataclass(frozen=True, eq=False)
class Explanation(Report):
    """What :func:`~glassnet.views.explain.explain` returns.

    Args:
        row: the number of the row, from 1.
        answer: the model's answer, as the user has it.
        explained: what the score is.
        score, start: the score of the row and of the baseline.
        baseline: what the baseline is.
        parts: one for each column, in the order of training.
        classifies: whether the answer is a class, which could change.
        layers: the contributions of every unit and edge.
        label: the class whose score is explained, and its probability; None of a regression.
        role: what the row was to the training: "learned from", "validated on" or "never seen"; "" where not known.
        whose: of several networks that predict together, whose score is explained, a sentence; else "".

    >>> from glassnet import LinearRegression, explain
    >>> model = LinearRegression().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0])
    >>> explanation = explain(model, [[1.0], [3.0]], 2)
    >>> explanation.classifies
    False
    """

    row: int
    answer: object
    explained: str
    score: float
    start: float
    baseline: str
    parts: tuple[Part, ...]
    classifies: bool
    layers: Layerwise
    label: object = None
    probability: float | None = None
    role: str = ""
    whose: str = ""

    @property
    def change(self) -> float:
        """From the baseline to the row: what the contributions add up to."""
        return self.score - self.start

    def contributions(self, method: str = MAIN) -> dict[str, float]:
        """Column -> contribution.

        Args:
            method: a name from ``METHODS``.
        """
        return {part.column: part.contributions[METHODS[method].name] for part in self.parts}

    def residual(self, method: str = MAIN) -> float:
        """The change less the sum of the contributions."""
        return self.change - sum(self.contributions(method).values())

    def ranked(self, method: str = MAIN) -> list[Part]:
        """The parts, the largest contribution first."""
        name = METHODS[method].name
        return sorted(self.parts, key=lambda part: -abs(part.contributions[name]))

    @property
    def nearest_counterfactual(self) -> Counterfactual | None:
        """The change that is the smallest share of its column's observed range; else one of a column without range."""
        found = [part.counterfactual for part in self.ranked() if part.counterfactual is not None]
        return min(found, key=lambda change: 1.0 if change.share is None else change.share, default=None)

    # -- to be read --------------------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        role = f" ({self.role})" if self.role else ""
        said = [f"row {self.row}{role}: the model predicts {self._answer(self.answer)}{self._probability()}"]
        score, start, change = map(format_number, (self.score, self.start, self.change))
        said.append(
            f"{self.explained} is {score}; at the baseline, {self.baseline}, it is {start}: "
            f"the contributions of the columns add up to the change of {change}"
        )
        if self.whose:
            said.append(self.whose)
        if (other := self.nearest_counterfactual) is not None:
            share = "" if other.share is None else f" ({format_number(100 * other.share, 2)} % of the range observed)"
            said.append(
                f"counterfactual, the smallest change of one column that changes the answer: {other.column} from "
                f"{_text(other.was)} to {other.to_shown}{share}, then {self._answer(other.answer)}"
            )
        elif self.classifies:
            said.append("no change of a single column within the values observed changes the answer")
        return said

    def table(self, all_methods: bool = False) -> tuple[list[str], list[list[str]]]:
        """Each column of the user's with its contribution, signed and as a bar, the largest first.

        Args:
            all_methods: True puts the contributions by every method side by side, without bars.
        """
        names = list(METHODS) if all_methods else [MAIN]
        ranked, bars = self.ranked(), not all_methods
        largest = abs(ranked[0].contributions[MAIN]) if ranked else 0.0
        heads = ["column", "value", *(METHODS[name].label if all_methods else "contribution" for name in names)]
        heads += [""] * bars + ["counterfactual"] * self.classifies
        rows = []
        for part in ranked[:MOST_SHOWN]:
            numbers = [_number(part.contributions[name], bars) for name in names]
            drawn = [bar(part.contributions[MAIN], largest)] * bars
            other = ["-" if part.counterfactual is None else part.counterfactual.to_shown] * self.classifies
            rows.append([part.column, _text(part.value), *numbers, *drawn, *other])
        rows += [[*line, *[""] * (bars + self.classifies)] for line in self._sums(ranked[MOST_SHOWN:], names, bars)]
        return heads, rows

    def _sums(self, rest: list[Part], names: list[str], signed: bool) -> Iterator[list[str]]:
        """The last lines: the columns that are not shown, all of them, and what is missing."""
        if rest:
            sums = [_number(sum(part.contributions[name] for part in rest), signed) for name in names]
            yield [f"{len(rest)} more columns", "", *sums]
        yield ["sum", "", *(_number(sum(self.contributions(name).values()), signed) for name in names)]
        yield ["change less sum", "", *(format_number(self.residual(name), 2) for name in names)]

    def to_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "role": self.role or None,
            "whose": self.whose or None,
            "answer": self.answer,
            "label": self.label,
            "probability": self.probability,
            "explained": self.explained,
            "score": self.score,
            "baseline": self.baseline,
            "baseline_score": self.start,
            "change": self.change,
            "residuals": {name: self.residual(name) for name in METHODS},
            "columns": [
                {
                    "column": part.column,
                    "value": json_value(part.value),
                    **part.contributions,
                    "counterfactual": part.counterfactual and part.counterfactual.to_dict(),
                }
                for part in self.parts
            ],
            "sources": {name: method.source for name, method in METHODS.items()},
        }

    def _answer(self, answer: object) -> str:
        return str(answer) if self.classifies else _text(answer)  # a class is a name, not an amount to be rounded

    def _probability(self) -> str:
        if self.probability is None:
            return ""
        p = format_number(self.probability)
        return f" (probability {p})" if self.label == self.answer else f" (the probability of {self.label} is {p})"

    def legend(self, all_methods: bool = False) -> list[str]:
        if not all_methods:
            return [f"contribution: {METHODS[MAIN].formula}"]
        return [f"{method.label}: {method.formula}" for method in METHODS.values()]


def _number(value: float, signed: bool) -> str:
    return f"{'+' if signed and value > 0 else ''}{format_number(value)}"


def _text(value: object) -> str:
    if value is None:
        return "missing"
    return format_number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
