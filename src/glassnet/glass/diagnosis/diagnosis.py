"""A diagnosis: all findings, and which checks were skipped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from glassnet.glass.diagnosis.finding import WORST_FIRST, Finding
from glassnet.notebook_hook import Displayable

WIDTH = 100  # columns of the text; findings are sentences


@dataclass(frozen=True, repr=False)
class Diagnosis(Displayable):
    """What :func:`~glassnet.glass.diagnosis.diagnose.diagnose` returns; true where no finding is a warning.

    Args:
        findings: in the order of the table of checks.
        skipped: the name of each check that did not run -> what it needs.
        rows: how many rows of ``X`` were examined, and of how many; None without ``X``.

    >>> dead = Finding("note", "layer 1: 2 of 10 units are dead", "lower the learning rate", name="dead_units")
    >>> print(Diagnosis((dead,), {"class_imbalance": "Y"}))
    note     layer 1: 2 of 10 units are dead.
             Try: lower the learning rate.
    Not checked: class imbalance (needs Y).
    """

    findings: tuple[Finding, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, int] | None = None

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def ok(self) -> bool:
        """True where no finding is a warning."""
        return not any(finding.severity == "warning" for finding in self.findings)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Warnings and notes, the worst first."""
        return tuple(finding for finding in self.worst_first() if finding.severity != "good")

    def worst_first(self) -> list[Finding]:
        """All findings: warnings, then notes, then what is good."""
        return sorted(self.findings, key=lambda finding: WORST_FIRST.index(finding.severity))

    def named(self, name: str) -> tuple[Finding, ...]:
        """What the check ``name`` found."""
        return tuple(finding for finding in self.findings if finding.name == name)

    def sentence(self, most: int = 2) -> str:
        """The worst findings in one sentence, for the text of a warning; empty where there are none.

        Args:
            most: how many findings, at most one of each check.

        >>> Diagnosis((Finding("warning", "the cost rose", "a smaller learning rate"),)).sentence()
        'the cost rose (try: a smaller learning rate).'
        """
        first_of_each: dict[str, Finding] = {}
        for finding in self.problems:
            first_of_each.setdefault(finding.name, finding)
        worst = [*first_of_each.values()][:most]
        said = [f"{finding.what}{f' (try: {finding.remedy})' if finding.remedy else ''}" for finding in worst]
        return "; also, ".join(said) + "." if said else ""

    def __str__(self) -> str:
        lines = [line for finding in self.worst_first() for line in _lines(finding)]
        lines += self._sampled()
        if self.skipped:
            skipped = (f"{name.replace('_', ' ')} (needs {needs})" for name, needs in self.skipped.items())
            lines.append(textwrap.fill(f"Not checked: {', '.join(skipped)}.", WIDTH))
        return "\n".join(lines)

    def _sampled(self) -> list[str]:
        if self.rows is None or self.rows[0] == self.rows[1]:
            return []
        return [f"Examined {self.rows[0]:,} of {self.rows[1]:,} rows."]


def _lines(finding: Finding) -> list[str]:
    texts = [f"{finding.what}.", *([f"Try: {finding.remedy}."] if finding.remedy else [])]
    filled = [line for text in texts for line in textwrap.wrap(text, WIDTH - 9, break_long_words=False)]
    return [f"{finding.severity if i == 0 else '':9}{line}" for i, line in enumerate(filled)]
