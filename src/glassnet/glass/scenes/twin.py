"""The text twin of a picture: its sentence and the numbers behind it, as text and as HTML below the picture.

No script, nothing loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from glassnet.glass.scenes.table import Table


def as_text(title: str, sentence: str, tables: Sequence[Table]) -> str:
    """Title, sentence, tables."""
    head = f"{title}\n{sentence}" if sentence else title
    return "\n\n".join([head, *map(str, tables)])


def as_html(svg: str, sentence: str, tables: Sequence[Table]) -> str:
    """The picture, its text twin folded below; its style is in the sheet."""
    text = f"<p>{escape(sentence)}</p>{''.join(map(_table, tables))}"
    twin = f"<details><summary>The same as text and numbers</summary>{text}</details>"
    return f'<figure class="glassnet-scene">{svg}<figcaption>{twin}</figcaption></figure>'


def _table(table: Table) -> str:
    head, *rows = table.cells()
    body = "".join(f"<tr>{''.join(_cells(row, 'td'))}</tr>" for row in rows)
    head_row = "".join(_cells(head, "th"))
    return f"<table><caption>{escape(table.title)}</caption><tr>{head_row}</tr>{body}</table>"


def _cells(row: tuple[str, ...], tag: str) -> Iterator[str]:
    return (f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
