"""The record of a gradient check, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from glassnet.text import format_number

SHOWN = 12  # parameters in the table, the worst first


@dataclass(frozen=True)
class Checked:
    """One parameter.

    Args:
        layer: its layer, from 1.
        name: as Python reads it, ``"W[1][0, 2]"``.
        index: its place in the flat vector.
        value: of the parameter.
        analytic: the slope by the engine that trains.
        graph: by the computation graph, or None where it cannot be asked.
        difference: by central differences, or None where a kink is too near.
        error: the largest relative error.
        verdict: "right", "wrong", or "kink" where differences are no witness and the graph agrees as far as asked.
        note: why, in words.
    """

    layer: int
    name: str
    index: int
    value: float
    analytic: float
    graph: float | None
    difference: float | None
    error: float
    verdict: str
    note: str = ""


@dataclass(frozen=True)
class GradCheck:
    """The result of :func:`~glassnet.glass.gradients.gradcheck.gradcheck`.

    Args:
        rows: one for each parameter looked at.
        cost: J of the rows.
        examples: m.
        size: parameters of the network.
        tolerance: the largest relative error that is right.
        engine: whose gradient it is, by name.
        missing: why there is no graph, or "".
    """

    rows: tuple[Checked, ...]
    cost: float
    examples: int
    size: int
    tolerance: float
    engine: str
    missing: str = ""

    @property
    def ok(self) -> bool:
        """True where no parameter is wrong and something was told of at least one."""
        return not self.of("wrong") and any(row.difference is not None or row.graph is not None for row in self.rows)

    @property
    def worst(self) -> Checked:
        """The parameter with the largest error."""
        return self.sorted[0]

    @property
    def sorted(self) -> tuple[Checked, ...]:
        """The worst first."""
        return tuple(sorted(self.rows, key=lambda row: (row.verdict != "wrong", -_comparable(row.error))))

    def of(self, verdict: str) -> tuple[Checked, ...]:
        """Those of one verdict."""
        return tuple(row for row in self.rows if row.verdict == verdict)

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        wrong, kinks, all_of_them = len(self.of("wrong")), len(self.of("kink")), len(self.rows)
        told = f"{all_of_them:,} of {self.size:,} parameters on {self.examples:,} example{'s' * (self.examples != 1)}"
        beside = f"; at {kinks} a kink leaves differences out" if kinks else ""
        if wrong:
            layers = sorted({row.layer for row in self.of("wrong")})
            where = f"layer{'s' * (len(layers) > 1)} {', '.join(map(str, layers))}"
            return f"{wrong} of {told} have a wrong gradient, in {where}; the worst is {self.worst.name}{beside}"
        if not self.ok:
            return f"nothing can be told of {told}: kinks everywhere, and no graph"
        return f"the gradient is right for {told}: largest relative error {self.worst.error:.1e}{beside}"

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The table of the worst, as text: parameter, engine, graph, differences, error, verdict."""
        for row in self.sorted[:SHOWN]:
            numbers = [_number(x) for x in (row.analytic, row.graph, row.difference)]
            yield (row.name, *numbers, f"{row.error:.1e}", row.verdict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known about rows of the table, and about the columns."""
        about = tuple(f"{row.name}: {row.note}" for row in self.sorted[:SHOWN] if row.note)
        missing = (f"no graph: {self.missing}",) if self.missing else ()
        return (*about, f"the engine is {self.engine!r}, in float64", *missing)

    def __str__(self) -> str:
        table = [COLUMNS, *self.lines()]
        widths = [max(len(line[place]) for line in table) for place in range(len(COLUMNS))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
        ]
        return "\n".join([self.words, "", *text, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        facts = {
            name: getattr(self, name)
            for name in ("ok", "words", "cost", "examples", "size", "tolerance", "engine", "missing")
        }
        return {**facts, "rows": [asdict(row) for row in self.sorted]}


COLUMNS = ("parameter", "engine", "graph", "differences", "error", "verdict")


def _comparable(error: float) -> float:
    return error if isfinite(error) else float("inf")


def _number(x: float | None) -> str:
    return "-" if x is None else format_number(x, 7)
