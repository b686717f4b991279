"""The expanded network as data: columns of units and the edges between them, elided, before any geometry or number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass import notation
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.network.reading import layer_words, unit_names
from glassnet.network.network import Network
from glassnet.text import counted

MOST_LAYERS = 16  # columns side by side; a wider picture makes no sense
MOST_EDGES = 1600  # in one picture; more are a grey area, and a megabyte


@dataclass(frozen=True)
class Unit:
    """One unit ``j`` (from 0) of layer ``l``, and what it is called; ``key`` is that of its activation."""

    l: int
    j: int
    name: str
    key: str


@dataclass(frozen=True)
class Column:
    """Layer ``l``, 0 for the input; ``units`` has None where the ``hidden`` ones would be.

    ``gradient_of`` is the letter of what back propagation brings to it: "da", or "dz" of the last.
    """

    l: int
    heading: str
    kind: str
    units: tuple[Unit | None, ...]
    hidden: int
    gradient_of: str = ""

    @property
    def detail(self) -> str:
        """What stands below the heading."""
        n = len(self.drawn) + self.hidden
        return f"{self.kind} · {counted(n, 'unit')}" if self.kind else counted(n, "feature")

    @cached_property
    def drawn(self) -> list[Unit]:
        return [unit for unit in self.units if unit]

    @cached_property
    def js(self) -> list[int]:
        """The numbers of those drawn, from 0."""
        return [unit.j for unit in self.drawn]


@dataclass(frozen=True)
class Edge:
    """From ``source``, None for the bias, to ``target``.

    ``at`` is where its weight lies in the flat vector, None where the layer has none to show; ``key`` is the weight's.
    """

    source: Unit | None
    target: Unit
    at: int | None = None
    key: str = ""

    @property
    def origin(self) -> str:
        return self.source.name if self.source else "bias"


@dataclass(frozen=True)
class Diagram:
    """All of it; ``edges`` by the layer they lead to."""

    columns: tuple[Column, ...]
    edges: tuple[tuple[Edge, ...], ...]

    @cached_property
    def biased(self) -> set[int]:
        """The layers with a bias."""
        return {edge.target.l for edges in self.edges for edge in edges if edge.source is None}


def diagram(network: Network, names: Sequence[object] | None, outputs: Sequence[object] | None, most: int) -> Diagram:
    """The network read; at most ``most`` units of a layer."""
    if len(network.layers) > MOST_LAYERS:
        raise InvalidInput(
            f"a picture of every unit has room for {MOST_LAYERS} layers",
            seen=f"{len(network.layers)} layers",
            remedy="draw the kind 'compact' or 'blocks'",
        )
    elided = [Elided.of(n, most) for n in network.widths]
    called = [unit_names(names, network.inputs, "x", "names")]
    called += [[f"a{j}[{l}]" for j in range(1, n + 1)] for l, n in enumerate(network.widths[1:-1], start=1)]
    called.append(unit_names(outputs, network.outputs, "y^", "outputs"))
    columns = tuple(_column(network, l, *read) for l, read in enumerate(zip(elided, called, strict=True)))
    lines = sum(len(a.drawn) * len(b.drawn) for a, b in pairwise(columns))
    if lines > MOST_EDGES:
        raise InvalidInput(
            f"a picture has room for {MOST_EDGES:,} edges", seen=f"{lines:,}", remedy=f"choose most below {most}"
        )
    return Diagram(columns, tuple(tuple(_edges(network, before, after)) for before, after in pairwise(columns)))


def _column(network: Network, l: int, elided: Elided, names: list[str]) -> Column:
    last = l == len(network.layers)
    letter = notation.answer(network) if last else "a"
    units = tuple(None if j is None else Unit(l, j, names[j], notation.of(letter, j, l)) for j in elided.places)
    if l == 0:
        return Column(l, "input", "", units, elided.hidden)
    arriving = f"d{notation.scores(network)}" if last else "da"
    return Column(l, "output" if last else f"layer {l}", layer_words(network, l), units, elided.hidden, arriving)


def _places(network: Network, l: int, name: str, shape: tuple[int, ...]) -> Array | None:
    """Where each number of ``W[l]`` lies in the flat vector, where it is what a dense layer's is.

    A custom layer may call anything ``W``.
    """
    for place in network.layout.places:
        if (place.layer, place.parameter.name) == (l, name):
            where = place.view(np.arange(network.size))
            return where if where.shape == shape else None
    return None


def _edges(network: Network, before: Column, after: Column) -> Iterator[Edge]:
    """Edges in the order of their targets; of each target the bias last."""
    l, layout = after.l, network.layout
    n, n_prev = network.widths[l], network.widths[l - 1]
    W, b = _places(network, l, "W", (n, n_prev)), _places(network, l, "b", (n,))
    one_to_one = W is None and n == n_prev
    for target in after.drawn:
        for source in before.drawn:
            if W is not None:
                at = int(W[target.j, source.j])
                yield Edge(source, target, at, notation.parameter_at(layout, at))
            elif not one_to_one or source.j == target.j:
                yield Edge(source, target)
        if b is not None:
            at = int(b[target.j])
            yield Edge(None, target, at, notation.parameter_at(layout, at))
