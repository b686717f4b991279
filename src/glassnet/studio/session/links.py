"""Links, and runs that were taken along: going where they lead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.studio.exports.run_file import Opened
from glassnet.studio.pieces.screen import draw
from glassnet.studio.session.actions import action
from glassnet.studio.session.address import fragment, opened
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.workbench import Workbench
from glassnet.studio.words import word


@action("open", "link")
def open_link(session: Workbench, url: str) -> None:
    """Go where a link leads."""
    setup, desk = opened(url)
    if fragment(setup, desk) == fragment(session.run.setup, session.desk):
        return
    session.pause()
    draw(desk)
    known = next((run for run in session.runs.values() if run.setup == setup), None)
    if known is None:
        session.begin_setup(setup, Clock())
    number = session.desk.run if known is None else known.number
    step = session.runs[number].advance(min(desk.clock.step, session.runs[number].last))
    clock = replace(desk.clock, step=step)
    session.desk = replace(
        desk, run=number, previous=session.desk.previous, clock=clock, finished=session.desk.finished
    )


def reopen(bench: Workbench, found: Opened) -> None:
    """Make the run again, up to the step at which it was left, and say whether its bits are the same.

    Args:
        bench: where it is put.
        found: what the file holds.
    """
    bench.pause()
    if bench.run.setup != found.setup:
        bench.begin_setup(found.setup, Clock())
    step = bench.run.advance(min(found.desk.clock.step, bench.run.last))
    clock = replace(found.desk.clock, step=step, playing=False)
    bench.desk = replace(found.desk, run=bench.desk.run, previous=bench.desk.previous, clock=clock, goal=0)
    theta = bench.view().paused.state.theta
    same = np.array_equal(theta, found.theta)
    said = "said.reopened" if same else "said.reopened.other"
    bench.say(word(said, title=bench.view().title, step=f"{step:,}"))
