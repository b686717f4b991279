"""The target column of a table as its values: typed as the user has them, or spelled as a text file spells them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells, column_storage
from glassnet.data.inference.verdict import InferredKind
from glassnet.data.kind_inference import infer_kinds
from glassnet.data.source import Source
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.data.targets.values import MOST_CLASSES, TargetValues
from glassnet.data.targets.words import CODE, word_classes
from glassnet.errors import InvalidInput

T = TypeVar("T")


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
    column = TargetColumn(source, name, cell_format)
    values = column.texts(task, learned) if column.storage == "text" else column.typed(task, learned)
    return dataclasses.replace(values, learned=learned)


@dataclasses.dataclass(frozen=True)
class TargetColumn:
    """A column that is to be read as a target.

    Args:
        source: the table.
        name: of the column.
        cell_format: how its cells are written.
    """

    source: Source
    name: str
    cell_format: CellFormat

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of the cells; of categories that of their values."""
        stored = self.source.schema.field(self.name).type
        return stored.value_type if pa.types.is_dictionary(stored) else stored

    @property
    def storage(self) -> str:
        """How the cells are stored, as ``cells.column_storage`` says."""
        return column_storage(self.name, self.type)

    @property
    def declared(self) -> str:
        """Why the column holds classes, where the user's types or options say so."""
        stored = self.source.schema.field(self.name).type
        categories = pa.types.is_dictionary(stored) or self.name in self.source.options.categorical
        return "holds categories" if categories and self.name not in self.source.options.numeric else ""

    def _read(self, read: Callable[[Cells], T]) -> tuple[np.ndarray, list[T]]:
        """The numbers of the rows, and what ``read`` makes of the cells of each block."""
        rows, parts = [np.empty(0, np.int64)], []
        for block in self.source.blocks([self.name]):
            try:
                parts.append(read(Cells(self.name, _decoded(block.arrays[self.name]), block.rows, self.cell_format)))
            except InvalidInput as error:  # inputs are advised to leave a cell empty; a target must have a value
                remedy = "replace it, or leave the row out" if "empty" in error.remedy else error.remedy
                raise InvalidInput(error.cause, error.seen, remedy) from None
            rows.append(block.rows)
        return np.concatenate(rows), parts

    # -- cells that are text ------------------------------------------------------------------------------------------

    def texts(self, task: str | None, learned: bool) -> TargetValues:
        """Words, or numbers and booleans written as text."""
        found = self._inferred(task, learned)
        format = self.cell_format.number if learned else found.format
        values = self._values(found.kind, format if isinstance(format, NumberFormat) else None, task, learned)
        return dataclasses.replace(values, notes=(*found.notes, *values.notes))

    def _values(self, kind: str, format: NumberFormat | None, task: str | None, learned: bool) -> TargetValues:
        if kind == "boolean":
            return self._words(kind, "holds booleans")
        if kind != "number":
            return self._words(kind, self.declared)
        column = dataclasses.replace(self, cell_format=dataclasses.replace(self.cell_format, number=format))
        unsorted = learned and task == "regression"
        values = dataclasses.replace(_of(self.name, *column._read(_amounts), unsorted), format=format)
        if task == "regression":
            return values
        if (values.distinct == np.floor(values.distinct)).all() and any(column._read(_has_codes)[1]):
            return column._words("code", "holds codes with leading zeros")
        words = task is not None or len(values.distinct) <= MOST_CLASSES
        return dataclasses.replace(column._words(kind), format=format) if words else values

    def _inferred(self, task: str | None, learned: bool) -> InferredKind:
        classes = task == "classification"
        if self.declared or (classes and learned):
            return InferredKind("word")
        found = infer_kinds(self.source, [self.name], self.cell_format, mixed=classes, learned=learned, target=True)
        if found[self.name].kind == "time" and not classes:
            remedy = "convert it to a number" + ("" if learned else ", or choose classification (task=, --task)")
            raise InvalidInput(f"the target {self.name!r} holds dates or times", remedy=remedy)
        return found[self.name]

    def _words(self, kind: str, declared: str = "") -> TargetValues:
        rows, columns = self._read(lambda cells: cells.array.cast(pa.string()))
        found = word_classes(self.name, columns, kind, self.cell_format, self.source.typed)
        values = TargetValues(self.name, found.values, found.codes, rows, found.amounts, declared, found.notes)
        return dataclasses.replace(values, marker=found.marker)

    # -- cells that have a type ---------------------------------------------------------------------------------------

    def typed(self, task: str | None, learned: bool) -> TargetValues:
        """Numbers and booleans in the user's own type."""
        if self.storage == "time":
            raise InvalidInput(f"the target {self.name!r} holds dates or times", remedy="convert it to a number")
        amounts = task == "regression" and pa.types.is_decimal(self.type)
        values = _of(self.name, *self._read(_amounts if amounts else _exact), learned and task == "regression")
        return dataclasses.replace(values, declared="holds booleans" if self.storage == "boolean" else self.declared)


def _decoded(array: pa.Array) -> pa.Array:
    """The cells themselves, of categories as of others."""
    if not pa.types.is_dictionary(array.type):
        return array
    words = array.dictionary  # Arrow cannot take from every type of text
    return pc.take(words.cast(pa.string()) if pa.types.is_string_view(words.type) else words, array.indices)


def _has_codes(cells: Cells) -> bool:
    return bool(pc.any(pc.match_substring_regex(pc.utf8_trim_whitespace(cells.array), CODE)).as_py())


def _amounts(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """The cells as float64 (m,), and which of them are missing."""
    numbers = cells.numbers()
    return numbers, np.isnan(numbers)


def _exact(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """The cells in their own type (m,), and which of them are missing: float64 does not hold every whole number."""
    array, numbers = cells.array, cells.numbers()
    if pa.types.is_decimal(array.type):
        return np.array(array.to_pylist(), dtype=object), np.isnan(numbers)
    if pa.types.is_integer(array.type) or pa.types.is_boolean(array.type):
        return array.fill_null(pa.scalar(0).cast(array.type)).to_numpy(zero_copy_only=False), np.isnan(numbers)
    if pa.types.is_floating(array.type):
        return array.to_numpy(zero_copy_only=False), np.isnan(numbers)
    return _amounts(cells)


def _of(
    name: str, rows: np.ndarray, parts: Sequence[tuple[np.ndarray, np.ndarray]], unsorted: bool = False
) -> TargetValues:
    """Values from the numbers of each block, and which of them are missing.

    ``unsorted`` has each cell stand for itself, where only the numbers of the rows are wanted: sorting takes longest.
    """
    numbers = np.concatenate([part[0] for part in parts]) if parts else np.empty(0)
    missing = np.concatenate([part[1] for part in parts]) if parts else np.empty(0, bool)
    present = numbers[~missing]
    distinct, indices = (present, np.arange(len(present))) if unsorted else np.unique(present, return_inverse=True)
    codes = np.full(len(numbers), -1, dtype=np.int64)
    codes[~missing] = indices
    return TargetValues(name, distinct, codes, rows, distinct.astype(np.float64))
