"""The table of measures, each of which fills sections of the report."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.interleaved import Place, Workers
from glassnet.bench.networks import NETWORKS, SWEPT_WIDTHS, swept
from glassnet.bench.report import Line, Report, Section
from glassnet.bench.tables import TABLES
from glassnet.bench.task import Task
from glassnet.bench.worker_process import Failed, Worker, first_step

NO_CONTENDER = "glassnet.bench.contenders.adapter:Adapter"  # a process that starts at once
PREDICTED_ROWS = {"1 row": 1, "10,000 rows": 10_000}
SMALL_SHARE = 0.3  # of the seconds of a training that the shorter measures get


@dataclass(frozen=True)
class BenchOptions:
    """What is to be measured, and how thoroughly.

    Args:
        networks: names.
        places: contenders, each with a number of threads.
        seconds: for each contender on each network.
        rounds: the least number of turns.
        starts: number of fresh processes for start-up.
        widths: of the sweep.
        tables: names of small tables.
        progress: called between turns with a description of what is being measured.
    """

    networks: tuple[str, ...]
    places: tuple[Place, ...]
    seconds: float = 0.7
    rounds: int = 3
    starts: int = 3
    widths: tuple[int, ...] = SWEPT_WIDTHS
    tables: tuple[str, ...] = tuple(TABLES)
    progress: Callable[[str], object] = field(default=lambda description: None)

    def lines(self, measure: str, task: Task | None = None) -> list[Line]:
        """The contenders of a measure; slow ones only on the smallest network."""
        flops = task.flops if task and measure in ("training", "widths") else 0
        smallest = task is None or task == next(iter(NETWORKS.values()))
        return [
            Line(name, threads, flops=flops)
            for name, threads in self.places
            if measure in CONTENDERS[name].measures and (smallest or CONTENDERS[name].slowness == 1)
        ]


def training(report: Report, options: BenchOptions, workers: Workers) -> None:
    """Steps of Adam, epoch by epoch."""
    for name in options.networks:
        task = NETWORKS[name]
        description = f"{name}, batches of {task.batch}"
        facts = {"batch": task.batch, "rows": task.rows, "flops_per_step": task.flops}
        section = Section("training", name, facts, options.lines("training", task), description)
        _train(section, task, report, options, workers, options.seconds)
        workers.measure_costs(section.lines)


def widths(report: Report, options: BenchOptions, workers: Workers) -> None:
    """Steps of Adam on networks of all widths: are more threads ever slower?"""
    for width in options.widths:
        task = swept(width)
        lines = options.lines("widths", task)
        section = Section("widths", str(width), {"batch": task.batch, "flops_per_step": task.flops}, lines)
        if len(lines) > 1:
            _train(section, task, report, options, workers, SMALL_SHARE * options.seconds)


def prediction(report: Report, options: BenchOptions, workers: Workers) -> None:
    """Calls with one row and with many."""
    for name in options.networks:
        for description, rows in PREDICTED_ROWS.items():
            lines = options.lines("prediction", NETWORKS[name])
            section = Section("prediction", f"{name}, {description}", {"network": name, "rows": rows}, lines)
            report.sections.append(section)
            for line in lines:
                options.progress(f"prediction, {section.case}: {line.label}")
                workers.prepare(line, NETWORKS[name], rows=rows)
            workers.take_turns(
                lines, SMALL_SHARE * options.seconds, options.rounds, partial(options.progress, section.case)
            )


def tables(report: Report, options: BenchOptions, workers: Workers) -> None:
    """Fits of small tables, a grid search, several trainings at once, predictions."""
    for name in options.tables:
        task = TABLES[name]
        facts = {"rows": len(task.y), "unit": task.unit, "dtype": task.dtype}
        section = Section("tables", name, facts, options.lines("tables"), f"{name}: microseconds {task.unit}")
        report.sections.append(section)
        for line in section.lines:
            options.progress(f"tables, {name}: {line.label} prepares")
            workers.prepare_fit(line, task)
        workers.take_turns(
            section.lines, SMALL_SHARE * options.seconds, options.rounds, partial(options.progress, name)
        )


def startup(report: Report, options: BenchOptions, workers: Workers) -> None:
    """Import and first step, in fresh processes in turn."""
    section = Section("startup", "import and first step", {"beyond": "numpy"}, _one_each(options.lines("startup")))
    report.sections.append(section)
    for _ in range(options.starts):
        for line in section.lines:
            options.progress(f"start-up: {line.label}")
            if not line.failed:
                try:
                    line.add(first_step(line.contender, line.threads), 1)
                except Failed as error:
                    line.failed = str(error)


def _train(
    section: Section, task: Task, report: Report, options: BenchOptions, workers: Workers, seconds: float
) -> None:
    report.sections.append(section)
    for line in section.lines:
        options.progress(f"{section.measure}, {section.case}: {line.label} prepares")
        workers.prepare(line, task)
    workers.take_turns(
        section.lines, seconds, options.rounds, lambda: options.progress(f"{section.measure}, {section.case}")
    )


def _one_each(lines: Iterable[Line]) -> list[Line]:
    """The line with most threads of each contender."""
    return list({line.contender: line for line in sorted(lines, key=lambda line: line.threads)}.values())


class Measure(NamedTuple):
    """One measure: its unit, a description for people, and the function that fills its sections."""

    unit: str
    description: str
    fill: Callable[[Report, BenchOptions, Workers], None]


MEASURES: Mapping[str, Measure] = {
    "training": Measure("step", "Training: a step of Adam, shuffle, gathering and calls included", training),
    "prediction": Measure("call", "Prediction: a call", prediction),
    "tables": Measure(
        "epoch", "Small tables, standardized: fits and predictions through the estimators, 32 hidden units", tables
    ),
    "widths": Measure("step", "Widths: more threads against one, on w-w-w-10 in batches of 128", widths),
    "startup": Measure("start", "Start-up: import and first step in a fresh process, beyond NumPy's import", startup),
}


def run(report: Report, options: BenchOptions, measures: Iterable[str]) -> None:
    """Fill ``report`` with the ``measures`` named; Ctrl-C keeps what was measured until then."""
    began = time.monotonic()
    try:
        _measure_peak(report, options)
        options.progress("the contenders start")
        with Workers(options.places) as workers:
            failed = workers.start()
            report.absent |= {CONTENDERS[name].label: reason for (name, _), reason in failed.items()}
            here = replace(options, places=tuple(place for place in options.places if place not in failed))
            for name in measures:
                MEASURES[name].fill(report, here, workers)
        _measure_peak(report, options)  # again: the machine may have been busy the first time
    except KeyboardInterrupt as stop:
        report.interrupted = getattr(stop, "number", signal.SIGINT)
    report.machine["seconds"] = round(time.monotonic() - began, 1)


def _measure_peak(report: Report, options: BenchOptions) -> None:
    """In separate processes, since BLAS reads its number of threads when it is loaded."""
    options.progress("the peak of this processor")
    for threads in sorted({threads for _, threads in options.places}):
        with closing(Worker(NO_CONTENDER, threads)) as worker, suppress(Failed):
            worker.started()
            found = worker.ask("peak", threads=threads)
            report.peak[threads] = max(found["gflops"], report.peak.get(threads, 0.0))
            report.peak_how = found["how"]
