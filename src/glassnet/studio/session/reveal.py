"""A step's operations in the order in which they are done, and what of its ledger is known after so many of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from glassnet.glass.ledger.record import Line, Step
from glassnet.glass.ledger.rendered import Ledger

HIDDEN = "?"
ANSWER = "The model answers"  # in a note, and what notes of lines tell of their value
TELLING = ("in the user's unit", "after the update")
STAGES = ("forward", "cost", "backward", "update")
UNIT = re.compile(r"(?P<letter>y\^|d?[a-z])[\d,]+k?(?P<layer>\[\d+\])?")
LETTERS = {"z": "Z", "a": "A", "w": "W", "dz": "dZ", "da": "dA", "dw": "dW", "db": "db", "b": "b", "y^": "y^"}


@dataclass(frozen=True)
class Operation:
    """One operation of a step: a unit's sum, an activation, the loss, a row of ``dW``.

    Args:
        line: of the ledger, in full.
        stage: of the four of a step.
    """

    line: Line
    stage: str

    @property
    def key(self) -> str:
        """Of the number that it computes."""
        return self.line.key


@dataclass(frozen=True, eq=False)
class Reveal:
    """The operations of a ledger, and after which of them each of its lines is known.

    Args:
        operations: in their order.
        known: by the line's ``id``, how many operations must be done; what is given is not in it.
        keys: by the key of a number of the first three stages, the same; ``updated`` by the key of a changed parameter.
    """

    operations: tuple[Operation, ...]
    known: dict[int, int]
    keys: dict[str, int]
    updated: dict[str, int]

    @classmethod
    def of(cls, ledger: Ledger) -> Reveal:
        """Read from a ledger."""
        found = cls((), {}, {}, {})
        operations: list[Operation] = []
        for stage, step in zip(STAGES, ledger.steps, strict=True):
            for line in step.lines:
                _visit(line, stage, operations, found, depth=1)
        return replace(found, operations=tuple(operations))

    def is_shown(self, key: str, done: int, changed: bool = False) -> bool:
        """Whether a number is known after ``done`` operations.

        Args:
            key: of the number; of a parameter, ``changed`` asks for its change in this step.
        """
        known = self.updated if changed else self.keys
        at = known.get(key, known.get(_whole(key)))
        if at is not None:
            return at <= done
        return key[:1] == "x" or done >= len(self.operations)


def _visit(line: Line, stage: str, operations: list[Operation], found: Reveal, depth: int) -> int:
    """The number of operations after which a line is known, 0 of what is given."""
    if _is_operation(line, depth):
        operations.append(Operation(line, stage))
        at = len(operations)
        for _, inner in line.walk():
            _note(inner, at, stage, found)
        return at
    at = max((_visit(inner, stage, operations, found, depth + 1) for inner in line.inside), default=0)
    if at:
        _note(line, at, stage, found)
    return at


def _note(line: Line, at: int, stage: str, found: Reveal) -> None:
    found.known[id(line)] = at
    if line.key:
        (found.updated if stage == "update" else found.keys).setdefault(line.key, at)


def _is_operation(line: Line, depth: int) -> bool:
    """Whether a line stands for one computation; matrices are known with the last of their units."""
    if line.key == "J(after)":
        return True
    if not line.key or not line.formula or line.key == "A[0]":
        return False
    return depth > 1 or not any(inner.formula for inner in line.inside)


def _whole(key: str) -> str:
    """The matrix of a number: ``z9[1]`` -> ``Z[1]``."""
    found = UNIT.fullmatch(key)
    return f"{LETTERS.get(found['letter'], found['letter'])}{found['layer'] or ''}" if found else key


def veiled(ledger: Ledger, reveal: Reveal, done: int) -> Ledger:
    """The ledger after ``done`` operations: what is not known yet is a question mark."""
    steps = (Step(step.title, tuple(_veiled(line, reveal, done) for line in step.lines), step.note)
             for step in ledger.steps)  # fmt: skip
    notes = ledger.notes if done >= len(reveal.operations) else tuple(n for n in ledger.notes if ANSWER not in n)
    return replace(ledger, steps=tuple(steps), notes=notes)


def _veiled(line: Line, reveal: Reveal, done: int) -> Line:
    inside = tuple(_veiled(inner, reveal, done) for inner in line.inside)
    if reveal.known.get(id(line), 0) <= done:
        return replace(line, inside=inside)
    note = "" if any(part in line.note for part in TELLING) else line.note
    asked = (
        done < len(reveal.operations) and line is reveal.operations[done].line
    )  # its numbers are known, not its value
    numbers = line.numbers if asked and line.numbers != line.shown else ""
    return replace(line, numbers=numbers, shown=HIDDEN, value=None, rounded=False, note=note, inside=inside)
