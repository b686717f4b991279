"""A data set as matrices: X with a feature a row and an example a column, as at the blackboard, and Y below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.matrices.grid import Grid, as_matrix, table_of
from glassnet.glass.scenes.network.reading import unit_names
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.scene import Scene
from glassnet.text import counted


def data_set(
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[object] | None = None,
    target: str = "y",
    most: int = 8,
    digits: int = 4,
) -> Scene:
    """Features and labels of the examples (workshop, *Dataset*: n features by m examples).

    Args:
        X: (m, n), an example a row, as everywhere in Python; numbers or words.
        y: (m,), the labels.
        names: of the n features.
        target: what the labels are.
        most: examples, and features, drawn; those left out are counted.
        digits: significant digits.

    Raises:
        InvalidInput: not as many labels as examples.

    >>> print(data_set([[5, 3, 3000], [2, 1, 900]], [500, 210]).sentence)
    X holds 3 features of 2 examples, an example a column; Y holds their labels, y.
    """
    rows, labels = _as_table(X, "X"), _as_table(y, "y")
    if labels.shape != (1, len(rows)):
        seen = f"shapes {rows.shape} and {labels.shape[::-1] if len(labels) > 1 else labels.shape[1:]}"
        raise InvalidInput("X and y must have one row for each example", seen, "pass one label for each row of X")
    m, n = rows.shape
    heads = unit_names(names, n, "x", "names")
    note = f"{counted(n, 'feature')} × {counted(m, 'example')}"
    features = Grid("X", rows.T, most, checked_digits(digits), heads=heads, note=note)
    truth = Grid("Y", labels, most, digits, heads=[clean(target)], note=f"1 label × {counted(m, 'example')}")
    grids = [features, truth]
    title = "A data set"
    sentence = (
        f"X holds {counted(n, 'feature')} of {counted(m, 'example')}, an example a column; "
        f"Y holds their labels, {clean(target)}."
    )
    caption = "In Python an example is a row: X is (m, n). " + "; ".join(filter(None, (g.left_out() for g in grids)))
    wide = max(grid.margin for grid in grids)
    below = features.height / 2 + truth.height / 2 + 66
    shapes = [grid.drawn(wide - grid.margin, y) for grid, y in zip(grids, (0, below), strict=True)]
    return Scene("data", title, sentence, tuple(map(table_of, grids)), headed(shapes, title, caption.strip()))


def _as_table(values: ArrayLike, name: str) -> Array:
    """Numbers as :func:`as_matrix` reads them; words as they are."""
    cells = np.asarray(values)
    return np.atleast_2d(cells.astype(object)) if cells.dtype.kind in "OUS" else as_matrix(values, name)
