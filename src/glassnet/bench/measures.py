"""What is measured: a table of measures, each of which fills sections of the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.interleaved import Field, Place
from glassnet.bench.networks import NETWORKS, SWEPT_WIDTHS, swept
from glassnet.bench.report import Line, Report, Section
from glassnet.bench.startup import start
from glassnet.bench.task import Task
from glassnet.bench.worker_process import Failed

PREDICTED_ROWS = {"1 row": 1, "10,000 rows": 10_000}
SMALL_SHARE = 0.3  # of the seconds of a training that the shorter measures get


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Args:
        networks: names.
        places: who takes part, with how many threads.
        seconds: for each contender on each network.
        rounds: at least so many turns.
        starts: how many fresh processes for start-up.
        widths: of the sweep.
        tell: called between turns with what is being done, in words.
    """

    networks: tuple[str, ...]
    places: tuple[Place, ...]
    seconds: float = 0.7
    rounds: int = 3
    starts: int = 3
    widths: tuple[int, ...] = SWEPT_WIDTHS
    tell: Callable[[str], object] = field(default=lambda words: None)

    def lines(self, measure: str, task: Task | None = None) -> list[Line]:
        """Who takes part in a measure; the slow ones in the smallest network alone."""
        flops = task.flops if task and measure in ("training", "widths") else 0
        smallest = task is None or task == next(iter(NETWORKS.values()))
        return [
            Line(name, threads, flops=flops)
            for name, threads in self.places
            if measure in CONTENDERS[name].measures and (smallest or CONTENDERS[name].slowness == 1)
        ]


def training(report: Report, asked: Asked, racers: Field) -> None:
    """Steps of Adam, epoch by epoch."""
    for name in asked.networks:
        task = NETWORKS[name]
        words = f"{name}, batches of {task.batch}"
        facts = {"batch": task.batch, "rows": task.rows, "flops_per_step": task.flops}
        section = Section("training", name, facts, asked.lines("training", task), words)
        _train(section, task, report, asked, racers, asked.seconds)
        racers.judge(section.lines)


def widths(report: Report, asked: Asked, racers: Field) -> None:
    """Steps of Adam on networks of all widths: do more threads ever cost time?"""
    for width in asked.widths:
        task = swept(width)
        lines = asked.lines("widths", task)
        section = Section("widths", str(width), {"batch": task.batch, "flops_per_step": task.flops}, lines)
        if len(lines) > 1:
            _train(section, task, report, asked, racers, SMALL_SHARE * asked.seconds)


def prediction(report: Report, asked: Asked, racers: Field) -> None:
    """Calls with one row and with many."""
    for name in asked.networks:
        for words, rows in PREDICTED_ROWS.items():
            lines = asked.lines("prediction", NETWORKS[name])
            section = Section("prediction", f"{name}, {words}", {"network": name, "rows": rows}, lines)
            report.sections.append(section)
            for line in lines:
                asked.tell(f"prediction, {section.case}: {line.label}")
                racers.prepare(line, NETWORKS[name], rows=rows)
            racers.race(lines, SMALL_SHARE * asked.seconds, asked.rounds, partial(asked.tell, section.case))


def startup(report: Report, asked: Asked, racers: Field) -> None:
    """Import and first step, in fresh processes in turn."""
    section = Section("startup", "import and first step", {"beyond": "numpy"}, _one_each(asked.lines("startup")))
    report.sections.append(section)
    for _ in range(asked.starts):
        for line in section.lines:
            asked.tell(f"start-up: {line.label}")
            if not line.failed:
                try:
                    line.add(start(line.contender, line.threads), 1)
                except Failed as error:
                    line.failed = str(error)


def _train(section: Section, task: Task, report: Report, asked: Asked, racers: Field, seconds: float) -> None:
    report.sections.append(section)
    for line in section.lines:
        asked.tell(f"{section.measure}, {section.case}: {line.label} gets ready")
        racers.prepare(line, task)
    racers.race(section.lines, seconds, asked.rounds, lambda: asked.tell(f"{section.measure}, {section.case}"))


def _one_each(lines: Iterable[Line]) -> list[Line]:
    """The line with most threads of each contender."""
    return list({line.contender: line for line in sorted(lines, key=lambda line: line.threads)}.values())


class Measure(NamedTuple):
    """One measure: what a unit of it is, what is measured in words, and what fills its sections."""

    unit: str
    words: str
    fill: Callable[[Report, Asked, Field], None]


MEASURES: Mapping[str, Measure] = {
    "training": Measure("step", "Training: a step of Adam, shuffle, gathering and calls included", training),
    "prediction": Measure("call", "Prediction: a call", prediction),
    "widths": Measure("step", "Widths: more threads against one, on w-w-w-10 in batches of 128", widths),
    "startup": Measure("start", "Start-up: import and first step in a fresh process, beyond NumPy's import", startup),
}


def run(report: Report, asked: Asked, measures: Iterable[str]) -> None:
    """Fill ``report`` with what is asked for; Ctrl-C leaves what there is."""
    began = time.monotonic()
    try:
        _measure_peak(report, asked)
        asked.tell("the contenders begin")
        with Field(asked.places) as racers:
            failed = racers.begin()
            report.absent |= {CONTENDERS[name].label: reason for (name, _), reason in failed.items()}
            here = replace(asked, places=tuple(place for place in asked.places if place not in failed))
            for name in measures:
                MEASURES[name].fill(report, here, racers)
        _measure_peak(report, asked)  # once more: the first may have met a busy moment
    except KeyboardInterrupt:
        report.interrupted = True
    report.machine["seconds"] = round(time.monotonic() - began, 1)


def _measure_peak(report: Report, asked: Asked) -> None:
    """In processes of their own, since BLAS learns its threads when it is loaded."""
    asked.tell("the peak of this processor")
    for threads in sorted({threads for _, threads in asked.places}):
        with Field([("reference", threads)]) as racers, suppress(Failed):
            worker = racers.workers["reference", threads]
            worker.begun()
            found = worker.ask("peak", threads=threads)
            report.peak[threads] = max(found["gflops"], report.peak.get(threads, 0.0))
            report.peak_how = found["how"]
