"""The text twin of a picture: its sentence and the numbers behind it, as text and as HTML below the picture.

No script, nothing loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from glassnet.glass.scenes.table import Table

SUMMARY = "The same as text and numbers"  # what the folded twin is called


def as_text(title: str, sentence: str, tables: Sequence[Table]) -> str:
    """Title, sentence, tables."""
    head = f"{title}\n{sentence}" if sentence else title
    return "\n\n".join([head, *map(str, tables)])


def as_html(svg: str, sentence: str, tables: Sequence[Table]) -> str:
    """The picture, its text twin folded below; its style is in the sheet."""
    return figure(svg, f"<details><summary>{SUMMARY}</summary>{in_words(sentence, tables)}</details>")


def in_words(sentence: str, tables: Sequence[Table]) -> str:
    """The twin alone."""
    return f"<p>{escape(sentence)}</p>{''.join(map(_table, tables))}"


def figure(svg: str, below: str) -> str:
    """The picture with something below."""
    return f'<figure class="glassnet-scene">{svg}<figcaption>{below}</figcaption></figure>'


def _table(table: Table) -> str:
    head, *rows = table.cells()
    keys = table.keys or (("",) * len(head),) * len(rows)
    body = "".join(f"<tr>{''.join(map(_cell, row, of_row))}</tr>" for row, of_row in zip(rows, keys, strict=True))
    head_row = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    return f"<table><caption>{escape(table.title)}</caption><tr>{head_row}</tr>{body}</table>"


def _cell(text: str, key: str) -> str:
    at = f' data-key="{escape(key)}"' if key and text else ""
    return f"<td{at}>{escape(text)}</td>"
