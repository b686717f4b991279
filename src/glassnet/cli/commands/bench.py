"""``glassnet bench``: the speed of training and prediction on this machine, compared with other libraries."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.measures import MEASURES, BenchOptions, run
from glassnet.bench.networks import NETWORKS, SWEPT_WIDTHS
from glassnet.bench.tables import TABLES
from glassnet.cli.files import refuse_other, replacing
from glassnet.cli.options import Command, Kind, file_option, json_option, number, whole_numbers
from glassnet.cli.output import Page
from glassnet.errors import unknown_name
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from rich.live import Live

    from glassnet.bench.report import Report


class Pace(NamedTuple):
    """How thorough a run is: seconds for each contender on each network, least rounds and starts, networks, widths,
    small tables.
    """

    seconds: float
    rounds: int
    starts: int
    networks: tuple[str, ...]
    widths: tuple[int, ...]
    tables: tuple[str, ...]


FULL = Pace(0.25, 3, 3, tuple(NETWORKS), SWEPT_WIDTHS, tuple(TABLES))
QUICK = Pace(0.1, 2, 1, ("2-8-8-2", "54-256x3-7"), (8, 64, 512), tuple(TABLES)[:3])


def names(kind: str, known: Iterable[str]) -> Kind:
    """``a,b`` -> ``("a", "b")``, each from a table."""
    known = tuple(known)

    def read(flag: str, text: str) -> tuple[str, ...]:
        chosen = dict.fromkeys(part.strip() for part in text.split(","))
        for name in chosen:
            if name not in known:
                raise unknown_name(kind, name, known)
        return tuple(name for name in known if name in chosen)

    return Kind("NAMES", read)


COUNTS = Kind("COUNTS", lambda flag, text: tuple(sorted(set(whole_numbers(flag, text, "numbers", "1,2,4")))))


@click.command(cls=Command)
@click.option("--quick", is_flag=True, help="Two networks, few rounds: a first impression in less than 20 seconds.")
@click.option("--only", type=names("measure", MEASURES), help=f"Some of {', '.join(MEASURES)}.")
@click.option("--networks", type=names("network", NETWORKS), help=f"Some of {', '.join(NETWORKS)}.")
@click.option("--contenders", type=names("contender", CONTENDERS), help=f"Some of {', '.join(CONTENDERS)}.")
@click.option("--threads", type=COUNTS, help="Numbers of threads, such as 1,2; one, half and all if not given.")
@click.option("--seconds", type=number(Range(0), whole=False), help="For each contender on each network.  [0.5]")
@file_option("-o", "--output", help="Picture to write, .svg or .png.")
@json_option
def command(quick: bool, as_json: bool, output: str | None, **values: Any) -> int:
    """Compare the speed of training with other libraries.

    All libraries train the same networks in float32 with Adam, each in its own process, taking turns epoch by epoch;
    then come prediction, threads and start-up. Other libraries are measured where they are installed (all of them: pip
    install 'glassnet[bench]'). Run it on an idle machine; Ctrl-C prints the results so far.

    \b
    Examples:
      glassnet bench --quick
      glassnet bench --only training --contenders native,scikit-learn -o speed.svg
    """
    from glassnet.bench.report import Report

    path = _checked(output)
    contenders, report = values["contenders"] or tuple(CONTENDERS), Report()
    present = _present(contenders, report)
    pace = QUICK if quick else FULL
    with Ticker() as ticker:
        places = tuple(_places(present, values["threads"] or _thread_counts()))
        networks = values["networks"] or pace.networks
        seconds = pace.seconds if values["seconds"] is None else values["seconds"]
        options = BenchOptions(
            networks, places, seconds, pace.rounds, pace.starts, pace.widths, pace.tables, ticker.show
        )
        run(report, options, values["only"] or tuple(MEASURES))
    return _show(report, Page(as_json), path)


def _checked(output: str | None) -> Path | None:
    from glassnet.bench.picture import check

    if output is None:
        return None
    check(path := Path(output))
    refuse_other(path, f"a {path.suffix.lower()} picture")
    return path


def _thread_counts() -> tuple[int, ...]:
    from glassnet.bench.machine import thread_counts
    from glassnet.hardware import processors

    return thread_counts(processors())


def _present(contenders: tuple[str, ...], report: Report) -> list[str]:
    """The contenders whose packages are installed; the report names the others."""
    from glassnet.bench.machine import described, missing

    report.machine = described(contenders)
    lacking = {name: missing(CONTENDERS[name].packages) for name in contenders}
    report.absent = {
        CONTENDERS[name].label: f"{', '.join(gone)} not installed" for name, gone in lacking.items() if gone
    }
    return [name for name in contenders if not lacking[name]]


def _places(contenders: Iterable[str], counts: tuple[int, ...]) -> Iterable[tuple[str, int]]:
    for name in contenders:
        for threads in counts if CONTENDERS[name].threaded else (1,):
            yield name, threads


def _show(report: Report, page: Page, path: Path | None) -> int:
    """Print and draw; the exit code."""
    from glassnet.bench.picture import draw
    from glassnet.bench.text_report import report_parts
    from glassnet.learning.interrupts import code_of

    for part in report_parts(report):
        if part.above:
            page.say(part.above) if part.rows else page.block(part.above)
        if part.rows:
            page.table(part.columns, part.rows, right=range(1, len(part.columns)))
    page.facts |= report.facts()
    replaced = "" if path is None else replacing(path)
    if path is not None and draw(report, path):
        page.say(f"picture written to {path}{replaced}", picture=str(path))
    page.finish()
    return code_of(report.interrupted) if report.interrupted else 0


class Ticker:
    """A line on standard error that says what is being measured. It is drawn only between turns."""

    PLAIN_SECONDS = 5.0  # between two lines where there is no terminal

    def __init__(self) -> None:
        self.began = self.printed = time.monotonic()
        self.live: Live | None = None

    def __enter__(self) -> Ticker:
        if sys.stderr.isatty():
            from rich.live import Live

            from glassnet.cli.output import patient_console

            self.live = Live(console=patient_console(), auto_refresh=False, transient=True)
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()

    def show(self, description: str) -> None:
        """Show the ``description`` and the seconds that have passed."""
        now = time.monotonic()
        line = f"{now - self.began:4.0f} s  {description}"
        if self.live is not None:
            self.live.update(line, refresh=True)
        elif now - self.printed > self.PLAIN_SECONDS:
            self.printed = now
            click.echo(line, err=True)
