"""What the blocks of a text column held so far: its cells seen as numbers, as times, as booleans, as words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import NUMBER
from glassnet.data.reading.options import ReadOptions
from glassnet.data.spelling.booleans import common_pair
from glassnet.data.spelling.numbers import CURRENCIES, NOTATIONS, PERCENT, PLAIN, Framed, NumberFormat
from glassnet.data.spelling.times import ORDERS, Parsed, TimeFormat

ALMOST_ALL = (
    0.9  # from this share of numbers or dates on, words among them are a mistake (one repeated word: from half)
)
MOST_MARKS = 1000  # different units that are told apart
WITH_DIGITS = r"(?i)\pN|^[+-]?inf"
GROUPS = r"^[+-]?(0|[1-9][0-9]{0,2}(\.[0-9]{3})*)$"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
ISO = rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([ T]{_CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?|{_CLOCK})$"

_INDEX = {name: place for place, name in enumerate(NOTATIONS)}


@dataclass
class NumberScan:
    """The cells of a column seen as numbers.

    Args:
        options: how the table is read.
        plain: how many are numbers as every program writes them.
        grouped, pointed: whether all plain ones could be in groups of three by points, and whether one has a point.
        codes: how many begin with a zero that a number would not have.
        whole: whether all are whole numbers and nothing else.
        by_mark: of each mark beside the numbers, how many cells fit each of ``NOTATIONS``, and any of them.
        example, point: the first cell with a number that is not plain, and with a point or comma.
    """

    options: ReadOptions
    plain: int = 0
    grouped: bool = True
    pointed: bool = False
    codes: int = 0
    whole: bool = True
    by_mark: dict[str, np.ndarray] = field(default_factory=dict)
    example: str | None = None
    point: str | None = None

    def add(self, texts: pa.Array, times: np.ndarray, plain: np.ndarray) -> np.ndarray:
        """Take in distinct texts, how often each occurs, and which are plain; which are numbers at all."""
        framed = Framed(texts, self.options.currency)
        fits = np.array([_flags(framed.fits(notation)) for notation in NOTATIONS.values()])
        fits[:, plain & ~fits.any(axis=0)] = True  # infinity is the same in all of them
        found = np.asarray(fits.any(axis=0))
        fits = np.vstack([fits, found])
        marks = framed.mark.fill_null("").dictionary_encode()
        for place, mark in enumerate(marks.dictionary.to_pylist()):
            if mark in self.by_mark or len(self.by_mark) < MOST_MARKS:
                here = fits & (marks.indices.to_numpy() == place)
                self.by_mark[mark] = self.by_mark.get(mark, 0) + here @ times
        self.plain += int(times[plain].sum())
        self.codes += int(times[_flags(pc.match_substring_regex(texts, "^0[0-9]+$"))].sum())
        self.whole &= bool(_flags(pc.match_substring_regex(texts.filter(pa.array(found)), "^[0-9]+$")).all())
        marked = found & _flags(pc.match_substring_regex(framed.number, "[.,]"))
        self.pointed |= bool((marked & plain).any())
        self.grouped &= bool(_flags(pc.match_substring_regex(framed.number.filter(pa.array(found)), GROUPS)).all())
        self.example = self.example or _first(texts, found & ~plain)
        self.point = self.point or _first(texts, marked)
        return found

    def add_plain(self, count: int) -> None:
        """Take in plain numbers that nobody looked at."""
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
        return marked if 1 < len(marked) <= 5 else []

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


@dataclass
class TimeScan:
    """The cells of a column seen as dates and times.

    Args:
        shaped, exist: how many are written as times, and how many of them are in some order.
        fits: of each of ``ORDERS``, how many it reads.
        ordered, differ: how many need an order, and how many are another time in another.
        zoned: how many have a time zone.
        offsets: of these zones, in minutes.
        example: the first that is not ISO 8601.
    """

    shaped: int = 0
    exist: int = 0
    fits: np.ndarray = field(default_factory=lambda: np.zeros(len(ORDERS), np.int64))
    ordered: int = 0
    differ: int = 0
    zoned: int = 0
    offsets: set[int] = field(default_factory=set)
    example: str | None = None

    def add(self, texts: pa.Array, times: np.ndarray) -> np.ndarray:
        """Take in distinct texts, and how often each occurs; which are written as times."""
        parsed = Parsed(texts)
        if not parsed.shaped.any():
            return parsed.shaped
        read = np.array([parsed.times(order) for order in ORDERS])
        shaped = parsed.shaped
        self.shaped += int(times[shaped].sum())
        self.exist += int(times[shaped & parsed.exists].sum())
        self.fits += (shaped & ~np.isnat(read)) @ times
        self.ordered += int(times[shaped & parsed.ordered].sum())
        self.differ += int(times[np.fmax.reduce(read) > np.fmin.reduce(read)].sum())
        self.zoned += int(times[parsed.zoned].sum())
        self.offsets |= set(np.unique(parsed.offset[parsed.zoned]).tolist())
        if self.example is None:
            other = shaped & ~_flags(pc.match_substring_regex(texts, ISO))
            self.example = _first(texts, other)
        return shaped

    def best(self, wanted: str | None, elsewhere: str | None = None) -> tuple[int, TimeFormat, str | None]:
        """How many cells the best format reads, that format, and an order that reads them otherwise as well.

        Args:
            wanted: the order asked for.
            elsewhere: the order of other columns, which decides where several are possible.
        """
        most = int(self.fits.max())
        tied = [order for order, count in zip(ORDERS, self.fits.tolist(), strict=True) if count == most]
        order = next((one for one in (wanted, elsewhere) if one in tied), tied[0])
        other = next((one for one in tied if one != order), None)
        ambiguous = self.differ and wanted is None
        return most, TimeFormat(order if self.ordered else None, self._zone()), other if ambiguous else None

    def _zone(self) -> str:
        if not self.zoned:
            return ""
        minutes = next(iter(self.offsets)) if len(self.offsets) == 1 and self.zoned == self.shaped else 0
        sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
        return f"{sign}{hours:02}:{rest:02}" if minutes else "UTC"


def looks_special(scan: TextColumnScan, array: pa.Array) -> bool:
    """Whether plain numbers need a closer look: one may begin with a zero, as codes do, or all be groups of three.

    Args:
        scan: of the column; what is sure at a glance is noted down in it.
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
    numbers, inside = scan.numbers, letters[offsets[0] : offsets[-1]]
    numbers.whole &= bool((_DIGIT[inside] | (inside == ord(" "))).all())
    if not numbers.grouped and numbers.pointed:
        return False
    if not (inside == ord(".")).any():  # four digits without a point between
        numbers.grouped &= not (lengths > 4).any() and not _DIGIT[letters[wide]].any()
        return False
    some = [text for text in array[:: max(1, len(array) // 8)].to_pylist() if text]
    numbers.grouped &= all(re.match(GROUPS, text.strip()) for text in some)
    numbers.pointed = True
    numbers.point = numbers.point or next((text for text in some if "." in text), None)
    return numbers.grouped


_DIGIT = (np.arange(256) >= ord("0")) & (np.arange(256) <= ord("9"))


def _first(texts: pa.Array, where: np.ndarray) -> str | None:
    return texts[int(where.argmax())].as_py() if where.any() else None


def _flags(booleans: pa.Array) -> np.ndarray:
    """Arrow booleans, null as false."""
    return np.asarray(pc.fill_null(booleans, False).to_numpy(zero_copy_only=False)).astype(bool)


@dataclass
class TextColumnScan:
    """The cells of a text column.

    Args:
        name: of the column.
        numbers, times: the cells seen so.
        declared: whether the user says that they are dates.
        present: how many hold a value.
        booleans: the different words in lower case, None where they are no pair of booleans.
        words: the first two different words that are no numbers.
    """

    name: str
    numbers: NumberScan
    declared: bool = False
    times: TimeScan = field(default_factory=TimeScan)
    present: int = 0
    booleans: set[str] | None = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def add_plain(self, count: int) -> None:
        """Take in plain numbers."""
        self.present += count
        self.numbers.add_plain(count)
        self.booleans = self.booleans if not count else None

    def update(self, texts: pa.Array) -> None:
        """Take in the cells of a block, as words without surrounding blanks."""
        counts = pc.value_counts(texts.drop_null())
        distinct, times = counts.field("values"), np.asarray(counts.field("counts"))
        real = ~_flags(pc.match_substring_regex(distinct, "(?i)^[+-]?nan$"))
        distinct, times = distinct.filter(pa.array(real)), times[real]
        self.present += int(times.sum())
        known = np.zeros(len(distinct), bool)
        if (digits := _flags(pc.match_substring_regex(distinct, WITH_DIGITS))).any():
            some, often = distinct.filter(pa.array(digits)), times[digits]
            numbers = self.numbers.add(some, often, _flags(pc.match_substring_regex(some, NUMBER)))
            known[digits] = numbers | self.times.add(some, often)
        if len(self.words) < 2 and not known.all():
            strange = distinct.filter(pa.array(~known))[:2].to_pylist()
            self.words = list(dict.fromkeys([*self.words, *strange]))[:2]
        if self.booleans is not None:
            found = {word.lower() for word in distinct[:5].to_pylist()} | self.booleans
            self.booleans = found if len(distinct) <= 5 and common_pair(found) else None
