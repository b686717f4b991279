"""Whole matrices of one training step: the update, and back propagation (workshop, *Vectorizing gradient descent*)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.errors import InvalidInput
from glassnet.glass.ledger import ledger
from glassnet.glass.ledger.record import Line
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed, stacked
from glassnet.glass.scenes.matrices.grid import Grid, side_by_side, table_of
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.tracing.record import Trace
from glassnet.text import format_number

Parts = list[Grid | str]


def update(step: Trace, *, layer: int = 1, most: int = 8, digits: int = 4) -> Scene:
    """All weights of a layer change at once: ``W[l] := W[l] - alpha dW[l]``, and its biases.

    Args:
        step: a trace whose optimizer takes a step by itself.
        layer: l, from 1.
        most: rows, and columns, drawn of each matrix; those left out are counted.
        digits: significant digits.

    Raises:
        InvalidInput: a layer without parameters, or a step without an update.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(2, [Dense(1)])
    >>> print(update(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize())).title)
    The update of layer 1
    """
    checked_digits(digits)
    places = [place for place in step.plan.network.layout.places if place.layer == layer]
    if step.after is None or not places:
        said = f"layer {layer} of {step.L}" if step.after is not None else step.plan.optimizer.name
        raise InvalidInput("there is no update to draw", seen=said, remedy="choose another layer or optimizer")
    lines = [_change(step, f"{place.parameter.name}[{layer}]", place.view, most, digits) for place in places]
    sentence = (
        f"Step {step.number} changes all {sum(p.stop - p.start for p in places):,} parameters of layer {layer} at "
        f"once, with the learning rate alpha = {format_number(step.alpha, digits)}."
    )
    return _scene("update", f"The update of layer {layer}", sentence, lines)


def _change(step: Trace, name: str, view: Callable[[Array], Array], most: int, digits: int) -> Parts:
    """``new = old - alpha d``; where an optimizer does more, the change as a whole."""
    assert step.after is not None
    old, new, d = (_matrix(view(vector.theta)) for vector in (step.before, step.after, step.clipped))
    plain = bool(np.allclose(new, old - step.alpha * d, rtol=1e-5, atol=1e-7 * float(np.abs(old).max(initial=0.0))))
    last = Grid(f"d{name}", d, most, digits, role="backward") if plain else Grid("change", new - old, most, digits)
    sign = ["−", format_number(step.alpha, digits), "×"] if plain else ["+"]
    return [Grid(f"{name} after", new, most, digits), ":=", Grid(name, old, most, digits), *sign, last]


def backward(step: Trace, *, most: int = 6, digits: int = 4) -> Scene:
    """Back propagation as equations of whole matrices, from the output to the first layer.

    Args:
        step: a trace.
        most: rows, and columns, drawn of each matrix; those left out are counted.
        digits: significant digits.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(2, [Dense(1)])
    >>> print(backward(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize())).sentence)
    Back propagation through 1 layer, dZ[1] = (A[1] - Y)/m, dW[1] = dZ[1]^T A[0], db[1] = dZ[1].
    """
    checked_digits(digits)
    lines = [line for line in ledger(step, depth=1).steps[2].lines if line.symbol != "dA[0]"]
    drawn = [[f"{line.symbol} = {line.formula} =", *_factors(step, line, most, digits)] for line in lines]
    said = ", ".join(f"{line.symbol} = {line.formula}" for line in lines[:8])
    more = f" and {len(lines) - 8} more" if len(lines) > 8 else ""
    layers = f"{step.L} layer{'s' * (step.L > 1)}"
    note = "each derivative already holds its example's share of the cost, 1/m" if step.m > 1 else ""
    sentence = f"Back propagation through {layers}, {said.replace('sum over the examples of ', '')}{more}."
    return _scene("backward", "Back propagation", sentence, drawn, note)


def _factors(step: Trace, line: Line, most: int, digits: int) -> Iterator[Grid | str]:
    """The matrices of an equation: its factors where it is a product, then what it comes to."""
    name, l = line.symbol[:-1].split("[")
    known = {f"{kind}[{k}]": array for kind in ("A", "dA", "dZ", "W") for k, array in getattr(step, kind).items()}
    for place, factor in enumerate(line.formula.split(" ")):
        array = known.get(factor.removesuffix("^T"))
        if "'" in line.formula or array is None or len(line.formula.split(" ")) != 2:
            break  # no product of two matrices
        if place:
            yield "×"
        turned = factor.endswith("^T")
        yield Grid(factor, _matrix(array).T if turned else _matrix(array), most, digits, role=_role(factor))
        if place:
            yield "="
    array = getattr(step, name)[int(l)] if hasattr(step, name) else getattr(step.gradients.layers[int(l) - 1], name[1:])
    yield Grid(line.symbol, _matrix(array), most, digits, role=_role(name))


def _role(name: str) -> str:
    return "backward" if name.startswith("d") else "ink"


def _matrix(array: Array) -> Array:
    values = np.asarray(dense(array), np.float64)
    return values.reshape(-1, values.shape[-1]) if values.ndim else values.reshape(1, 1)


def _scene(kind: str, title: str, sentence: str, lines: list[Parts], caption: str = "") -> Scene:
    """Equations below each other."""
    grids = [part for line in lines for part in line if isinstance(part, Grid)]
    left_out = "; ".join(dict.fromkeys(filter(None, (grid.left_out() for grid in grids))))
    shapes = stacked([list(side_by_side(line)) for line in lines], 20.0)
    tables = {grid.name: table_of(grid) for grid in grids}
    said = ". ".join(filter(None, (caption, left_out)))
    return Scene(kind, title, sentence, tuple(tables.values()), headed(shapes, title, said))
