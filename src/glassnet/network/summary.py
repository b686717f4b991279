"""The network as a table for people: layers, shapes, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class LayerRow(NamedTuple):
    """What the table says of a layer: its kind and activation, its outputs, how many parameters it has."""

    kind: str
    width: int
    parameters: int


def summary(inputs: int, rows: Sequence[LayerRow], loss: str) -> str:
    """One line a layer, then the totals.

    >>> print(summary(3, [LayerRow("dense relu", 4, 16), LayerRow("dense sigmoid", 1, 5)], "binary_cross_entropy"))
    layer  kind           output   parameters
        1  dense relu     (m, 4)           16
        2  dense sigmoid  (m, 1)            5
    3 inputs, 21 parameters, loss binary_cross_entropy
    """
    kind_width = max(len("kind"), *(len(row.kind) for row in rows))
    shapes = [f"(m, {row.width})" for row in rows]
    shape_width = max(len("output"), *map(len, shapes))
    lines = [f"layer  {'kind':<{kind_width}}  {'output':<{shape_width}}  parameters"]
    for l, (row, shape) in enumerate(zip(rows, shapes, strict=True), start=1):
        lines.append(f"{l:5}  {row.kind:<{kind_width}}  {shape:<{shape_width}}  {row.parameters:10,}")
    total = sum(row.parameters for row in rows)
    return "\n".join([*lines, f"{inputs:,} inputs, {total:,} parameters, loss {loss}"])
