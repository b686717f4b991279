"""The report as tables and sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from glassnet.bench.measures import MEASURES
from glassnet.bench.report import Line, Report, Section
from glassnet.learning.interrupts import name_of

ALLOWED = 1.05  # ratio to one thread from which more threads count as slower


class Shown(NamedTuple):
    """Sentences above, then a table; columns after the first are numbers."""

    above: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def report_parts(report: Report) -> Iterator[Shown]:
    """The whole report, in the order of the measures."""
    yield Shown(_machine(report))
    for measure, show in SHOWN.items():
        if sections := report.of(measure):
            yield Shown(MEASURES[measure].description)
            yield from show(report, sections)
    yield Shown("\n".join(_failures(report)))


def number(value: float) -> str:
    """Three digits.

    >>> number(0.01234), number(12.345), number(12345.6)
    ('0.0123', '12.3', '12,346')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _machine(report: Report) -> str:
    machine = report.machine
    processor = machine["processor"]
    versions = ", ".join(f"{name} {found}" for name, found in machine["versions"].items())
    peaks = ", ".join(f"{number(value)} with {_threads(threads)}" for threads, value in report.peak.items())
    kind = f" ({processor['instructions']})" if processor["instructions"] else ""
    return (
        f"glassnet {machine['glassnet']} on {processor['name']}{kind}, {processor['available']} processors, "
        f"{machine['system']}\n{versions}\n"
        f"peak, GFLOP/s in float32: {peaks or 'unknown'} ({report.peak_how or 'not measured'})"
    )


def _threads(count: int) -> str:
    return f"{count} thread{'s' * (count != 1)}"


def _training(report: Report, sections: list[Section]) -> Iterator[Shown]:
    columns = ["", "threads", "least", "median", "GFLOP/s", "of peak", "x least", "x median"]
    for section in sections:
        rows = [
            [*_who(x), *_times(x), number(x.gflops or 0), _percent(report.share(x)), *_ratios(section, x)]
            for x in section.measured
        ]
        yield Shown(f"{section.description}: microseconds a step{_than(section)}", columns, rows)
    yield from _summary(sections)


def _summary(sections: list[Section]) -> Iterator[Shown]:
    """How many times as fast as each peer, each at its best number of threads."""
    peers = {line.contender: line.label for section in sections for line in section.measured if not line.ours}
    rows = [[label, *(_best_ratio(section, peer) for section in sections)] for peer, label in peers.items()]
    if rows and len(sections) > 1 and all(section.best_of_ours for section in sections):
        yield Shown(
            "glassnet is so many times as fast (least times, the best number of threads of each)",
            ["", *(section.case for section in sections)],
            rows,
        )


def _prediction(report: Report, sections: list[Section]) -> Iterator[Shown]:
    columns = ["", "threads", "least", "median", "x least", "x median"]
    for section in sections:
        rows = [[*_who(x), *_times(x), *_ratios(section, x)] for x in section.measured]
        yield Shown(f"{section.case}: microseconds a call{_than(section)}", columns, rows)


def _tables(report: Report, sections: list[Section]) -> Iterator[Shown]:
    columns = ["", "threads", "least", "median", "x least", "x median", ""]
    for section in sections:
        rows = [[*_who(x), *_times(x), *_ratios(section, x), x.way] for x in section.measured]
        yield Shown(f"{section.description}{_than(section)}", columns, rows)


def _widths(report: Report, sections: list[Section]) -> Iterator[Shown]:
    counts = sorted({line.threads for section in sections for line in section.measured})
    rows: list[list[str]] = []
    slower: list[str] = []
    for section in sections:
        least = {line.threads: line.least for line in section.measured}
        ratios = {t: least[t] / least[1] for t in counts[1:] if t in least and 1 in least}
        slower += [section.case] * (max(ratios.values(), default=0) > ALLOWED)
        times = [number(1e6 * least[t]) if t in least else "" for t in counts]
        rows.append([section.case, *times, *(f"{ratio:.2f}" for ratio in ratios.values())])
    heads = [_threads(t) for t in counts]
    above = "microseconds a step at its least, and in multiples of one thread's time; "
    verdict = f"more threads cost more than 5 % at width {', '.join(slower)}" if slower else "never slower by over 5 %"
    yield Shown(above + verdict, ["width", *heads, *(f"{head} / 1" for head in heads[1:])], rows)


def _startup(report: Report, sections: list[Section]) -> Iterator[Shown]:
    for section in sections:
        rows = [
            [line.label, number(line.least), number(line.median), *_ratios(section, line)] for line in section.measured
        ]
        yield Shown(f"seconds{_than(section)}", ["", "least", "median", "x least", "x median"], rows)


SHOWN = {"training": _training, "prediction": _prediction, "tables": _tables, "widths": _widths, "startup": _startup}


def _who(line: Line) -> list[str]:
    return [line.label, str(line.threads)]


def _times(line: Line) -> list[str]:
    return [number(1e6 * line.least), number(1e6 * line.median)]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _ratios(section: Section, line: Line) -> list[str]:
    ratios = section.ratios(line)
    return ["", ""] if ratios is None else [f"{ratio:.2f}" for ratio in ratios]


def _best_ratio(section: Section, peer: str) -> str:
    best = section.best(peer)
    return "" if best is None else _ratios(section, best)[0]


def _than(section: Section) -> str:
    """An explanation of the ratios."""
    ours = section.best_of_ours
    return "" if ours is None else f"; x: {ours.label} ({_threads(ours.threads)}) is so many times as fast"


def _failures(report: Report) -> list[str]:
    """One line for each contender and reason."""
    found = [(label, reason) for label, reason in report.absent.items()]
    found += [(line.label, line.failed) for section in report.sections for line in section.lines if line.failed]
    lines = [f"{label}: not available: {reason}" for label, reason in dict.fromkeys(found)]
    if report.interrupted:
        lines.append(f"stopped by {name_of(report.interrupted)}: only measurements until then")
    return lines
