"""Linear layers collapse into one: both networks, and the products that give the one's weights and bias."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.collapsed import collapsed
from glassnet.glass.scenes.frame import headed, in_a_row, stacked
from glassnet.glass.scenes.matrices.grid import Grid, side_by_side, table_of
from glassnet.glass.scenes.network.diagram import network_diagram
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Shape, Text
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

SIGN = 30.0  # size of the equals sign between the networks


def collapse(network: Network, parameters: Parameters, *, most: int = 6, digits: int = 4) -> Scene:
    """A network of linear layers and the one layer that computes the same (workshop, *Linear activation functions*).

    Args:
        network: of dense layers without an activation between them.
        parameters: its weights and biases.
        most: units, rows and columns drawn.
        digits: significant digits.

    Raises:
        InvalidInput, Unsupported: layers that do not collapse.

    >>> from glassnet import Dense
    >>> net = Network(1, [Dense(1, "identity"), Dense(1)])
    >>> p = net.initialize()
    >>> p.W[1], p.b[1], p.W[2], p.b[2] = [[3.0]], [1.0], [[2.0]], [5.0]
    >>> print(collapse(net, p).sentence)
    The network 1-1-1 computes what one layer 1-1 computes: W = W[2] W[1], b = W[2] b[1] + b[2]; 4 parameters are as
    good as 2.
    """
    one, found = collapsed(network, parameters)
    scenes = [network_diagram(*pair, most=most, digits=digits) for pair in ((network, parameters), (one, found))]
    equals = Text(0, 0, "=", size=SIGN)
    above = in_a_row([scenes[0].shapes, [equals], scenes[1].shapes], 26.0)
    lines, grids, names = _products(network, parameters, most, digits)
    widths, single = ("-".join(map(str, n.widths)) for n in (network, one))
    sizes = f"{network.size:,} parameters are as good as {one.size:,}"
    sentence = (
        f"The network {widths} computes what one layer {single} computes: W = {names[0]}, b = {names[1]}; {sizes}."
    )
    title = "Linear layers collapse into one"
    shapes = headed(stacked([above, *lines], 26.0), title, "")
    tables = (*(table for scene in scenes for table in scene.tables[1:]), *map(table_of, grids))
    return Scene("collapse", title, sentence, tables, shapes)


def _products(
    network: Network, parameters: Parameters, most: int, digits: int
) -> tuple[list[list[Shape]], list[Grid], tuple[str, str]]:
    """The equations that lead from the first layer to the last, their results, and what they are in symbols."""

    def grid(name: str, values: Array) -> Grid:
        return Grid(name, values, most, digits)

    W, b, names = np.asarray(parameters.W[1]), _bias(parameters, 1), ("W[1]", "b[1]")
    lines, grids = [], []
    for l in range(2, len(network.layers) + 1):
        next_W, next_b, before = np.asarray(parameters.W[l]), _bias(parameters, l), names
        inner = f"({names[1]})" if " + " in names[1] else names[1]
        names = f"W[{l}] {names[0]}", f"W[{l}] {inner} + b[{l}]"
        weights, biases = grid(f"W[{l}]", next_W), grid(f"b[{l}]", next_b)
        last = l == len(network.layers)
        product = grid(f"W = {names[0]}" if last else names[0], next_W @ W)
        bias = grid(f"b = {names[1]}" if last else names[1], next_W @ b + next_b)
        lines.append(list(side_by_side([weights, "×", grid(before[0], W), "=", product])))
        lines.append(list(side_by_side([weights, "×", grid(before[1], b), "+", biases, "=", bias])))
        grids += [product, bias]
        W, b = next_W @ W, next_W @ b + next_b
    return lines, grids, names


def _bias(parameters: Parameters, l: int) -> Array:
    """As a column, zeros where the layer has none."""
    values = parameters.b.get(l)
    return np.zeros((len(parameters.W[l]), 1)) if values is None else np.asarray(values).reshape(-1, 1)
