"""Which kind each column is, decided from all its rows in a first pass, before anything is learned from them.

Columns stored as numbers, booleans or times are what they are; the words of text columns are looked at, and the type
that changes in the last row is seen. A column that is numbers but for a few words is nobody's wish: an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.data import conversions
from glassnet.data.bulk_columns import runs
from glassnet.data.cells import Cells, form
from glassnet.data.source import Block, Source
from glassnet.data.spelling import BOOLEANS, Spelling
from glassnet.errors import InvalidInput
from glassnet.text import counted

ALMOST_ALL = 0.9  # from this share of numbers on, words among them are a mistake (one repeated word: from half)
BY_FORM = {"number": "number", "boolean": "boolean", "time": "time", "nothing": "dropped"}


@dataclass(frozen=True)
class Finding:
    """What a column is: the name of its kind, and for times written as text their format."""

    kind: str
    format: str | None = None


def survey(
    source: Source, names: Iterable[str], spelling: Spelling, mixed: bool = False, learned: bool = False
) -> dict[str, Finding]:
    """What each of the columns ``names`` is.

    Args:
        source: the table.
        names: of the columns to look at.
        spelling: what the words mean.
        mixed: whether numbers with some words among them are taken as categories, not refused.
        learned: whether training is over, so that messages advise no option of it.

    Raises:
        InvalidInput: for a column of mixed numbers and words, and for words in a column declared numeric.
        InvalidType: for a column of lists, bytes and the like.
    """
    names = list(names)
    found = {name: _declared(source, name) for name in names}
    looks = {name: Look(name) for name in names if found[name] is None}
    if looks:
        for block in source.blocks(list(looks)):
            _look(looks.values(), block, spelling)
    numeric = source.options.numeric
    return {name: found[name] or looks[name].finding(name in numeric, mixed, learned) for name in names}


def _look(looks: Iterable[Look], block: Block, spelling: Spelling) -> None:
    """Look at one block: together at the columns that held no word so far, by itself at each that holds one."""
    worded = [look for look in looks if look.words]
    others = [look for look in looks if not look.words]
    for places, array in runs(block, [look.name for look in others]):
        values = conversions.READERS["number"]["text"](array, spelling)
        shape = len(places), len(block.rows)
        counts = shape[1] - _count(values.is_null(nan_is_null=True), shape)
        lost = _count(conversions.lost(values, array, spelling), shape) if values.null_count else np.zeros(shape[0])
        for look, count, words in zip((others[place] for place in places), counts.tolist(), lost, strict=True):
            if words:
                worded.append(look)
            else:
                look.numbers += count
    for look in worded:
        look.see(block.cells(look.name, spelling))


def _count(truths: Any, shape: tuple[int, int]) -> np.ndarray:
    """How many of the Arrow booleans are true in each column, int64 (k,)."""
    return np.asarray(np.count_nonzero(truths.to_numpy(zero_copy_only=False).reshape(shape), axis=1))


def _declared(source: Source, name: str) -> Finding | None:
    """What is known of a column without looking at its cells."""
    import pyarrow as pa

    kind = source.schema.field(name).type
    stored = form(name, kind)
    if name in source.options.categorical or (pa.types.is_dictionary(kind) and name not in source.options.numeric):
        return Finding("category")
    if stored == "text":
        return None
    if name in source.options.numeric and stored not in ("number", "boolean"):
        raise InvalidInput(f"column {name!r} was said to be numeric, but holds {kind}", remedy="do not declare it")
    return Finding("number" if name in source.options.numeric else BY_FORM[stored])


@dataclass
class Look:
    """What has been seen of a text column so far."""

    name: str
    numbers: int = 0
    words: int = 0
    first: InvalidInput | None = None  # about the first word, in case it is a mistake
    word: str = ""
    alone: bool = True  # whether all words are that first one
    boolean: bool = True
    formats: list[str | None] = field(default_factory=lambda: list(conversions.TIME_FORMATS))

    def see(self, cells: Cells) -> None:
        """Look at a block that may hold words."""
        import pyarrow.compute as pc

        texts = cells.texts()
        counts = pc.value_counts(texts.drop_null())
        distinct, times = counts.field("values"), np.asarray(counts.field("counts"))
        values = conversions.READERS["number"]["text"](distinct, cells.spelling)
        is_word = values.is_null().to_numpy(zero_copy_only=False)
        self.words += int(times[is_word].sum())
        self.numbers += int(times[~is_word & ~np.isnan(values.to_numpy(zero_copy_only=False))].sum())
        if is_word.any():
            self._see_words(cells, texts, distinct.filter(values.is_null()))

    def _see_words(self, cells: Cells, texts: Any, distinct: Any) -> None:
        import pyarrow.compute as pc

        if self.first is None:
            index = pc.is_in(texts, distinct).index(True).as_py()
            self.word = texts[index].as_py()
            self.first = cells.wrong(index, "is a word among numbers", "")
        self.alone &= distinct.to_pylist() == [self.word]
        self.boolean = self.boolean and set(pc.utf8_lower(distinct).to_pylist()) <= set(BOOLEANS)
        self.formats = [format for format in self.formats if self._fits(distinct, format, cells.spelling)]

    @staticmethod
    def _fits(words: Any, format: str | None, spelling: Spelling) -> bool:
        read = conversions.READERS["time"]["text"]
        # One word decides nearly always; a column of names is not parsed fifteen times.
        return not read(words[:1], spelling, format).null_count and not read(words, spelling, format).null_count

    def finding(self, numeric: bool, mixed: bool, learned: bool) -> Finding:
        """What the column is, after the last block."""
        if not self.words:
            return Finding("number" if self.numbers else "dropped")
        if numeric or (self._polluted() and not mixed):
            raise self._mixture(learned)
        if not self.numbers and self.boolean:
            return Finding("boolean")
        if not self.numbers and self.formats:
            return Finding("time", self.formats[0])
        return Finding("category")

    def _polluted(self) -> bool:
        share = self.numbers / (self.numbers + self.words)
        return share >= ALMOST_ALL or (share > 0.5 and self.alone)

    def _mixture(self, learned: bool) -> InvalidInput:
        assert self.first is not None
        where = self.first.cause.partition(" of column")[0]
        seen = (
            f"{counted(self.numbers, 'number')} and {counted(self.words, 'word')}, the first {self.word!r} in {where}"
        )
        remedy = (
            f"pass missing=({self.word!r},) (--missing) if the word means 'no value', or "
            f"categorical=({self.name!r},) (--categorical) if the column holds categories"
        )
        remedy = "correct these cells" if learned else remedy
        return InvalidInput(f"column {self.name!r} mixes numbers and words", seen, remedy)
