"""From how cells are stored to what is wanted: one table, READERS[wanted][stored], of functions on Arrow arrays.

Every reader returns null where a cell is missing or unreadable; ``unreadable`` tells the two apart.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import CellFormat
from glassnet.data.spelling.booleans import PLAIN, truths
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.data.spelling.times import TimeFormat
from glassnet.errors import BrokenFile

# How the cells of a text column are written; None is as every program writes them. Of booleans the name of their pair.
Format = NumberFormat | TimeFormat | str | None


@functools.lru_cache(maxsize=256)
def storage(arrow_type: pa.DataType) -> str | None:
    """How an Arrow type stores values, None for a type that no cell of a table has."""
    is_ = pa.types
    if is_.is_dictionary(arrow_type):
        return storage(arrow_type.value_type) and "text"
    tests: dict[str, list[Callable[[pa.DataType], bool]]] = {
        "number": [is_.is_integer, is_.is_floating, is_.is_decimal, is_.is_duration],
        "boolean": [is_.is_boolean],
        "time": [is_.is_timestamp, is_.is_date, is_.is_time],
        "text": [is_.is_string, is_.is_large_string, is_.is_string_view],
        "null": [is_.is_null],
    }
    return next((name for name, group in tests.items() if any(test(arrow_type) for test in group)), None)


def unreadable(read: pa.Array, array: pa.Array, cell_format: CellFormat) -> pa.Array:
    """Whether each cell of ``array`` has a value but is null in what was ``read`` from it: Arrow booleans."""
    stored = storage(array.type)
    texts = READERS["word"][stored](array, cell_format) if stored else array
    return pc.and_(pc.is_null(read), pc.is_valid(texts))


# ---- numbers


def _number_from_number(array: pa.Array, cell_format: CellFormat, format: NumberFormat | None = None) -> pa.Array:
    is_ = pa.types
    if is_.is_integer(array.type) or is_.is_float32(array.type) or is_.is_float64(array.type):
        return array  # NumPy converts it to float64, null to NaN, faster than Arrow does
    if is_.is_duration(array.type):  # seconds
        array = pc.divide(array.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)
    return array.cast(pa.float64(), safe=False)


def _number_from_text(array: pa.Array, cell_format: CellFormat, format: NumberFormat | None = None) -> pa.Array:
    if (format := format or cell_format.number) is not None:
        return format.read(_word_from_text(array, cell_format))
    # Most columns of numbers hold nothing else, so cells are parsed before words among them are looked for.
    for prepare in (_as_strings, _word_from_text, _only_numbers):
        try:
            return cell_format.with_point(prepare(array, cell_format)).cast(pa.float64())
        except pa.ArrowInvalid:
            continue
    # What is left is not text at all: NUMBER knows every form that Arrow parses.
    raise BrokenFile("a column of text holds bytes that are not UTF-8", remedy="the file is damaged; write it anew")


def _only_numbers(array: pa.Array, cell_format: CellFormat) -> pa.Array:
    texts = _word_from_text(array, cell_format)
    return pc.if_else(cell_format.is_number(texts), texts, pa.scalar(None, pa.string()))


# ---- words


def _as_strings(array: pa.Array, cell_format: CellFormat) -> pa.Array:
    """Text of any encoding (large, dictionary, view) as plain Arrow strings."""
    if pa.types.is_dictionary(array.type):
        words = READERS["word"][storage(array.type.value_type) or "null"](array.dictionary, cell_format)
        return pc.take(words, array.indices)
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


def _word_from_text(array: pa.Array, cell_format: CellFormat) -> pa.Array:
    return cell_format.clean(_as_strings(array, cell_format))


def _word_from_number(array: pa.Array, cell_format: CellFormat) -> pa.Array:
    if not pa.types.is_integer(array.type):  # 2.0 and 2 are the same category; NaN is missing
        array = _number_from_number(array, cell_format).cast(pa.float64())
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    return cell_format.clean(array.cast(pa.string()))


def _word_from_other(array: pa.Array, cell_format: CellFormat) -> pa.Array:
    return array.cast(pa.string())


# ---- booleans


def _boolean_from_text(array: pa.Array, cell_format: CellFormat, pair: str | None = None) -> pa.Array:
    words = pc.utf8_lower(_word_from_text(array, cell_format))
    known = truths(pair or PLAIN)
    return pc.take(pa.array(known.values()), pc.index_in(words, pa.array(known)))


def _boolean_from_boolean(array: pa.Array, cell_format: CellFormat, pair: str | None = None) -> pa.Array:
    return array.cast(pa.bool_())


def _boolean_from_number(array: pa.Array, cell_format: CellFormat, pair: str | None = None) -> pa.Array:
    values = _number_from_number(array, cell_format).cast(pa.float64(), safe=False)
    return pc.take(pa.array([False, True]), pc.index_in(values, pa.array([0.0, 1.0])))


# ---- times


def _time_from_time(array: pa.Array, cell_format: CellFormat, format: TimeFormat | None = None) -> pa.Array:
    zoned = pa.types.is_timestamp(array.type) and array.type.tz is not None
    if pa.types.is_time(array.type):  # a time of day becomes that time on 1970-01-01
        array = array.cast(pa.time64("us")).cast(pa.int64())
    times = array.cast(pa.timestamp("us"), safe=False)
    return times if format is None else format.in_utc(times, zoned)


def _time_from_text(array: pa.Array, cell_format: CellFormat, format: TimeFormat | None = None) -> pa.Array:
    texts, format = _word_from_text(array, cell_format), format or TimeFormat()
    for arrow_type in (pa.timestamp("us"), pa.timestamp("us", "UTC")):  # ISO 8601 is read fastest
        try:
            return format.in_utc(texts.cast(arrow_type).cast(pa.timestamp("us")), arrow_type.tz is not None)
        except pa.ArrowInvalid:
            continue
    return format.read(texts)


def _time_from_number(array: pa.Array, cell_format: CellFormat, format: TimeFormat | None = None) -> pa.Array:
    """From 20240227, which is how some programs write a date."""
    return _time_from_text(_word_from_number(array, cell_format), cell_format, format)


Reader = Callable[..., Any]
READERS: dict[str, dict[str, Reader]] = {
    "number": {"text": _number_from_text, **dict.fromkeys(("number", "boolean", "null"), _number_from_number)},
    "word": {
        "number": _word_from_number,
        "text": _word_from_text,
        **dict.fromkeys(("boolean", "time", "null"), _word_from_other),
    },
    "boolean": {
        "number": _boolean_from_number,
        "text": _boolean_from_text,
        **dict.fromkeys(("boolean", "null"), _boolean_from_boolean),
    },
    "time": {"text": _time_from_text, "number": _time_from_number, **dict.fromkeys(("time", "null"), _time_from_time)},
}
