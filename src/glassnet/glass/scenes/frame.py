"""What all pictures share: a heading, a legend, and how to leave out what would not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.measure import text_width, wrapped
from glassnet.glass.scenes.shapes import Bounds, Box, Group, Shape, Text, line, moved

WIDEST_HEADING = 900.0  # pixels
MOST_ENTRIES = 40  # rows, columns, units or layers side by side: more cannot be read


def headed(shapes: Sequence[Shape], title: str, caption: str = "") -> tuple[Shape, ...]:
    """The shapes, with a heading above them that begins where they begin, in as many lines as it takes."""
    view = Bounds.around(shape.bounds for shape in shapes)
    titles = wrapped(title, WIDEST_HEADING, 16, bold=True)
    captions = wrapped(caption, WIDEST_HEADING) if caption else []
    y = view.top - 28 - 20 * len(captions) - 22 * (len(titles) - 1)
    heading: list[Shape] = []
    for text in titles:
        heading.append(Text(view.left, y, text, size=16, anchor="start", bold=True))
        y += 22
    for text in captions:
        heading.append(Text(view.left, y, text, role="quiet", anchor="start"))
        y += 20
    return (*heading, *shapes)


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a sample of a line, of an area, or of a mark, and its meaning.

    Args:
        text: the meaning.
        role: of the palette.
        dash, width, arrow: of a line; with ``width`` 0 the text is by itself.
        box: True for an area.
        mark: the mark itself, around 0, 0.
    """

    text: str
    role: str
    dash: bool = False
    box: bool = False
    width: float = 2.5
    arrow: bool = False
    mark: Shape | None = None


def legend(x: float, y: float, keys: Sequence[Key]) -> Group:
    """The keys in a row that begins at ``x`` and has its middle at ``y``."""
    shapes: list[Shape] = []
    for key in keys:
        if key.mark is not None:
            shapes.append(moved(key.mark, x + 15, y))
        elif key.box:
            shapes.append(Box(x + 8, y - 7, 14, 14, role=key.role, round=3))
        elif key.width:
            shapes.append(line(x, y, x + 30, y, role=key.role, width=key.width, dash=key.dash, arrow=key.arrow))
        sample = key.mark is not None or key.box or key.width > 0
        left = x + (38 if sample else 0)
        shapes.append(Text(left, y, key.text, role="quiet" if sample else key.role, size=12, anchor="start"))
        x = left + text_width(key.text, 12) + 24
    return Group(tuple(shapes))  # without a name: it is read as the text that it is, and no key stops at it


def below(shapes: Sequence[Shape], keys: Sequence[Key]) -> tuple[Shape, ...]:
    """The shapes with a legend below them."""
    view = Bounds.around(shape.bounds for shape in shapes)
    return (*shapes, legend(view.left, view.bottom + 30, keys))


def stacked(rows: Sequence[Sequence[Shape]], gap: float) -> list[Shape]:
    """Groups of shapes below each other, their left edges in one line."""
    shapes: list[Shape] = []
    y = 0.0
    for row in rows:
        view = Bounds.around(shape.bounds for shape in row)
        shapes += [moved(shape, -view.left, y - view.top) for shape in row]
        y += view.height + gap
    return shapes


def in_a_row(columns: Sequence[Sequence[Shape]], gap: float) -> list[Shape]:
    """Groups of shapes side by side, their middles in one line."""
    shapes: list[Shape] = []
    x = 0.0
    for column in columns:
        view = Bounds.around(shape.bounds for shape in column)
        shapes += [moved(shape, x - view.left, -(view.top + view.bottom) / 2) for shape in column]
        x += view.width + gap
    return shapes


@dataclass(frozen=True)
class Elided:
    """Which of ``n`` things in a row are drawn: the first ones and the last, and how many are not."""

    n: int
    drawn: tuple[int, ...]

    @classmethod
    def of(cls, n: int, most: int) -> Elided:
        """At most ``most`` of them; ``most`` from 2 to 40.

        >>> Elided.of(120, 4)
        Elided(n=120, drawn=(0, 1, 2, 119))
        >>> Elided.of(4, 4).hidden
        0
        """
        if isinstance(most, bool) or not isinstance(most, int) or not 2 <= most <= MOST_ENTRIES:
            raise InvalidInput(
                "most is out of range", f"most={most!r}", f"pass a whole number from 2 to {MOST_ENTRIES}"
            )
        return cls(n, tuple(range(n)) if n <= most else (*range(most - 1), n - 1))

    @property
    def hidden(self) -> int:
        """How many are not drawn."""
        return self.n - len(self.drawn)

    @property
    def places(self) -> tuple[int | None, ...]:
        """The drawn ones in order, None wherever some are left out."""
        places: list[int | None] = [*self.drawn[:1]]
        for before, i in pairwise(self.drawn):
            places += [i] if i == before + 1 else [None, i]
        return tuple(places)
