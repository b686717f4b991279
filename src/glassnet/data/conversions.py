"""From how cells are stored to how they are wanted: one table, READERS[wanted][stored], of functions on Arrow arrays.

Every reader gives null where a cell is missing or cannot be read; ``lost`` tells the two apart.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any

from glassnet.data.spelling import BOOLEANS, Spelling
from glassnet.errors import BrokenFile

# Formats in which dates and times are written, tried in this order; None is ISO 8601. Where a column fits several
# (every day is 12 or less), the first wins, and the report says which.
TIME_FORMATS = (
    None,
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y"),
    *("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S"),
    *("%H:%M", "%H:%M:%S"),
)


@functools.lru_cache(maxsize=256)
def form(kind: Any) -> str | None:
    """How an Arrow type stores values, None for what is no cell of a table."""
    import pyarrow.types as is_

    if is_.is_dictionary(kind):
        return form(kind.value_type) and "text"
    tests: dict[str, list[Callable[[Any], bool]]] = {
        "number": [is_.is_integer, is_.is_floating, is_.is_decimal, is_.is_duration],
        "boolean": [is_.is_boolean],
        "time": [is_.is_timestamp, is_.is_date, is_.is_time],
        "text": [is_.is_string, is_.is_large_string, is_.is_string_view],
        "nothing": [is_.is_null],
    }
    return next((name for name, group in tests.items() if any(test(kind) for test in group)), None)


def lost(result: Any, array: Any, spelling: Spelling) -> Any:
    """Whether each cell of ``array`` is there, but null in what was read of it: Arrow booleans."""
    import pyarrow.compute as pc

    return pc.and_(pc.is_null(result), pc.is_valid(_texts_of_any(array, spelling)))


def _texts_of_any(array: Any, spelling: Spelling) -> Any:
    found = form(array.type)
    return READERS["word"][found](array, spelling) if found else array


def _same(array: Any, spelling: Spelling) -> Any:
    return array


def _nothing(kind: str) -> Callable[..., Any]:
    def nulls(array: Any, spelling: Spelling, *extra: Any) -> Any:
        import pyarrow as pa

        return pa.nulls(len(array), getattr(pa, kind)())

    return nulls


# ---- numbers


def _number_of_number(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_ = pa.types
    if is_.is_integer(array.type) or is_.is_float32(array.type) or is_.is_float64(array.type):
        return array  # NumPy makes float64 of it, with NaN for null, faster than Arrow does
    if is_.is_duration(array.type):  # seconds
        array = pc.divide(array.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)
    return array.cast(pa.float64(), safe=False)


def _number_of_boolean(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa

    return array.cast(pa.int8()).cast(pa.float64())


def _number_of_text(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa

    # Most columns of numbers hold nothing else, so the cells are parsed before anyone looks for words among them.
    for prepare in (_as_strings, _word_of_text, _only_numbers):
        try:
            return spelling.point(prepare(array, spelling)).cast(pa.float64())
        except pa.ArrowInvalid:
            continue
    # What is left is no text at all: NUMBER knows every form that Arrow parses.
    raise BrokenFile("a column of text holds bytes that are no UTF-8", remedy="the file is damaged; write it anew")


def _only_numbers(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = _word_of_text(array, spelling)
    return pc.if_else(spelling.is_number(texts), texts, pa.scalar(None, pa.string()))


# ---- words


def _as_strings(array: Any, spelling: Spelling) -> Any:
    """Text of any encoding (large, dictionary, view) as plain Arrow strings."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        words = READERS["word"][form(array.type.value_type) or "nothing"](array.dictionary, spelling)
        return pc.take(words, array.indices)
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


def _word_of_text(array: Any, spelling: Spelling) -> Any:
    return spelling.clean(_as_strings(array, spelling))


def _word_of_number(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_integer(array.type):  # 2.0 and 2 are the same category; NaN is none
        array = _number_of_number(array, spelling).cast(pa.float64())
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    return spelling.clean(array.cast(pa.string()))


def _word_of_other(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa

    return array.cast(pa.string())


# ---- booleans


def _boolean_of_text(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.utf8_lower(_word_of_text(array, spelling))
    return pc.take(pa.array(BOOLEANS.values()), pc.index_in(words, pa.array(BOOLEANS.keys())))


def _boolean_of_number(array: Any, spelling: Spelling) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = _number_of_number(array, spelling).cast(pa.float64(), safe=False)
    return pc.take(pa.array([False, True]), pc.index_in(values, pa.array([0.0, 1.0])))


# ---- times


def _time_of_time(array: Any, spelling: Spelling, format: str | None = None) -> Any:
    import pyarrow as pa

    if pa.types.is_time(array.type):  # a time of day is that time on the first day there is
        array = array.cast(pa.time64("us")).cast(pa.int64())
    return array.cast(pa.timestamp("us"), safe=False)


def _time_of_text(array: Any, spelling: Spelling, format: str | None = None) -> Any:
    import pyarrow.compute as pc

    texts = _word_of_text(array, spelling)
    if format is None:
        return _iso(texts)
    return pc.strptime(texts, format=format, unit="us", error_is_null=True)


def _iso(texts: Any) -> Any:
    import pyarrow as pa

    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            return texts.cast(kind).cast(pa.timestamp("us"))
        except pa.ArrowInvalid:
            continue
    return pa.array([_iso_one(text) for text in texts.to_pylist()], pa.timestamp("us"))


def _iso_one(text: str | None) -> datetime.datetime | None:
    try:
        time = datetime.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time.astimezone(datetime.UTC).replace(tzinfo=None) if time.tzinfo else time


Reader = Callable[..., Any]
READERS: dict[str, dict[str, Reader]] = {
    "number": {
        "number": _number_of_number,
        "boolean": _number_of_boolean,
        "text": _number_of_text,
        "nothing": _nothing("float64"),
    },
    "word": {
        "number": _word_of_number,
        "boolean": _word_of_other,
        "time": _word_of_other,
        "text": _word_of_text,
        "nothing": _nothing("string"),
    },
    "boolean": {
        "number": _boolean_of_number,
        "boolean": _same,
        "text": _boolean_of_text,
        "nothing": _nothing("bool_"),
    },
    "time": {
        "time": _time_of_time,
        "text": _time_of_text,
        "nothing": lambda array, spelling, format=None: _time_of_time(_nothing("int64")(array, spelling), spelling),
    },
}
