"""A look: one question a diagnosis asks, what it needs for it, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.thresholds import FEW_ROWS

WORDS = {"history": "a history", "rows": f"X of {FEW_ROWS} rows or more"}


@dataclass(frozen=True)
class Look:
    """One question.

    Args:
        name: its name, which its findings bear.
        question: in plain words.
        needs: what it cannot do without: "X", "rows" (enough of X), "Y", "history", or a column of the history.
        examine: the function that answers it; a finding of severity "good" where it looked and all is well, nothing
            where the question does not arise.
    """

    name: str
    question: str
    needs: tuple[str, ...]
    examine: Callable[[Case], Iterable[Finding]]

    def missing(self, case: Case) -> str:
        """What the case lacks for this look, in words, or nothing."""
        lacking = [WORDS.get(need, need.replace("_", " ")) for need in self.needs if not case.has(need)]
        return " and ".join(lacking)

    def findings(self, case: Case) -> list[Finding]:
        """What it finds, under its name."""
        return [replace(finding, name=self.name) for finding in self.examine(case)]
