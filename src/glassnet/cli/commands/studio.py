"""``glassnet studio``: the studio in the browser, until Ctrl-C."""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glassnet.cli.completion import files, tables
from glassnet.cli.files import is_model, open_model, open_table
from glassnet.cli.options import Command, number
from glassnet.cli.terminal import note, tell
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.studio.web.asked import MakeSession
    from glassnet.studio.web.handle import Studio

ALIVE = 50_000  # new objects between two searches for garbage: in what is loaded there is none, and they took a tenth
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command(cls=Command)
@click.argument("model", required=False, shell_complete=files)
@click.argument("data", required=False, shell_complete=tables)
@click.option("--port", type=number(Range(0, 65535)), default=0, help="Port to listen on; any free one if not given.")
@click.option("--host", default="127.0.0.1", help="Address to listen on; others than this machine reach it by others.")
@click.option("--pupils", type=number(Range(1)), default=1, help="How many people may come in by one link.  [1]")
@click.option("--no-browser", is_flag=True, help="Print the link, and open nothing.")
def command(model: str | None, data: str | None, port: int, host: str, pupils: int, no_browser: bool) -> None:
    """Open the lessons, your tables and your models in the browser.

    Without MODEL and DATA it begins with a lesson; with a model and its table, or a table alone, with these. It runs
    until Ctrl-C, and keeps the runs that you changed.

    \b
    Examples:
      glassnet studio
      glassnet studio iris.safetensors iris
      glassnet studio xor-step-120.safetensors
      glassnet studio --port 8000 --no-browser
    """
    gc.set_threshold(ALIVE)
    make = _sessions(model, data)
    from glassnet.studio.web.handle import Studio, has_desktop, show

    running = Studio(make, host, port, pupils)
    tell(f"the studio is at {running.url}")
    _explain(running, host, pupils)
    if not no_browser and has_desktop():
        show(running.url)
    try:
        running.wait()
    finally:
        for sentence in running.stop():
            tell(sentence)


def _sessions(model: str | None, data: str | None) -> MakeSession:
    """Sessions that begin with what was named; a single name may be that of a table, or of a run's file."""
    from glassnet.studio.web.handle import sessions

    if model is None and data is None:
        return sessions(None, None)  # a lesson, at once: no table and no file is read
    from glassnet.studio.exports.run_file import is_run, open_run

    names = [name for name in (model, data) if name is not None]
    runs = [name for name in names if Path(name).is_file() and is_run(name)]
    if runs and len(names) > 1:
        raise InvalidInput(f"{runs[0]!r} is a run, which holds its rows", remedy=f"name it alone: studio {runs[0]}")
    if runs:
        return sessions(open_run(runs[0]))
    if model is not None and data is not None and is_model(data) and not is_model(model):
        model, data = data, model
    if model is not None and data is None and not is_model(model):
        model, data = None, model
    trained = None if model is None else open_model(model)
    source = None if data is None else open_table(data, ReadOptions(), note)
    if trained is not None and source is not None:
        for remark in trained.check(source):
            note(remark)
    return sessions(trained, source)


def _explain(running: Studio, host: str, pupils: int) -> None:
    times = "once" if pupils == 1 else f"{pupils} times"
    if host not in LOOPBACK:
        note(f"anyone who reaches {host} and has the link may come in; the connection is not encrypted")
    if sys.stdin is None or not sys.stdin.isatty():
        tell(f"the link works {times}; Ctrl-C ends the studio")
        return
    tell(f"the link works {times}; Enter shows another, Ctrl-C ends the studio")
    threading.Thread(target=_links, args=[running], daemon=True).start()


def _links(running: Studio) -> None:
    """Another link for each line that is entered."""
    while sys.stdin.readline() and running.runs:
        tell(running.new_url())
