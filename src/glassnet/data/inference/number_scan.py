"""The cells of a column seen as numbers: how many each notation reads, and with which mark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.inference.flags import first_text, flags
from glassnet.data.reading.options import ReadOptions
from glassnet.data.spelling.numbers import CURRENCIES, NOTATIONS, PERCENT, PLAIN, Framed, NumberFormat

ALMOST_ALL = 0.9  # from this share of numbers on, other cells are mistakes, and the numbers agree in their mark
MOST_NAMES = 10  # so few cells in ten times as many rows are names, not amounts
MOST_MARKS = 1000  # different units that are counted
GROUPS = r"^[+-]?(0|[1-9][0-9]{0,2}(\.[0-9]{3})*)$"

_INDEX = {name: place for place, name in enumerate(NOTATIONS)}
_DIGIT = (np.arange(256) >= ord("0")) & (np.arange(256) <= ord("9"))


@dataclass
class NumberScan:
    """The cells of a column seen as numbers.

    Args:
        options: how the table is read.
        plain: how many are numbers as every program writes them.
        grouped, pointed: whether all plain ones could be in groups of three by points, and whether one has a point.
        codes: how many begin with a zero that a number would not have.
        whole: whether all are whole numbers and nothing else.
        marked: the first different cells with a number and a mark.
        by_mark: of each mark, how many cells fit each of ``NOTATIONS``, and any of them.
        example, point: the first cell with a number that is not plain, and with a point or comma.
    """

    options: ReadOptions
    plain: int = 0
    grouped: bool = True
    pointed: bool = False
    codes: int = 0
    whole: bool = True
    marked: set[str] = field(default_factory=set)
    by_mark: dict[str, np.ndarray] = field(default_factory=dict)
    example: str | None = None
    point: str | None = None

    def add(self, texts: pa.Array, times: np.ndarray, plain: np.ndarray) -> np.ndarray:
        """Take in distinct texts, how often each occurs, and which are plain; which are numbers at all."""
        framed = Framed(texts, self.options.currency)
        fits = np.array([flags(framed.fits(notation)) for notation in NOTATIONS.values()])
        fits[:, plain & ~fits.any(axis=0)] = True  # infinity is the same in all of them
        found = np.asarray(fits.any(axis=0))
        fits = np.vstack([fits, found])
        marks = framed.mark.fill_null("").dictionary_encode()
        for place, mark in enumerate(marks.dictionary.to_pylist()):
            if mark in self.by_mark or len(self.by_mark) < MOST_MARKS:
                here = fits & (marks.indices.to_numpy() == place)
                self.by_mark[mark] = self.by_mark.get(mark, 0) + here @ times
        if len(self.marked) <= MOST_NAMES:
            has_mark = found & flags(pc.not_equal(framed.mark, ""))
            self.marked |= set(texts.filter(pa.array(has_mark))[: MOST_NAMES + 1].to_pylist())
        self.plain += int(times[plain].sum())
        self.codes += int(times[flags(pc.match_substring_regex(texts, "^0[0-9]+$"))].sum())
        self.whole &= bool(flags(pc.match_substring_regex(texts.filter(pa.array(found)), "^[0-9]+$")).all())
        marked = found & flags(pc.match_substring_regex(framed.number, "[.,]"))
        self.pointed |= bool((marked & plain).any())
        self.grouped &= bool(flags(pc.match_substring_regex(framed.number.filter(pa.array(found)), GROUPS)).all())
        self.example = self.example or first_text(texts, found & ~plain)
        self.point = self.point or first_text(texts, marked)
        return found

    def add_plain(self, count: int) -> None:
        """Count plain numbers without looking at each."""
        self.plain += count
        either = self.grouped or not self.pointed
        fits = np.array([*(either or notation.decimal == "." for notation in NOTATIONS.values()), True])
        self.by_mark[""] = self.by_mark.get("", 0) + count * fits

    @property
    def sure(self) -> int:
        """How many are numbers beyond doubt, each in its own way."""
        top = self._top()
        known = {"", PERCENT, top, *CURRENCIES, *self.options.currency}
        return sum(int(fits[-1]) for mark, fits in self.by_mark.items() if mark in known)

    def _top(self) -> str:
        return max((mark for mark in self.by_mark if mark), key=lambda mark: self.by_mark[mark][-1], default="")

    @property
    def units(self) -> list[str]:
        """The marks, where there are few of them and nearly all numbers have one."""
        marked = [mark for mark, fits in self.by_mark.items() if mark and fits.any()]
        return marked if 1 < len(marked) <= 5 and not self.names else []

    @property
    def names(self) -> bool:
        """Whether the cells with a mark are few and come again and again, as 1Story and 2Story, 1st and 2nd do."""
        count = sum(int(fits[-1]) for mark, fits in self.by_mark.items() if mark)
        mostly = 2 * count > sum(int(fits[-1]) for fits in self.by_mark.values())
        money = self._top() in {PERCENT, *CURRENCIES, *self.options.currency}
        return mostly and not money and count > MOST_NAMES * len(self.marked) and len(self.marked) <= MOST_NAMES

    def best(self, decimal: str | None = None) -> tuple[int, NumberFormat, str | None]:
        """How many cells the best format reads, that format, and a notation that reads them otherwise as well.

        Args:
            decimal: the decimal mark of other columns, which decides where both are possible.
        """
        none = np.zeros(len(NOTATIONS) + 1, np.int64)
        bare, top = self.by_mark.get("", none), self._top()
        marked = self.by_mark.get(top, none) if top else none
        if marked[-1] < ALMOST_ALL * (marked + bare)[-1] or not marked.any():
            top, marked = "", none
        counts = (marked + bare)[:-1]
        tied = [name for name in NOTATIONS if counts[_INDEX[name]] == counts.max()]
        name = max(tied, key=lambda name: self._preference(name, decimal))
        decided = self.options.decimal is not None or self.options.thousands is not None
        other = next((o for o in tied if NOTATIONS[o].decimal != NOTATIONS[name].decimal), None)
        grouped = self.grouped or name != PLAIN
        other = other if grouped and self.point is not None and not decided else None
        share = top == PERCENT and self.options.percent == "share"
        return int(counts.max()), NumberFormat(self._wider(name, tied), top, share), other

    def _preference(self, name: str, decimal: str | None) -> tuple[bool, bool, bool, int]:
        notation, options = NOTATIONS[name], self.options
        return (
            notation.decimal == options.decimal,
            notation.group == options.thousands,
            notation.decimal == decimal,
            -_INDEX[name],
        )

    def _wider(self, name: str, tied: list[str]) -> str:
        """The notation that also reads groups, where only one decimal mark is possible."""
        wide = {PLAIN: "1,234.5", "1234,5": "1.234,5"}.get(name, name)
        sure = len({NOTATIONS[other].decimal for other in tied}) == 1
        return wide if sure and wide in tied and self.example else name

    def looks_special(self, array: pa.Array) -> bool:
        """Whether plain numbers need a closer look: one may begin with a zero, as codes do, or all be groups of three.

        Args:
            array: the cells, Arrow strings.
        """
        array = array if pa.types.is_string(array.type) else array.cast(pa.string())
        if not len(array) or array.buffers()[2] is None:
            return False
        offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
        letters, lengths = np.frombuffer(array.buffers()[2], np.uint8), np.diff(offsets)
        long, wide = offsets[:-1][lengths > 1], offsets[:-1][lengths > 3]
        if (_DIGIT[letters[long + 1]] & (letters[long] == ord("0"))).any():
            return True
        inside = letters[offsets[0] : offsets[-1]]
        self.whole &= bool((_DIGIT[inside] | (inside == ord(" "))).all())
        if not self.grouped and self.pointed:
            return False
        if not (inside == ord(".")).any():  # four digits without a point between
            self.grouped &= not (lengths > 4).any() and not _DIGIT[letters[wide]].any()
            return False
        some = [text for text in array[:: max(1, len(array) // 8)].to_pylist() if text]
        self.grouped &= all(re.match(GROUPS, text.strip()) for text in some)
        self.pointed = True
        self.point = self.point or next((text for text in some if "." in text), None)
        return self.grouped
