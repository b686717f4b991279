"""The shapes that pictures are made of: plain records; x to the right, y down, in pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, Self

from glassnet.glass.scenes.measure import LINE, MONO, SIZE, formula_width, text_width

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Style = Literal["", "formula", "code"]


class Bounds(NamedTuple):
    """A rectangle that holds a shape."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> Bounds:
        """With ``by`` pixels more on every side."""
        return Bounds(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Bounds) -> bool:
        """True where the two share more than an edge."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 1e-9 and min(self.bottom, other.bottom) - max(self.top, other.top) > 1e-9

    @classmethod
    def around(cls, every: Iterable[Bounds]) -> Bounds:
        """The smallest that holds all of them; nothing at the origin where there are none."""
        rows = list(every) or [cls(0, 0, 0, 0)]
        lefts, tops, rights, bottoms = zip(*rows, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True)
class Shape:
    """What all shapes have: a ``role``, which the palette turns into colors; some a ``key``, that of their number."""

    name: ClassVar[str]

    @property
    def bounds(self) -> Bounds:
        raise NotImplementedError

    def moved(self, dx: float, dy: float) -> Self:
        """The same shape elsewhere."""
        return dataclasses.replace(self, x=self.x + dx, y=self.y + dy)  # type: ignore[call-arg, attr-defined]

    def describe(self) -> dict[str, Any]:
        """As plain data; what is at its default is left out."""
        fields = ((field, _rounded(getattr(self, field.name))) for field in dataclasses.fields(self))
        return {"shape": self.name, **{field.name: value for field, value in fields if value != field.default}}


@dataclass(frozen=True)
class Path(Shape):
    """A line through ``points``.

    Args:
        points: at least two.
        role: of the palette.
        width: of the line; 0 draws none.
        dash: True for a dashed line.
        arrow: True for a head at the last point.
        smooth: True turns corners into curves that leave and arrive horizontally.
        filled: True closes the path and fills it with the role's tint.
        title: what it is: a tooltip, read aloud by screen readers.
        key: of the number it stands for, as in the ledger.
    """

    points: tuple[Point, ...]
    role: str = "ink"
    width: float = 1.5
    dash: bool = False
    arrow: bool = False
    smooth: bool = False
    filled: bool = False
    title: str = ""
    key: str = ""

    name = "path"

    @property
    def bounds(self) -> Bounds:
        # A smooth piece's control points lie between its ends, so the curve stays between them too.
        return Bounds.around(Bounds(x, y, x, y) for x, y in self.points).grown(
            self.head / 2 if self.arrow else self.width / 2
        )

    def moved(self, dx: float, dy: float) -> Self:
        return dataclasses.replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))

    @property
    def head(self) -> float:
        """The length of the arrow's head."""
        return 6 + 1.5 * self.width


@dataclass(frozen=True)
class Circle(Shape):
    """A circle around ``x, y``, filled with the role's tint."""

    x: float
    y: float
    r: float
    role: str = "ink"
    width: float = 1.5
    title: str = ""

    name = "circle"

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.x, self.y, self.x, self.y).grown(self.r + self.width / 2)


@dataclass(frozen=True)
class Box(Shape):
    """A rectangle with the corner ``x, y`` at the top left, its corners rounded by ``round``, filled with the tint."""

    x: float
    y: float
    w: float
    h: float
    role: str = "ink"
    width: float = 1.5
    round: float = 0.0
    title: str = ""

    name = "box"

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.x, self.y, self.x + self.w, self.y + self.h).grown(self.width / 2)


@dataclass(frozen=True)
class Text(Shape):
    """One line of text; ``y`` is its middle, ``anchor`` says which end of it is at ``x``.

    Args:
        style: "formula" sets indices and signs as in mathematics, "code" letters of one width, as they are; otherwise
            it is a name or a sentence.
    """

    x: float
    y: float
    text: str
    role: str = "ink"
    size: float = SIZE
    anchor: Anchor = "middle"
    bold: bool = False
    title: str = ""
    style: Style = ""
    key: str = ""

    name = "text"

    @property
    def text_width(self) -> float:
        """An upper bound, in pixels."""
        if self.style == "code":
            return MONO * self.size * len(self.text)
        return (formula_width if self.style else text_width)(self.text, self.size, bold=self.bold)

    @property
    def bounds(self) -> Bounds:
        width = self.text_width
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Bounds(left, self.y - LINE * self.size / 2, left + width, self.y + LINE * self.size / 2)


@dataclass(frozen=True)
class Group(Shape):
    """Shapes that belong together, under one title."""

    shapes: tuple[Shape, ...]
    title: str = ""
    key: str = ""

    name = "group"

    @property
    def bounds(self) -> Bounds:
        return Bounds.around(shape.bounds for shape in self.shapes)

    def moved(self, dx: float, dy: float) -> Self:
        return dataclasses.replace(self, shapes=tuple(moved(part, dx, dy) for part in self.shapes))

    def describe(self) -> dict[str, Any]:
        said = {"shape": self.name, "title": self.title} | ({"key": self.key} if self.key else {})
        return {**said, "shapes": [shape.describe() for shape in self.shapes]}


SHAPES: dict[str, type[Shape]] = {cls.name: cls for cls in (Path, Circle, Box, Text, Group)}


def line(x1: float, y1: float, x2: float, y2: float, **style: Any) -> Path:
    """A straight line, the shortest path."""
    return Path(((x1, y1), (x2, y2)), **style)


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """The same shape elsewhere."""
    return shape.moved(dx, dy)


def leaves(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Every shape that is drawn, those in groups too."""
    for shape in shapes:
        if isinstance(shape, Group):
            yield from leaves(shape.shapes)
        else:
            yield shape


def from_description(description: Mapping[str, Any]) -> Shape:
    """The shape that ``describe`` described."""
    fields = {name: _restored(value) for name, value in description.items()}
    return SHAPES[fields.pop("shape")](**fields)


def _restored(value: Any) -> Any:
    if isinstance(value, Mapping):
        return from_description(value)
    return tuple(map(_restored, value)) if isinstance(value, list | tuple) else value


def _rounded(value: Any) -> Any:
    """Hundredths of a pixel: less is not visible."""
    if isinstance(value, tuple):
        return [_rounded(part) for part in value]
    return round(float(value), 2) if isinstance(value, float) else value
