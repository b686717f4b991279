"""A hint at whole numbers that seem to be codes of categories: their order says little about the target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds.number import NumberColumn
from glassnet.data.source import Source, read_numbers
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.text import quoted

MOST_CODES = 12  # different values: above, whole numbers are amounts more often than codes
FEWEST_COLUMNS = 3  # a single column that bends is a count or a grade; codes come in numbers
OFF_THE_LINE = 0.5  # of what the values explain of the target is not along a line
LEAST_F = 10.0  # compared with the noise, by the F test: chance does not reach it
FIRST_ROWS, MOST_ROWS = 200, 10_000  # that are looked at: first to leave most columns out, then to judge


def code_hints(
    encoder: TableEncoder, source: Source, target: str, X: Array, y: Array, classes: bool
) -> tuple[str, ...]:
    """What is worth saying about columns of numbers that seem to be codes, as sentences; for arguments see
    :func:`~glassnet.estimators.table.hints.leakage.leakage_notes`.
    """
    few = dict(_few_values(encoder, X))
    if len(few) < FEWEST_COLUMNS or len(y) < 2 * MOST_CODES:
        return ()
    truth = np.eye(int(y.max()) + 1)[y[:MOST_ROWS].astype(int)] if classes else y[:MOST_ROWS, None].astype(np.float64)
    codes = [name for name, values in _numbers(encoder, source, few) if _are_codes(values[:MOST_ROWS], truth)]
    if len(codes) < FEWEST_COLUMNS:
        return ()
    what = f"{quoted(codes, 'column', 3)} hold few whole numbers, and their order says little about {target!r}"
    return (f"{what}: if they are codes, read them as categories (categorical=, --categorical)",)


def _few_values(encoder: TableEncoder, X: Array) -> Iterator[tuple[str, NumberFormat | None]]:
    """The columns of numbers with few different values in the first rows, and how they are written."""
    some = np.sort(X[:FIRST_ROWS], axis=0)
    different = 1 + np.count_nonzero(some[1:] != some[:-1], axis=0)
    for column in encoder.columns:
        if not isinstance(column, NumberColumn) or not column.outputs:
            continue
        if different[encoder.outputs[column.name].start] <= MOST_CODES:
            yield column.name, column.format


def _numbers(
    encoder: TableEncoder, source: Source, formats: dict[str, NumberFormat | None]
) -> Iterator[tuple[str, Array]]:
    names = list(formats)
    parts: dict[str, list[Array]] = {name: [] for name in names}
    for block in source.blocks(names):
        for places, values in read_numbers(block, names, encoder.cell_format, formats):
            for place, numbers in zip(places, values, strict=True):
                parts[names[place]].append(numbers)
        if sum(map(len, parts[names[0]])) >= MOST_ROWS:
            break
    return ((name, np.concatenate(some)) for name, some in parts.items())


def _are_codes(values: Array, truth: Array) -> bool:
    """Whether numbers (m,) are whole, few, without a gap, and bend away from a line in each column of ``truth`` (m, k).

    The sum of squares between the values is divided into that along a line and the rest; comparing the rest with the
    sum within the values is the F test of linearity (Draper, Smith 1998, *Applied regression analysis*, 2.1).
    """
    codes, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    if not 3 <= len(codes) <= MOST_CODES or (np.diff(codes) != 1).any() or codes[0] != np.floor(codes[0]):
        return False
    centered = truth - truth.mean(axis=0)
    means = np.stack([np.bincount(places, column) for column in centered.T], axis=1) / counts[:, None]
    between = counts @ means**2
    off = codes - codes @ counts / len(values)
    along = (counts * off @ means) ** 2 / (counts @ off**2)
    rest, explained = float((between - along).sum()), float(between.sum())
    within = float((centered**2).sum()) - explained
    degrees = (len(codes) - 2) / (len(values) - len(codes))
    return rest >= OFF_THE_LINE * explained and rest >= LEAST_F * degrees * within
