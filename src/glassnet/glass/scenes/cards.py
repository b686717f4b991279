"""Cards: boxes with a few lines of words, as wide as their words, and the arrows between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from glassnet.glass.scenes.measure import LINE, shortened, text_width
from glassnet.glass.scenes.shapes import Box, Group, Shape, Text, line

SMALL = 12.0
WIDEST = 300.0  # pixels: longer lines are shortened in their middle
PAD = 12.0


@dataclass(frozen=True)
class Words:
    """One line of a card."""

    text: str
    bold: bool = False
    role: str = "ink"

    @property
    def size(self) -> float:
        return 13.0 if self.bold else SMALL

    @property
    def fitting(self) -> str:
        return shortened(self.text, WIDEST, self.size, bold=self.bold)

    @property
    def width(self) -> float:
        return text_width(self.fitting, self.size, bold=self.bold)


@dataclass(frozen=True)
class Card:
    """Lines of words on a tint."""

    lines: tuple[Words, ...]
    role: str = "ink"
    title: str = ""

    @property
    def width(self) -> float:
        return max(words.width for words in self.lines) + 2 * PAD

    @property
    def height(self) -> float:
        return sum(words.size * LINE + 3 for words in self.lines) + 2 * PAD - 5

    def drawn(self, x: float, y: float, width: float = 0.0, height: float = 0.0) -> Group:
        """With its middle at ``x, y``; at least as wide and high as asked for."""
        w, h = max(width, self.width), max(height, self.height)
        shapes: list[Shape] = [Box(x - w / 2, y - h / 2, w, h, role=self.role, round=8)]
        top = y - (self.height - 2 * PAD + 5) / 2
        for words in self.lines:
            top += words.size * LINE + 3
            middle = top - (words.size * LINE + 3) / 2
            shapes.append(Text(x, middle, words.fitting, words.role, words.size, bold=words.bold))
        return Group(tuple(shapes), self.title or self.lines[0].text)


def card(heading: str, *lines: str, role: str = "ink") -> Card:
    """A heading and plain lines."""
    return Card((Words(heading, bold=True), *(Words(text) for text in lines if text)), role)


def texts(cards: Iterable[Card]) -> list[str]:
    """Every line of the cards, in full."""
    return [words.text for card in cards for words in card.lines]


def labelled_arrow(x1: float, x2: float, y: float, words: Sequence[str], role: str = "ink") -> list[Shape]:
    """A horizontal arrow with its first line of words above it and the others below."""
    shapes: list[Shape] = [line(x1, y, x2, y, role=role, arrow=True)]
    places = [y - 11, *(y + 12 + 16 * i for i in range(len(words)))]
    for text, place in zip(words, places, strict=False):
        if text:
            shapes.append(Text((x1 + x2) / 2, place, text, role=role, size=SMALL))
    return shapes


def arrow_length(words: Sequence[str]) -> float:
    """Long enough for its words."""
    return max([44.0, *(text_width(text, SMALL) + 26 for text in words)])
