"""``SplitBy``: which columns say how the rows are divided and what they weigh; and tables of rows of their own."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glassnet.errors import InvalidInput


def _column(default: object, help: str) -> Any:
    return field(default=default, metadata={"help": help, "column": True})


@dataclass(frozen=True)
class SplitBy:
    """Columns by which rows are divided and weighed. They are not inputs, unless that is asked for.

    Args:
        group: rows of one value of it never stand on both sides: not of the test, not of the validation.
        order_by: numbers or times; the last rows are tested on, and of the others the last validated on.
        weight: what each row weighs, in training and in every score.
        as_input: those of the three that are inputs all the same.

    >>> by = SplitBy(group="shop", order_by="day", as_input=("day",))
    >>> by.set_aside
    {'shop': 'it keeps rows together (as_input=, --as-input)'}
    """

    group: str | None = _column(None, "column of patients, shops, ...: the rows of one stay on one side")
    order_by: str | None = _column(None, "column of times or numbers: its last rows are held out, not random ones")
    weight: str | None = _column(None, "column of what each row weighs, in training and in every score")
    as_input: tuple[str, ...] = _column((), "one of these three columns that is an input all the same")

    @property
    def set_aside(self) -> dict[str, str]:
        """The columns that are not inputs, each with the reason."""
        why = {self.weight: "it weighs the rows", self.order_by: "it orders the rows"}
        why[self.group] = "it keeps rows together"
        return {
            name: f"{words} (as_input=, --as-input)"
            for name, words in why.items()
            if name is not None and name not in self.as_input
        }


def refuse_same(data: object, **others: object) -> None:
    """Raise where one table is given for two uses: the rows that judge a model may not be those that made it.

    Args:
        data: the table to learn from.
        others: "validation", "test": tables, or shares of the rows.

    Raises:
        InvalidInput: the same file or object twice.
    """
    given = {"the data": data} | {f"{name} (--{name})": one for name, one in others.items() if _is_table(one)}
    names = list(given)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if _same(given[name], given[other]):
                seen = str(given[other])[:80] if isinstance(given[other], str | os.PathLike) else "the same object"
                remedy = f"pass {other.split()[0]} a table of other rows, or a share such as 0.2"
                raise InvalidInput(f"{name} and {other} are the same table", seen, remedy)


def _is_table(one: object) -> bool:
    return one is not None and not isinstance(one, int | float)


def _same(one: object, other: object) -> bool:
    if isinstance(one, str | os.PathLike) and isinstance(other, str | os.PathLike):
        with suppress(OSError, ValueError):
            return Path(one).samefile(other)
        return os.fspath(one) == os.fspath(other)
    return one is other
