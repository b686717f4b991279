"""What a text column is, from all its cells: read rightly, or said, or refused; never words in silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cell_readers import READERS, Format, unreadable
from glassnet.data.inference.column_scan import TextColumnScan
from glassnet.data.inference.number_scan import ALMOST_ALL
from glassnet.data.source import Source
from glassnet.data.spelling.booleans import PLAIN, common_pair
from glassnet.data.spelling.numbers import NOTATIONS, NumberFormat
from glassnet.data.spelling.numbers import PLAIN as PLAIN_NUMBER
from glassnet.data.spelling.times import TimeFormat
from glassnet.errors import InvalidInput
from glassnet.text import counted, quoted


@dataclass(frozen=True)
class InferredKind:
    """The kind of a column, by name, how its cells are written, and what the user has to know about that."""

    kind: str
    format: Format = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Judges one column.

    Args:
        source: the table, for another look at cells that do not fit.
        scan: what its cells are.
        cell_format: how missing cells are written.
        mixed: True takes numbers mixed with words as categories instead of raising an error.
        learned: whether training is over, so that messages advise no option of it.
        target: whether the column is answered, so that its words have to stay the user's.
        decimal, order: the decimal mark and the order of dates in other columns, where these agree.
    """

    source: Source
    scan: TextColumnScan
    cell_format: CellFormat
    mixed: bool
    learned: bool
    target: bool
    decimal: str | None
    order: str | None

    def kind(self) -> InferredKind:
        """The kind of the column.

        Raises:
            InvalidInput: for a column that is nearly one of numbers or of dates, but not all of it.
        """
        scan, options = self.scan, self.source.options
        if not scan.present:
            return InferredKind("dropped")
        count, format, other = scan.numbers.best(self.decimal)
        if count == scan.present and not scan.declared:
            return self._number(format, other)
        if scan.name in options.numeric:
            raise self._mixture("numbers", count, self._plain(format))
        pair = common_pair(scan.booleans) if scan.booleans and not scan.declared else None
        if pair is not None and not (self.target and pair != PLAIN):
            return InferredKind("boolean", None if pair == PLAIN else pair)
        most, times, order = scan.times.best(options.date_order, self.order)
        whole = scan.times.duration is None and scan.times.shaped == scan.present
        if whole and most == scan.times.exist and 2 * most > scan.present:
            return self._time(most, times, order)
        if not self.mixed:
            self._refuse(count, format, most, times)
        return InferredKind("category", None, self._units())

    @property
    def _column(self) -> str:
        return f"column {self.scan.name!r}"

    def _plain(self, format: NumberFormat) -> NumberFormat | None:
        """None for numbers as every program writes them, which are read fastest."""
        plain = self.scan.numbers.example is None and format.notation == PLAIN_NUMBER
        return None if plain else format

    def _number(self, format: NumberFormat, other: str | None) -> InferredKind:
        numbers, name = self.scan.numbers, self.scan.name
        if numbers.codes and numbers.whole and not self.target and name not in self.source.options.numeric:
            why = "codes, as some begin with a zero, read as categories"
            return InferredKind("category", None, (f"{self._column} holds {why} (numeric=({name!r},), --numeric)",))
        plain = self._plain(format)
        example = numbers.point if other and numbers.point else numbers.example
        if example is None or (plain is None and (other is None or self.decimal)):
            return InferredKind("number", plain)
        note = f"{self._column}: {example!r} is read as {_number(format, example)} ({format.words})"
        if format.mark and (bare := int(numbers.by_mark.get("", np.zeros(1))[-1])):
            note += f"; without {format.mark!r}: {counted(bare, 'number')}, read as written"
        if other is not None:
            mark = NOTATIONS[other].decimal
            note += f"; if it means {_number(NumberFormat(other, format.mark, format.share), example)}, "
            note += f"pass decimal={mark!r} (--decimal {mark})"
        return InferredKind("number", plain, (note,))

    def _time(self, most: int, format: TimeFormat, other: str | None) -> InferredKind:
        times, notes = self.scan.times, []
        if (example := times.example) is not None:
            how = f" ({format.order})" if format.order else ""
            notes.append(f"{self._column}: {example!r} is read as {_time(format, example)}{how}")
            if other is not None:
                notes[0] += f"; if it is {other}, pass date_order={other!r} (--date-order {other})"
        if wrong := self.scan.present - most:
            row, text = self._first_unread("time", format)
            dates = counted(wrong, "date")
            notes.append(
                f"{self._column} has {dates} that cannot be, read as missing; the first is {text!r} in row {row}"
            )
        if 0 < times.zoned < times.shaped:
            notes.append(f"{self._column} has times with and without a time zone: those without are taken as UTC")
        return InferredKind("time", format, tuple(notes))

    def _units(self) -> tuple[str, ...]:
        units = self.scan.numbers.units
        if not units:
            return ()
        return (f"{self._column} has numbers with several units, {quoted(units)}: read as words; write one unit",)

    def _refuse(self, count: int, format: NumberFormat, most: int, times: TimeFormat) -> None:
        """Raise where nearly all cells are numbers or dates."""
        scan, one_word = self.scan, len(self.scan.words) == 1
        if scan.numbers.names and not scan.declared:
            return
        if scan.numbers.sure <= count and self._nearly(count, one_word):
            raise self._mixture("numbers", count, self._plain(format))
        if self._nearly(scan.numbers.sure, False):
            raise self._several("numbers", self._plain(format), scan.numbers.example)
        if scan.times.duration is not None and self._nearly(scan.times.shaped, one_word):
            remedy = f"write them as numbers, such as 26.5 hours, or pass categorical=({scan.name!r},) (--categorical)"
            raise self._error(f"{self._column} holds durations, not times of day", repr(scan.times.duration), remedy)
        if self._nearly(most, one_word) and most == scan.times.exist:
            raise self._mixture("dates", most, times)
        if self._nearly(scan.times.shaped, False) or scan.declared:
            raise self._several("dates", times, scan.times.example)

    def _nearly(self, count: int, one_word: bool) -> bool:
        share = count / self.scan.present
        return share >= ALMOST_ALL or (one_word and share > 0.5)

    def _mixture(self, noun: str, count: int, format: Format) -> InvalidInput:
        row, word = self._first_unread(noun[:-1], format)
        name, words = self.scan.name, counted(self.scan.present - count, "word")
        seen = f"{counted(count, noun[:-1])} and {words}, the first {word!r} in row {row}"
        remedy = (
            f"pass missing=({word!r},) (--missing) if the word means 'no value', or "
            f"categorical=({name!r},) (--categorical) if the column holds categories"
        )
        return self._error(f"{self._column} mixes {noun} and words", seen, remedy)

    def _several(self, noun: str, format: Format, example: str | None) -> InvalidInput:
        row, text = self._first_unread(noun[:-1], format)
        seen = f"{example!r}, and {text!r} in row {row}" if example not in (None, text) else f"{text!r} in row {row}"
        remedy = f"write them in one way, or pass categorical=({self.scan.name!r},) (--categorical)"
        return self._error(f"{self._column} has {noun} that cannot all be read in one way", seen, remedy)

    def _error(self, what: str, seen: str, remedy: str) -> InvalidInput:
        return InvalidInput(what, seen, "correct these cells" if self.learned else remedy)

    def _first_unread(self, kind: str, format: Format) -> tuple[int, str]:
        """Row (from 1) and text of the first cell that the format does not read."""
        kind = {"date": "time"}.get(kind, kind)
        for block in self.source.blocks([self.scan.name]):
            array = block.arrays[self.scan.name]
            read = READERS[kind]["text"](array, self.cell_format, format)
            if (index := unreadable(read, array, self.cell_format).index(True).as_py()) >= 0:
                return int(block.rows[index]) + 1, block.cells(self.scan.name, self.cell_format).texts()[index].as_py()
        return 0, ""


def _number(format: NumberFormat, text: str) -> str:
    return f"{format.read(pa.array([text]))[0].as_py():.12g}"


def _time(format: TimeFormat, text: str) -> str:
    return str(format.read(pa.array([text]))[0].as_py()).removesuffix(" 00:00:00")
