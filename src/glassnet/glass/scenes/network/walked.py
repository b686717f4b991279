"""Below the drawing: the paths from one weight to the cost, each with the product of the derivatives along it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from glassnet.glass.notation import of
from glassnet.glass.paths import Paths, Walk
from glassnet.glass.scenes.measure import SIZE
from glassnet.glass.scenes.network.layout import SMALL
from glassnet.glass.scenes.shapes import Bounds, Shape, Text
from glassnet.glass.scenes.table import Table
from glassnet.text import counted, format_number

SHOWN = 8  # paths that are written out, the largest; the others are counted
HIGH = 20.0  # pixels of a line


def with_paths(shapes: Sequence[Shape], found: Paths, digits: int) -> tuple[Shape, ...]:
    """The shapes with the paths below them."""
    view = Bounds.around(shape.bounds for shape in shapes)
    lines = [_sum(found, digits), *(walk.text(digits) for walk in found.largest(SHOWN)), *_others(found, digits)]
    written = (
        Text(view.left, view.bottom + 28 + HIGH * i, text, "ink" if i else "backward", SMALL if i else SIZE, "start",
             style="formula") for i, text in enumerate(lines)
    )  # fmt: skip
    return (*shapes, *written)


def sentence(found: Paths, digits: int) -> str:
    """What the paths come to, in a sentence without its full stop."""
    whole = format_number(found.gradient, digits)
    total = format_number(found.total, digits)
    row, symbol = found.step.rows[found.row - 1], f"dJ/d{found.key}"
    by = counted(found.products.size, "path")
    alone = found.step.m == 1 and not found.step.plan.penalties
    rest = "" if alone else f", of {whole} over all rows{' with penalties' * bool(found.step.plan.penalties)}"
    return f"{found.key} reaches the cost of row {row} by {by}, whose products add up to {symbol} = {total}{rest}"


def table(found: Paths, digits: int) -> Table:
    """The paths in words and numbers."""
    rows = [(_through(found, walk), walk.text(digits), walk.product) for walk in found.largest(SHOWN)]
    return Table.of("Paths", ("through", "product of the derivatives", "value"), [*rows, *_rest(found)], digits)


def _through(found: Paths, walk: Walk) -> str:
    return " -> ".join([*(of("a", j, found.l + i) for i, j in enumerate(walk.units)), "J"])


def _rest(found: Paths) -> Iterator[tuple[str, None, float]]:
    more = found.products.size - SHOWN
    if more > 0:
        yield counted(more, "more path"), None, found.total - sum(walk.product for walk in found.largest(SHOWN))


def _sum(found: Paths, digits: int) -> str:
    alone = "" if found.step.m == 1 else f", row {found.step.rows[found.row - 1]}"
    said = counted(found.products.size, "path")
    return f"dJ/d{found.key}{alone} = {format_number(found.total, digits)}, by {said}"


def _others(found: Paths, digits: int) -> Iterator[str]:
    for said, _, product in _rest(found):
        yield f"{said}: {format_number(product, digits)}"
