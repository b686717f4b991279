"""The target of a table larger than memory: its different values with their numbers of rows, or moments of numbers."""

from __future__ import annotations

import dataclasses
from math import sqrt

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.reading.in_memory import from_arrow
from glassnet.data.source import Source
from glassnet.data.target import TargetEncoder
from glassnet.data.targets.reading import read_target
from glassnet.data.targets.values import TargetValues, Task
from glassnet.errors import InvalidInput

MOST_DIFFERENT = 100_000  # values that are counted; of more, numbers are summed up, and words cannot be a target


def fit_target(source: Source, name: str, task: Task | None = None) -> TargetEncoder:
    """Learn the target of ``source`` in memory that does not grow with its rows; see :meth:`TargetEncoder.fit`.

    Counts of classes are exact; mean and standard deviation of numbers are, up to rounding, those of all rows.

    >>> from glassnet.data.reading.opening import open_source
    >>> fit_target(open_source({"y": ["no", "yes", "no", "no"]}), "y").counts
    array([3, 1])
    """
    name = source.check_name(name)
    cell_format = CellFormat.of(source.options)
    values, whole = _different_values(source, name)
    few = dataclasses.replace(from_arrow(values.select([name]), source.options, source.label), typed=source.typed)
    found = read_target(few, name, cell_format, task)
    entries = dataclasses.replace(found, rows=values["first"].to_numpy(), times=values["rows"].to_numpy())
    if whole:
        return TargetEncoder(task).learn(entries, cell_format)
    if found.amounts is None or found.declared or task == "classification":
        what = f"the target {name!r} has more than {MOST_DIFFERENT:,} different values, too many for classes"
        raise InvalidInput(what, remedy="choose another target (--target), or regression if these are numbers (--task)")
    moments = _moments(source, name, dataclasses.replace(cell_format, number=found.format))
    encoder = TargetEncoder("regression").learn(_as_moments(entries, moments), cell_format)
    if task is None:
        encoder.reason = f"regression, because {name!r} holds numbers (more than {MOST_DIFFERENT:,} different)"
    return encoder


def _different_values(source: Source, name: str) -> tuple[pa.Table, bool]:
    """The different cells of a column, their numbers of rows and the first row of each; whether these are all."""
    found, waiting = None, 0
    parts: list[pa.Table] = []
    for block in source.blocks([name]):
        parts.append(_counted(name, block.arrays[name], block.rows))
        waiting += parts[-1].num_rows
        if waiting > 2 * MOST_DIFFERENT:
            parts = [found := _merged(name, parts)]
            waiting = found.num_rows
            if waiting > MOST_DIFFERENT:
                return found, False
    return _merged(name, parts), True


def _counted(name: str, cells: pa.Array, rows: np.ndarray) -> pa.Table:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    _, first, times = np.unique(codes, return_index=True, return_counts=True)
    return pa.table({name: cells.take(pa.array(first)), "rows": times, "first": rows[first]})


def _merged(name: str, parts: list[pa.Table]) -> pa.Table:
    """One line for each different cell, in the order in which they come first."""
    if not parts:
        raise InvalidInput(f"the target {name!r} has no rows", remedy="pass a table with rows")
    kind = parts[0].schema.field(name).type
    plain = [
        part.set_column(0, name, part[name].cast(kind.value_type)) if pa.types.is_dictionary(kind) else part
        for part in parts
    ]
    groups = pa.concat_tables(plain).group_by(name).aggregate([("rows", "sum"), ("first", "min")])
    whole = groups.rename_columns({"rows_sum": "rows", "first_min": "first"}).select([name, "rows", "first"])
    whole = whole.sort_by("first").combine_chunks()
    return whole.set_column(0, name, whole[name].dictionary_encode()) if pa.types.is_dictionary(kind) else whole


def _moments(source: Source, name: str, cell_format: CellFormat) -> tuple[int, float, float]:
    """Rows, mean and standard deviation of a column of numbers, block after block (Chan, Golub, LeVeque 1983)."""
    count, mean, squares = 0, 0.0, 0.0
    for block in source.blocks([name]):
        numbers = Cells(name, block.arrays[name], block.rows, cell_format).numbers(cell_format.number)
        if (missing := np.isnan(numbers)).any():
            row = int(block.rows[missing.argmax()]) + 1
            raise InvalidInput(
                f"the target {name!r} is missing in some rows", f"the first is row {row}", "leave these rows out"
            )
        k, delta = len(numbers), float(numbers.mean()) - mean
        squares += float(((numbers - numbers.mean()) ** 2).sum()) + delta**2 * count * k / (count + k)
        count, mean = count + k, mean + delta * k / (count + k)
    return count, mean, sqrt(squares / count)


def _as_moments(found: TargetValues, moments: tuple[int, float, float]) -> TargetValues:
    """Values of which two stand for all: they have the same number of rows, mean and standard deviation."""
    count, mean, deviation = moments
    amounts = np.array([mean - deviation, mean + deviation])
    times = np.array([count // 2, count - count // 2])
    return dataclasses.replace(
        found, distinct=amounts, amounts=amounts, codes=np.arange(2), rows=np.zeros(2, np.int64), times=times / 1.0
    )
