"""Parts of a table larger than memory: rows that are read alone, whatever holds them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from glassnet.data.arrow import pa
from glassnet.errors import BrokenFile, GlassnetError, UnusableFile

Read = Callable[[list[str]], Iterable["pa.RecordBatch"]]  # a name: pyarrow is loaded when it is used


@dataclass(eq=False)
class Part:
    """A row group of Parquet, a record batch of Arrow, a stretch of text, of an array, or all that an iterator gives.

    Args:
        label: what messages call it: its file, and which part of that.
        read: from names of columns to record batches with these columns, from its first row on.
        rows: how many there are; None until they are counted.
        sequential: whether it is one long stream, in which going back means beginning anew.
    """

    label: str
    read: Read
    rows: int | None = None
    sequential: bool = False


class Cursor:
    """Reads slices of parts; what follows the slice before is read on from there.

    Args:
        parts: of the table.
        names: of the columns to read.
    """

    def __init__(self, parts: Sequence[Part], names: Sequence[str]) -> None:
        self._parts, self._names = parts, list(names)
        self._part, self._at = -1, 0
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._left: pa.RecordBatch | None = None

    def read(self, part: int, start: int, stop: int) -> Iterator[pa.RecordBatch]:
        """The rows ``start`` to ``stop`` of a part, in record batches.

        Raises:
            BrokenFile: there are fewer than were counted.
        """
        if part != self._part or start < self._at:
            self._part, self._at, self._left = part, 0, None
            self._batches = iter(self._parts[part].read(self._names))
        while self._at < stop:
            batch = self._next()
            end = self._at + batch.num_rows
            first = max(start - self._at, 0)
            wanted = batch.slice(first, max(0, min(end, stop) - self._at - first))
            if end > stop:
                self._left = batch.slice(stop - self._at)
            self._at = min(end, stop)
            if wanted.num_rows:
                yield wanted

    def _next(self) -> pa.RecordBatch:
        batch, self._left = self._left or next(self._batches, None), None
        if batch is None:
            raise BrokenFile(
                f"{self._parts[self._part].label} has fewer rows than when it was opened",
                f"{self._at:,} rows",
                "read it while no program writes to it",
            )
        return batch


@contextlib.contextmanager
def readable(label: str) -> Iterator[None]:
    """Turn what Arrow and the system say of a file into an error of ours that names it; our own pass."""
    try:
        yield
    except FileNotFoundError as problem:
        raise UnusableFile(f"{label} is gone", remedy="leave the files where they are until all is done") from problem
    except (pa.ArrowException, OSError, ValueError, MemoryError) as problem:
        if isinstance(problem, GlassnetError):
            raise
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise BrokenFile(f"{label} is damaged", reason, "fetch or write this file again") from problem
