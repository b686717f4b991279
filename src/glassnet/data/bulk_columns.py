"""Columns of a block read together: in a wide table the work is not in the cells, but in turning to each column.

Columns stored the same way are laid end to end, so that one call reads them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from glassnet.data.cells import Cells
from glassnet.data.source import Block
from glassnet.data.spelling import Spelling
from glassnet.errors import GlassnetError

CELLS = 1 << 15  # read at once; a longer column is read by itself


def runs(block: Block, names: Sequence[str]) -> Iterator[tuple[np.ndarray, Any]]:
    """Columns end to end, some at a time.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their cells, an Arrow array (k * rows,).
    """
    import pyarrow as pa

    alike: dict[Any, list[int]] = {}
    for place, name in enumerate(names):
        alike.setdefault(block.arrays[name].type, []).append(place)
    step = max(1, CELLS // len(block.rows))
    for places in alike.values():
        for start in range(0, len(places), step):
            some = places[start : start + step]
            arrays = [block.arrays[names[place]] for place in some]
            yield np.array(some), arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def numbers(block: Block, names: Sequence[str], spelling: Spelling) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The columns ``names`` of a block as ``Cells.numbers`` reads them, some at a time.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their numbers, float64 (k, rows).

    Raises:
        GlassnetError: as ``Cells.numbers`` does, about the column where the first wrong cell is.

    >>> import pyarrow as pa
    >>> block = Block(np.arange(2), pa.record_batch({"a": ["1", "2"], "b": ["3", "NA"]}))
    >>> next(numbers(block, ["a", "b"], Spelling()))
    (array([0, 1]), array([[ 1.,  2.],
           [ 3., nan]]))
    """
    for places, array in runs(block, names):
        rows = np.tile(block.rows, len(places))
        try:
            values = Cells(names[places[0]], array, rows, spelling).numbers()
        except GlassnetError:
            for place in places:  # one of them fails again, and knows its name
                block.cells(names[place], spelling).numbers()
            raise
        yield places, values.reshape(len(places), -1)
