"""A slice of the cost: J over a plane through the parameters, spanned by two directions.

    J(theta + a d1 + b d2)        theta in the middle, a and b on the axes

A network has as many directions as parameters; a plane through them shows two, the cost along the others
is not seen. ``DIRECTIONS`` is the table of ways to choose the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.gradients.cost import Cost
from glassnet.pieces.tables import Table

STEPS = 40  # of the power iteration
DIFFERENCE_STEP = 1e-4  # of |theta|: the step of the finite differences of gradients


@dataclass(frozen=True, eq=False)
class Axis:
    """One direction.

    Args:
        d: the direction, (n,).
        name: what it is.
        start: what the axis shows at the center: the parameter's own value, or 0.
    """

    d: Array
    name: str
    start: float = 0.0


Axes = tuple[Axis, Axis]


@dataclass(frozen=True)
class Directions:
    """One way to choose two directions.

    Args:
        name: its name. title: what the plane is, after "slice of the cost".
        choose: from (cost, path (t, n) or None, random numbers) to the two.
        source: where it comes from.
    """

    name: str
    title: str
    choose: Callable[[Cost, Array | None, np.random.Generator], Axes]
    source: str


def filter_normalized(cost: Cost, rng: np.random.Generator) -> Array:
    """A random direction in which each unit's weights are as long as its weights are now; 0 for all else, (n,).

    Without it a direction means much in a layer of small weights and little in one of large ones.
    """
    layout, theta = cost.network.layout, cost.theta
    d = np.zeros_like(theta)
    for place in layout.places:
        if place.parameter.weight:
            ours, theirs = place.view(d), place.view(theta)
            ours[...] = rng.normal(size=ours.shape)
            axes = tuple(range(1, ours.ndim))
            ours *= _length(theirs, axes) / np.maximum(_length(ours, axes), 1e-300)
    return d


def _length(array: Array, axes: tuple[int, ...]) -> Array:
    return np.sqrt((array**2).sum(axis=axes, keepdims=True)) if axes else np.abs(array)


def _random(cost: Cost, path: Array | None, rng: np.random.Generator) -> Axes:
    d1, d2 = filter_normalized(cost, rng), filter_normalized(cost, rng)
    return Axis(d1, "first random direction"), Axis(d2, "second random direction")


def hessian_times(cost: Cost, v: Array) -> Array:
    """The Hessian at the center times ``v`` (n,), by central differences of gradients along it."""
    theta = cost.theta
    h = DIFFERENCE_STEP * max(1.0, float(np.linalg.norm(theta))) / max(float(np.linalg.norm(v)), 1e-300)
    return (cost.gradient(theta + h * v) - cost.gradient(theta - h * v)) / (2 * h)


def most_curved(cost: Cost, rng: np.random.Generator) -> tuple[Array, float]:
    """The direction (n,) of length 1 in which the gradient changes fastest, and how fast, by power iteration."""
    v = rng.normal(size=cost.theta.shape)
    v /= np.linalg.norm(v) or 1.0
    curvature = 0.0
    for _ in range(STEPS):
        w = hessian_times(cost, v)
        curvature, length = float(v @ w), float(np.linalg.norm(w))
        if length < 1e-300:
            break
        v = w / length
    return v, curvature


def _curved(cost: Cost, path: Array | None, rng: np.random.Generator) -> Axes:
    """Scaled to the length of theta, so that 1 is as far as the parameters are large."""
    size = float(np.linalg.norm(cost.theta)) or 1.0
    v, curvature = most_curved(cost, rng)
    gradient = cost.gradient(cost.theta)
    d = -gradient + (gradient @ v) * v  # what of the descent is not along the curved direction already
    if not np.linalg.norm(d) > 1e-12 * max(1.0, float(np.linalg.norm(gradient))):
        d = rng.normal(size=v.shape)
        d -= (d @ v) * v
    d /= np.linalg.norm(d) or 1.0
    return Axis(size * d, "down the gradient"), Axis(size * v, f"most curved direction (curvature {curvature:.3g})")


def _along_path(cost: Cost, path: Array | None, rng: np.random.Generator) -> Axes:
    """The two principal directions of the path, seen from its end."""
    if path is None or len(path) < 3:
        raise InvalidInput("the directions of a path need a path of three points or more", remedy="pass path=")
    way = path - path[-1]
    _, sizes, rows = np.linalg.svd(way, full_matrices=False)
    second = rows[1] if sizes[1] > 1e-12 * sizes[0] else _random(cost, None, rng)[0].d
    second = second - (second @ rows[0]) * rows[0]
    return Axis(rows[0], "first direction of the path"), Axis(second, "second direction of the path")


DIRECTIONS: Table[Directions] = Table(
    "directions",
    [
        Directions("random", "along two random directions, filter-normalized", _random,
                   "Li, Xu, Taylor, Studer, Goldstein 2018, arXiv 1712.09913, section 4"),
        Directions("curved", "down the gradient and along its most curved direction", _curved, "Pearlmutter 1994"),
        Directions("path", "along the two main directions of the path", _along_path,
                   "Li et al. 2018, arXiv 1712.09913, section 7"),
    ],
)  # fmt: skip
"""Every way to choose the two directions; two parameters are another, by their names."""

_NAME = re.compile(r"(\w+)\[(\d+)\]\[(\d+)(?:,\s*(\d+))?\]")


def of_parameter(cost: Cost, name: str | int) -> Axis:
    """The direction of one parameter.

    Args:
        name: as in ``"W[1][0,2]"`` or ``"b[2][0]"``: layers from 1, units and inputs from 0; or its place in theta.

    Raises:
        InvalidInput, UnknownName: there is none.
    """
    theta = cost.theta
    place = name if isinstance(name, (int, np.integer)) else _place(cost, name)
    if not 0 <= place < theta.size:
        seen, remedy = f"the network has {theta.size}", f"choose one from 0 to {theta.size - 1}"
        raise InvalidInput(f"there is no parameter {name!r}", seen, remedy)
    d = np.zeros_like(theta)
    d[place] = 1.0
    return Axis(d, str(name) if isinstance(name, str) else f"theta[{name}]", float(theta[place]))


def _place(cost: Cost, name: str) -> int:
    found = _NAME.fullmatch(name)
    if found is None:
        raise InvalidInput(f"{name!r} names no parameter", remedy="write W[1][0,2] or b[2][0]")
    layout = cost.network.layout
    numbers = np.arange(cost.theta.size)
    views = {f"{p.parameter.name}[{p.layer}]": p.view(numbers) for p in layout.places}
    array = f"{found[1]}[{found[2]}]"
    if array not in views:
        raise unknown_name("parameter", array, views)
    index = tuple(int(i) for i in found.groups()[2:] if i is not None)
    view = views[array]
    if len(index) != view.ndim or any(i >= size for i, size in zip(index, view.shape, strict=True)):
        seen, remedy = f"{array} has shape {view.shape}", "count its rows and columns from 0"
        raise InvalidInput(f"there is no parameter {name!r}", seen, remedy)
    return int(view[index])
