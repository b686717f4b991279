"""An explanation: one answer of a model taken apart by columns, as a record with text, table, JSON and HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.text import format_number
from glassnet.views.explain.flips import Flip
from glassnet.views.explain.layerwise import Layerwise
from glassnet.views.explain.methods import METHODS

MOST_SHOWN = 20  # columns of the printed table; the others are added up in one line


@dataclass(frozen=True)
class Part:
    """What one column contributed.

    Args:
        column: its name.
        value: the row's cell, in the user's words and units; None where missing.
        contributions: name of a method -> contribution, in the unit of the score.
        flip: the smallest change of it alone that flips the answer; None where none does, or nothing can flip.
    """

    column: str
    value: Any
    contributions: Mapping[str, float]
    flip: Flip | None = None


@dataclass(frozen=True, eq=False)
class Explanation:
    """What :func:`~glassnet.views.explain.explain` returns.

    Args:
        row: the number of the row, counted as it was asked for.
        answer: the model's answer, in the user's words or units.
        explained: what the score is, in words.
        score, start: the score of the row and of the baseline.
        baseline: what the baseline is, in words.
        parts: one for each column, in the order of training.
        decides: whether the answer is a class, which could flip.
        layers: the contributions of every unit and edge.
        label: the class whose score is explained, and its probability; None of a regression.
    """

    row: int
    answer: Any
    explained: str
    score: float
    start: float
    baseline: str
    parts: tuple[Part, ...]
    decides: bool
    layers: Layerwise
    label: Any = None
    probability: float | None = None

    @property
    def change(self) -> float:
        """From the baseline to the row: what the contributions share out."""
        return self.score - self.start

    def contributions(self, method: str = "integrated") -> dict[str, float]:
        """Column -> contribution.

        Args:
            method: a name from ``METHODS``.
        """
        return {part.column: part.contributions[METHODS[method].name] for part in self.parts}

    def residual(self, method: str = "integrated") -> float:
        """The change less the sum of the contributions."""
        return self.change - sum(self.contributions(method).values())

    def ranked(self, method: str = "integrated") -> list[Part]:
        """The parts, the largest contribution first."""
        name = METHODS[method].name
        return sorted(self.parts, key=lambda part: -abs(part.contributions[name]))

    @property
    def easiest_flip(self) -> Flip | None:
        """The change that is the smallest share of its column's observed range; else one of a column without range."""
        flips = [part.flip for part in self.ranked() if part.flip is not None]
        return min(flips, key=lambda flip: 1.0 if flip.share is None else flip.share, default=None)

    # -- to be read --------------------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        """What is explained, in plain words."""
        said = [f"row {self.row}: the model answers {self._in_words(self.answer)}{self._probability()}"]
        said.append(
            f"{self.explained} is {format_number(self.score)}; at the baseline, {self.baseline}, it is "
            f"{format_number(self.start)}: the columns share out a change of {format_number(self.change)}"
        )
        flip = self.easiest_flip
        if flip is not None:
            of_range = "" if flip.share is None else f" ({format_number(100 * flip.share, 2)} % of the range observed)"
            said.append(
                f"the smallest change of one column that flips the answer: {flip.column} from "
                f"{self._in_words(flip.was)} to {flip.to_shown}{of_range}, then {self._in_words(flip.answer)}"
            )
        elif self.decides:
            said.append("no change of a single column within the values observed flips the answer")
        return said

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Heads and rows of words: each column of the user's with its contributions, the largest first."""
        names = list(METHODS)
        heads = ["column", "value", *(METHODS[name].label for name in names), *["flips at"] * self.decides]
        ranked = self.ranked()
        rows = [self._line(part, names) for part in ranked[:MOST_SHOWN]]
        if rest := ranked[MOST_SHOWN:]:
            sums = [format_number(sum(part.contributions[name] for part in rest)) for name in names]
            rows.append([f"{len(rest)} more columns", "", *sums, *[""] * self.decides])
        sums = [format_number(sum(self.contributions(name).values())) for name in names]
        rows.append(["sum", "", *sums, *[""] * self.decides])
        missing = [format_number(self.residual(name), 2) for name in names]
        rows.append(["change less sum", "", *missing, *[""] * self.decides])
        return heads, rows

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "row": self.row,
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
                    "value": _plain(part.value),
                    **part.contributions,
                    "flip": None if part.flip is None else {k: _plain(v) for k, v in vars(part.flip).items()},
                }
                for part in self.parts
            ],
            "sources": {name: method.source for name, method in METHODS.items()},
        }

    def __str__(self) -> str:
        heads, rows = self.table()
        wide = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
        lines = ["  ".join(f"{word:{'<' if i < 1 else '>'}{wide[i]}}" for i, word in enumerate(line)).rstrip()
                 for line in [heads, *rows]]  # fmt: skip
        said = [f"{sentence}." for sentence in self.sentences()]
        return "\n".join([*said, "", *lines, "", *self.legend()])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """For notebooks: HTML without script, and the text."""
        heads, rows = self.table()
        said = "".join(f"<p>{html.escape(sentence)}.</p>" for sentence in self.sentences())
        head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in heads)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        legend = "".join(f"<li>{html.escape(line)}</li>" for line in self.legend())
        return {"text/html": f"<div>{said}{table}<ul>{legend}</ul></div>", "text/plain": str(self)}

    def _probability(self) -> str:
        if self.probability is None:
            return ""
        of = "" if self.label == self.answer else f" of {self._in_words(self.label)}"
        return f" (probability{of} {format_number(self.probability)})"

    def legend(self) -> list[str]:
        """What the columns of the table are."""
        return [f"{method.label}: {method.formula}" for method in METHODS.values()]

    def _line(self, part: Part, names: list[str]) -> list[str]:
        flip = ["-" if part.flip is None else part.flip.to_shown] * self.decides
        return [
            part.column,
            self._in_words(part.value),
            *(format_number(part.contributions[name]) for name in names),
            *flip,
        ]

    @staticmethod
    def _in_words(value: Any) -> str:
        if value is None:
            return "missing"
        return format_number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _cells(row: list[str]) -> str:
    head, *rest = map(html.escape, row)
    return f'<th scope="row">{head}</th>' + "".join(f"<td>{word}</td>" for word in rest)


def _plain(value: Any) -> Any:
    """As JSON knows it."""
    return value if isinstance(value, (bool, int, float, str, list)) or value is None else str(value)
