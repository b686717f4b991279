"""A scene: a drawing that can be rendered as SVG, HTML, PNG and PDF, saved, and shown by notebooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from glassnet.archive import replace_atomically
from glassnet.errors import unknown_name
from glassnet.glass.scenes.drawing import Drawing
from glassnet.glass.scenes.matplotlib_file import render
from glassnet.glass.scenes.svg import Scheme, svg
from glassnet.glass.scenes.twin import as_html
from glassnet.glass.sheet import styled
from glassnet.notebook_hook import Displayable


class Scene(Drawing, Displayable):
    """A picture drawn by glassnet itself.

    >>> from glassnet import draw
    >>> scene = draw("product", [[1, 2, 3]], [[4], [1], [3]])
    >>> print(scene.sentence)
    A (1, 3) times B (3, 1) is a matrix (1, 1); row 1 meets column 1: 1*4 + 2*1 + 3*3 = 15.
    """

    def svg(self, scheme: Scheme = "light") -> str:
        """The drawing as SVG: no script, no style, nothing loaded from elsewhere.

        Args:
            scheme: "light" or "dark": its colors where no style sheet gives others.

        Raises:
            UnknownName: another scheme.
        """
        return svg(self, scheme)

    def markup(self) -> str:
        """The drawing with its text twin folded below, for a page that serves the style sheet."""
        return as_html(self.svg(), self.sentence, self.tables)

    def html(self) -> str:
        """The same with the sheet before it: an HTML fragment without script, for notebooks."""
        return styled(self.markup())

    def png(self, dark: bool = False) -> bytes:
        """The drawing as PNG, for programs that show no SVG.

        Raises:
            MissingPackage: matplotlib is not installed.
        """
        return render(self, "png", dark)

    def save(self, path: str | Path, *, dark: bool = False) -> Path:
        """Write the scene; the file's ending says how: ``.svg``, ``.png``, ``.pdf``, ``.json`` or ``.txt``.

        Args:
            path: of the file.
            dark: a drawing on dark paper, otherwise on light; slide programs read no style sheets.

        Raises:
            UnknownName: another ending.
            MissingPackage: PNG or PDF without matplotlib.
            UnusableFile: the file cannot be written; one that was there is as it was.
        """
        path = Path(path)
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": partial(self.svg, "dark" if dark else "light"),
            ".png": partial(render, self, "png", dark),
            ".pdf": partial(render, self, "pdf", dark),
            ".json": self.json,
            ".txt": self.text,
        }
        if path.suffix.lower() not in writers:
            raise unknown_name("kind of picture file", path.suffix, writers)
        written = writers[path.suffix.lower()]()
        with replace_atomically(path) as file:
            file.write(written if isinstance(written, bytes) else (written + "\n").encode())
        return path
