"""A check: one question of a diagnosis, what it needs to be answered, and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.thresholds import ENOUGH_ROWS

NEEDS = {"history": "a history", "rows": f"X of {ENOUGH_ROWS} rows or more"}


@dataclass(frozen=True)
class Check:
    """One question.

    Args:
        name: its name, which its findings carry.
        question: the question as a sentence.
        needs: what it cannot do without: "X", "rows" (enough of X), "Y", "history", or a column of the history.
        function: answers it: a finding of severity "good" where it looked and found no fault, nothing where the
            question does not apply.
        slow: True if it takes long compared with a short training: the text of a warning may leave it out.
    """

    name: str
    question: str
    needs: tuple[str, ...]
    function: Callable[[Context], Iterable[Finding]]
    slow: bool = False

    def missing(self, context: Context) -> str:
        """What the context lacks for this check, or nothing."""
        lacking = [need for need in self.needs if not context.has(need)]
        return " and ".join(NEEDS.get(need, need.replace("_", " ")) for need in lacking) if lacking else ""

    def findings(self, context: Context) -> list[Finding]:
        """What it finds, under its name."""
        return [finding.named(self.name) for finding in context.found(self.function)]
