"""Subjects of a whole table: the encoder leads from the user's columns into the network."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from glassnet.arrays import Array
from glassnet.data.reading.opening import open_source
from glassnet.data.source import Source
from glassnet.views.subjects.cells import Rows, drawn
from glassnet.views.subjects.subject import Subject


class TableSubject(Subject):
    """A model of a whole table: a column is encoded."""

    first: ClassVar[int] = 1  # as in messages about tables

    def rows(self, data: Any, most: int | None = None) -> Rows:
        source = open_source(data)
        self.model.check(source)
        if most is not None and source.rows > most:
            source = source.take(drawn(source.rows, most))
        return self._cells(source)

    def _count(self, data: Any) -> int:
        return open_source(data).rows

    def _one(self, data: Any, i: int) -> Rows:
        return self.rows(open_source(data).take([i]))  # of a file larger than memory one row

    def _cells(self, source: Source) -> Rows:
        import pyarrow as pa

        parts: dict[int, list[Any]] = {j: [] for j in range(len(self.columns))}
        for block in source.blocks(self.columns):
            for j, name in enumerate(self.columns):
                numbers = block.cells(name, self.model.encoder.spelling).numbers if self.is_number(j) else None
                parts[j].append(block.arrays[name] if numbers is None else numbers())
        return {j: (np.concatenate if self.is_number(j) else pa.concat_arrays)(some) for j, some in parts.items()}

    @cached_property
    def _kinds(self) -> list[str]:
        kinds = {column.name: column.kind for column in self.model.encoder.columns}
        return [kinds[name] for name in self.columns]

    def is_number(self, j: int) -> bool:
        return self._kinds[j] == "number"

    def encode(self, rows: Rows) -> Array:
        return np.asarray(self.model.encoder.transform(self._table(rows)), np.float64)

    def answers(self, rows: Rows) -> Array:
        return np.asarray(self.model.predict(self._table(rows)))

    def truth(self, data: Any, y: Any = None) -> Array:
        target = self.model.target
        codes = target.transform(open_source(data), dtype=np.float64) if y is None else target.transform(y)
        return np.asarray(target.inverse(codes if self.decides else codes[:, 0]))

    def targets(self, truth: Array) -> Array:
        if self.network.loss.targets == "counts":
            return truth
        return np.asarray(self.model.target.transform(truth, dtype=np.float64))

    def _table(self, rows: Rows) -> dict[str, Any]:
        return {name: rows[j] for j, name in enumerate(self.columns)}
