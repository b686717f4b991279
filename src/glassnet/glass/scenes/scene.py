"""A scene: a picture as data, with a text twin made from the same data; what draws it is elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from glassnet.archive import replace_atomically
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.scenes.shapes import Bounds, Shape, from_description
from glassnet.glass.scenes.svg import Scheme, svg
from glassnet.glass.scenes.table import Table

MARGIN = 18.0  # pixels around the picture


@dataclass(frozen=True)
class Scene:
    """A picture and its words.

    Args:
        kind: the name under which :func:`~glassnet.glass.scenes.draw` knows it.
        title: what is seen, in a few words.
        sentence: what is seen, in one sentence.
        tables: every number that is seen.
        shapes: the geometry, what lies below first.

    >>> from glassnet.glass.scenes import draw
    >>> scene = draw("product", [[1, 2, 3]], [[4], [1], [3]])
    >>> print(scene.sentence)
    A (1, 3) times B (3, 1) is a matrix (1, 1); row 1 meets column 1: 1*4 + 2*1 + 3*3 = 15.
    """

    kind: str
    title: str
    sentence: str
    tables: tuple[Table, ...]
    shapes: tuple[Shape, ...]

    @cached_property
    def view(self) -> Bounds:
        """What is in the picture, and a margin."""
        return Bounds.around(shape.bounds for shape in self.shapes).grown(MARGIN)

    def svg(self, scheme: Scheme = "auto") -> str:
        """The drawing as SVG: no script, nothing loaded from elsewhere.

        Args:
            scheme: "light" or "dark" colours, or "auto": the reader's own choice.
        """
        return svg(self, scheme)

    def html(self) -> str:
        """The drawing with its text twin below, folded: an HTML fragment without script."""
        from glassnet.glass.scenes.html import as_html

        return as_html(self)

    def text(self) -> str:
        """The text twin: title, sentence, tables."""
        return "\n\n".join([f"{self.title}\n{self.sentence}", *map(str, self.tables)])

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
    def from_description(cls, description: Mapping[str, Any]) -> Scene:
        """The scene that :meth:`describe` described, to hundredths of a pixel."""
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
    def from_json(cls, text: str) -> Scene:
        """The scene that :meth:`json` wrote."""
        return cls.from_description(json.loads(text))

    def png(self, dark: bool = False) -> bytes:
        """The drawing as PNG, for programs that show no SVG.

        Raises:
            MissingPackage: no matplotlib.
        """
        from glassnet.glass.scenes.png import png

        return png(self, dark)

    def save(self, path: str | Path, *, dark: bool = False) -> Path:
        """Write the scene; the file's ending says how: ``.svg``, ``.png``, ``.json`` or ``.txt``.

        Args:
            path: of the file.
            dark: a drawing on dark paper; otherwise SVG leaves that to the reader's own choice, PNG is on light.

        Raises:
            UnknownName: another ending.
            MissingPackage: PNG without matplotlib.
            UnusableFile: the file cannot be written; one that was there is as it was.
        """
        path = Path(path)
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": partial(self.svg, "dark" if dark else "auto"),
            ".png": partial(self.png, dark),
            ".json": self.json,
            ".txt": self.text,
        }
        if path.suffix.lower() not in writers:
            raise unknown_name("kind of picture file", path.suffix, writers)
        written = writers[path.suffix.lower()]()
        with replace_atomically(path) as file:
            file.write(written if isinstance(written, bytes) else (written + "\n").encode())
        return path

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "image/svg+xml": self.svg(), "text/plain": self.text()}


def checked_digits(digits: int) -> int:
    """``digits``, or an error before anything is drawn."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17:
        raise InvalidInput("digits is a whole number from 1 to 17", seen=f"digits={digits!r}")
    return digits
