"""The classes of a classification: found in the answers of training, looked up in all later ones."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.data.answers import CLASS_TYPES, Answers
from glassnet.data.facts import Facts, broken
from glassnet.errors import InvalidInput

PADDED = 1 << 22  # letters, 4 bytes each


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
            shown = ", ".join(map(repr, self.values[:10].tolist())) + (" ..." if len(self.values) > 10 else "")
            raise InvalidInput(what, repr(distinct[answers.codes[first]]), f"the classes are {shown}")
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
        shown = ", ".join(single[:5]) + (f" and {len(single) - 5} more" if len(single) > 5 else "")
        return (f"of the class{'es' * (len(single) > 1)} {shown} of {name!r} there is only one row: too few to learn",)

    @classmethod
    def of(cls, answers: Answers) -> Classes:
        """The different answers as classes.

        Raises:
            InvalidInput: where there is only one.
        """
        if len(answers.distinct) < 2:
            seen = f"{answers.distinct[0].item()!r} in all {len(answers.codes)} rows"
            remedy = "pass rows of at least two classes"
            raise InvalidInput(f"the target {answers.name!r} has only one class", seen, remedy)
        counts = np.bincount(answers.codes, minlength=len(answers.distinct))
        return cls(answers.kind, answers.distinct, counts.astype(np.int64))

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "values": self.values.tolist(), "counts": self.counts.tolist()}

    @classmethod
    def restore(cls, facts: Any) -> Classes:
        """From JSON.

        Raises:
            BrokenFile: for anything that ``facts`` cannot have been.
        """
        read = Facts(facts, "the classes", ("kind", "values", "counts"))
        kind = read.choice("kind", CLASS_TYPES)
        values = list(read.texts("values")) if kind == "word" else _numbers(read, "values", CLASS_TYPES[kind])
        counts = _numbers(read, "counts", int)
        if len(values) < 2 or len(counts) != len(values) or min(counts) < 0:
            raise broken("the classes", "are fewer than two, or have not one count each")
        if kind == "word" and not check_padding(values, max(map(len, values))):
            raise broken("the classes", "have a name of an absurd length")
        if any(a >= b for a, b in itertools.pairwise(values)):
            raise broken("the classes", "are not in order")
        return cls(kind, np.array(values, dtype=CLASS_TYPES[kind]), np.array(counts, dtype=np.int64))


def check_padding(texts: list[str], width: int) -> bool:
    """Whether an array of ``texts``, each padded to ``width`` as NumPy does, stays near the size of the texts.

    >>> check_padding(["a" * 1000, "b"], 1000), check_padding(["a" * 10**6, *("b" * 100)], 10**6)
    (True, False)
    """
    return len(texts) * width <= max(PADDED, 4 * sum(map(len, texts)))


def _numbers(read: Facts, key: str, wanted: type) -> list[Any]:
    values = read.items(key)
    limit = math.inf if wanted is float else 2**63
    if any(type(value) is not wanted for value in values) or any(not abs(value) < limit for value in values):
        raise read.wrong(key, f"holds something else than a {wanted.__name__} that can be")
    return values
