"""Columns of one type read in one call: in wide tables the overhead of each column dominates, not its cells.

Columns of a block that are stored the same way are concatenated and read as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.source import Block
from glassnet.errors import GlassnetError

CELLS = 1 << 15  # read in one call; a longer column is read alone


def concatenated(block: Block, names: Sequence[str]) -> Iterator[tuple[np.ndarray, pa.Array]]:
    """Columns concatenated, some at a time.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their cells, an Arrow array (k * rows,).
    """
    by_type: dict[pa.DataType, list[int]] = {}
    for place, name in enumerate(names):
        by_type.setdefault(block.arrays[name].type, []).append(place)
    step = max(1, CELLS // len(block.rows))
    for places in by_type.values():
        for start in range(0, len(places), step):
            some = places[start : start + step]
            arrays = [block.arrays[names[place]] for place in some]
            yield np.array(some), arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def read_numbers(
    block: Block, names: Sequence[str], cell_format: CellFormat
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The columns ``names`` of a block as ``Cells.numbers`` reads them, some at a time.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their numbers, float64 (k, rows).

    Raises:
        GlassnetError: as ``Cells.numbers`` does, about the column that holds the first cell that is not a number.

    >>> import pyarrow as pa
    >>> block = Block(np.arange(2), pa.record_batch({"a": ["1", "2"], "b": ["3", "NA"]}))
    >>> next(read_numbers(block, ["a", "b"], CellFormat()))
    (array([0, 1]), array([[ 1.,  2.],
           [ 3., nan]]))
    """
    for places, array in concatenated(block, names):
        rows = np.tile(block.rows, len(places))
        try:
            values = Cells(names[places[0]], array, rows, cell_format).numbers()
        except GlassnetError:
            for place in places:  # read alone, the one that failed raises the error with its own name
                block.cells(names[place], cell_format).numbers()
            raise
        yield places, values.reshape(len(places), -1)
