"""Placing the nodes of a layered graph: an order with few crossings, and heights near those of their neighbors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Spot:
    """A place in a layer: a node, or (``node`` None) where an arrow passes on its way to a later layer."""

    layer: int
    height: float
    node: int | None = None
    sources: list[Spot] = field(default_factory=list)
    targets: list[Spot] = field(default_factory=list)
    y: float = 0.0


def join(source: Spot, target: Spot) -> None:
    """An arrow between two spots of neighboring layers."""
    source.targets.append(target)
    target.sources.append(source)


def place(layers: Sequence[list[Spot]], rounds: int = 8) -> None:
    """Order the spots within each layer and set their ``y``."""
    for layer in layers:
        for i, spot in enumerate(layer):
            spot.y = i - (len(layer) - 1) / 2
    for turn in range(rounds):
        forward = turn % 2 == 0
        for layer in layers if forward else reversed(layers):
            wanted = {id(spot): _pulled(spot.sources if forward else spot.targets, spot.y) for spot in layer}
            layer.sort(key=lambda spot: wanted[id(spot)])  # stable: equals stay in the order they were made
            for spot, y in zip(layer, apart([wanted[id(s)] for s in layer], [s.height for s in layer]), strict=True):
                spot.y = y
    for layer in layers:  # at last towards both sides
        near = [_pulled(spot.sources + spot.targets, spot.y) for spot in layer]
        for spot, y in zip(layer, apart(near, [spot.height for spot in layer]), strict=True):
            spot.y = y


def _pulled(neighbors: Sequence[Spot], otherwise: float) -> float:
    return sum(spot.y for spot in neighbors) / len(neighbors) if neighbors else otherwise


def apart(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The middles nearest to those ``wanted``, by least squares, such that things of these heights do not meet.

    The order stays. Without the heights it is isotonic regression: neighbors that would be out of order move together.

    >>> apart([0, 0, 50], [10, 10, 10])
    [-5.0, 5.0, 50.0]
    """
    offsets = [0.0]
    for above, under in pairwise(heights):
        offsets.append(offsets[-1] + (above + under) / 2)
    pools: list[tuple[float, int]] = []  # mean, how many
    for want, offset in zip(wanted, offsets, strict=False):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    settled = [mean for mean, count in pools for _ in range(count)]
    return [float(mean + offset) for mean, offset in zip(settled, offsets, strict=False)]
