"""Keeping the parameters of a training at chosen epochs, as candidates for a blend."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.learning.run import Callback, Run
from glassnet.network.parameters import Parameters


class Keep(Callback):
    """Keeps a copy of the parameters after some epochs.

    Args:
        epochs: after which.

    Attributes:
        kept: the copies by epoch.
    """

    every_epoch = False

    def __init__(self, epochs: Sequence[int]) -> None:
        self.at_epochs = tuple(epochs)
        self.kept: dict[int, Parameters] = {}

    def on_epoch_end(self, run: Run) -> None:
        if run.state.epoch in self.at_epochs:
            self.kept[run.state.epoch] = run.state.parameters(run.plan.network).copy()
