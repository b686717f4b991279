"""``TableEncoder``: columns of a table become columns of a float32 matrix, the same way every time."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cell_format import CellFormat
from glassnet.data.kind_inference import infer_kinds
from glassnet.data.kinds import KINDS, Column, Limits
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.kinds.number import NumberColumn
from glassnet.data.number_reader import NumberReader
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.row_numbers import is_unnamed, row_numbers
from glassnet.data.source import Block, Source, TableLike
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.errors import BrokenFile, InvalidInput, nearest
from glassnet.randomness import sampling_keys
from glassnet.text import quoted

# Values kept for quantiles, over all columns together: 32 MB with their keys, whatever the width of the table.
SAMPLE_CELLS = 1 << 21
FEWEST_SAMPLED = 1024


@dataclass(frozen=True)
class ColumnReport:
    """What became of one column.

    Args:
        name: of the column.
        kind: number, boolean, category, time; or why it is left out, see ``kinds.dropped``.
        outputs: how many columns of the matrix it became.
        done: what was done with it, for people.
    """

    name: str
    kind: str
    outputs: int
    done: str


class TableEncoder:
    """Learns from a table how each column becomes numbers, and does it.

    Numbers are scaled robustly, categories one-hot encoded, times split into parts; missing cells are filled in and
    flagged; columns without information are left out. Each kind of column is a file in ``kinds/``. Both ``fit`` and
    ``transform`` read in blocks: memory holds the matrix, a block and some statistics.

    Args:
        max_categories: the most values of one column that get an output each; the rest share one.
        numbers_first: whether the matrix begins with the columns of numbers, as a periodic embedding wants them.

    Attributes:
        columns: what was learned about each column, also about those left out.
        notes: how cells were read that could mean something else, as sentences; of a model from a file none.
        outputs: from each used column of the table to its columns of the matrix.
        cell_format: how cells are written.

    >>> table = {"age": [31, 45, 27, 60], "city": ["Rome", "Oslo", "Rome", None]}
    >>> encoder = TableEncoder().fit(table)
    >>> encoder.output_names
    ('age', 'city = Rome', 'city = Oslo', 'city is missing')
    >>> encoder.transform({"city": ["Oslo"], "age": [38]})
    array([[0., 0., 1., 0.]], dtype=float32)
    """

    def __init__(self, max_categories: int = 64, numbers_first: bool = False) -> None:
        if isinstance(max_categories, bool) or not isinstance(max_categories, int) or max_categories < 1:
            what = f"max_categories={max_categories!r} is not a positive whole number"
            raise InvalidInput(what, remedy="pass one, such as 64")
        self.max_categories, self.numbers_first = max_categories, numbers_first

    columns: tuple[Column, ...]
    outputs: dict[str, slice]
    cell_format: CellFormat
    notes: tuple[str, ...] = ()

    def fit(
        self,
        data: TableLike,
        exclude: Iterable[str] = (),
        options: ReadOptions | None = None,
        set_aside: Mapping[str, str] = MappingProxyType({}),
        heavy_hitters: bool = False,
    ) -> TableEncoder:
        """Learn the columns.

        Args:
            data: anything ``open_source`` takes, (m, n).
            exclude: names of columns that are not inputs, such as the target.
            options: how to read ``data``; None keeps a source's own.
            set_aside: columns that are not inputs either, but known, each with the reason.
            heavy_hitters: True finds the commonest of more words than can be counted, for tables larger than memory.

        Raises:
            UnknownName: for a name in ``exclude`` that is not a column.
            InvalidInput: for infinite numbers, mixed columns, or where no column is left.
        """
        source = open_source(data, options)
        left_out = dict.fromkeys(map(source.check_name, _names(exclude)))
        names = [name for name in source.names if name not in left_out]
        self.cell_format = CellFormat.of(source.options)
        apart = [DroppedColumn(name, "set aside", why) for name, why in set_aside.items() if name in names]
        learned = (*self._learn(source, [name for name in names if name not in set_aside], heavy_hitters), *apart)
        self._set_columns(tuple(sorted(learned, key=lambda c: not c.numeric)) if self.numbers_first else learned)
        if not self.output_names:
            seen = "; ".join(f"{column.name}: {column.done}" for column in self.columns[:5])
            seen = seen or ("only the target" if len(left_out) == 1 else f"only {quoted(left_out, 'excluded column')}")
            raise InvalidInput(
                f"{source.label} has no column to learn from", seen, "pass a table with columns that vary"
            )
        return self

    def _set_columns(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self._used = tuple(column for column in columns if column.outputs)
        ends = np.cumsum([len(column.outputs) for column in self._used]).tolist()
        self.outputs = {c.name: slice(end - len(c.outputs), end) for c, end in zip(self._used, ends, strict=True)}
        by_kind = [[column for column in self._used if column.kind == kind] for kind in KINDS]
        self._writers = [KINDS[c[0].kind].writer(c, [self.outputs[column.name] for column in c]) for c in by_kind if c]

    def __repr__(self) -> str:
        learned = f": {len(self._used)} columns as {self.width} inputs" if hasattr(self, "columns") else ""
        return f"<TableEncoder{learned}>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_writers"}  # functions, made again

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if "columns" in state:
            self._set_columns(self.columns)

    def _learn(self, source: Source, names: list[str], heavy_hitters: bool) -> tuple[Column, ...]:
        kinds = infer_kinds(source, names, self.cell_format)
        sample = max(FEWEST_SAMPLED, SAMPLE_CELLS // max(1, len(names)))
        limits, rows = Limits(self.max_categories, sample, heavy_hitters=heavy_hitters), 0
        formats = {kind: {name: k.format for name, k in kinds.items() if k.kind == kind} for kind in KINDS}
        accumulators = [KINDS[kind].begin(those, limits) for kind, those in formats.items() if those]
        for block in source.blocks(names):
            keys, rows = sampling_keys(block.rows), rows + len(block.rows)
            for accumulator in accumulators:
                accumulator.update(block, self.cell_format, keys)
        learned = {column.name: column for accumulator in accumulators for column in accumulator.columns()}
        unnamed = {c.name: c.format for c in learned.values() if isinstance(c, NumberColumn) and is_unnamed(c.name)}
        for name, span in row_numbers(source, unnamed, self.cell_format).items():
            learned[name] = DroppedColumn(name, "row number", f"it numbers the rows ({span}), and has no name")
        said = [note for name in names for note in (*kinds[name].notes, learned[name].note)]
        sampled = any(isinstance(column, NumberColumn) for column in learned.values()) and rows > sample
        about = f"medians and quartiles are those of a random sample: {sample:,} of {rows:,} rows at most"
        self.notes = (*filter(None, said), *([about] if sampled and heavy_hitters else []))
        return tuple(learned[name] for name in names)

    @property
    def input_names(self) -> tuple[str, ...]:
        """The columns of the table that are used, in the order of training."""
        return tuple(column.name for column in self._used)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The columns of the matrix."""
        return tuple(name for column in self._used for name in column.outputs)

    @property
    def leading(self) -> int:
        """How many of the first columns of the matrix are numbers along a line, or flag that one is missing."""
        return sum(len(column.outputs) for column in takewhile(lambda column: column.numeric, self._used))

    @property
    def width(self) -> int:
        """How many columns the matrix has."""
        return sum(len(column.outputs) for column in self._used)

    def transform(self, data: TableLike, found: Unfamiliar | None = None) -> np.ndarray:
        """The matrix of a table.

        Args:
            data: anything ``open_source`` takes, with the columns of training, in any order, and maybe others.
            found: counts the cells that are unlike all of training.

        Returns:
            float32 (m, width), finite.

        Raises:
            InvalidInput: for columns that are missing, and cells that are not of the kind learned.
        """
        source = open_source(data)
        self.check(source)
        matrix = np.empty((source.rows, self.width), dtype=np.float32)
        start = 0
        for block in source.blocks(self.input_names):
            end = start + len(block.rows)
            if end > len(matrix):
                break
            self._write(block, matrix[start:end], found)
            start = end
        if start != len(matrix):
            raise BrokenFile(
                f"{source.label} changed while it was read", remedy="read it while no program writes to it"
            )
        return matrix

    def blocks(self, data: TableLike, found: Unfamiliar | None = None) -> Iterator[np.ndarray]:
        """The matrix some rows at a time, float32 (rows, width): for tables larger than memory."""
        source = open_source(data)
        self.check(source)
        return (self.block(block, found) for block in source.blocks(self.input_names))

    def block(self, block: Block, found: Unfamiliar | None = None) -> np.ndarray:
        """The matrix of a block that has the columns of training, float32 (rows, width)."""
        matrix = np.empty((len(block.rows), self.width), dtype=np.float32)
        self._write(block, matrix, found)
        return matrix

    def _write(self, block: Block, out: np.ndarray, found: Unfamiliar | None) -> None:
        for write in self._writers:
            write(block, self.cell_format, out, found)
        if found is not None:
            found.rows += len(out)

    def check(self, data: TableLike, besides: Iterable[str] = ()) -> list[str]:
        """Check that a table has the columns that are needed; return notes for the user, as sentences.

        Args:
            data: anything ``open_source`` takes.
            besides: names of further columns that need no note, such as the target.

        Raises:
            InvalidInput: naming the columns that are missing.
        """
        source = open_source(data)
        expected, present = {column.name for column in self.columns} | set(_names(besides)), set(source.names)
        extra = [name for name in source.names if name not in expected]
        if missing := [name for name in self.input_names if name not in present]:
            close = {name: nearest(name, extra) for name in missing[:5]}
            hints = [f"{near!r} may be meant for {name!r}" for name, near in close.items() if near]
            bare = all(re.fullmatch(r"x\d+", name) for name in missing)  # as a file without names was read in training
            other = "if the file has no row of names, pass header=False (--no-header)" if bare else ""
            remedy = "; ".join(hints) or other or "pass a table with the columns of training"
            what = f"{source.label} lacks {quoted(missing, 'column')} that the model was trained on"
            raise InvalidInput(what, f"its columns are {quoted(source.names)}", remedy)
        return [f"{source.label} has {quoted(extra, 'column')} that the model does not know: ignored"] if extra else []

    def report(self) -> list[ColumnReport]:
        """What became of each column, in the matrix's order."""
        return [ColumnReport(c.name, getattr(c, "reason", c.kind), len(c.outputs), c.done) for c in self.columns]

    def to_parts(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """What was learned, as arrays and plain JSON data.

        Returns:
            ``{"numbers": float64 (k,)}`` and a dictionary that ``json`` can write.
        """
        numbers = [number for column in self.columns for number in column.numbers]
        columns = [{"name": c.name, "kind": c.kind, **c.facts} for c in self.columns]
        facts = {
            **self.cell_format.facts,
            "max_categories": self.max_categories,
            "columns": columns,
        }
        return {"numbers": np.array(numbers, dtype=np.float64)}, facts

    @classmethod
    def from_parts(cls, arrays: object, facts: object) -> TableEncoder:
        """The encoder that ``to_parts`` described.

        Args:
            arrays: ``{"numbers": float64 (k,)}``.
            facts: the dictionary.

        Raises:
            BrokenFile: for anything that ``to_parts`` cannot have returned.
        """
        read = Facts({"encoder": facts}).section("encoder").exactly("markers", "decimal", "max_categories", "columns")
        numbers = NumberReader(arrays, "encoder", "numbers")
        encoder = cls(read.integer("max_categories", low=1, high=2**31 - 1))
        encoder.cell_format = CellFormat.restore(read)
        encoder._set_columns(tuple(_restored(entry, numbers) for entry in read.sections("columns")))
        numbers.finish()
        names = [column.name for column in encoder.columns]
        if len(set(names)) != len(names) or not encoder.width:
            raise read.broken("has a column twice, or none that is used")
        return encoder


def _restored(facts: Facts, numbers: NumberReader) -> Column:
    kind = KINDS.get(facts.text("kind"))
    if kind is None:
        raise facts.broken("is of an unknown kind", reprlib.repr(facts["kind"]))
    facts.exactly("name", "kind", *kind.column.stored, *(name for name in kind.column.optional if name in facts))
    return kind.column.restore(facts.text("name"), facts, numbers)


def _names(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
