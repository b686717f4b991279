"""The values of a target column: read, and found to be classes or numbers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells, column_storage
from glassnet.data.kind_inference import InferredKind, infer_kinds
from glassnet.data.source import Source
from glassnet.errors import InvalidInput
from glassnet.text import counted, in_all

MOST_CLASSES = 20  # more different numbers than this are measurements, not labels
# Kinds of classes, and the NumPy type that holds each.
CLASS_TYPES: dict[str, type] = {"word": str, "whole": int, "number": float, "boolean": bool}


@dataclass(frozen=True)
class TargetValues:
    """The values of a target column.

    Args:
        name: of the column.
        kind: of the values, one of ``CLASS_TYPES``.
        distinct: the distinct values, sorted (k,).
        codes: for each row the index of its value in ``distinct``, int64 (m,); -1 where missing.
        rows: the number of each row in its table, int64 (m,).
        learned: whether training is over, so that no option changes how they are read.
    """

    name: str
    kind: str
    distinct: np.ndarray
    codes: np.ndarray
    rows: np.ndarray
    learned: bool = False

    def check_complete(self) -> None:
        """Raise if there are no values, or some are missing."""
        if not len(self.codes):
            raise InvalidInput(f"the target {self.name!r} has no rows", remedy="pass a table with rows")
        if not len(self.distinct):
            rows = counted(len(self.codes), "row")
            raise InvalidInput(f"the target {self.name!r} is empty", rows, "name another column")
        if (missing := self.codes < 0).any():
            seen = (
                f"{missing.sum()} of {counted(len(missing), 'row')}, the first is row {self.rows[missing.argmax()] + 1}"
            )
            keep = "" if self.learned else " (if the cells hold a word that is a class, pass keep=, --keep)"
            raise InvalidInput(f"the target {self.name!r} is missing in some rows", seen, f"leave these rows out{keep}")

    def numbers(self) -> np.ndarray:
        """The value of each row, float64 (m,)."""
        if self.kind == "word":
            seen = ", ".join(map(repr, self.distinct[:3].tolist()))
            remedy = "correct these cells" if self.learned else "choose classification"
            raise InvalidInput(f"the target {self.name!r} holds words, and a regression needs numbers", seen, remedy)
        return np.asarray(self.distinct.astype(np.float64)[self.codes])

    def scaling(self) -> tuple[float, float]:
        """Mean and standard deviation.

        Raises:
            InvalidInput: where all values are the same, or too large to be squared.
        """
        numbers = self.numbers()
        with np.errstate(over="ignore", invalid="ignore"):
            center, scale = float(np.mean(numbers)), float(np.std(numbers))
        if not np.isfinite(center + scale):
            raise InvalidInput(f"the target {self.name!r} is too large to be scaled", remedy="pass it in a larger unit")
        if scale <= abs(center) * 1e-14 or 1 / scale == np.inf:
            seen = f"{numbers[0]:g} {in_all(len(numbers))}"
            raise InvalidInput(f"the target {self.name!r} is constant", seen, "there is nothing to learn from it")
        return center, scale


def read_target(
    source: Source, name: str, cell_format: CellFormat, task: str | None, learned: bool = False
) -> TargetValues:
    """The column ``name`` of a table; for a classification, numbers may be mixed with words.

    Args:
        source: the table.
        name: of the column.
        cell_format: how the cells are written.
        task: the one asked for, or learned.
        learned: whether training is over, so that messages advise no option of it.

    Raises:
        InvalidInput: for an infinite number, for times, for numbers mixed with words (except for a classification).
    """
    inferred = infer_kinds(source, [name], cell_format, mixed=task == "classification", learned=learned)[name]
    if inferred.kind == "category" and _are_coded_numbers(source, name):
        inferred = InferredKind("number")
    if inferred.kind == "time":
        raise InvalidInput(f"the target {name!r} holds dates or times", remedy="convert it to a number or to classes")
    method = {"number": "numbers", "boolean": "booleans"}.get(inferred.kind, "texts")
    blocks = [(block.rows, _values(block.cells(name, cell_format), method)) for block in source.blocks([name])]
    rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in blocks)])
    columns = [column for _, column in blocks]
    if inferred.kind == "number":
        values = _of_numbers(name, np.concatenate([np.empty(0), *columns]), rows, _are_whole_numbers(source, name))
    else:
        values = _of_words(name, columns, rows, "boolean" if inferred.kind == "boolean" else "word")
    return dataclasses.replace(values, learned=learned)


def _values(cells: Cells, method: str) -> Any:
    """The values of ``cells``. Errors advise inputs to leave a cell empty; a target must have a value."""
    try:
        return getattr(cells, method)()
    except InvalidInput as error:
        remedy = "replace it, or leave the row out" if "empty" in error.remedy else error.remedy
        raise InvalidInput(error.cause, error.seen, remedy) from None


def _are_whole_numbers(source: Source, name: str) -> bool:
    """Whether whole numbers of this column are meant as such: not where they are stored as 1.0."""
    return not pa.types.is_floating(source.schema.field(name).type)


def _are_coded_numbers(source: Source, name: str) -> bool:
    """Whether a column is stored as categories (as pandas does) that are numbers: classes keep their type."""
    arrow_type = source.schema.field(name).type
    return bool(pa.types.is_dictionary(arrow_type) and column_storage(name, arrow_type.value_type) == "number")


def _of_numbers(name: str, numbers: np.ndarray, rows: np.ndarray, whole: bool) -> TargetValues:
    present = ~np.isnan(numbers)
    distinct, indices = np.unique(numbers[present], return_inverse=True)
    codes = np.full(len(numbers), -1, dtype=np.int64)
    codes[present] = indices
    if whole and (distinct == np.floor(distinct)).all() and (np.abs(distinct) < 2**53).all():
        return TargetValues(name, "whole", distinct.astype(np.int64), codes, rows)
    return TargetValues(name, "number", distinct, codes, rows)


def _of_words(name: str, columns: list[pa.Array], rows: np.ndarray, kind: str) -> TargetValues:
    values = pa.chunked_array(columns, pa.bool_() if kind == "boolean" else pa.string())
    encoded = values.combine_chunks().dictionary_encode()
    distinct: np.ndarray = np.array(encoded.dictionary.to_pylist(), dtype=CLASS_TYPES[kind])
    order = np.argsort(distinct, kind="stable")
    found = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    rank = np.append(np.argsort(order), -1)  # so that -1 stays -1
    return TargetValues(name, kind, distinct[order], rank[found], rows)


def find_task(values: TargetValues, wanted: str | None) -> tuple[str, str]:
    """ "classification" or "regression", and a sentence that says why.

    Words and booleans are classes. Whole numbers are classes if there are two of them, or if they are few (at most
    ``MOST_CLASSES``, on average in two rows or more) and close together, as labels are: 0 1 2, not 10 250 9000.
    """
    name, different = values.name, len(values.distinct)
    if wanted == "classification" and values.kind == "number" and _are_measurements(values):
        seen = f"{counted(different, 'different number')} in {counted(len(values.codes), 'row')}"
        raise InvalidInput(f"the target {name!r} holds measurements, not classes", seen, "choose regression")
    if wanted is not None:
        return wanted, f"{wanted}, as asked"
    if values.kind in ("word", "boolean"):
        return "classification", f"classification, because {name!r} holds {values.kind}s ({different} different)"
    if _are_labels(values):
        return "classification", f"classification, because {name!r} holds few whole numbers ({different} different)"
    return "regression", f"regression, because {name!r} holds numbers ({different} different)"


def _are_labels(values: TargetValues) -> bool:
    numbers = values.distinct.astype(np.float64)
    if (numbers != np.floor(numbers)).any():
        return False
    close = numbers[-1] - numbers[0] < 3 * len(numbers)
    return len(numbers) == 2 or bool(len(numbers) <= min(MOST_CLASSES, len(values.codes) // 2) and close)


def _are_measurements(values: TargetValues) -> bool:
    """Whether the numbers are fractions, most of which occur once: prices, not labels."""
    fractions = (values.distinct != np.floor(values.distinct)).any()
    return bool(fractions and len(values.distinct) > max(MOST_CLASSES, len(values.codes) // 2))
