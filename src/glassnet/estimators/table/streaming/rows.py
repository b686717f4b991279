"""The rows of a dataset as a network takes them, a slice at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glassnet.arrays import Array
from glassnet.data.arrow import pa
from glassnet.data.reading.in_memory import from_arrow
from glassnet.data.source import Block, Source
from glassnet.data.splitting.columns import weight_reader
from glassnet.data.streams.dataset import Dataset
from glassnet.data.streams.part import Cursor
from glassnet.data.streams.slices import Shares, Slice
from glassnet.engines.plan import Rows
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.trainings import Encoding
from glassnet.learning.streaming.stream import Reader


@dataclass(frozen=True, eq=False)
class EncodedRows:
    """Blocks of a dataset, encoded.

    Args:
        data: the dataset.
        encoding: of its columns and its target.
        shares: which rows are held out.
        weight: the column of what each row weighs; None for all 1.
    """

    data: Dataset
    encoding: Encoding
    shares: Shares
    weight: str | None = None

    @cached_property
    def names(self) -> list[str]:
        """The columns that are read."""
        inputs = self.encoding.encoder.input_names
        weight = [] if self.weight is None or self.weight in inputs else [self.weight]
        return [*inputs, self.encoding.target.name, *weight]

    @cached_property
    def _weights(self) -> Callable[[Block], Array | None]:
        return (lambda block: None) if self.weight is None else weight_reader(self.data.source, self.weight)

    def encode(self, block: Block) -> Rows:
        """The rows of a block."""
        X = self.encoding.encoder.block(block).astype(self.encoding.dtype, copy=False)
        return Rows(X, self.targets(block), self._weights(block))

    def targets(self, block: Block) -> Array:
        """Their targets alone, as the loss reads them."""
        name, source = self.encoding.target.name, self.data.source
        table = pa.table({name: block.arrays[name]})
        own = dataclasses.replace(from_arrow(table, source.options, source.label), typed=source.typed)
        return TableAnswers(self.encoding.target, self.encoding.loss).encode(own, self.encoding.dtype)

    def reader(self) -> Reader:
        """Begins to read slices: the rows that are learned from."""
        cursor = Cursor(self.data.parts, self.names)

        def read(one: Slice) -> Iterator[Rows]:
            at = one.first
            for batch in cursor.read(one.part, one.start, one.stop):
                numbers = np.arange(at, at + batch.num_rows)
                block = Block(numbers, batch).where(self.shares.learned(numbers))
                at += batch.num_rows
                if len(block.rows):
                    yield self.encode(block)

        return read


def gathered(source: Source, blocks: list[Block], names: list[str]) -> Source:
    """Blocks of a table as a small table of their own."""
    schema = pa.schema([source.schema.field(name) for name in names])
    table = pa.Table.from_batches([block.columns.select(names) for block in blocks], schema)
    return dataclasses.replace(from_arrow(table, source.options, source.label), typed=source.typed)
