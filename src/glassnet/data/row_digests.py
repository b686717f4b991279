"""Which rows a model learned from: digests saved with it, which recognize these rows in any table.

A digest is 64 bits of a salted BLAKE2b over a row as the network got it (of an estimator, over the row's print, see
``row_prints``): 40 bits of its inputs, then 24 of inputs and target, so that a row without its target is known too.
What is the same to the network, spelled as "5.10" or as 5.1, in a CSV or a data frame, in whatever order, has the same
digest. Of equal rows as many count as learned from as were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple, get_args

import numpy as np

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.row_prints import Noted, Prints, prepared, row_prints
from glassnet.errors import InvalidInput, unknown_name

ROLES = ("learned from", "validated on", "never seen", "unknown")
LEARNED, VALIDATED, NEVER, UNKNOWN = range(len(ROLES))
WANTED = {"unseen": NEVER, "learned": LEARNED, "validated": VALIDATED}
NOT_RECORDED = "whether it learned from them is unknown"

MOST = 1_000_000  # rows whose digests are kept, 8 MB; of more it is known of a half, a quarter, ... of all rows
TARGET_BITS = np.uint64(24)
BITS = 64
SALT = 16  # bytes


@dataclass(frozen=True, eq=False)
class RowDigests:
    """The rows that a model learned from, and those it was validated on.

    Args:
        salt: what every digest begins with, hexadecimal.
        learned, validated: digests in rising order, uint64.
        halvings: of very many rows only those digests are kept whose first so many bits are 0.
        printed: digests are of the rows' prints, see :class:`~glassnet.data.row_prints.RowPrints`.

    >>> X, Y = np.arange(6.0).reshape(3, 2), np.zeros(3)
    >>> known = RowDigests.of((X[:2], Y[:2]), None, seed=0)
    >>> [ROLES[role] for role in known.roles(X, Y)]
    ['learned from', 'learned from', 'never seen']
    """

    salt: str
    learned: Array
    validated: Array
    halvings: int = 0
    printed: bool = False

    @classmethod
    def of(
        cls, learned: tuple[Array, Array], validated: tuple[Array, Array] | None, seed: int, most: int = MOST
    ) -> RowDigests:
        """Of rows as the network got them, inputs (m, n) and targets (m,) or (m, k).

        The salt follows from all the rows and the seed: the same training writes the same file, another table has
        another salt.
        """
        return cls.of_numbers(prepared(*learned), None if validated is None else prepared(*validated), seed, most)

    @classmethod
    def of_numbers(
        cls,
        learned: tuple[Array, Array],
        validated: tuple[Array, Array] | None,
        seed: int,
        most: int = MOST,
        printed: bool = False,
    ) -> RowDigests:
        """The same of rows whose bytes are the same on each way here: inputs (m, n) and targets (m, k), or prints."""
        salt = blake2b(f"{seed}".encode(), digest_size=SALT)
        for numbers in learned:
            salt.update(numbers.data)
        salted = salt.hexdigest()
        of_both = [
            digests(*rows, salted) if rows is not None else np.empty(0, np.uint64) for rows in (learned, validated)
        ]
        total = sum(map(len, of_both))
        halvings = max(0, int(np.ceil(np.log2(total / most)))) if total else 0
        first, second = (np.sort(each[_kept(each, halvings)]) for each in of_both)
        return cls(salted, first, second, halvings, printed)

    def roles(self, X: Array, Y: Array | None = None) -> Array:
        """What each row was to the training, an index into ``ROLES`` (m,).

        Args:
            X: the inputs, (m, n).
            Y: the targets (m,) or (m, k), None where they are not known.
        """
        found = digests(*(row_prints if self.printed else prepared)(X, Y), self.salt)
        known, learned, validated = _kept(found, self.halvings), self.learned, self.validated
        if Y is None:
            found, learned, validated = (each >> TARGET_BITS for each in (found, learned, validated))
        order = np.argsort(found, kind="stable")
        rows = found[order]
        before = np.arange(len(rows)) - np.searchsorted(rows, rows)  # equal rows of this table, further up
        taught = _count(learned, rows)
        judged = taught + _count(validated, rows)
        roles = np.empty(len(rows), np.int8)
        roles[order] = np.where(before < taught, LEARNED, np.where(before < judged, VALIDATED, NEVER))
        roles[~known] = UNKNOWN
        return roles


@dataclass(frozen=True, eq=False)
class RowPrints:
    """The same of an estimator, while it is in memory: at most 16 bytes a row, from which digests are made if needed.

    Args:
        learned, validated: the rows that it learned from, and those it was validated on.
        seed: of the training.
    """

    learned: Noted
    validated: Noted
    seed: int

    @cached_property
    def prints(self) -> tuple[Prints, Prints]:
        """Of both."""
        first, second = (n if isinstance(n, Prints) else row_prints(*n) for n in (self.learned, self.validated))
        return first, second

    @cached_property
    def digests(self) -> RowDigests:
        """What a file and a pickle hold."""
        return RowDigests.of_numbers(*self.prints, self.seed, printed=True)

    def roles(self, X: Array, Y: Array | None = None) -> Array:
        """See :meth:`RowDigests.roles`."""
        return self.digests.roles(X, Y)

    def of_the_same_rows(self, other: object) -> bool:
        """Whether both learned from the same rows, in whatever order, and were validated on the same."""
        if not isinstance(other, RowPrints):
            return False
        both = (sum(map(tuple, known.prints), ()) for known in (self, other))
        return all(np.array_equal(np.sort(one), np.sort(two)) for one, two in zip(*both, strict=True))


class JudgedRows(NamedTuple):
    """The rows that a model is judged by.

    Args:
        places: their places in the table, from 0, rising.
        words: what they were to its training; what is left out.
    """

    places: Array
    words: str


def judged_rows(roles: Array | None, m: int, judge: str = "unseen") -> JudgedRows:
    """Choose the rows to judge a model by.

    Args:
        roles: of all rows, (m,); None where they are not known.
        m: how many rows there are.
        judge: "unseen", where there are any, else all; "all"; "learned"; "validated".

    Raises:
        UnknownName: another word.
        InvalidInput: there are no such rows, or it is not known which they are.

    >>> judged_rows(np.array([LEARNED, NEVER, LEARNED]), 3)
    JudgedRows(places=array([1]), words='never seen; 2 learned from are left out')
    """
    if judge not in get_args(Judge):
        raise unknown_name("rows to judge", judge, get_args(Judge))
    if roles is None or (roles == UNKNOWN).all():
        if judge in ("learned", "validated"):
            remedy = "judge all, or train the model again with row_digests=True"
            raise InvalidInput(f"rows {ROLES[WANTED[judge]]} are not known to this model", remedy=remedy)
        return JudgedRows(np.arange(m), NOT_RECORDED)
    places = np.flatnonzero(roles == WANTED[judge]) if judge != "all" else np.arange(m)
    if not len(places) and judge != "unseen":
        remedy = "judge all of them, or another table"
        raise InvalidInput(f"none of these rows was {ROLES[WANTED[judge]]}", f"{said_of(roles)}", remedy)
    places = places if len(places) else np.arange(m)
    others = np.delete(roles, places)
    left_out = f"; {said_of(others)} {'is' if len(others) == 1 else 'are'} left out" if len(others) else ""
    return JudgedRows(places, (said_of(roles[places], alone=True)) + left_out)


def said_of(roles: Array, alone: bool = False) -> str:
    """How many rows have which role; ``alone`` leaves the number out where it is the same for all.

    >>> said_of(np.array([LEARNED, NEVER, LEARNED]))
    '2 learned from, 1 never seen'
    """
    counts = [(int(np.count_nonzero(roles == role)), name) for role, name in enumerate(ROLES)]
    said = [(count, "of unknown role" if name == ROLES[UNKNOWN] else name) for count, name in counts if count]
    return said[0][1] if alone and len(said) == 1 else ", ".join(f"{count:,} {name}" for count, name in said)


def digests(inputs: Array, targets: Array, salt: str) -> Array:
    """The digests of rows as :func:`prepared` or printed, (m,) uint64; without targets the last bits say nothing."""
    salted = blake2b(bytes.fromhex(salt), digest_size=8)
    return np.fromiter(_rows(salted, inputs, targets), np.uint64, len(inputs))


def _rows(salted: blake2b, inputs: Array, targets: Array) -> Iterator[int]:
    shift = int(TARGET_BITS)
    low = (1 << shift) - 1
    for row, target in zip(inputs, targets, strict=True):
        digest = salted.copy()
        digest.update(row)
        high = int.from_bytes(digest.digest(), "little")
        digest.update(target)
        yield high >> shift << shift | int.from_bytes(digest.digest(), "little") & low


def _kept(found: Array, halvings: int) -> Array:
    return np.ones(len(found), bool) if not halvings else found >> np.uint64(BITS - halvings) == 0


def _count(digests: Array, rows: Array) -> Array:
    """How often each of ``rows`` is among digests in rising order."""
    return np.searchsorted(digests, rows, "right") - np.searchsorted(digests, rows, "left")
