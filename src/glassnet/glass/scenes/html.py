"""A scene as HTML: the drawing, and its text twin below, folded. No script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassnet.glass.scenes.scene import Scene
    from glassnet.glass.scenes.table import Table

STYLE = (
    "<style>.glassnet-scene{margin:1em 0;overflow-x:auto}.glassnet-scene summary{cursor:pointer}"
    ".glassnet-scene table{border-collapse:collapse;margin:.5em 0}.glassnet-scene caption{text-align:left}"
    ".glassnet-scene th,.glassnet-scene td{padding:.1em .8em .1em 0;text-align:left}</style>"
)


def as_html(scene: Scene) -> str:
    """A fragment for pages and notebooks."""
    tables = "".join(map(_table, scene.tables))
    words = f"<p>{escape(scene.sentence)}</p>{tables}"
    twin = f"<details><summary>The same in words and numbers</summary>{words}</details>"
    return f'{STYLE}<figure class="glassnet-scene">{scene.svg()}<figcaption>{twin}</figcaption></figure>'


def _table(table: Table) -> str:
    head, *rows = table.cells()
    body = "".join(f"<tr>{''.join(_cells(row, 'td'))}</tr>" for row in rows)
    head_row = "".join(_cells(head, "th"))
    return f"<table><caption>{escape(table.title)}</caption><tr>{head_row}</tr>{body}</table>"


def _cells(row: tuple[str, ...], tag: str) -> Iterator[str]:
    return (f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
