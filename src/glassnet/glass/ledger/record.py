"""What a ledger holds: steps of lines ``symbol = formula = formula with numbers = value``; lines may hold lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


class Folded(Sequence["Line"]):
    """Lines that are written when they are first looked at: most ledgers are never unfolded.

    Args:
        count: how many there are.
        write: makes them.
    """

    def __init__(self, count: int, write: Callable[[], tuple[Line, ...]]) -> None:
        self._count, self._write = count, write

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        return self._write()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        return self._lines[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._lines == tuple(other)

    def __hash__(self) -> int:
        return hash(self._lines)

    def __repr__(self) -> str:
        return repr(self._lines)

    def __reduce__(self) -> tuple[type, tuple[tuple[Line, ...]]]:  # copies and files hold the lines
        return tuple, (self._lines,)


@dataclass(frozen=True)
class Line:
    """One line.

    Args:
        symbol: what is computed: ``Z[1]``, ``z1[1]``, ``w12[1]``.
        formula: in symbols; "" where the symbol is given, not computed.
        numbers: the formula with numbers, or with the shapes of matrices.
        shown: the value as it is written.
        value: the value itself: a number, or None of a matrix.
        shape: of a matrix.
        rounded: True where the numbers as written do not come to the value as written.
        assigned: True for ``:=``, a value that replaces the one before.
        note: a name, or a reason.
        inside: the lines that this one unfolds to.
        key: of the number, the same in every picture of the step; "" of what has none.
    """

    symbol: str
    formula: str = ""
    numbers: str = ""
    shown: str = ""
    value: float | None = None
    shape: tuple[int, ...] | None = None
    rounded: bool = False
    assigned: bool = False
    note: str = ""
    inside: Sequence[Line] = ()
    key: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands around the equals signs, as far as it is there and says something new."""
        texts: list[str] = []
        for text in (self.symbol, self.formula, self.numbers, self.shown):
            if text and text not in texts[-1:]:
                texts.append(text)
        return tuple(texts)

    @property
    def behind(self) -> tuple[str, ...]:
        """Those of the parts that change from step to step: numbers put in, and the value."""
        known = len([text for text in (self.symbol, self.formula) if text])
        return self.parts[known:] if self.formula != self.symbol else self.parts[1:]

    @property
    def remarks(self) -> tuple[str, ...]:
        """ "rounded", and the note."""
        return (*(("rounded",) if self.rounded else ()), *((self.note,) if self.note else ()))

    def __str__(self) -> str:
        first, *others = self.parts
        for place, text in enumerate(others):
            first += (" := " if self.assigned and not place else " = ") + text
        return "  ".join([first, *(f"({remark})" for remark in self.remarks)])

    def walk(self, depth: int = 1) -> Iterator[tuple[int, Line]]:
        """This line and all inside, each with its depth from 1."""
        yield depth, self
        for line in self.inside:
            yield from line.walk(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        facts: dict[str, Any] = {name: getattr(self, name) for name in ("key", "symbol", "formula", "numbers", "shown")}
        facts |= {"value": self.value, "shape": self.shape, "rounded": self.rounded, "note": self.note}
        return {**facts, "inside": [line.to_dict() for line in self.inside]}


@dataclass(frozen=True)
class Step:
    """One of the four steps: its title, its lines, and a note on how to read them."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""
