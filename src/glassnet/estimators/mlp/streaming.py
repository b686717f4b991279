"""A ``Dataset`` of numbers as a multi-layer perceptron learns from it: its columns as they are, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
from glassnet.estimators.mlp.scaling import Scaling, scaled
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
        scaling: of what is encoded; None for the user's units.
    """

    columns: tuple[str, ...]
    formats: Mapping[str, Any]
    target: TargetEncoder
    dtype: str
    scaling: Scaling | None = None

    @property
    def target_name(self) -> str:
        return self.target.name

    @property
    def names(self) -> list[str]:
        return [*self.columns, self.target.name, *([] if self.weight is None else [self.weight])]

    @property
    def _cell_format(self) -> CellFormat:
        return CellFormat.of(self.data.source.options)

    def encode(self, block: Block) -> Rows:
        X = self._numbers(block, self.columns, self.formats)
        return scaled(self.scaling, Rows(X, self.targets(block), self._weights(block)))

    def targets(self, block: Block) -> Array:
        name = self.target.name
        if self.target.task == "classification":
            return self.target.transform(self._own(block, name))
        return self._numbers(block, (name,), {name: self.target.cell_format.number})

    def identity(self) -> Iterator[bytes]:
        yield repr((self.columns, self.formats, self.dtype, self.target.name, self.target.task, self.weight)).encode()

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
        rows: how they are read.
        room: how they are shared.
    """

    stream: Stream
    validation: Rows | None
    rows: NumericRows
    room: Room

    @property
    def named(self) -> bool:
        """Whether the columns have names, which those of an array have not."""
        return self.rows.columns != tuple(f"x{j + 1}" for j in range(len(self.rows.columns)))

    def check(self, plan: Plan) -> None:
        """Raise InvalidInput where a network or its batches do not fit."""
        self.room.check(plan, self.rows.data.memory, plan.numpy_dtype.itemsize)

    def standardize(self, start: Scaling) -> Scaling:
        """The means and deviations of all rows, by one pass; from now on the stream is read on that scale."""
        for block in self.rows.data.source.blocks(self.rows.names):
            start = start.learned(self.rows.encode(block))
        self.stream.open = replace(self.rows, scaling=start).reader
        return start


def streamed(
    data: Dataset,
    target: str | None,
    weight: str | None,
    classifies: bool,
    validation: float,
    seed: int,
    cluster: Cluster | None,
) -> Streamed:
    """Make a dataset ready: what its target holds, which columns are numbers, how its rows are shuffled.

    Args:
        data: the dataset.
        target: the name of the column to predict; None for its own, else the last.
        weight: the column of what each row weighs; None for all 1.
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
    weight = None if weight is None else source.check_name(weight)
    columns = tuple(column for column in source.names if column not in (name, weight))
    kinds = infer_kinds(source, columns, CellFormat.of(source.options))
    if odd := [column for column in columns if kinds[column].kind != "number"]:
        seen = listed(f"{column!r} of kind {kinds[column].kind}" for column in odd)
        remedy = "take TabularClassifier or TabularRegressor, which read any column"
        raise InvalidInput("a multi-layer perceptron needs columns of numbers", seen, remedy)
    dtype = "float32" if all(pa.types.is_float32(source.schema.field(c).type) for c in columns) else "float64"
    room, total = Room.of(data.memory, len(columns), np.dtype(dtype).itemsize), data.count()
    shares = Shares(validation=min(validation, room.validation / total), seed=seed)
    formats = {column: kinds[column].format for column in columns}
    rows = NumericRows(
        data=data, shares=shares, weight=weight, columns=columns, formats=formats, target=learned, dtype=dtype
    )
    stream, looked, _ = stream_of(rows, room, total, cluster)
    return Streamed(stream, looked.validation, rows, room)
