"""A graph as plain data: what a text or a drawing shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain, count
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.graph.backward import ancestors, backward, reaching
from glassnet.graph.dot import as_dot
from glassnet.graph.errors import not_from_the_graph
from glassnet.graph.node import Node
from glassnet.graph.short_values import format_index, format_value
from glassnet.graph.text import as_text
from glassnet.notebook_hook import Displayable


@dataclass(frozen=True)
class Place:
    """A node of a drawn graph.

    Args:
        name: its name; no two have the same.
        operation: what made it, such as ``"x + y"``; empty for an input.
        value: its value, an array.
        derivative: of the graph's end by it, of the same shape; None where the end is not a single number.
    """

    name: str
    operation: str
    value: Array
    derivative: Array | None


@dataclass(frozen=True)
class Arrow:
    """From an argument to what was made of it.

    Args:
        source, target: the names of the two.
        slope: the local derivative, d target / d source, where both are single numbers; None otherwise.
    """

    source: str
    target: str
    slope: float | None


@dataclass(frozen=True)
class Graph(Displayable):
    """The graph that ends in a node, with values forward and derivatives backward.

    Args:
        end: its last node; called ``f`` unless named.
        names: name -> node; nodes in between that have no name are called ``v1, v2, ...``.

    Attributes:
        nodes: in the order they were made; the last is the end.
        arrows: in the order of their targets.

    Raises:
        InvalidInput: a name was given twice.
        InvalidType: ``end`` is no node.

    >>> from glassnet import graph
    >>> x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    >>> f = graph.Graph((x + y) * z)
    >>> f.arrows[-1]
    Arrow(source='z', target='f', slope=3.0)
    """

    nodes: tuple[Place, ...] = field(init=False)
    arrows: tuple[Arrow, ...] = field(init=False)

    def __init__(self, end: Node, **names: Node) -> None:
        if not isinstance(end, Node):
            raise not_from_the_graph("the end of a graph", end)
        order = ancestors(end)
        called = _names(order, names)
        slopes = backward(end) if end.shape == () else {}
        places = tuple(Place(called[node], _operation(node, called), node.value, slopes.get(node)) for node in order)
        object.__setattr__(self, "nodes", places)
        object.__setattr__(self, "arrows", tuple(arrow for node in order for arrow in _arrows(node, called)))

    def to_data(self) -> dict[str, list[dict[str, Any]]]:
        """Nodes and arrows as numbers, lists and strings, as JSON takes them."""
        nodes = [asdict(place) for place in self.nodes]
        plain = [
            {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in node.items()}
            for node in nodes
        ]
        return {"nodes": plain, "arrows": [asdict(arrow) for arrow in self.arrows]}

    def to_dot(self) -> str:
        """The graph in Graphviz's language: values and derivatives in the nodes, local derivatives on the arrows."""
        return as_dot(self)

    def __str__(self) -> str:
        return as_text(self)


def _names(order: list[Node], given: Mapping[str, Node]) -> dict[Node, str]:
    """A name for each node: given, its own as an input, f for the end, v1, v2, ... in between."""
    called, here = {node: name for name, node in given.items()}, set(order)
    for name in (name for node, name in called.items() if node not in here):
        raise InvalidInput(f"the node named {name!r} is not in the graph of this end")
    called |= {node: node.name for node in order if node.name and node not in called}
    if order[-1] not in called:
        called[order[-1]] = next(_fresh("f", called.values()))
    twice = [name for name, times in Counter(called.values()).items() if times > 1]
    if twice:
        raise InvalidInput(
            "two nodes have one name", seen=repr(twice[0]), remedy=f"name one, as in Graph(end, {twice[0]}2=node)"
        )
    fresh = _fresh("v", called.values())
    return {node: called[node] if node in called else next(fresh) for node in order}


def _fresh(letter: str, taken: Iterable[str]) -> Iterator[str]:
    """``v1, v2, ...`` without those taken; for the end ``f`` first."""
    taken = set(taken)
    start = ["f"] if letter == "f" else []
    return (name for name in chain(start, (f"{letter}{i}" for i in count(1))) if name not in taken)


def _operation(node: Node, called: Mapping[Node, str]) -> str:
    """What made it, as people write it: ``"x + y"``, ``"x[:2]"``, ``"sum(x, axis=(0,))"``."""
    if node.primitive is None:
        return ""
    arguments = [called[x] if isinstance(x, Node) else _constant(x) for x in node.arguments]
    if node.primitive.name == "indexing":
        return f"{arguments[0]}[{format_index(node.settings['index'])}]"
    if node.primitive.shown:
        return node.primitive.shown.format(*arguments)
    settings = [f"{name}={value}" for name, value in node.settings.items() if value is not False]
    return f"{node.primitive.name}({', '.join([*arguments, *settings])})"


def _constant(x: Any) -> str:
    text = format_value(x)
    return f"({text})" if text.startswith("-") else text


def _arrows(node: Node, called: Mapping[Node, str]) -> Iterator[Arrow]:
    for i, argument in enumerate(node.arguments):
        if isinstance(argument, Node):
            yield Arrow(called[argument], called[node], _slope(node, i, argument))


def _slope(node: Node, i: int, argument: Node) -> float | None:
    """The local derivative: what of 1 at ``node`` reaches its argument ``i``."""
    if node.shape != () or argument.shape != ():
        return None
    with np.errstate(all="ignore"):
        return float(reaching(node, i, np.ones_like(node.value)))
