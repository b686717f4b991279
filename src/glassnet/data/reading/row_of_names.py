"""Whether a first row holds names, or cells like those below it: then the file has no row of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from glassnet.text import listed

NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?")
DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T].*)?|\d{1,2}:\d\d.*")
FIRST_YEAR = 1000  # whole numbers side by side from here on are years, which do name columns


def doubt(label: str, first: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A note where the first row looks like cells: like numbers above numbers, dates above dates, words that recur.

    Args:
        label: what messages call the file.
        first: the row that is taken for names.
        body: the rows below it, some of them.

    >>> doubt("t.csv", ["5.1", "a"], [["4.9", "a"], ["4.7", "b"]])[0]
    "the first row of t.csv looks like cells, not names: '5.1', 'a'; if it is, pass header=False (--no-header)"
    >>> doubt("t.csv", ["size", "kind"], [["4.9", "a"]])
    ()
    """
    columns = [[row[j].strip() for row in body if j < len(row) and row[j].strip()] for j in range(len(first))]
    pairs = [(name.strip(), cells) for name, cells in zip(first, columns, strict=True) if name.strip() and cells]
    alike = list(_alike(pairs))
    if not alike or 2 * len(alike) < len(pairs):
        return ()
    shown = listed(map(repr, alike), 3)
    return (
        f"the first row of {label} looks like cells, not names: {shown}; if it is, pass header=False (--no-header)",
    )


def _alike(pairs: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    """The names that could be cells of their own columns."""
    numbers = [name for name, cells in pairs if NUMBER.fullmatch(name) and all(map(NUMBER.fullmatch, cells))]
    if _are_a_series(numbers):
        return
    for name, cells in pairs:
        dated = DATE.fullmatch(name) is not None and all(map(DATE.fullmatch, cells))
        if name in numbers or dated or (name in cells and not NUMBER.fullmatch(name)):
            yield name


def _are_a_series(names: Sequence[str]) -> bool:
    """Whether these are the names 0, 1, 2, ... that libraries give, or years."""
    if len(names) < 2 or not all(map(str.isdigit, names)):
        return False
    first, *rest = map(int, names)
    return [first, *rest] == list(range(first, first + len(names))) and (first == 0 or first >= FIRST_YEAR)
