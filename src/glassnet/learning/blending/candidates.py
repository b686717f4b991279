"""Keeping the parameters of a training at chosen epochs, as candidates for a blend; it ends where they get worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.learning.blending.choosing import SMALLEST, lowest_surprise
from glassnet.learning.run import Callback, Run
from glassnet.network.parameters import Parameters

WORSE = 1.1  # times the best cost: noise is smaller


class Keep(Callback):
    """Keeps a copy of the parameters after some epochs, and stops where rows held out are clearly worse than before.

    A network that has grown too sure has a high cost, and may still be the one that is right most often: of classes
    costs are compared as each is at its best temperature.

    Args:
        epochs: after which.
        ended: why it ended the training, of one that is resumed; else "".

    Attributes:
        kept: the copies by epoch.
        costs: of the rows held out, by epoch; empty where there are none.
    """

    every_epoch = False

    def __init__(self, epochs: Sequence[int], ended: str = "") -> None:
        self.at_epochs, self.ended = tuple(epochs), ended
        self.kept: dict[int, Parameters] = {}
        self.costs: dict[int, float] = {}

    def copy(self) -> Keep:
        """The same, to which nothing is added any more."""
        other = Keep(self.at_epochs, self.ended)
        other.kept, other.costs = dict(self.kept), dict(self.costs)
        return other

    def on_train_begin(self, run: Run) -> None:
        if self.ended:
            run.ask_to_stop(self.ended)

    def on_epoch_end(self, run: Run) -> None:
        epoch = run.state.epoch
        if epoch not in self.at_epochs:
            return
        self.kept[epoch] = run.state.parameters(run.plan.network).copy()
        if run.validation is None:
            return
        cost = self.costs[epoch] = _settled_cost(run, self.kept[epoch])
        best = min(self.costs.values())
        if cost > WORSE * best:
            self.ended = f"the validation cost is {cost:.4g}, and was {best:.4g}"
            run.ask_to_stop(self.ended)


def _settled_cost(run: Run, parameters: Parameters) -> float:
    """The validation cost; of classes the log-loss at the temperature at which it is lowest."""
    rows, loss = run.validation, run.plan.network.loss
    if rows is None or loss.targets not in ("classes", "zero_one"):
        return float(run.history["validation_cost"][-1])
    p = run.engine.predict(parameters, rows.X).astype(np.float64)
    own = np.asarray(rows.Y).reshape(-1).astype(np.int64)
    log_p = np.log(np.maximum(p if loss.targets == "classes" else np.hstack([1 - p, p]), SMALLEST))
    weights = np.ones(len(own)) if rows.weights is None else rows.weights.astype(np.float64)
    return lowest_surprise(log_p, own, weights / (weights.sum() or 1.0))[1]
