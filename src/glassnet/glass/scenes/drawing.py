"""A drawing: a picture as plain data, with a text twin made from the same data. It knows no renderer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.shapes import Bounds, Shape, from_description
from glassnet.glass.scenes.table import Table
from glassnet.glass.scenes.twin import as_text

MARGIN = 18.0  # pixels around the picture


@dataclass(frozen=True)
class Drawing:
    """Geometry, and what it says.

    Args:
        kind: the name of the figure, as in ``FIGURES``.
        title: what the picture shows, in a few words.
        sentence: the same in one sentence.
        tables: every number in the picture.
        shapes: the geometry, the lowest layer first.
    """

    kind: str
    title: str
    sentence: str
    tables: tuple[Table, ...]
    shapes: tuple[Shape, ...]

    @cached_property
    def view(self) -> Bounds:
        """The bounds of all shapes, and a margin."""
        return Bounds.around(shape.bounds for shape in self.shapes).grown(MARGIN)

    def text(self) -> str:
        """The text twin: title, sentence, tables."""
        return as_text(self.title, self.sentence, self.tables)

    def describe(self) -> dict[str, Any]:
        """As plain data, from which :meth:`from_description` makes its equal."""
        return {
            "kind": self.kind,
            "title": self.title,
            "sentence": self.sentence,
            "tables": [table.describe() for table in self.tables],
            "view": [round(edge, 2) for edge in self.view],
            "shapes": [shape.describe() for shape in self.shapes],
        }

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Self:
        """What :meth:`describe` described, to hundredths of a pixel."""
        return cls(
            description["kind"],
            description["title"],
            description["sentence"],
            tuple(map(Table.from_description, description["tables"])),
            tuple(map(from_description, description["shapes"])),
        )

    def json(self) -> str:
        """:meth:`describe` as JSON, numbers in full."""
        return json.dumps(self.describe(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What :meth:`json` wrote."""
        return cls.from_description(json.loads(text))

    def __str__(self) -> str:
        return self.text()


def checked_digits(digits: int) -> int:
    """``digits``, or an error before anything is drawn.

    Raises:
        InvalidInput: not a whole number from 1 to 17.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17:
        raise InvalidInput("digits is a whole number from 1 to 17", seen=f"digits={digits!r}", remedy="leave it out")
    return digits
