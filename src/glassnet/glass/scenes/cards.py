"""Cards: boxes with a few lines of text, as wide as their text, and the arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.glass.scenes.measure import LINE, formula_width, shortened, text_width
from glassnet.glass.scenes.shapes import Box, Group, Shape, Style, Text, line

SMALL = 12.0
WIDEST = 300.0  # pixels: longer lines are shortened in their middle
PAD = 12.0


@dataclass(frozen=True)
class CardLine:
    """One line of a card."""

    text: str
    bold: bool = False
    role: str = "ink"
    formula: bool = False

    @property
    def size(self) -> float:
        return 13.0 if self.bold else SMALL

    @property
    def fitting(self) -> str:
        return shortened(self.text, WIDEST, self.size, bold=self.bold)

    @property
    def width(self) -> float:
        return (formula_width if self.formula else text_width)(self.fitting, self.size, bold=self.bold)


@dataclass(frozen=True)
class Card:
    """Lines of text on a tint."""

    lines: tuple[CardLine, ...]
    role: str = "ink"
    title: str = ""

    @property
    def width(self) -> float:
        return max(entry.width for entry in self.lines) + 2 * PAD

    @property
    def height(self) -> float:
        return sum(entry.size * LINE + 3 for entry in self.lines) + 2 * PAD - 5

    def drawn(self, x: float, y: float, width: float = 0.0, height: float = 0.0) -> Group:
        """With its middle at ``x, y``; at least as wide and high as asked for."""
        w, h = max(width, self.width), max(height, self.height)
        shapes: list[Shape] = [Box(x - w / 2, y - h / 2, w, h, role=self.role, round=8)]
        top = y - (self.height - 2 * PAD + 5) / 2
        for entry in self.lines:
            top += entry.size * LINE + 3
            middle = top - (entry.size * LINE + 3) / 2
            style: Style = "formula" if entry.formula else ""
            shapes.append(Text(x, middle, entry.fitting, entry.role, entry.size, bold=entry.bold, style=style))
        return Group(tuple(shapes), self.title or self.lines[0].text)


def card(heading: str, *lines: str, role: str = "ink") -> Card:
    """A heading and lines of formulas."""
    return Card((CardLine(heading, bold=True), *(CardLine(text, formula=True) for text in lines if text)), role)


def labeled_arrow(x1: float, x2: float, y: float, lines: Sequence[str], role: str = "ink") -> list[Shape]:
    """A horizontal arrow with its first line of text above it and the others below."""
    shapes: list[Shape] = [line(x1, y, x2, y, role=role, arrow=True)]
    places = [y - 11, *(y + 12 + 16 * i for i in range(len(lines)))]
    for text, place in zip(lines, places, strict=False):
        if text:
            shapes.append(Text((x1 + x2) / 2, place, text, role=role, size=SMALL, style="formula"))
    return shapes


def arrow_length(lines: Sequence[str]) -> float:
    """Long enough for its text."""
    return max([44.0, *(formula_width(text, SMALL) + 26 for text in lines)])
