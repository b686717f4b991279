"""The rows of a dataset as a network takes them, a slice at a time."""

from __future__ import annotations

import dataclasses
import json
from abc import ABC, abstractmethod
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


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockRows(ABC):
    """Blocks of a dataset as a network takes them.

    Args:
        data: the dataset.
        shares: which rows are held out.
        weight: the column of what each row weighs; None for all 1.
    """

    data: Dataset
    shares: Shares
    weight: str | None = None

    @property
    @abstractmethod
    def target_name(self) -> str:
        """The column that is predicted."""

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The columns that are read."""

    @abstractmethod
    def encode(self, block: Block) -> Rows:
        """The rows of a block."""

    @abstractmethod
    def targets(self, block: Block) -> Array:
        """Their targets alone, as the loss reads them."""

    @abstractmethod
    def identity(self) -> Iterator[bytes]:
        """What tells these rows from others of the same dataset."""

    def _weights(self, block: Block) -> Array | None:
        return None if self.weight is None else self._weigh(block)

    @cached_property
    def _weigh(self) -> Callable[[Block], Array]:
        assert self.weight is not None
        return weight_reader(self.data.source, self.weight)

    def _own(self, block: Block, name: str) -> Source:
        """One column of a block as a table."""
        return gathered(self.data.source, [block], [name])

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


@dataclass(frozen=True, eq=False, kw_only=True)
class EncodedRows(BlockRows):
    """Blocks of a dataset, encoded.

    Args:
        encoding: of the columns and the target.
    """

    encoding: Encoding

    @property
    def target_name(self) -> str:
        return self.encoding.target.name

    @cached_property
    def names(self) -> list[str]:
        inputs = self.encoding.encoder.input_names
        weight = [] if self.weight is None or self.weight in inputs else [self.weight]
        return [*inputs, self.target_name, *weight]

    def encode(self, block: Block) -> Rows:
        X = self.encoding.encoder.block(block).astype(self.encoding.dtype, copy=False)
        return Rows(X, self.targets(block), self._weights(block))

    def targets(self, block: Block) -> Array:
        own = self._own(block, self.target_name)
        return TableAnswers(self.encoding.target, self.encoding.loss).encode(own, self.encoding.dtype)

    def identity(self) -> Iterator[bytes]:
        for encoder in (self.encoding.encoder, self.encoding.target):
            arrays, facts = encoder.to_parts()
            yield json.dumps(facts, sort_keys=True, default=str).encode()
            yield from (np.ascontiguousarray(array).tobytes() for array in arrays.values())


def gathered(source: Source, blocks: list[Block], names: list[str]) -> Source:
    """Blocks of a table as a small table of their own."""
    schema = pa.schema([source.schema.field(name) for name in names])
    table = pa.Table.from_batches([block.columns.select(names) for block in blocks], schema)
    return dataclasses.replace(from_arrow(table, source.options, source.label), typed=source.typed)
