"""The classes of a classification: found in the answers of training, looked up in all later ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.target_values import CLASS_TYPES, Answers
from glassnet.errors import InvalidInput
from glassnet.text import in_all, listed, quoted

PADDED = 1 << 22  # letters, 4 bytes each
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
        kind: what they are, one of ``CLASS_TYPES``.
        values: sorted, none twice (k,).
        counts: how many rows of training had each, int64 (k,).
    """

    kind: str
    values: np.ndarray
    counts: np.ndarray

    def places(self, answers: Answers) -> np.ndarray:
        """The number of the class of each row, int64 (m,).

        Raises:
            InvalidInput: naming the first value that is none of the classes.
        """
        distinct = self._as_ours(answers)
        known = {value: place for place, value in enumerate(self.values.tolist())}
        places = np.array([known.get(value, -1) for value in distinct], dtype=np.int64)[answers.codes]
        if (strange := places < 0).any():
            first = int(strange.argmax())
            what = f"row {answers.rows[first] + 1} of the target {answers.name!r} is no class that training had"
            raise InvalidInput(
                what, repr(distinct[answers.codes[first]]), f"the classes are {quoted(self.values.tolist())}"
            )
        return np.asarray(places)

    def _as_ours(self, answers: Answers) -> list[Any]:
        """The different answers, as words where our classes are words; numbers and booleans compare as they are."""
        values: list[Any] = answers.distinct.tolist()
        if self.kind != "word" or answers.kind == "word":
            return values
        return [str(value).lower() if isinstance(value, bool) else f"{value:.17g}" for value in values]

    def notes(self, name: str) -> tuple[str, ...]:
        """What is worth saying about them."""
        single = [repr(value) for value in self.values[self.counts == 1].tolist()]
        if not single:
            return ()
        return (f"too few rows to learn from: classes of {name!r} with only one row: {listed(single, 5)}",)

    @classmethod
    def of(cls, answers: Answers) -> Classes:
        """The different answers as classes.

        Raises:
            InvalidInput: where there is only one.
        """
        if len(answers.distinct) < 2:
            seen = f"{answers.distinct[0].item()!r} {in_all(len(answers.codes))}"
            remedy = "pass rows of at least two classes"
            raise InvalidInput(f"the target {answers.name!r} has only one class", seen, remedy)
        counts = np.bincount(answers.codes, minlength=len(answers.distinct))
        return cls(answers.kind, answers.distinct, counts.astype(np.int64))

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "values": self.values.tolist(), "counts": self.counts.tolist()}

    @classmethod
    def restore(cls, facts: Facts) -> Classes:
        """From JSON.

        Raises:
            BrokenFile: for anything that ``Classes.facts`` cannot have been.
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
