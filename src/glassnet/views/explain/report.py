"""What explanations print and show: sentences, a table, and a legend of its columns."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from html import escape
from typing import Any

from glassnet.notebook_hook import Displayable
from glassnet.text import printable


class Report(Displayable, ABC):
    """Findings that are read as text, in notebooks as HTML without script, by programs as plain data."""

    @abstractmethod
    def sentences(self) -> list[str]:
        """What was found, without full stops."""

    @abstractmethod
    def table(self) -> tuple[list[str], list[list[str]]]:
        """Heads and rows of text."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""

    def legend(self) -> list[str]:
        """What the columns of the table are, where the sentences do not say it."""
        return []

    def html(self) -> str:
        """An HTML fragment."""
        heads, rows = self.table()
        said = "".join(f"<p>{escape(sentence)}.</p>" for sentence in self.sentences())
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        legend = "".join(f"<li>{escape(line)}</li>" for line in self.legend())
        return f"<div>{said}{table}{legend and f'<ul>{legend}</ul>'}</div>"

    def __str__(self) -> str:
        heads, *rows = [[*map(printable, row)] for row in (self.table()[0], *self.table()[1])]
        wide = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = [
            "  ".join(f"{text:{'>' if i else '<'}{wide[i]}}" for i, text in enumerate(row)).rstrip()
            for row in [heads, *rows]
        ]
        legend = ["", *self.legend()] if self.legend() else []
        return "\n".join(map(printable, [*(f"{sentence}." for sentence in self.sentences()), "", *lines, *legend]))


def _cells(row: list[str]) -> str:
    head, *rest = map(escape, row)
    return f'<th scope="row">{head}</th>' + "".join(f"<td>{text}</td>" for text in rest)


BAR = 12  # letters of the longest bar


def bar(value: float, largest: float) -> str:
    """The size of a number as a bar, in eighths of a letter; its sign is printed next to it.

    >>> bar(-1.0, 2.0), bar(0.1, 2.0), bar(0.0, 0.0)
    ('██████', '▋', '')
    """
    if not largest or not math.isfinite(value / largest):
        return ""
    whole, part = divmod(round(abs(value) / largest * BAR * 8), 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[part] * (part > 0)
