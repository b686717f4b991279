"""A run that was taken along, on the desk again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from glassnet.studio.exports.run_file import Opened
from glassnet.studio.session.clock import Clock

if TYPE_CHECKING:
    from glassnet.studio.session.workbench import Workbench


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
    proof = "to the bit" if same else "but this machine's numbers are not the same in every digit"
    bench.say(f"{bench.view().title}: the run is open again at step {step:,}, {proof}.")
