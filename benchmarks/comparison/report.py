"""The report in words: a table of sets, and one of methods with ranks, wins and ratios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from comparison.methods import METHODS, PUBLISHED
from comparison.records import Record
from comparison.statistics import Estimate, mean_errors, ranks, ratio, wins

BASE = "CatBoost"
QUIET = 1.0  # a load average beyond the method's own threads that leaves seconds valid


def report(records: Sequence[Record]) -> str:
    """Everything, as lines of text."""
    return "\n".join(_lines(records))


def methods_of(records: Iterable[Record]) -> list[str]:
    """The methods that have records, in the order of the list, others after them."""
    have = {record["method"] for record in records}
    return [*(name for name in METHODS if name in have), *sorted(have - set(METHODS))]


def _lines(records: Sequence[Record]) -> Iterator[str]:
    simulated = {record["set"] for record in records if record.get("simulated")}
    for title, own in (("Sets of real rows", False), ("Simulated sets", True)):
        some = [record for record in records if (record["set"] in simulated) is own]
        if some:
            yield from (title, "", *sets_table(some), "", *methods_table(some), "")
    for row in PUBLISHED:
        yield f"Published, not measured here: {row.name}: {row.says} ({row.source})."
    for record in records:
        if "failed" in record:
            yield f"{record['method']} failed on {record['set']}, split {record['split']}: {record['failed']}"


def sets_table(records: Sequence[Record]) -> list[str]:
    """The mean error of each method on each set, the best marked."""
    errors, methods = mean_errors(records), methods_of(records)
    rows = [["error: share wrong, or RMSE / std", *methods]]
    for name, of in errors.items():
        best = min(of.values())
        cells = (f"{of[m]:.4f}{'*' if of[m] == best else ' '}" if m in of else "- " for m in methods)
        rows.append([name, *cells])
    return aligned(rows)


def methods_table(records: Sequence[Record]) -> list[str]:
    """Ranks, wins and ratios to ``BASE`` with their intervals; the median seconds of a fit, by clock and processor."""
    errors, methods = mean_errors(records), methods_of(records)
    ranked = ranks(errors, methods)
    heads = ["average rank", f"error to {BASE}", f"wins against {BASE}", "sets", "median s a fit", "processor s"]
    rows = [["method", *heads]]
    for name in sorted(methods, key=lambda m: ranked[m].value if m in ranked else len(methods)):
        relative, won = ratio(errors, name, BASE), wins(errors, name, BASE)
        count = str(sum(name in of for of in errors.values()))
        percent = None if won is None else Estimate(100 * won.value, 100 * won.low, 100 * won.high, won.sets)
        cells = [_words(ranked.get(name), 2), _words(relative, 3), _words(percent, 0, " %"), count]
        own = [r for r in records if r["method"] == name]
        worked = [r["processor_seconds"] for r in own if "processor_seconds" in r]
        rows.append([name, *cells, seconds(own), f"{median(worked):.2f}" if worked else "-"])
    busy = any("~" in row[-2] for row in rows)
    return [*aligned(rows), *(["~ measured while the machine did other things too"] * busy)]


def seconds(records: Sequence[Record]) -> str:
    """The median seconds of a fit; of those on a quiet machine, where there are some."""
    timed = [record for record in records if "fit_seconds" in record]
    quiet = [record["fit_seconds"] for record in timed if is_quiet(record)]
    every = [record["fit_seconds"] for record in timed]
    return f"{median(quiet):.2f}" if quiet else f"~{median(every):.2f}" if every else "-"


def is_quiet(record: dict[str, Any]) -> bool:
    """Whether its seconds tell about the method, and not about what else the machine did."""
    return record["load"] <= record["threads"] + QUIET


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of text, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _words(estimate: Estimate | None, digits: int, unit: str = "") -> str:
    if estimate is None:
        return "-"
    if estimate.sets < 2:
        return f"{estimate.value:.{digits}f}{unit}"
    return f"{estimate.value:.{digits}f}{unit} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
