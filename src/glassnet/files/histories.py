"""The history in the file: an array a column, and the order of the columns."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.files.parts import Parts, taken
from glassnet.learning.history import History


def put_history(parts: Parts, history: History) -> None:
    """Add a history."""
    arrays = {name: np.array(column, np.float64) for name, column in history.items()}
    parts.put("history", arrays, list(history))


def restored_history(arrays: Arrays, facts: Facts) -> History:
    """The history.

    Raises:
        BrokenFile: a column is missing, comes twice, or is no row of numbers.
    """
    columns, names = taken(arrays, "history"), facts.texts("history")
    if sorted(names) != sorted(columns):
        raise facts.broken("has another history than it lists", ", ".join(names))
    if len({array.shape for array in columns.values()}) > 1:
        raise facts.broken("has a history whose columns are not of one length")
    return History({name: columns.expect(name, "f", (None,)).tolist() for name in names})
