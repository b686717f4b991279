"""A graph in words: values forward in the order of computation, derivatives backward in the opposite one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from glassnet.graph.short_values import DIGITS, are_rounded, format_value

if TYPE_CHECKING:
    from glassnet.graph.picture import Arrow, Graph, Place

LINES = 40  # of a longer graph the beginning and the end are shown


def as_text(graph: Graph) -> str:
    """The two passes, line by line; see :class:`glassnet.graph.Graph`."""
    lines = ["forward", *_lines(graph.nodes, _forward)]
    if graph.nodes[-1].derivative is not None:
        chain_rule = ChainRule(graph)
        lines += ["backward", *_lines(graph.nodes[::-1], chain_rule.line)]
    return "\n".join([*lines, *_remark(graph)])


def _forward(place: Place) -> str:
    return _equal(place.name, place.operation, format_value(place.value))


class ChainRule:
    """The lines of the backward pass."""

    def __init__(self, graph: Graph) -> None:
        self.end = graph.nodes[-1].name
        self.derivatives = {place.name: place.derivative for place in graph.nodes}
        self.leaving: dict[str, list[Arrow]] = {}
        for arrow in graph.arrows:
            self.leaving.setdefault(arrow.source, []).append(arrow)

    def line(self, place: Place) -> str:
        """``df/dx = df/dq * dq/dx = -4 * 1 = -4``; of arrays the result alone."""
        arrows = self.leaving.get(place.name, [])
        if any(arrow.slope is None for arrow in arrows):
            arrows = []
        # With an arrow straight to the end the symbols would say df/dx = df/dx.
        symbols = "" if self.end in (arrow.target for arrow in arrows) else " + ".join(map(self._symbols, arrows))
        numbers = " + ".join(map(self._numbers, arrows)) if symbols or len(arrows) > 1 else ""
        return _equal(f"d{self.end}/d{place.name}", symbols, numbers, format_value(place.derivative))

    def _symbols(self, arrow: Arrow) -> str:
        return f"d{self.end}/d{arrow.target} * d{arrow.target}/d{arrow.source}"

    def _numbers(self, arrow: Arrow) -> str:
        return f"{format_value(self.derivatives[arrow.target])} * {format_value(arrow.slope)}"


def _equal(*sides: str) -> str:
    return " = ".join(filter(None, sides))


def _lines(places: Sequence[Place], line: Callable[[Place], str]) -> Iterator[str]:
    left_out = len(places) - LINES
    if left_out <= 1:
        return (f"  {line(place)}" for place in places)
    first, last = places[: LINES // 2], places[-LINES // 2 :]
    return chain((f"  {line(p)}" for p in first), [f"  ... {left_out:,} more"], (f"  {line(p)}" for p in last))


def _remark(graph: Graph) -> list[str]:
    values = chain.from_iterable((place.value, place.derivative) for place in graph.nodes)
    slopes = (arrow.slope for arrow in graph.arrows)
    rounded = are_rounded(number for number in chain(values, slopes) if number is not None)
    return [f"(rounded to {DIGITS} digits)"] if rounded else []
