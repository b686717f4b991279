"""Links: going where one leads."""

from __future__ import annotations

from dataclasses import replace

from glassnet.studio.session.actions import action
from glassnet.studio.session.address import fragment, opened
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.workbench import Workbench


@action("open")
def open_link(session: Workbench, url: str) -> None:
    """Go where a link leads."""
    setup, desk = opened(url)
    if fragment(setup, desk) == fragment(session.run.setup, session.desk):
        return
    session.pause()
    known = next((run for run in session.runs.values() if run.setup == setup), None)
    if known is None:
        session.begin_setup(setup, Clock())
    number = session.desk.run if known is None else known.number
    step = session.runs[number].advance(min(desk.clock.step, session.runs[number].last))
    clock = replace(desk.clock, step=step)
    session.desk = replace(desk, run=number, previous=session.desk.previous, clock=clock,
                           finished=session.desk.finished)  # fmt: skip
