"""Cells to judge a model by, and the row that stands for them all."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.diagnosis.thresholds import ROWS
from glassnet.learning.columns import Cells
from glassnet.randomness import sampled_rows
from glassnet.views.subjects.cells import commonest
from glassnet.views.subjects.subject import Subject


def judged(subject: Subject, data: Any, y: Any = None, most: int = ROWS) -> tuple[Cells, Array]:
    """Cells with their truth; of more than ``most`` a sample, always the same.

    Raises:
        InvalidInput: no truth, or one for other rows.
    """
    truth, rows = subject.truth(data, y), subject.rows(data, most)
    truth = truth[sampled_rows(len(truth), most)]
    if len(truth) != len(rows[0]):
        seen = f"{len(rows[0])} rows in X, {len(truth)} in y"
        raise InvalidInput("X and y must have one row for each example", seen=seen)
    return rows, truth


def typical(subject: Subject, rows: Cells) -> Cells:
    """One row of the median numbers and the commonest other cells."""
    return {
        j: np.array([np.nanmedian(cells)]) if subject.is_number(j) else commonest(cells, 1) for j, cells in rows.items()
    }
