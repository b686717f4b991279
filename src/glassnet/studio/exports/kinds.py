"""The table of what can be taken along: the page's list, the addresses and the command line read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from glassnet.pieces.tables import Table
from glassnet.studio.leaving import Download
from glassnet.studio.session.view import View


class Kind(NamedTuple):
    """One thing to take along.

    Args:
        name: in its address, ``/leave/python``.
        title: what people call it.
        help: what it is good for.
        ending: of the file's name.
        media_type: of the file.
        make: the view -> its content.
    """

    name: str
    title: str
    help: str
    ending: str
    media_type: str
    make: Callable[[View], str | bytes]

    def leave(self, view: View) -> Download:
        """The file.

        Raises:
            GlassnetError: it cannot be made of this view.
        """
        made = self.make(view)
        data = made.encode() if isinstance(made, str) else made
        return Download(f"{stem(view)}{self.ending}", self.media_type, data)


def stem(view: View) -> str:
    """The name of a file without its ending: letters and digits of the title, and the step."""
    words = re.sub(r"[^a-z0-9]+", "-", view.title.lower()).strip("-")[:40] or "run"
    return f"{words}-step-{view.clock.step}"


def _python(view: View) -> str:
    from glassnet.studio.exports.script import text

    return text(view)


def _notebook(view: View) -> str:
    from glassnet.studio.exports.pages import notes

    return notes(view)


def _run(view: View) -> bytes:
    from glassnet.studio.exports.run_file import run_file

    return run_file(view)


def _model(view: View) -> bytes:
    from glassnet.studio.exports.model_file import model_file

    return model_file(view)


def _svg(view: View) -> str:
    from glassnet.studio.exports.pages import picture

    return picture(view)


def _worksheet(view: View) -> str:
    from glassnet.studio.exports.pages import sheet

    return sheet(view)


def _static(view: View) -> str:
    from glassnet.studio.exports.pages import static

    return static(view)


KINDS: Table[Kind] = Table(
    "download",
    [
        Kind("python", "Python script", "prints these very numbers", ".py", "text/x-python", _python),
        Kind("notebook", "notebook", "the same, cell by cell", ".ipynb", "application/x-ipynb+json", _notebook),
        Kind("run", "run file", "drop it on this page, or: glassnet studio FILE", ".safetensors",
             "application/octet-stream", _run),
        Kind("model", "model file", "for glassnet predict MODEL DATA", "-model.safetensors",
             "application/octet-stream", _model),
        Kind("svg", "picture of the network", "as it is on the screen, SVG", ".svg", "image/svg+xml", _svg),
        Kind("worksheet", "worksheet", "with blanks, answers on a sheet of their own", "-worksheet.html", "text/html",
             _worksheet),
        Kind("static", "one page", "works offline, without a server", ".html", "text/html", _static),
    ],
)  # fmt: skip
"""Everything that can be taken along, except the link."""
