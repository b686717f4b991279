"""A finding: one result of a diagnosis, with its numbers and one remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["good", "note", "warning"]
Evidence = int | float | str | bool | None | tuple["Evidence", ...]
Facts = dict[str, Evidence]

WORST_FIRST: tuple[Severity, ...] = ("warning", "note", "good")


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Args:
        severity: "good", "note" (worth knowing) or "warning" (it costs accuracy or time).
        what: one sentence with numbers, without its full stop.
        remedy: one thing to try; empty where all is good.
        evidence: the numbers, as JSON data.
        name: of the check that found it.

    >>> print(Finding("warning", "layer 1: 9 of 10 units are dead", "lower the learning rate", {"dead": 9}))
    warning: layer 1: 9 of 10 units are dead; try: lower the learning rate.
    """

    severity: Severity
    what: str
    remedy: str = ""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    name: str = ""

    def named(self, name: str) -> Finding:
        """The same as found by the check of that name."""
        return Finding(self.severity, self.what, self.remedy, self.evidence, name)

    def __str__(self) -> str:
        return f"{self.severity}: {self.what}{f'; try: {self.remedy}' if self.remedy else ''}."


def percent(share: float) -> str:
    """A share with two significant digits; only exact shares are written as 0 % and 100 %.

    >>> percent(0.0731), percent(0.9999), percent(25.0)
    ('7.3 %', 'over 99 %', '2,500 %')
    """
    if 0.99 < share < 1:
        return "over 99 %"
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return f"{100 * share:,.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"
