"""The record of a gradient check, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from glassnet.text import counted, format_number

MOST_SHOWN = 12  # parameters in the table, the worst first


@dataclass(frozen=True)
class Checked:
    """One parameter.

    Args:
        layer: its layer, from 1.
        name: as the ledger writes it, ``"w13[1]"``.
        index: its place in the flat vector.
        value: of the parameter.
        analytic: its derivative by the engine that trains.
        graph: by the computation graph, or None where the graph cannot compute it.
        difference: by central differences, or None where a kink is too near.
        error: the largest relative error.
        verdict: "right", "wrong", or "kink" where differences cannot decide and the graph does not disagree.
        note: why.
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
        rows: one for each parameter checked.
        cost: J of the rows.
        examples: m.
        size: parameters of the network.
        tolerance: the largest relative error that is right.
        engine: whose gradient it is, by name.
        missing: why there is no graph, or "".

    >>> from glassnet import Dense, Network, gradcheck
    >>> net = Network(2, [Dense(3, "tanh"), Dense(1)])
    >>> gradcheck(net, [[0.5, -1.0]], [2.0], parameters=net.initialize()).ok
    True
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
        """True where no parameter is wrong and at least one could be checked."""
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
    def summary(self) -> str:
        """The verdict in a sentence."""
        wrong, kinks, all_of_them = len(self.of("wrong")), len(self.of("kink")), len(self.rows)
        some = f"the {counted(all_of_them, 'parameter')} checked, of {self.size:,},"
        some = f"all {self.size:,} parameters" if all_of_them == self.size else some
        which = f"{some} on {counted(self.examples, 'example')}"
        kinked = f"; at {kinks} of them differences cannot decide, because of a kink" if kinks else ""
        if wrong:
            layers = sorted({row.layer for row in self.of("wrong")})
            where = f"layer{'s' * (len(layers) > 1)} {', '.join(map(str, layers))}"
            return f"{wrong} of {which} have a wrong gradient, in {where}; the worst is {self.worst.name}{kinked}"
        if not self.ok:
            return f"nothing could be checked of {which}: kinks everywhere, and no graph"
        return f"the gradient is right for {which}: largest relative error {self.worst.error:.1e}{kinked}"

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The table of the worst, as text: parameter, engine, graph, differences, error, verdict."""
        for row in self.sorted[:MOST_SHOWN]:
            numbers = [_number(x) for x in (row.analytic, row.graph, row.difference)]
            yield (row.name, *numbers, f"{row.error:.1e}", row.verdict)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on rows and columns of the table."""
        about = tuple(f"{row.name}: {row.note}" for row in self.sorted[:MOST_SHOWN] if row.note)
        missing = (f"no graph: {self.missing}",) if self.missing else ()
        return (*about, f"the engine is {self.engine!r}, in float64", *missing)

    def __str__(self) -> str:
        table = [COLUMNS, *self.lines()]
        widths = [max(len(line[place]) for line in table) for place in range(len(COLUMNS))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
        ]
        return "\n".join([self.summary, "", *text, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        facts = {
            name: getattr(self, name)
            for name in ("ok", "summary", "cost", "examples", "size", "tolerance", "engine", "missing")
        }
        return {**facts, "rows": [asdict(row) for row in self.sorted]}


COLUMNS = ("parameter", "engine", "graph", "differences", "error", "verdict")


def _comparable(error: float) -> float:
    return error if isfinite(error) else float("inf")


def _number(x: float | None) -> str:
    return "-" if x is None else format_number(x, 7)
