"""The report: what was measured, lines in sections; text_report.py and picture.py show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

from glassnet.bench.contenders import CONTENDERS


@dataclass
class Line:
    """The measurements of one contender with one number of threads in one section.

    Args:
        contender: its name in ``CONTENDERS``.
        threads: how many it was allowed.
        turns: seconds a unit (a step, a call, a start), turn by turn.
        units: number of units in all turns.
        flops: of one unit, where they are known.
        way: which of its ways of training was fastest.
        cost: the mean loss after training.
        failed: why some or all measurements are missing.
    """

    contender: str
    threads: int
    turns: list[float] = field(default_factory=list)
    units: int = 0
    flops: int = 0
    way: str = ""
    cost: float | None = None
    failed: str = ""

    @property
    def label(self) -> str:
        """Its name for people."""
        return CONTENDERS[self.contender].label

    @property
    def ours(self) -> bool:
        """Whether it is glassnet."""
        return CONTENDERS[self.contender].ours

    @property
    def least(self) -> float:
        """The least seconds a unit took: the speed of the code."""
        return min(self.turns)

    @property
    def median(self) -> float:
        """The median seconds a unit took: its usual speed on this machine."""
        return median(self.turns)

    @property
    def gflops(self) -> float | None:
        """GFLOP/s of the fastest turn."""
        return self.flops / self.least / 1e9 if self.flops else None

    def add(self, seconds: float, units: int) -> None:
        """Record a turn."""
        self.turns.append(seconds / units)
        self.units += units


@dataclass
class Section:
    """What was measured side by side.

    Args:
        measure: its name in ``MEASURES``.
        case: what it was measured on, such as the network.
        facts: about the case, for the JSON document.
        lines: one for each contender and number of threads.
        description: of the case, for people.
    """

    measure: str
    case: str
    facts: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    description: str = ""

    @property
    def measured(self) -> list[Line]:
        """The lines that have numbers."""
        return [line for line in self.lines if line.turns]

    @property
    def best_of_ours(self) -> Line | None:
        """glassnet's fastest line, by the least time."""
        return min((line for line in self.measured if line.ours), key=lambda line: line.least, default=None)

    def best(self, contender: str) -> Line | None:
        """The fastest line of one contender, with any number of threads."""
        return min((x for x in self.measured if x.contender == contender), key=lambda line: line.least, default=None)

    def ratios(self, line: Line) -> tuple[float, float] | None:
        """How many times as fast as ``line`` glassnet's fastest line is, by the least times and by the medians."""
        ours = self.best_of_ours
        return None if ours is None else (line.least / ours.least, line.median / ours.median)


@dataclass
class Report:
    """All measurements so far.

    Args:
        machine: the processor and the versions.
        peak: threads -> GFLOP/s.
        peak_how: how that was measured.
        absent: contender -> why it was not measured.
        sections: what was measured.
        interrupted: the number of the signal that stopped it, or 0.
    """

    machine: dict[str, Any] = field(default_factory=dict)
    peak: dict[int, float] = field(default_factory=dict)
    peak_how: str = ""
    absent: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    interrupted: int = 0

    def share(self, line: Line) -> float | None:
        """The share of the peak with the same number of threads."""
        peak = self.peak.get(line.threads)
        return line.gflops / peak if line.gflops and peak else None

    def of(self, measure: str) -> list[Section]:
        """The sections of one measure in which anything was measured."""
        return [section for section in self.sections if section.measure == measure and section.measured]

    def facts(self) -> dict[str, Any]:
        """The content of the JSON document."""
        measures = dict.fromkeys(section.measure for section in self.sections)
        return {
            **self.machine,
            "peak": {"gflops": {str(t): value for t, value in self.peak.items()}, "how": self.peak_how},
            "not_available": self.absent,
            **{name: [self._section(s) for s in self.sections if s.measure == name] for name in measures},
            "interrupted": bool(self.interrupted),
        }

    def _section(self, section: Section) -> dict[str, Any]:
        lines = [self._line(section, line) for line in section.lines]
        return {"case": section.case, **section.facts, "contenders": lines}

    def _line(self, section: Section, line: Line) -> dict[str, Any]:
        who = {"contender": line.contender, "threads": line.threads}
        if not line.turns:
            return who | {"not_available": line.failed or "stopped before its turn"}
        found: dict[str, Any] = {
            "way": line.way,
            "least_us": 1e6 * line.least,
            "median_us": 1e6 * line.median,
            "turns": len(line.turns),
            "units": line.units,
            "gflops": line.gflops,
            "share_of_peak": self.share(line),
            "cost": line.cost,
            "times_as_fast": section.ratios(line),
            "failed": line.failed,
        }
        return who | {name: value for name, value in found.items() if value not in (None, "")}
