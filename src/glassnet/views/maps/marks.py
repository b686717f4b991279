"""How rows are marked on maps: a color and a form for each class, so that neither says it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, pi, sin

from glassnet.glass.scenes.frame import Key
from glassnet.glass.scenes.shapes import Box, Circle, Path, Point, Shape

CLASS_ROLES = ("forward", "backward", "highlight", "ink", "quiet")  # blue and orange are signs, and nothing else
FORMS = 5
R = 4.5  # pixels


def class_role(k: int) -> str:
    """The role of the color of class ``k``, from 0."""
    return CLASS_ROLES[k % len(CLASS_ROLES)]


def mark(k: int, x: float, y: float, title: str = "", r: float = R) -> Shape:
    """The mark of class ``k``, from 0: circle, square, triangle, diamond, star, in its color."""
    role, form = class_role(k), k % FORMS
    if form == 0:
        return Circle(x, y, r, role, 1.5, title)
    if form == 1:
        return Box(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r, role, 1.5, title=title)
    if form == 4:
        return Path(_ring(x, y, r, 10, 0.45), role, 1.5, filled=True, title=title)
    return Path(_ring(x, y, 1.15 * r, form + 1, 1.0), role, 1.5, filled=True, title=title)


def class_keys(names: Iterable[str]) -> Iterator[Key]:
    """What a legend says of the marks of these classes."""
    return (Key(name, class_role(k), mark=mark(k, 0, 0)) for k, name in enumerate(names))


def _ring(x: float, y: float, r: float, corners: int, inner: float) -> tuple[Point, ...]:
    """Corners around a point, the first above it; every second ``inner`` times as far away."""
    angles = (2 * pi * i / corners for i in range(corners))
    far = (r * (inner if i % 2 else 1.0) for i in range(corners))
    return tuple((x + f * sin(a), y - f * cos(a)) for a, f in zip(angles, far, strict=True))
