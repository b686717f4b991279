"""The classes of a target that is written as text: spelled as the table spells them.

Cells that mean the same number or the same truth value are one class, spelled as it is most often; leading zeros mean
a code, and codes differ by their letters. A note says what was merged, and what only looks alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import CellFormat
from glassnet.data.cell_readers import READERS
from glassnet.text import listed

EXACT = 2**53  # from here on float64 does not hold every whole number
CODE = "^0[0-9]+$"
MOST_COMPARED = 1000  # classes that are looked through for spellings of the same word


class WordClasses(NamedTuple):
    """The classes of a column of text.

    Args:
        values: the classes (k,): words, or numbers and booleans where Python writes these in just this way.
        amounts: what number each is, float64 (k,); None where they are none.
        codes: for each row the index of its class, int64 (m,); -1 where missing.
        notes: about cells that differ and are one class, and classes that hardly differ, as sentences.
        marker: a word that stands for a missing value, or "".
    """

    values: np.ndarray
    amounts: np.ndarray | None
    codes: np.ndarray
    notes: tuple[str, ...]
    marker: str


def word_classes(
    name: str, columns: Sequence[pa.Array], kind: str, cell_format: CellFormat, typed: bool
) -> WordClasses:
    """The classes among the cells of a column.

    Args:
        name: of the column.
        columns: its cells, Arrow strings.
        kind: what they were found to be: "number", "code", "boolean"; all else are words.
        cell_format: how they are written.
        typed: whether text is the user's own type, so that "1" is not meant as the number 1.

    >>> word_classes("y", [pa.array(["02", "10", "02"])], "code", CellFormat(), typed=False).values.tolist()
    ['02', '10']
    """
    encoded = pa.chunked_array(columns, pa.string()).dictionary_encode().combine_chunks()
    found = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    raw, clean = encoded.dictionary, cell_format.clean(encoded.dictionary)
    keys = _keys(clean, kind, cell_format)
    spellings = _spellings(clean.to_pylist(), keys, np.bincount(found[found >= 0], minlength=len(raw)).tolist())
    words = {
        key: max(spelled, key=lambda word: (spelled[word], -len(word), word)) for key, spelled in spellings.items()
    }
    amounts = _amounts(words, kind, cell_format)
    order = sorted(words, key=lambda key: (amounts.get(key, 0.0), words[key]))
    place = {key: i for i, key in enumerate(order)}
    index = np.array([*(place.get(key, -1) for key in keys), -1], dtype=np.int64)  # so that -1 stays -1
    chosen = [words[key] for key in order]
    values = np.array(chosen, dtype=str) if typed or kind not in ("number", "boolean") else _as_written(chosen)
    notes = (*_merged(name, spellings, words), *_padded(name, raw, clean, typed), *_alike(name, chosen))
    numbers = np.array([amounts[key] for key in order]) if amounts else None
    marker = next((word for word in raw.filter(clean.is_null()).to_pylist() if word and word.strip()), "")
    return WordClasses(values, numbers, index[found], notes, marker)


def _numbers(words: pa.Array, cell_format: CellFormat) -> np.ndarray:
    return np.asarray(READERS["number"]["text"](words, cell_format).to_numpy(zero_copy_only=False))


def _keys(clean: pa.Array, kind: str, cell_format: CellFormat) -> list[Hashable]:
    """What each of the distinct words means: words with the same key are one class."""
    words: list[Hashable] = clean.to_pylist()
    if kind == "number":
        numbers = _numbers(clean, cell_format).tolist()
        return [None if x != x else x if abs(x) < EXACT else word for x, word in zip(numbers, words, strict=True)]
    if kind == "boolean":
        return list(READERS["boolean"]["text"](clean, cell_format).to_pylist())
    return words


def _amounts(words: Mapping[Hashable, str], kind: str, cell_format: CellFormat) -> dict[Hashable, float]:
    """From each key to the number it is; nothing where words are not numbers."""
    if kind == "boolean":
        return {truth: float(truth is True) for truth in words}
    if kind not in ("number", "code"):
        return {}
    return dict(zip(words, _numbers(pa.array(words.values(), pa.string()), cell_format).tolist(), strict=True))


def _spellings(words: list[str | None], keys: list[Hashable], times: list[int]) -> dict[Hashable, dict[str, int]]:
    """From each key to its words, and in how many rows each of them stands."""
    spellings: dict[Hashable, dict[str, int]] = {}
    for word, key, count in zip(words, keys, times, strict=True):
        if word is not None and key is not None:
            spelled = spellings.setdefault(key, {})
            spelled[word] = spelled.get(word, 0) + count
    return spellings


def _as_written(words: list[str]) -> np.ndarray:
    """The words as numbers or booleans where Python writes these in just this way, else as they are."""
    readings: tuple[Callable[[str], object], ...] = (int, float, {"True": True, "False": False}.get)
    for read in readings:
        try:
            values = np.array([read(word) for word in words])
        except (ValueError, OverflowError):
            continue
        if values.dtype != object and [str(value) for value in values] == words:
            return values
    return np.array(words, dtype=str)


# -- what is worth a note ---------------------------------------------------------------------------------------------


def _merged(name: str, spellings: Mapping[Hashable, Mapping[str, int]], words: Mapping[Hashable, str]) -> Iterable[str]:
    several = [key for key, spelled in spellings.items() if len(spelled) > 1]
    if several:
        word = words[several[0]]
        others = listed([repr(other) for other in spellings[several[0]] if other != word], 3)
        more = f" (and {len(several) - 1} more such)" if len(several) > 1 else ""
        yield f"{word!r} and {others} are one class of {name!r}{more}: answered as {word!r}"


def _padded(name: str, raw: pa.Array, clean: pa.Array, typed: bool) -> Iterable[str]:
    padded = pc.fill_null(pc.not_equal(raw, clean), False)
    both = pc.any(pc.is_in(clean.filter(padded), raw)).as_py()  # with blanks and without
    if both or (typed and pc.any(padded).as_py()):
        cell = raw.filter(padded)[0].as_py()
        yield f"blanks around the classes of {name!r} are left out: {cell!r} is answered as {cell.strip()!r}"


def _alike(name: str, words: list[str]) -> Iterable[str]:
    """About classes that only case, blanks, leading zeros or Unicode forms tell apart."""
    groups: dict[str, list[str]] = {}
    for word in words[:MOST_COMPARED]:
        folded = " ".join(unicodedata.normalize("NFKC", word).casefold().split())
        groups.setdefault(folded.lstrip("0") if folded.isdigit() else folded, []).append(word)
    same = [group for group in groups.values() if len(group) > 1]
    if same:
        forms = len({unicodedata.normalize("NFKC", word) for word in same[0]}) == 1
        shown = listed(map(ascii if forms else repr, same[0]), 3)
        more = f" (and {len(same) - 1} more such)" if len(same) > 1 else ""
        yield f"{shown} are different classes of {name!r}{more}; spell them alike in the table if they mean the same"
