"""The cost's chain rule as it is drawn at the blackboard: forward with values, backward with derivatives, and the
products that give dJ/dW[l] (workshop, *Chain rule*).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glassnet import graph
from glassnet.arrays import Array, dense
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.matrices.grid import Grid, table_of
from glassnet.glass.scenes.measure import formula_width
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Bounds, Group, Shape, Text, line, moved
from glassnet.glass.scenes.table import Table
from glassnet.glass.tracing.record import Trace
from glassnet.graph.picture import Graph
from glassnet.network.layer import IDENTITY
from glassnet.pieces.expressions import NUMPY

GAP = 26.0  # pixels at both sides of what stands on an arrow
MOST_LAYERS = 6  # next to each other


@dataclass(frozen=True)
class Node:
    """A quantity on the way from X to J.

    Args:
        name: its symbol.
        value: as at the blackboard, examples in columns, (n, m).
        slope: dJ/d of it, of the same shape; None where it is not asked for.
        local: the derivative by the node before, in symbols; made: how it is made of that node.
    """

    name: str
    value: Array
    slope: Array | None = None
    local: str = ""
    made: str = ""


def chain(step: Trace, *, most: int = 6, digits: int = 4) -> Scene:
    """The chain rule through a network: values forward, derivatives backward, and dJ/dW[l] as products of them.

    Args:
        step: a trace of dense layers, at most six.
        most: rows, and columns, drawn of each matrix.
        digits: significant digits.

    Raises:
        InvalidInput: other layers, or too many.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(2, [Dense(3, "relu"), Dense(1)])
    >>> print(chain(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize())).sentence)
    From J back: dJ/dW[2] = dJ/dZ[2] dZ[2]/dW[2], dJ/dW[1] = dJ/dZ[2] dZ[2]/dA[1] dA[1]/dZ[1] dZ[1]/dW[1].
    """
    checked_digits(digits)
    if step.L > MOST_LAYERS or any(l not in step.Z or l not in step.W for l in range(1, step.L + 1)):
        seen, remedy = step.plan.network.summary().splitlines()[0], "draw the kind 'blocks'"
        raise InvalidInput(f"a chain is drawn of up to {MOST_LAYERS} dense layers", seen, remedy)
    picture = _Chain(step, most, digits)
    keys = [Key("forward: values", "ink", width=0), Key("backward: derivatives of J", "backward", width=0)]
    title = "The chain rule of the cost"
    shapes = headed(below(list(picture.shapes()), keys), title, _given(step))
    products = ", ".join(f"{product} " for product in picture.products())
    return Scene(
        "chain", title, f"From J back: {products.strip()}.".replace(" ,", ","), tuple(picture.tables()), shapes
    )


def _given(step: Trace) -> str:
    of = f"row {step.rows[0]}" if step.m == 1 else f"{step.m:,} examples, in columns"
    return f"{of}, loss {step.plan.network.loss.name}"


@dataclass(frozen=True)
class _Chain:
    step: Trace
    most: int
    digits: int

    # -- what is drawn -----------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Node]:
        """From X to J."""
        step, network = self.step, self.step.plan.network
        found = [Node("X", _columns(step.X))]
        for l in range(1, step.L + 1):
            before = "X" if l == 1 else f"A[{l - 1}]"
            made = f"W[{l}] {before} + b[{l}]"
            found.append(Node(f"Z[{l}]", _columns(step.Z[l]), _columns(step.dZ[l]), f"W[{l}]" * (l > 1), made))
            name = network.activation_name(l)
            if step.layers[l - 1].layer.g is not IDENTITY:
                slope = _columns(step.dA[l]) if l < step.L or network.arriving(l) == "dA" else None
                found.append(Node(f"A[{l}]", _columns(step.A[l]), slope, f"{name}'(Z[{l}])", f"{name}(Z[{l}])"))
        link = network.link
        if step.layers[-1].layer.g is IDENTITY and link.name != "identity":
            slope, local = self.by_prediction
            found.append(Node("y^", _columns(step.predictions), slope, local, f"{link.name}(Z[{step.L}])"))
        cost = "L" if step.m == 1 else "J"
        return [*found, Node("J", np.array([[step.cost]]), made=f"{cost}({found[-1].name}, Y)")]

    @cached_property
    def by_prediction(self) -> tuple[Array | None, str]:
        """dJ/dy^ and the link's derivative, where each prediction has one score of its own."""
        link, step = self.step.plan.network.link, self.step
        if link.by_row:
            return None, ""
        (scores,) = graph.inputs(z=np.asarray(step.scores, np.float64))
        known = {node.name: node for node in Graph(np.sum(link.expression(NUMPY, scores))).nodes}
        slope = np.asarray(known["z"].derivative)
        with np.errstate(all="ignore"):
            by = np.asarray(step.layers[-1].dA, np.float64) / slope
        return (_columns(by) if np.isfinite(by).all() else None), f"{link.name}'(Z[{step.L}])"

    def products(self) -> Iterator[str]:
        """``dJ/dW[l] = ...`` from the last layer to the first."""
        path = [node.name for node in self.nodes if node.name != "X"]
        for l in range(self.step.L, 0, -1):
            start = path.index(f"Z[{l}]")
            way = [name for name in path[start:] if self._asked(name)][::-1]
            factors = [f"d{above}/d{name}" for above, name in zip(["J", *way[1:]], way[1:], strict=False)]
            yield f"dJ/dW[{l}] = {' '.join([*factors, f'dZ[{l}]/dW[{l}]'])}"

    def _asked(self, name: str) -> bool:
        """Whether a derivative by it is known."""
        return name == "J" or any(node.name == name and node.slope is not None for node in self.nodes)

    # -- shapes ------------------------------------------------------------------------------------------------------

    def grid(self, name: str, values: Array, role: str = "ink") -> Grid:
        return Grid(name, values, self.most, self.digits, role=role)

    def shapes(self) -> Iterator[Shape]:
        """The way forward; below each Z[l] its parameters, then the products."""
        x, drawn = 0.0, []
        for place, node in enumerate(self.nodes):
            if place:
                wide = max(formula_width(node.made, 12), formula_width(_slope(node, self.nodes[place - 1]), 12))
                drawn += self.arrow(node, self.nodes[place - 1], x, x + wide + 2 * GAP)
                x += wide + 2 * GAP
            block = self.block(node)
            view = block.bounds
            drawn.append(moved(block, x - view.left, 0))
            if node.name.startswith("Z"):
                drawn += self.parameters(int(node.name[2:-1]), x + view.width / 2)
            x += view.width
        yield from drawn
        view = Bounds.around(shape.bounds for shape in drawn)
        for i, (product, l) in enumerate(zip(self.products(), range(self.step.L, 0, -1), strict=True)):
            ends = f"dZ[{l}] {'X' if l == 1 else f'A[{l - 1}]'}^T"
            text = f"{product.replace(' d', ' · d').replace('= · ', '= ')} = {ends}"
            yield Text(view.left, view.bottom + 30 + 24 * i, text, "backward", 14, "start", style="formula")

    def block(self, node: Node) -> Group:
        """The values, and below them the derivatives."""
        value = self.grid(node.name, node.value)
        shapes: list[Shape] = [value.drawn(-value.width / 2, 0)]
        if node.slope is not None:
            slope = self.grid(f"dJ/d{node.name}", node.slope, "backward")
            shapes.append(slope.drawn(-slope.width / 2, self.second + slope.height / 2))
        return Group(tuple(shapes), node.name)

    @cached_property
    def second(self) -> float:
        """The upper edge of the row of derivatives."""
        return max(self.grid(n.name, n.value).height for n in self.nodes) / 2 + 44

    @cached_property
    def third(self) -> float:
        """The upper edge of the row of parameters."""
        slopes = (self.grid("", n.slope).height for n in self.nodes if n.slope is not None)
        return self.second + max(slopes) + 74

    def arrow(self, node: Node, before: Node, left: float, right: float) -> list[Shape]:
        """Forward with the formula, backward with the local derivative."""
        middle = (left + right) / 2
        shapes: list[Shape] = [line(left + 6, 0, right - 6, 0, arrow=True)]
        shapes.append(Text(middle, -12, node.made, size=12, style="formula"))
        if before.slope is not None:
            y = self.second + 14
            shapes.append(line(right - 6, y, left + 6, y, role="backward", arrow=True))
            shapes.append(Text(middle, y - 12, _slope(node, before), "backward", 12, style="formula"))
            if node.local:
                shapes.append(Text(middle, y + 13, f"= {node.local}", "backward", 12, style="formula"))
        return shapes

    def parameters(self, l: int, x: float) -> list[Shape]:
        """W[l] and b[l] with their derivatives, and the arrow up to Z[l]."""
        step = self.step
        pairs = [("W", step.W[l], step.dW[l])] + ([("b", step.b[l], step.db[l])] if l in step.b else [])
        rows: list[list[Grid]] = [[], []]
        for name, value, slope in pairs:
            rows[0].append(self.grid(f"{name}[{l}]", _parameter(value)))
            rows[1].append(self.grid(f"dJ/d{name}[{l}]", _parameter(slope), "backward"))
        tall = [max(grid.height for grid in row) for row in rows]
        shapes: list[Shape] = [line(x, self.third - 8, x, self.third - 34, role="quiet", arrow=True, dash=True)]
        wide = [max(a.width, b.width) for a, b in zip(*rows, strict=True)]
        top = self.third
        for row, height in zip(rows, tall, strict=True):
            left = x - (sum(wide) + 14 * (len(wide) - 1)) / 2
            for grid, width in zip(row, wide, strict=True):
                shapes.append(grid.drawn(left + (width - grid.width) / 2, top + height / 2))
                left += width + 14
            top += height + 40
        return shapes

    def tables(self) -> Iterator[Table]:
        """Every number."""
        for node in self.nodes:
            yield from self.pair(node.name, node.value, node.slope)
        for l in range(1, self.step.L + 1):
            yield from self.pair(f"W[{l}]", self.step.W[l], self.step.dW[l])
            if l in self.step.b:
                yield from self.pair(f"b[{l}]", self.step.b[l], self.step.db[l])

    def pair(self, name: str, value: Array, slope: Array | None) -> Iterator[Table]:
        """The tables of a quantity and of the derivative by it."""
        yield table_of(self.grid(name, _parameter(value)))
        if slope is not None:
            yield table_of(self.grid(f"dJ/d{name}", _parameter(slope)))


def _slope(node: Node, before: Node) -> str:
    return f"d{node.name}/d{before.name}" if before.slope is not None else ""


def _columns(array: Array) -> Array:
    """Examples in columns, as at the blackboard."""
    values = np.asarray(dense(array), np.float64)
    return values.reshape(len(values), -1).T


def _parameter(array: Array) -> Array:
    values = np.asarray(array, np.float64)
    return values.reshape(-1, 1) if values.ndim == 1 else values
