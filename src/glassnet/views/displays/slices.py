"""A slice of the cost: J over a plane through the parameters, spanned by two directions.

    J(theta + a d1 + b d2)        theta in the middle, a and b on the axes

A network has as many directions as parameters; a plane through them shows two, the cost along the others
is not seen. ``DIRECTIONS`` is the table of ways to choose the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.gradients.cost import Cost
from glassnet.glass.notation import parameter_at, parameters_named
from glassnet.pieces.tables import Table

STEPS = 40  # of the power iteration
DRAWS = 20  # of two random directions, until they span a plane
DIFFERENCE_STEP = 1e-4  # of |theta|: the step of the finite differences of gradients

Chosen = str | tuple[str | int, str | int] | None
"""A name from ``DIRECTIONS``, or two parameters by name or place; None chooses what shows most."""


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
    """Two that differ: filter-normalized; of all parameters where the weights alone cannot span a plane."""
    for _ in range(DRAWS):
        pair = filter_normalized(cost, rng), filter_normalized(cost, rng)
        if _apart(*pair):
            break
    else:
        first = _unit(rng.normal(size=cost.theta.shape))
        pair = first, _across(first, rng.normal(size=cost.theta.shape), rng)
    return Axis(pair[0], "first random direction"), Axis(pair[1], "second random direction")


def _apart(d1: Array, d2: Array) -> bool:
    """Whether two directions span a plane: none is 0, and more than 60 degrees lie between their lines."""
    lengths = float(np.linalg.norm(d1) * np.linalg.norm(d2))
    return lengths > 0 and abs(float(d1 @ d2)) < 0.5 * lengths


def _unit(d: Array) -> Array:
    return d / (float(np.linalg.norm(d)) or 1.0)


def _across(v: Array, d: Array, rng: np.random.Generator) -> Array:
    """What of ``d`` is at right angles to ``v`` of length 1, of length 1; something random where that is nothing."""
    across = d - (d @ v) * v
    while not np.linalg.norm(across) > 1e-6 * np.linalg.norm(d):
        d = rng.normal(size=v.shape)
        across = d - (d @ v) * v
    across = _unit(across)
    return _unit(across - (across @ v) * v)


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
    d = _across(v, -cost.gradient(cost.theta), rng)  # what of the descent is not along the curved direction already
    return Axis(size * d, "down the gradient"), Axis(size * v, f"most curved direction (curvature {curvature:.3g})")


def _along_path(cost: Cost, path: Array | None, rng: np.random.Generator) -> Axes:
    """The two principal directions of the path, seen from the center; of a straight one what the gradient adds."""
    way = np.zeros((1, 1)) if path is None else path - cost.theta
    if not way.any():
        raise InvalidInput("the directions of a path need a path of two points or more", remedy="pass path=")
    _, sizes, rows = np.linalg.svd(way, full_matrices=False)
    straight = len(sizes) < 2 or sizes[1] <= 1e-9 * sizes[0]
    second = _across(rows[0], cost.gradient(cost.theta), rng) if straight else rows[1]
    return Axis(rows[0], "first direction of the path"), Axis(second, "second direction of the path")


DIRECTIONS: Table[Directions] = Table(
    "directions",
    [
        Directions("random", "along two random directions", _random,
                   "Li, Xu, Taylor, Studer, Goldstein 2018, arXiv 1712.09913, section 4"),
        Directions("curved", "down the gradient and along its most curved direction", _curved, "Pearlmutter 1994"),
        Directions("path", "along the two main directions of the path", _along_path,
                   "Li et al. 2018, arXiv 1712.09913, section 7"),
    ],
)  # fmt: skip
"""Every way to choose the two directions; two parameters are another, by their names."""


def fitting(cost: Cost, path: Array | None) -> str | tuple[int, int]:
    """The directions that show most: the only two parameters, else the plane of the path, else two random ones."""
    if cost.theta.size == 2:
        return 0, 1
    return "random" if path is None or not (path - cost.theta).any() else "path"


def of_parameter(cost: Cost, name: str | int) -> Axis:
    """The direction of one parameter.

    Args:
        name: as the ledger writes it, ``"w13[1]"``, ``"b1[2]"``; or its place in theta, from 0.

    Raises:
        InvalidInput: there is none.
    """
    theta, layout = cost.theta, cost.network.layout
    places = [int(name)] if isinstance(name, (int, np.integer)) else parameters_named(layout, name)
    if len(places) != 1 or not 0 <= places[0] < theta.size:
        seen, remedy = f"the network has {theta.size}", f"choose one, such as {parameter_at(layout, 0)}"
        raise InvalidInput(f"there is no single parameter {name!r}", seen, remedy)
    d = np.zeros_like(theta)
    d[places[0]] = 1.0
    return Axis(d, parameter_at(layout, places[0]), float(theta[places[0]]))


def chosen_axes(J: Cost, directions: Chosen, path: Array | None, rng: np.random.Generator) -> tuple[Axes, str]:
    """The two directions that ``directions`` means, and how they were chosen.

    Raises:
        InvalidInput, UnknownName: directions or parameters that do not exist.
    """
    directions = fitting(J, path) if directions is None else directions
    if isinstance(directions, str):
        chosen = DIRECTIONS[directions]
        return chosen.choose(J, path, rng), chosen.title
    if len(directions) != 2 or directions[0] == directions[1]:
        remedy = "as in directions=('w11[1]', 'b1[1]')"
        raise InvalidInput("a slice needs two different parameters", seen=repr(directions), remedy=remedy)
    first, second = (of_parameter(J, name) for name in directions)
    return (first, second), f"through {first.name} and {second.name}"


def on_plane(way: Array, axes: Axes) -> Array:
    """Where points fall on the plane, (t, 2): the nearest combination of the two directions."""
    D = np.stack([axis.d for axis in axes], axis=1)
    return np.linalg.lstsq(D, way.T, rcond=None)[0].T
