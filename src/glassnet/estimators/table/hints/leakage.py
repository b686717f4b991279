"""Columns that give the answer away: they number sorted rows, or alone predict the target, as a copy of it would."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds import Column
from glassnet.data.kinds.number import NumberColumn
from glassnet.data.row_numbers import row_numbers
from glassnet.data.source import Source
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.finding import percent
from glassnet.glass.diagnosis.leakage_checks import errors_left
from glassnet.randomness import generator
from glassnet.text import quoted

REMEDY = "leave it out (exclude=, --exclude) if"


def leakage_notes(
    encoder: TableEncoder, source: Source, target: str, X: Array, y: Array, classes: bool
) -> tuple[str, ...]:
    """What is worth saying about columns that give the answer away, as sentences.

    Args:
        encoder: of the columns.
        source: the table.
        target: the name of what is predicted.
        X: the table as encoded, (m, width).
        y: numbers, or numbers of classes, (m,).
        classes: whether they are classes.
    """
    if len(encoder.input_names) < 2:  # a single column is meant to predict the target
        return ()
    numbers = {c.name: c.format for c in encoder.columns if isinstance(c, NumberColumn) and c.outputs}
    numbering = row_numbers(source, numbers, encoder.cell_format)
    suspects = _suspects(encoder, X, y, classes) if len(y) >= at.ENOUGH_ROWS else {}
    return tuple(_sentences(numbering, suspects, target))


def _sentences(numbering: dict[str, str], suspects: dict[str, float], target: str) -> Iterator[str]:
    for name, span in numbering.items():
        what = f"column {name!r} numbers the rows ({span})"
        if name in suspects:
            yield f"{what}, which are sorted by {target!r}, so it gives the answer away; {REMEDY} new rows are not"
        else:
            yield f"{what}, which tells nothing about new ones; {REMEDY} it is only a number"
    if others := [name for name in suspects if name not in numbering]:
        verb = "alone predicts" if len(others) == 1 else "each alone predict"
        left = f"error left: {percent(max(suspects[name] for name in others))}"
        yield f"{quoted(others, 'column', 3)} {verb} {target!r} ({left}); {REMEDY} it is known only afterwards"


def _suspects(encoder: TableEncoder, X: Array, y: Array, classes: bool) -> dict[str, float]:
    """The columns that alone leave hardly an error of a constant guess, and how much, the least first."""
    if np.ptp(y) == 0:
        return {}
    some = generator(0).permutation(len(y))[: at.LEAK_ROWS]  # rows of the same input are neighbors by chance
    used = [column for column in encoder.columns if column.outputs]
    X, y = X[some], y[some]
    codes = np.column_stack([code_of(column, X[:, encoder.outputs[column.name]]) for column in used])
    likely = np.arange(len(used))
    if len(used) > at.LEAK_COLUMNS:
        apart = codes - codes.mean(axis=0)
        correlation = np.abs(apart.T @ (y - y.mean())) / np.maximum(np.linalg.norm(apart, axis=0), 1e-300)
        likely = np.argsort(-correlation, kind="stable")[: at.LEAK_COLUMNS]
    left = errors_left(codes[:, likely], y, classes)
    return {used[likely[j]].name: float(left[j]) for j in np.argsort(left, kind="stable") if left[j] <= at.LEAK}


def code_of(column: Column, encoded: Array) -> Array:
    """One number a cell from what a column was encoded as: cells that are alike get the same.

    Args:
        column: of numbers, categories, ...
        encoded: its columns of the matrix (m, outputs).
    """
    flagged = getattr(column, "flagged", False)
    code = encoded[:, 0].astype(np.float64)
    if column.kind == "category":
        code = np.where(encoded.any(axis=1), encoded.argmax(axis=1), -1.0)
    return np.where(encoded[:, -1] == 1, -10.0, code) if flagged else code
