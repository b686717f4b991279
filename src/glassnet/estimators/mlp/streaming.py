"""A ``Dataset`` of numbers as a multi-layer perceptron learns from it: its columns as they are, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.kind_inference import infer_kinds
from glassnet.data.source import Block, read_numbers
from glassnet.data.streams.dataset import Dataset
from glassnet.data.streams.slices import Shares
from glassnet.data.streams.target import fit_target
from glassnet.data.target import TargetEncoder, default_target
from glassnet.engines.plan import Plan, Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.table.streaming.preparing import stream_of
from glassnet.estimators.table.streaming.room import Room
from glassnet.estimators.table.streaming.rows import BlockRows
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.streaming.stream import Stream
from glassnet.text import listed


@dataclass(frozen=True, eq=False, kw_only=True)
class NumericRows(BlockRows):
    """Blocks of numbers.

    Args:
        columns: the inputs.
        formats: how the numbers of each column are written.
        target: what was learned of the target.
        dtype: of the network.
    """

    columns: tuple[str, ...]
    formats: Mapping[str, Any]
    target: TargetEncoder
    dtype: str

    @property
    def target_name(self) -> str:
        return self.target.name

    @property
    def names(self) -> list[str]:
        return [*self.columns, self.target.name]

    @property
    def _cell_format(self) -> CellFormat:
        return CellFormat.of(self.data.source.options)

    def encode(self, block: Block) -> Rows:
        return Rows(self._numbers(block, self.columns, self.formats), self.targets(block))

    def targets(self, block: Block) -> Array:
        name = self.target.name
        if self.target.task == "classification":
            return self.target.transform(self._own(block, name))
        return self._numbers(block, (name,), {name: self.target.cell_format.number})

    def identity(self) -> Iterator[bytes]:
        yield repr((self.columns, self.formats, self.dtype, self.target.name, self.target.task)).encode()

    def _numbers(self, block: Block, names: tuple[str, ...], formats: Mapping[str, Any]) -> Array:
        X = np.empty((len(block.rows), len(names)), self.dtype)
        for places, values in read_numbers(block, names, self._cell_format, formats):
            if (missing := np.isnan(values).any(axis=1)).any():
                name = names[places[int(missing.argmax())]]
                what = f"the column {name!r} has missing cells, and a multi-layer perceptron needs numbers"
                raise InvalidInput(what, remedy="fill them in, or take TabularClassifier or TabularRegressor")
            X[:, places] = values.T
        return X


class Streamed(NamedTuple):
    """A dataset made ready.

    Args:
        stream: of its rows.
        validation: rows held out, or None.
        columns: the names of the inputs (n,).
        target: what was learned of the target.
        memory: bytes that the training may take.
        room: how they are shared.
    """

    stream: Stream
    validation: Rows | None
    columns: tuple[str, ...]
    target: TargetEncoder
    memory: int
    room: Room

    @property
    def named(self) -> bool:
        """Whether the columns have names, which those of an array have not."""
        return self.columns != tuple(f"x{j + 1}" for j in range(len(self.columns)))

    def check(self, plan: Plan) -> None:
        """Raise InvalidInput where a network or its batches do not fit."""
        self.room.check(plan, self.memory, plan.numpy_dtype.itemsize)


def streamed(
    data: Dataset, target: str | None, classifies: bool, validation: float, seed: int, cluster: Cluster | None
) -> Streamed:
    """Make a dataset ready: what its target holds, which columns are numbers, how its rows are shuffled.

    Args:
        data: the dataset.
        target: the name of the column to predict; None for its own, else the last.
        classifies: whether the target is classes.
        validation: share of the rows that is held out, by a hash of their numbers.
        seed: of that hash.
        cluster: who trains; None for this process.

    Raises:
        InvalidInput: columns that are not numbers, or missing cells.
    """
    source = data.source
    name = default_target(source)[0] if target is None else source.check_name(target)
    learned = fit_target(source, name, "classification" if classifies else "regression")
    columns = tuple(column for column in source.names if column != name)
    kinds = infer_kinds(source, columns, CellFormat.of(source.options))
    if odd := [column for column in columns if kinds[column].kind != "number"]:
        seen = listed(f"{column!r} of kind {kinds[column].kind}" for column in odd)
        remedy = "take TabularClassifier or TabularRegressor, which read any column"
        raise InvalidInput("a multi-layer perceptron needs columns of numbers", seen, remedy)
    dtype = "float32" if all(pa.types.is_float32(source.schema.field(c).type) for c in columns) else "float64"
    room, total = Room.of(data.memory, len(columns), np.dtype(dtype).itemsize), data.count()
    shares = Shares(validation=min(validation, room.validation / total), seed=seed)
    formats = {column: kinds[column].format for column in columns}
    rows = NumericRows(data=data, shares=shares, columns=columns, formats=formats, target=learned, dtype=dtype)
    stream, looked, _ = stream_of(rows, room, total, cluster)
    return Streamed(stream, looked.validation, columns, learned, data.memory, room)
