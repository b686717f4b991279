"""Matrices and their product: a row meets a column, the bias is broadcast (workshop, *Vectorization*)."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.matrices.grid import Grid, as_matrix, side_by_side, table_of
from glassnet.glass.scenes.matrices.sums import MOST_TERMS, written_dot
from glassnet.glass.scenes.measure import formula_width, text_width
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Bounds, Text
from glassnet.text import printable

LONGEST_SUM = 1100.0  # pixels: of a longer sum fewer terms are written


def matrix(values: ArrayLike, *, name: str = "A", most: int = 10, digits: int = 4) -> Scene:
    """A matrix as a grid of numbers.

    Args:
        values: (rows, columns), or a vector, drawn as a row.
        name: what it is called.
        most: rows, and columns, drawn; those left out are counted.
        digits: significant digits.

    Raises:
        InvalidInput: no matrix.

    >>> print(matrix([[1, 2], [0.5, -1]], name="W[1]"))
    Matrix W[1]
    W[1] is a matrix (2, 2).
    <BLANKLINE>
    W[1]
      row  column 1  column 2
        1         1         2
        2       0.5        -1
    """
    grid = Grid(clean(name), as_matrix(values, name), most, checked_digits(digits))
    left_out = grid.left_out()
    sentence = f"{grid.name} is a matrix {grid.values.shape}{f'; {left_out}' if left_out else ''}."
    title = f"Matrix {grid.name}"
    return Scene("matrix", title, sentence, (table_of(grid),), headed([grid.drawn(0, 0)], title, left_out))


def product(
    A: ArrayLike,
    B: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    row: int = 1,
    column: int = 1,
    names: Sequence[str] = ("A", "B", "b", "C"),
    most: int = 6,
    digits: int = 4,
    caption: str = "",
) -> Scene:
    """A matrix product, with one of its cells written out: a row meets a column.

    Args:
        A: (m, n), or a vector (n,), taken as a row.
        B: (n, k), or a vector (n,), taken as a column.
        bias: (k,), added to every row, or None.
        row, column: of the cell that is written out, from 1.
        names: of the two, of the bias and of the result.
        most: rows, and columns, drawn of each; those left out are counted.
        digits: significant digits.
        caption: what the numbers are of, below the title.

    Raises:
        InvalidInput: shapes that do not go together, or a cell that does not exist.

    >>> A, B = [[1, 2, 1], [0, 1, 0], [2, 3, 4]], [[2, 5], [6, 7], [1, 8]]
    >>> print(product(A, B, row=3, column=2).sentence)
    A (3, 3) times B (3, 2) is a matrix (3, 2); row 3 meets column 2: 2*5 + 3*7 + 4*8 = 63.
    """
    checked_digits(digits)
    if len(names) != 4:
        raise InvalidInput("a product has four names", f"{names!r}", "name both factors, the bias and the result")
    one, two, three, four = map(clean, names)
    left, right = as_matrix(A, one), as_matrix(B, two, column=True)
    plus = None if bias is None else as_matrix(bias, three)
    _check(left, right, plus, names, row, column)
    i, j = row - 1, column - 1
    result = left @ right if plus is None else left @ right + plus
    grids = [Grid(one, left, most, digits, i), Grid(two, right, most, digits, column=j)]
    if plus is not None:
        m, shape = len(result), (plus.shape[1],)
        note = "one row, the same for all" if m > 1 else ""
        repeated = plus.repeat(m, axis=0)  # as broadcasting does, in quiet ink
        grids.append(Grid(three, repeated, most, digits, i, j, quiet=range(1, m), note=note, shape=shape))
    grids.append(Grid(four, result, most, digits, i, j))
    added = None if plus is None else float(plus[0, j])
    terms = left[i], right[:, j], added, float(result[i, j]), digits
    written = (written_dot(*terms, most) for most in range(MOST_TERMS, 0, -1))
    equation = next((text for text in written if formula_width(text, bold=True) <= LONGEST_SUM), written_dot(*terms, 1))
    return _scene(grids, row, column, equation, printable(caption))


def _check(A: Array, B: Array, b: Array | None, names: Sequence[str], row: int, column: int) -> None:
    if A.shape[1] != B.shape[0]:
        raise InvalidInput(
            f"{clean(names[0])} must have as many columns as {clean(names[1])} has rows",
            f"shapes {A.shape} and {B.shape}",
            "transpose one of them, or pass matching matrices",
        )
    if b is not None and b.shape != (1, B.shape[1]):
        raise InvalidInput(
            f"{clean(names[2])} must have one number for each column of {clean(names[1])}",
            f"{b.size} numbers and {B.shape[1]} columns",
            f"pass {B.shape[1]}",
        )
    if not (1 <= row <= A.shape[0] and 1 <= column <= B.shape[1]):
        raise InvalidInput(
            f"the product has no cell ({row}, {column})",
            f"shape {(A.shape[0], B.shape[1])}",
            "count rows and columns from 1",
        )


def _scene(grids: list[Grid], row: int, column: int, equation: str, caption: str) -> Scene:
    first, second, *added, last = grids
    plus = f" plus {added[0].label}" if added else ""
    left_out = "; ".join(filter(None, (grid.left_out() for grid in grids)))
    sentence = (
        f"{first.label} times {second.label}{plus} is a matrix {last.values.shape}; "
        f"row {row} meets column {column}: {equation}{f'; {left_out}' if left_out else ''}."
    )
    sentence = f"{caption} {sentence}" if caption else sentence
    title = "Matrix product"
    signs = ["×", *(["+"] if added else []), "="]
    shapes = list(side_by_side([part for pair in zip(grids, [*signs, ""], strict=True) for part in pair if part]))
    view = Bounds.around(shape.bounds for shape in shapes)
    cell = f"row {row}, column {column}:"
    shapes.append(Text(view.left, view.bottom + 26, cell, role="quiet", anchor="start"))
    shapes.append(
        Text(view.left + text_width(cell) + 10, view.bottom + 26, equation, anchor="start", bold=True, style="formula")
    )
    return Scene(
        "product",
        title,
        sentence,
        tuple(map(table_of, grids)),
        headed(shapes, title, " ".join(filter(None, (caption, left_out)))),
    )
