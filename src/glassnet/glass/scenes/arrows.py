"""The heads of arrows: where they point, their corners, and where the line before them ends."""

from __future__ import annotations

from glassnet.glass.scenes.shapes import Path, Point

WIDE = 0.45  # half a head's width, of its length


def direction(path: Path) -> Point:
    """Of the last piece, of length 1."""
    (x1, y1), (x2, y2) = path.points[-2:]
    if path.smooth:
        return (1.0 if x2 >= x1 else -1.0), 0.0
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    return (x2 - x1) / length, (y2 - y1) / length


def before_the_head(path: Path) -> tuple[Point, ...]:
    """The line ends in the middle of the head, or it would blunt the tip."""
    (dx, dy), (x, y) = direction(path), path.points[-1]
    return (*path.points[:-1], (x - dx * path.head / 2, y - dy * path.head / 2))


def head(path: Path) -> tuple[Point, Point, Point]:
    """The tip and the two corners behind it."""
    (dx, dy), (x, y), long = direction(path), path.points[-1], path.head
    wide = WIDE * long
    back = (x - dx * long, y - dy * long)
    return (x, y), (back[0] - dy * wide, back[1] + dx * wide), (back[0] + dy * wide, back[1] - dx * wide)
