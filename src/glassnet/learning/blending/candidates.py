"""Keeping the parameters of a training at chosen epochs, as candidates for a blend; it ends where they get worse."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from glassnet.learning.run import Callback, Run
from glassnet.network.parameters import Parameters

WORSE = 1.1  # times the best cost: noise is smaller


class Keep(Callback):
    """Keeps a copy of the parameters after some epochs, and stops where rows held out are clearly worse than before.

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
            costs = run.history.columns.get("validation_cost", [])
            best = min((costs[epoch - 1] for epoch in self.kept if epoch <= len(costs)), default=inf)
            if costs and costs[-1] > WORSE * best:
                run.ask_to_stop(f"the validation cost is {costs[-1]:.4g}, and was {best:.4g}")
