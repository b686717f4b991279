"""A computation graph as plain data: named nodes with values and derivatives, for texts and drawings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain, count
from typing import Any

import numpy as np

from glassnet.errors import InvalidInput
from glassnet.graph.backward import ancestors, argument_gradient, backward
from glassnet.graph.errors import not_from_the_graph
from glassnet.graph.node import Node, Value
from glassnet.graph.rendering import GraphEdge, GraphNode, as_dot, as_text, format_index, format_value
from glassnet.notebook_hook import Displayable


@dataclass(frozen=True)
class Graph(Displayable):
    """The computation graph of a node, with values forward and derivatives backward.

    Args:
        end: its last node; called ``f`` unless named.
        names: name -> node; other nodes in between are called ``v1, v2, ...``.

    Attributes:
        nodes: in the order of computation; the last is the end.
        edges: in the order of their targets.

    Raises:
        InvalidInput: a name was given twice.
        InvalidType: ``end`` is not a node.

    >>> from glassnet import graph
    >>> x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    >>> f = graph.Graph((x + y) * z)
    >>> f.edges[-1]
    GraphEdge(source='z', target='f', derivative=3.0)
    """

    nodes: tuple[GraphNode, ...] = field(init=False)
    edges: tuple[GraphEdge, ...] = field(init=False)

    def __init__(self, end: Node, **names: Node) -> None:
        if not isinstance(end, Node):
            raise not_from_the_graph("the end of a graph", end)
        order = ancestors(end)
        name = _names(order, names)
        derivatives = backward(end) if end.shape == () else {}
        nodes = (GraphNode(name[node], _operation(node, name), node.value, derivatives.get(node)) for node in order)
        object.__setattr__(self, "nodes", tuple(nodes))
        object.__setattr__(self, "edges", tuple(edge for node in order for edge in _edges(node, name)))

    def to_data(self) -> dict[str, list[dict[str, Any]]]:
        """Nodes and edges as numbers, lists and strings, ready for JSON."""
        nodes = [asdict(node) | {"value": node.value.tolist()} for node in self.nodes]
        for node in nodes:
            node["derivative"] = None if node["derivative"] is None else node["derivative"].tolist()
        return {"nodes": nodes, "edges": [asdict(edge) for edge in self.edges]}

    def to_dot(self) -> str:
        """The graph in Graphviz's language: values and derivatives in the nodes, local derivatives on the edges."""
        return as_dot(self.nodes, self.edges)

    def __str__(self) -> str:
        return as_text(self.nodes, self.edges)


def _names(order: list[Node], given: Mapping[str, Node]) -> dict[Node, str]:
    """A name for each node: the given one, its own as an input, f for the end, v1, v2, ... in between."""
    names, known = {node: name for name, node in given.items()}, set(order)
    for name in (name for node, name in names.items() if node not in known):
        what = f"the node named {name!r} is not in the graph of this end"
        raise InvalidInput(what, remedy="name nodes that the end was computed from")
    names |= {node: node.name for node in order if node.name and node not in names}
    if order[-1] not in names:
        names[order[-1]] = next(_unused(chain("f", _numbered("f")), names.values()))
    if repeated := [name for name, times in Counter(names.values()).items() if times > 1]:
        remedy = f"name one, as in Graph(end, {repeated[0]}2=node)"
        raise InvalidInput("two nodes have one name", seen=repr(repeated[0]), remedy=remedy)
    unused = _unused(_numbered("v"), names.values())
    return {node: names[node] if node in names else next(unused) for node in order}


def _numbered(letter: str) -> Iterator[str]:
    return (f"{letter}{i}" for i in count(1))


def _unused(names: Iterable[str], used: Iterable[str]) -> Iterator[str]:
    used = set(used)
    return (name for name in names if name not in used)


def _operation(node: Node, names: Mapping[Node, str]) -> str:
    """What computed it, as people write it: ``"x + y"``, ``"x[:2]"``, ``"sum(x, axis=(0,))"``."""
    if node.primitive is None:
        return ""
    arguments = [names[x] if isinstance(x, Node) else _constant(x) for x in node.arguments]
    if node.primitive.name == "indexing":
        return f"{arguments[0]}[{format_index(node.settings['index'])}]"
    if node.primitive.template:
        return node.primitive.template.format(*arguments)
    settings = [f"{name}={value}" for name, value in node.settings.items() if value is not False]
    return f"{node.primitive.name}({', '.join([*arguments, *settings])})"


def _constant(x: Value) -> str:
    text = format_value(x)
    return f"({text})" if text.startswith("-") else text


def _edges(node: Node, names: Mapping[Node, str]) -> Iterator[GraphEdge]:
    for i, argument in enumerate(node.arguments):
        if isinstance(argument, Node):
            yield GraphEdge(names[argument], names[node], _local_derivative(node, i, argument))


def _local_derivative(node: Node, i: int, argument: Node) -> float | None:
    if node.shape != () or argument.shape != ():
        return None
    with np.errstate(all="ignore"):
        return float(argument_gradient(node, i, np.ones_like(node.value)))
