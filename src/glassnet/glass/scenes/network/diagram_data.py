"""The expanded network as data: columns of units and the edges between them, elided, before any geometry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.network.reading import (
    Pass,
    check_network,
    check_parameters,
    check_pass,
    derivatives,
    example,
    layer_words,
    unit_names,
)
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters, Views
from glassnet.text import counted

MOST_LAYERS = 16  # columns side by side; a wider picture makes no sense
MOST_EDGES = 1600  # in one picture; more are a grey area, and a megabyte


@dataclass(frozen=True)
class Unit:
    """One unit ``j`` (from 0) of layer ``l``: its name, and of one example ``z``, ``a`` and the cost's derivative."""

    l: int
    j: int
    name: str
    z: float | None = None
    a: float | None = None
    gradient: float | None = None


@dataclass(frozen=True)
class Column:
    """Layer ``l``, 0 for the input; ``units`` has None where the ``hidden`` ones would be."""

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

    @property
    def drawn(self) -> list[Unit]:
        return [unit for unit in self.units if unit]


@dataclass(frozen=True)
class Edge:
    """From ``source``, None for the bias, to ``target``; no ``weight`` where the layer has none to show."""

    source: Unit | None
    target: Unit
    weight: float | None = None
    gradient: float | None = None

    @property
    def origin(self) -> str:
        return self.source.name if self.source else "bias"


@dataclass(frozen=True)
class Diagram:
    """All of it; ``biased`` are the layers with a bias."""

    columns: tuple[Column, ...]
    edges: tuple[tuple[Edge, ...], ...] = field(default=())

    @property
    def biased(self) -> set[int]:
        return {edge.target.l for edges in self.edges for edge in edges if edge.source is None}


def diagram(
    network: Network,
    parameters: Parameters,
    forward_pass: Pass | None,
    gradients: Gradients | None,
    row: int,
    names: Sequence[object] | None,
    outputs: Sequence[object] | None,
    most: int,
) -> Diagram:
    """The network read, one example of the pass on its units."""
    check_network(network)
    check_parameters(network, parameters)
    if gradients is not None:
        check_parameters(network, gradients, "gradients")
    if forward_pass is not None:
        check_pass(network, forward_pass, row)
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
    numbers = (_of_example(forward_pass, l, row, gradients is not None) for l in range(len(called)))
    columns = tuple(_column(network, l, *read) for l, read in enumerate(zip(elided, called, numbers, strict=True)))
    lines = sum(len(a.drawn) * len(b.drawn) for a, b in pairwise(columns))
    if lines > MOST_EDGES:
        raise InvalidInput(
            f"a picture has room for {MOST_EDGES:,} edges", seen=f"{lines:,}", remedy=f"choose most below {most}"
        )
    edges = (tuple(_edges(before, after, parameters, gradients)) for before, after in pairwise(columns))
    return Diagram(columns, tuple(edges))


def _column(network: Network, l: int, elided: Elided, names: list[str], numbers: list[Array | None]) -> Column:
    """Layer ``l``, with ``z``, ``a`` and gradient of its units."""
    units = tuple(
        None if j is None else Unit(l, j, names[j], *(None if v is None else float(v[j]) for v in numbers))
        for j in elided.places
    )
    if l == 0:
        return Column(l, "input", "", units, elided.hidden)
    heading = "output" if l == len(network.layers) else f"layer {l}"
    return Column(l, heading, layer_words(network, l), units, elided.hidden, network.arriving(l))


def _of_example(forward_pass: Pass | None, l: int, row: int, backward: bool) -> list[Array | None]:
    """``z``, ``a`` and gradient of the units of layer ``l`` for one example; None for what there is not."""
    if forward_pass is None:
        return [None, None, None]
    dA = derivatives(forward_pass, l) if backward else None
    return [
        None if array is None else example(array, row - 1) for array in (forward_pass.Z.get(l), forward_pass.A[l], dA)
    ]


def _array(views: Views, l: int, shape: tuple[int, ...]) -> Array | None:
    """``W[l]`` where it is what a dense layer's is; a custom layer may call anything ``W``."""
    array = views.get(l)
    return array if array is not None and array.shape == shape else None


def _edges(before: Column, after: Column, parameters: Parameters, gradients: Gradients | None) -> Iterator[Edge]:
    """Edges in the order of their targets; of each target the bias last."""
    l = after.l
    n, n_prev = len(after.drawn) + after.hidden, len(before.drawn) + before.hidden
    W, b = _array(parameters.W, l, (n, n_prev)), _array(parameters.b, l, (n,))
    dW, db = (None, None) if gradients is None else (gradients.dW.get(l), gradients.db.get(l))
    one_to_one = W is None and n == n_prev
    for target in after.drawn:
        for source in before.drawn:
            if W is not None:
                weight = float(W[target.j, source.j])
                yield Edge(source, target, weight, None if dW is None else float(dW[target.j, source.j]))
            elif not one_to_one or source.j == target.j:
                yield Edge(source, target)
        if b is not None:
            yield Edge(None, target, float(b[target.j]), None if db is None else float(db[target.j]))
