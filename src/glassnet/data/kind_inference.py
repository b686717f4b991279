"""Which kind each column is, inferred from all its rows in a first pass, before anything is learned from them.

Columns stored as numbers, booleans or times are what they are. Text columns are read to the last row, so a type that
changes late is found. A column that is nearly one of numbers or of dates is refused, or a note says what was done.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cell_readers import READERS, unreadable
from glassnet.data.cells import column_storage
from glassnet.data.inference.column_scan import TextColumnScan
from glassnet.data.inference.number_scan import NumberScan
from glassnet.data.inference.verdict import InferredKind, Verdict
from glassnet.data.source import Block, Source, concatenated
from glassnet.data.spelling.numbers import NOTATIONS
from glassnet.data.spelling.times import TimeFormat
from glassnet.errors import InvalidInput

BY_STORAGE = {"number": "number", "boolean": "boolean", "time": "time", "null": "dropped"}


def infer_kinds(
    source: Source,
    names: Iterable[str],
    cell_format: CellFormat,
    mixed: bool = False,
    learned: bool = False,
    target: bool = False,
) -> dict[str, InferredKind]:
    """The kind of each of the columns ``names``.

    Args:
        source: the table; of some rows of a table all are read, since how a column is written is the column's.
        names: of the columns.
        cell_format: how the cells are written.
        mixed: True takes numbers mixed with words as categories instead of raising an error.
        learned: whether training is over, so that messages advise no option of it.
        target: True leaves words that are booleans in one language only, and codes, as they are.

    Raises:
        InvalidInput: for a column of mixed numbers and words, and for words in a column declared numeric.
        InvalidType: for a column of lists, bytes and the like.
    """
    names, source = list(names), dataclasses.replace(source, selection=None, rule=None)
    found = {name: _declared(source, name) for name in names}
    options = source.options
    scans = [TextColumnScan(n, NumberScan(options), n in options.dates) for n in names if found[n] is None]
    cell_format = dataclasses.replace(cell_format, decimal=".")
    for block in source.blocks([scan.name for scan in scans]) if scans else ():
        _scan(scans, block, cell_format)
    elsewhere = _elsewhere(scans)
    verdicts = {scan.name: Verdict(source, scan, cell_format, mixed, learned, target, *elsewhere) for scan in scans}
    return {name: found[name] or verdicts[name].kind() for name in names}


def _scan(scans: list[TextColumnScan], block: Block, cell_format: CellFormat) -> None:
    """Scan one block: the columns of plain numbers so far together, the others one by one."""
    with_words = [scan for scan in scans if scan.numbers.plain < scan.present or scan.declared]
    others = [scan for scan in scans if scan.numbers.plain == scan.present and not scan.declared]
    for places, array in concatenated(block, [scan.name for scan in others]):
        values = READERS["number"]["text"](array, cell_format)
        shape = len(places), len(block.rows)
        numbers = values.to_numpy(zero_copy_only=False).reshape(shape)
        counts = np.count_nonzero(~np.isnan(numbers), axis=1).tolist()
        words = [False] * shape[0]
        if values.null_count:
            words = unreadable(values, array, cell_format).to_numpy(zero_copy_only=False).reshape(shape).any(axis=1)
        for place, count, has_words in zip(places, counts, words, strict=True):
            scan = others[place]
            if has_words or scan.numbers.looks_special(block.arrays[scan.name]):
                with_words.append(scan)
            else:
                scan.add_plain(count)
    for scan in with_words:
        scan.update(block.cells(scan.name, cell_format).texts())


def _declared(source: Source, name: str) -> InferredKind | None:
    """The kind of a column that is known without reading its cells."""
    options, arrow_type = source.options, source.schema.field(name).type
    stored, numeric = column_storage(name, arrow_type), name in options.numeric
    if name in options.categorical or (pa.types.is_dictionary(arrow_type) and not (numeric or name in options.dates)):
        return InferredKind("category")
    if stored == "text":
        return None
    if numeric and stored not in ("number", "boolean"):
        what = f"column {name!r} was declared numeric, but holds {arrow_type}"
        raise InvalidInput(what, remedy="leave it out of numeric (--numeric)")
    if stored == "time" or (stored == "number" and name in options.dates):
        return InferredKind("time", TimeFormat(None, getattr(arrow_type, "tz", None) or ""))
    return InferredKind("number" if numeric else BY_STORAGE[stored])


def _elsewhere(scans: Iterable[TextColumnScan]) -> tuple[str | None, str | None]:
    """The decimal mark and the order of dates of those columns that can only be read in one way, if they agree."""
    decimals, orders = set(), set()
    for scan in scans:
        count, format, other = scan.numbers.best()
        if count == scan.present and scan.numbers.point and other is None:
            decimals.add(NOTATIONS[format.notation].decimal)
        count, times, order = scan.times.best(None)
        if count == scan.present and times.order and order is None:
            orders.add(times.order)
    return (decimals.pop() if len(decimals) == 1 else None), (orders.pop() if len(orders) == 1 else None)
