"""Which kind each column is, inferred from all its rows in a first pass, before anything is learned from them.

Columns stored as numbers, booleans or times are what they are. Text columns are read to the last row, so a type that
changes late is found. Numbers mixed with a few words raise an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import BOOLEANS, CellFormat
from glassnet.data.cell_readers import READERS, TIME_FORMATS, unreadable
from glassnet.data.cells import Cells, column_storage
from glassnet.data.source import Block, Source, concatenated
from glassnet.errors import InvalidInput
from glassnet.text import counted

ALMOST_ALL = 0.9  # from this share of numbers on, words among them are a mistake (one repeated word: from half)
BY_STORAGE = {"number": "number", "boolean": "boolean", "time": "time", "null": "dropped"}


@dataclass(frozen=True)
class InferredKind:
    """The kind of a column, by name, and the format of times written as text."""

    kind: str
    format: str | None = None


def infer_kinds(
    source: Source, names: Iterable[str], cell_format: CellFormat, mixed: bool = False, learned: bool = False
) -> dict[str, InferredKind]:
    """The kind of each of the columns ``names``.

    Args:
        source: the table.
        names: of the columns.
        cell_format: how the cells are written.
        mixed: True takes numbers mixed with words as categories instead of raising an error.
        learned: whether training is over, so that messages advise no option of it.

    Raises:
        InvalidInput: for a column of mixed numbers and words, and for words in a column declared numeric.
        InvalidType: for a column of lists, bytes and the like.
    """
    names = list(names)
    found = {name: _declared(source, name) for name in names}
    scans = {name: TextColumnScan(name) for name in names if found[name] is None}
    if scans:
        for block in source.blocks(list(scans)):
            _scan(scans.values(), block, cell_format)
    numeric = source.options.numeric
    return {name: found[name] or scans[name].result(name in numeric, mixed, learned) for name in names}


def _scan(scans: Iterable[TextColumnScan], block: Block, cell_format: CellFormat) -> None:
    """Scan one block: the columns without words so far together, those with words one by one."""
    with_words = [scan for scan in scans if scan.words]
    others = [scan for scan in scans if not scan.words]
    for places, array in concatenated(block, [scan.name for scan in others]):
        values = READERS["number"]["text"](array, cell_format)
        shape = len(places), len(block.rows)
        counts = shape[1] - _count(values.is_null(nan_is_null=True), shape)
        words = _count(unreadable(values, array, cell_format), shape) if values.null_count else np.zeros(shape[0])
        for scan, count, has_words in zip((others[place] for place in places), counts.tolist(), words, strict=True):
            if has_words:
                with_words.append(scan)
            else:
                scan.numbers += count
    for scan in with_words:
        scan.update(block.cells(scan.name, cell_format))


def _count(flags: pa.Array, shape: tuple[int, int]) -> np.ndarray:
    """How many of the Arrow booleans are true in each column, int64 (k,)."""
    return np.asarray(np.count_nonzero(flags.to_numpy(zero_copy_only=False).reshape(shape), axis=1))


def _declared(source: Source, name: str) -> InferredKind | None:
    """The kind of a column that is known without reading its cells."""
    arrow_type = source.schema.field(name).type
    stored, numeric = column_storage(name, arrow_type), name in source.options.numeric
    if name in source.options.categorical or (pa.types.is_dictionary(arrow_type) and not numeric):
        return InferredKind("category")
    if stored == "text":
        return None
    if numeric and stored not in ("number", "boolean"):
        what = f"column {name!r} was declared numeric, but holds {arrow_type}"
        raise InvalidInput(what, remedy="leave it out of numeric (--numeric)")
    return InferredKind("number" if numeric else BY_STORAGE[stored])


@dataclass
class TextColumnScan:
    """What the blocks of a text column held so far.

    Args:
        name: of the column.
        numbers, words: how many cells are numbers, and how many are words.
        first_error: about the first word, in case it is a mistake; ``first_word`` is that word.
        one_word: whether all words are the first one.
        boolean: whether all words are booleans.
        formats: time formats that fit all words.
    """

    name: str
    numbers: int = 0
    words: int = 0
    first_error: InvalidInput | None = None
    first_word: str = ""
    one_word: bool = True
    boolean: bool = True
    formats: list[str | None] = field(default_factory=lambda: list(TIME_FORMATS))

    def update(self, cells: Cells) -> None:
        """Scan the cells of a block that may hold words."""
        texts = cells.texts()
        counts = pc.value_counts(texts.drop_null())
        distinct, times = counts.field("values"), np.asarray(counts.field("counts"))
        values = READERS["number"]["text"](distinct, cells.cell_format)
        is_word = values.is_null().to_numpy(zero_copy_only=False)
        self.words += int(times[is_word].sum())
        self.numbers += int(times[~is_word & ~np.isnan(values.to_numpy(zero_copy_only=False))].sum())
        if is_word.any():
            self._update_words(cells, texts, distinct.filter(values.is_null()))

    def _update_words(self, cells: Cells, texts: pa.Array, distinct: pa.Array) -> None:
        if self.first_error is None:
            index = pc.is_in(texts, distinct).index(True).as_py()
            self.first_word = texts[index].as_py()
            self.first_error = cells.error_at(index, "is a word among numbers", "")
        self.one_word &= distinct.to_pylist() == [self.first_word]
        self.boolean = self.boolean and set(pc.utf8_lower(distinct).to_pylist()) <= set(BOOLEANS)
        self.formats = [format for format in self.formats if self._fits(distinct, format, cells.cell_format)]

    @staticmethod
    def _fits(words: pa.Array, format: str | None, cell_format: CellFormat) -> bool:
        read = READERS["time"]["text"]
        # The first word nearly always decides; a column of names is not parsed fifteen times.
        return not read(words[:1], cell_format, format).null_count and not read(words, cell_format, format).null_count

    def result(self, numeric: bool, mixed: bool, learned: bool) -> InferredKind:
        """The kind of the column, after the last block."""
        if not self.words:
            return InferredKind("number" if self.numbers else "dropped")
        if numeric or (self._is_mixture() and not mixed):
            raise self._mixture_error(learned)
        if not self.numbers and self.boolean:
            return InferredKind("boolean")
        if not self.numbers and self.formats:
            return InferredKind("time", self.formats[0])
        return InferredKind("category")

    def _is_mixture(self) -> bool:
        share = self.numbers / (self.numbers + self.words)
        return share >= ALMOST_ALL or (share > 0.5 and self.one_word)

    def _mixture_error(self, learned: bool) -> InvalidInput:
        assert self.first_error is not None
        where, word = self.first_error.cause.partition(" of column")[0], self.first_word
        seen = f"{counted(self.numbers, 'number')} and {counted(self.words, 'word')}, the first {word!r} in {where}"
        remedy = (
            f"pass missing=({word!r},) (--missing) if the word means 'no value', or "
            f"categorical=({self.name!r},) (--categorical) if the column holds categories"
        )
        remedy = "correct these cells" if learned else remedy
        return InvalidInput(f"column {self.name!r} mixes numbers and words", seen, remedy)
