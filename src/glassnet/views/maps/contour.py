"""Lines of equal height on a grid, and the borders between the classes of its cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.scenes.shapes import Point

Segment = tuple[Point, Point]


def contour(x: Array, y: Array, z: Array, level: float = 0.0) -> list[Segment]:
    """Where ``z`` crosses ``level``, linear between the points of the grid (marching squares).

    Args:
        x, y: ticks of the grid, (c,) and (r,).
        z: values at its points, (r, c); a cell with one that is not finite has no line.
        level: the height.

    >>> contour(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([[-1.0, 1.0], [-1.0, 1.0]]))
    [((0.5, 0.0), (0.5, 1.0))]
    """
    above = z > level
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    known = np.isfinite(z)
    whole = known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]
    found: list[Segment] = []
    for i, j in np.argwhere((corners > 0) & (corners < 4) & whole):
        crossings = list(_crossings(x, y, z - level, int(i), int(j)))
        found += list(zip(crossings[::2], crossings[1::2], strict=True))
    return found


def _crossings(x: Array, y: Array, z: Array, i: int, j: int) -> Iterator[Point]:
    """The points where the edges of one cell are crossed, around it."""
    ring = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)]
    for (r, c), (s, d) in zip(ring, ring[1:] + ring[:1], strict=True):
        a, b = float(z[r, c]), float(z[s, d])
        if (a > 0) != (b > 0):
            t = a / (a - b)
            yield float(x[c] + t * (x[d] - x[c])), float(y[r] + t * (y[s] - y[r]))


def borders(x: Array, y: Array, classes: Array) -> list[Segment]:
    """The edges between cells of different classes; each tick is the middle of its cell.

    >>> borders(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([[0, 1], [0, 1]]))
    [((0.5, -0.5), (0.5, 1.5))]
    """
    wide, high = (float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0 for ticks in (x, y))
    found: list[Segment] = []
    for j in range(len(x) - 1):
        at = float(x[j]) + wide / 2
        for start, stop in _runs(classes[:, j] != classes[:, j + 1]):
            found.append(((at, float(y[start]) - high / 2), (at, float(y[stop - 1]) + high / 2)))
    for i in range(len(y) - 1):
        at = float(y[i]) + high / 2
        for start, stop in _runs(classes[i] != classes[i + 1]):
            found.append(((float(x[start]) - wide / 2, at), (float(x[stop - 1]) + wide / 2, at)))
    return found


def hatching(x: Array, y: Array, marked: Array) -> list[Segment]:
    """Slanted lines over the cells that are ``marked`` (r, c); each tick is the middle of its cell.

    >>> hatching(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.eye(2, dtype=bool))
    [((-0.5, -0.5), (1.5, 1.5))]
    """
    wide, high = (float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0 for ticks in (x, y))
    found: list[Segment] = []
    for offset in range(-len(y) + 1, len(x)):
        if offset % 2 == 0:  # every second diagonal
            i, j = max(0, -offset), max(0, offset)
            for start, stop in _runs(np.diagonal(marked, offset)):
                first = float(x[j + start]) - wide / 2, float(y[i + start]) - high / 2
                found.append((first, (float(x[j + stop - 1]) + wide / 2, float(y[i + stop - 1]) + high / 2)))
    return found


def _runs(flags: Array) -> Iterator[tuple[int, int]]:
    """Where flags are set, from and to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
