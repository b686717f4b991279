"""The classes of a classification: found in the target of training, looked up for all later rows."""

from __future__ import annotations

import decimal
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.spelling.booleans import TRUTH
from glassnet.data.targets.values import TargetValues
from glassnet.errors import InvalidInput
from glassnet.text import in_all, listed, quoted

PADDED = 1 << 22  # letters of 4 bytes each that are allowed in any case
LARGEST_INT64, LARGEST_UINT64 = 2**63 - 1, 2**64 - 1


@dataclass(frozen=True)
class ClassKind:
    """What classes can be.

    Args:
        dtypes: of NumPy, the usual one first.
        read: their values from the facts of a file.
    """

    dtypes: tuple[str, ...]
    read: Callable[[Facts], list[Any]]


def _decimals(facts: Facts) -> list[decimal.Decimal]:
    try:
        return [decimal.Decimal(text) for text in facts.texts("values")]
    except decimal.InvalidOperation:
        raise facts.broken("are not all numbers", at="values") from None


KINDS = {
    "word": ClassKind(("str",), lambda facts: facts.texts("values", distinct=True)),
    "whole": ClassKind(
        ("int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8"),
        lambda facts: facts.integers("values", low=-LARGEST_INT64 - 1, high=LARGEST_UINT64),
    ),
    "number": ClassKind(("float64", "float32", "float16"), lambda facts: facts.numbers("values")),
    "boolean": ClassKind(("bool",), lambda facts: facts.flags("values")),
    "decimal": ClassKind(("object",), _decimals),
}
_OF_DTYPE = {dtype: kind for kind, record in KINDS.items() for dtype in record.dtypes}


@dataclass(frozen=True)
class Classes:
    """The classes of a classification.

    Args:
        values: distinct and in order, in the user's type (k,).
        counts: rows of training in each class, int64 (k,).
    """

    values: np.ndarray
    counts: np.ndarray

    @property
    def kind(self) -> str:
        """Of the values, one of ``KINDS``."""
        return _OF_DTYPE.get(self.values.dtype.name, "word")

    def indices(self, values: TargetValues, allow_unknown: bool = False) -> np.ndarray:
        """The index of the class of each row, int64 (m,); a number or truth value may be spelled in another way.

        Args:
            values: of a target.
            allow_unknown: True returns -1 for a value that is not a class.

        Raises:
            InvalidInput: naming the first value that is not a class.
        """
        known: list[Any] = self.values.tolist()
        times = Counter(map(_meaning, known))
        index: dict[object, int] = {
            m: i for i, value in enumerate(known) if times[m := _meaning(value)] == 1 and m is not None
        }
        index |= {value: i for i, value in enumerate(known)}
        distinct: list[Any] = values.distinct.tolist()
        places = [index[value] if value in index else index.get(_meaning(value), -1) for value in distinct]
        indices = np.array([*places, -1], dtype=np.int64)[values.codes]
        if not allow_unknown and (unknown := indices < 0).any():
            first = int(unknown.argmax())
            what = f"row {values.rows[first] + 1} of the target {values.name!r} is not a class of training"
            raise InvalidInput(what, repr(distinct[values.codes[first]]), f"the classes are {quoted(known)}")
        return np.asarray(indices)

    def notes(self, name: str) -> tuple[str, ...]:
        """Notes for the user, as sentences."""
        single = [repr(value) for value in self.values[self.counts == 1].tolist()]
        if not single:
            return ()
        return (f"too few rows to learn from: classes of {name!r} with only one row: {listed(single, 5)}",)

    @classmethod
    def of(cls, values: TargetValues) -> Classes:
        """The distinct values as classes.

        Raises:
            InvalidInput: where there is only one.
        """
        if len(values.distinct) < 2:
            seen = f"{values.distinct.tolist()[0]!r} {in_all(values.count)}"
            remedy = "pass rows of at least two classes"
            raise InvalidInput(f"the target {values.name!r} has only one class", seen, remedy)
        counts = np.bincount(values.codes, values.times, minlength=len(values.distinct))
        return cls(values.distinct, counts.astype(np.int64))

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON data."""
        values: list[Any] = self.values.tolist()
        values = list(map(str, values)) if self.kind == "decimal" else values
        facts = {"kind": self.kind, "values": values, "counts": self.counts.tolist()}
        usual = KINDS[self.kind].dtypes[0]
        return facts if self.kind == "word" or self.values.dtype == usual else facts | {"dtype": self.values.dtype.name}

    @classmethod
    def restore(cls, facts: Facts) -> Classes:
        """The classes that :attr:`facts` described.

        Raises:
            BrokenFile: for anything that ``facts`` cannot have been.
        """
        optional = ("dtype",) if "dtype" in facts else ()
        kind = facts.exactly("kind", "values", "counts", *optional).choice("kind", KINDS)
        dtypes = KINDS[kind].dtypes
        dtype = np.dtype(facts.choice("dtype", dtypes) if optional else dtypes[0])
        values, counts = KINDS[kind].read(facts), facts.integers("counts", low=0, high=LARGEST_INT64)
        if len(values) < 2 or len(counts) != len(values):
            raise facts.broken("are fewer than two, or have not one count each")
        if kind == "word" and not check_padding(values, max(map(len, values))):
            raise facts.broken("have a name of an absurd length")
        if kind != "word" and any(not a < b for a, b in itertools.pairwise(values)):
            raise facts.broken("are not in order")
        if kind == "whole" and not np.iinfo(dtype).min <= values[0] <= values[-1] <= np.iinfo(dtype).max:
            raise facts.broken(f"do not fit into {dtype}")
        return cls(np.array(values, dtype=dtype), np.array(counts, dtype=np.int64))


def _meaning(value: object) -> float | int | None:
    """The number or truth value that a class is or is spelled as, None for other words."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) else float(str(value))
    word = value.strip().lower()
    if word in TRUTH:
        return TRUTH[word]
    try:
        return int(word) if word.lstrip("+-").isdigit() else float(word.replace(",", "."))
    except ValueError:
        return None


def check_padding(texts: list[str], width: int) -> bool:
    """Whether an array of ``texts``, each padded to ``width`` as NumPy does, stays near the size of the texts.

    >>> check_padding(["a" * 1000, "b"], 1000), check_padding(["a" * 10**6, *("b" * 100)], 10**6)
    (True, False)
    """
    return len(texts) * width <= max(PADDED, 4 * sum(map(len, texts)))
