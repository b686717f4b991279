"""The classes of a classification: found in the target of training, looked up for all later rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.target_values import CLASS_TYPES, TargetValues
from glassnet.errors import InvalidInput
from glassnet.text import in_all, listed, quoted

PADDED = 1 << 22  # letters of 4 bytes each that are allowed in any case
LARGEST_INT64 = 2**63 - 1

# How the classes of each kind are read from a file.
_READ: dict[str, Callable[[Facts], list[Any]]] = {
    "word": lambda facts: facts.texts("values", distinct=True),
    "whole": lambda facts: facts.integers("values", low=-LARGEST_INT64, high=LARGEST_INT64),
    "number": lambda facts: facts.numbers("values"),
    "boolean": lambda facts: facts.flags("values"),
}


@dataclass(frozen=True)
class Classes:
    """The classes of a classification.

    Args:
        kind: of their values, one of ``CLASS_TYPES``.
        values: sorted and distinct (k,).
        counts: rows of training in each class, int64 (k,).
    """

    kind: str
    values: np.ndarray
    counts: np.ndarray

    def indices(self, values: TargetValues) -> np.ndarray:
        """The index of the class of each row, int64 (m,).

        Raises:
            InvalidInput: naming the first value that is not a class.
        """
        distinct = self._comparable(values)
        index = {value: i for i, value in enumerate(self.values.tolist())}
        indices = np.array([index.get(value, -1) for value in distinct], dtype=np.int64)[values.codes]
        if (unknown := indices < 0).any():
            first = int(unknown.argmax())
            what = f"row {values.rows[first] + 1} of the target {values.name!r} is not a class of training"
            remedy = f"the classes are {quoted(self.values.tolist())}"
            raise InvalidInput(what, repr(distinct[values.codes[first]]), remedy)
        return np.asarray(indices)

    def _comparable(self, values: TargetValues) -> list[Any]:
        """The distinct values, as words where the classes are words; numbers and booleans compare as they are."""
        distinct: list[Any] = values.distinct.tolist()
        if self.kind != "word" or values.kind == "word":
            return distinct
        return [str(value).lower() if isinstance(value, bool) else f"{value:.17g}" for value in distinct]

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
            seen = f"{values.distinct[0].item()!r} {in_all(len(values.codes))}"
            remedy = "pass rows of at least two classes"
            raise InvalidInput(f"the target {values.name!r} has only one class", seen, remedy)
        counts = np.bincount(values.codes, minlength=len(values.distinct))
        return cls(values.kind, values.distinct, counts.astype(np.int64))

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"kind": self.kind, "values": self.values.tolist(), "counts": self.counts.tolist()}

    @classmethod
    def restore(cls, facts: Facts) -> Classes:
        """The classes that :attr:`facts` described.

        Raises:
            BrokenFile: for anything that ``facts`` cannot have been.
        """
        kind = facts.exactly("kind", "values", "counts").choice("kind", _READ)
        values, counts = _READ[kind](facts), facts.integers("counts", low=0, high=LARGEST_INT64)
        if len(values) < 2 or len(counts) != len(values):
            raise facts.broken("are fewer than two, or have not one count each")
        if kind == "word" and not check_padding(values, max(map(len, values))):
            raise facts.broken("have a name of an absurd length")
        if any(a >= b for a, b in itertools.pairwise(values)):
            raise facts.broken("are not in order")
        return cls(kind, np.array(values, dtype=CLASS_TYPES[kind]), np.array(counts, dtype=np.int64))


def check_padding(texts: list[str], width: int) -> bool:
    """Whether an array of ``texts``, each padded to ``width`` as NumPy does, stays near the size of the texts.

    >>> check_padding(["a" * 1000, "b"], 1000), check_padding(["a" * 10**6, *("b" * 100)], 10**6)
    (True, False)
    """
    return len(texts) * width <= max(PADDED, 4 * sum(map(len, texts)))
