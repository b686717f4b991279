"""JSON as a table: records (one a line, or in a list), columns by name, or rows of cells; read as a whole."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glassnet.data.reading import in_memory
from glassnet.data.reading.content import Content
from glassnet.data.reading.options import ReadOptions
from glassnet.data.reading.parse_errors import bad_byte
from glassnet.data.reading.text_file import TextFile
from glassnet.data.source import Source
from glassnet.errors import BrokenFile
from glassnet.hardware import refuse_too_large

ENDINGS = (".json", ".jsonl", ".ndjson")
SIZE = 10  # times as large as its text is a file's content in memory
_BEGINNING = re.compile(r'\s*(\{\s*("|\}|$)|\[\s*([\[{"\]0-9-]|true|false|null|$))')  # not CSV's [name],[age]
_NOT_BLANK = re.compile(r"\S")


def is_json(head: bytes, encoding: str) -> bool:
    """Whether a file that begins with ``head`` holds JSON, by its first letters.

    >>> is_json(b'{"a": 1}', "utf-8"), is_json(b'[\\n {"a"', "utf-8"), is_json(b"[name],[age]", "utf-8")
    (True, True, False)
    """
    return _BEGINNING.match(head.decode(encoding, "ignore").lstrip("\ufeff")) is not None


def from_json(content: Content, options: ReadOptions) -> Source:
    """The table in a file of JSON or JSON Lines.

    Raises:
        BrokenFile: where it is not JSON, or JSON but not a table.
        InvalidInput: where it does not fit in memory.
    """
    refuse_too_large(
        f"{content.label}, read as JSON,",
        SIZE * (content.path.stat().st_size if content.path else len(content.open().read())),
        "convert it to Parquet or CSV",
    )
    text = TextFile(content, options.encoding)
    try:
        values = list(_values("".join(text.lines())))
    except UnicodeDecodeError as problem:
        raise bad_byte(text, problem) from problem
    except json.JSONDecodeError as problem:
        seen = f"line {problem.lineno}: {problem.msg}"
        raise BrokenFile(f"{content.label} is not valid JSON", seen, "correct it, or write it again") from None
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as problem:
        raise BrokenFile(f"{content.label} cannot be read as JSON", str(problem), "write it again") from problem
    return _table(values[0] if len(values) == 1 else values, options, content.label)


def _values(text: str) -> Iterator[Any]:
    """The values that stand one after the other: one, or in JSON Lines one a line."""
    decoder, start = json.JSONDecoder(), _NOT_BLANK.search(text)
    while start is not None:
        value, end = decoder.raw_decode(text, start.start())
        yield value
        start = _NOT_BLANK.search(text, end)


def _table(value: Any, options: ReadOptions, label: str) -> Source:
    value = _unfolded(value) if isinstance(value, dict) else value
    if isinstance(value, dict):
        return in_memory.from_columns(value, options, label)
    if _all_are(dict, value):
        return in_memory.from_columns(_columns(value), options, label)
    if _all_are(list, value):
        names, *rows = value
        named = options.header and rows and _all_are(str, names) and all(len(row) == len(names) for row in rows)
        if named and len(set(names)) == len(names):
            return in_memory.from_columns(
                dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), options, label
            )
        return in_memory.from_rows(value, options, label)
    remedy = 'pass a list of records, one a row, such as [{"size": 3}, {"size": 5}]'
    raise BrokenFile(f"{label} is JSON, but not a table", f"it begins with {json.dumps(value)[:40]}", remedy)


def _all_are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, kind) for value in values)


def _unfolded(value: Mapping[str, Any]) -> Any:
    """An object as its columns (a dict), as records or rows (lists), whichever it holds."""
    inner = list(value.values())
    lists = [part for part in inner if isinstance(part, list)]
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):  # as pandas splits a frame
        return [value["columns"], *value["data"]]
    records = [part for part in lists if _all_are(dict, part)]
    if len(records) == 1:
        return records[0]
    if inner and len(lists) == len(inner):
        return value
    if _all_are(dict, inner):  # as pandas writes a frame: from names, or from row numbers
        by_row = all(map(str.isdigit, value)) and not all(map(str.isdigit, inner[0]))
        if by_row:
            return inner
        keys = dict.fromkeys(key for column in inner for key in column)
        return {name: [column.get(key) for key in keys] for name, column in value.items()}
    return inner if lists or any(isinstance(part, dict) for part in inner) else [value]


def _columns(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The columns of records, missing where a record lacks a name."""
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}
