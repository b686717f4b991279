"""Keeping the parameters of a training at chosen epochs, as candidates for a blend; it ends where they get worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Rows
from glassnet.learning.blending.blend import tempered
from glassnet.learning.blending.choosing import coolest, shares
from glassnet.learning.blending.criteria import CLASSES, SMALLEST, criterion_for
from glassnet.learning.run import Callback, Run
from glassnet.network.parameters import Parameters

WORSE = 0.1  # of the best mean loss: by so much more a later one is worse
SURE = 2.0  # and by so many standard errors of the difference, row by row
ENOUGH = "the blend needs no more of it"


class Keep(Callback):
    """Keeps a copy of the parameters after some epochs, and stops where rows held out are clearly worse than before.

    A network that has grown too sure has a high cost, and may still be the one that is right most often: of classes
    losses are compared as each network is at its best temperature.

    Args:
        epochs: after which.
        ended: why it ended the training, of one that is resumed; else "".
        metric: by which it is judged; None for what the loss is.

    Attributes:
        kept: the copies by epoch.
    """

    every_epoch, travels = False, True

    def __init__(self, epochs: Sequence[int], ended: str = "", metric: str | None = None) -> None:
        self.at_epochs, self.ended, self.metric = tuple(epochs), ended, metric
        self.kept: dict[int, Parameters] = {}
        self._last: int | None = None
        self._costs: dict[int, Array] = {}  # of each row, by epoch

    def copy(self) -> Keep:
        """The same, to which nothing is added any more."""
        other = Keep(self.at_epochs, self.ended, self.metric)
        other.kept = dict(self.kept)
        return other

    def stop_after(self, epoch: int) -> None:
        """End the training after an epoch, whose parameters are kept too; 0 for none."""
        self._last = epoch
        # None is dropped: a training that is resumed may be needed longer.
        self.at_epochs = tuple(sorted({*self.at_epochs, epoch}))

    def on_train_begin(self, run: Run) -> None:
        if self.ended:
            run.ask_to_stop(self.ended)
        elif self._last is not None and self._last <= run.state.epoch < run.plan.epochs:
            run.ask_to_stop(ENOUGH)

    def on_epoch_end(self, run: Run) -> None:
        if run.state.epoch not in self.at_epochs:
            return
        self.kept[run.state.epoch] = run.state.parameters(run.plan.network).copy()
        if run.validation is not None and (reason := self._worse(run, run.validation)):
            self.ended = reason
            run.ask_to_stop(reason)
        elif run.state.epoch == self._last and run.state.epoch < run.plan.epochs:
            run.ask_to_stop(ENOUGH)

    def _worse(self, run: Run, rows: Rows) -> str:
        """Why the latest of the copies is clearly worse than the best one, or ""."""
        weights = shares(rows)
        for epoch in self.kept.keys() - self._costs.keys():
            self._costs[epoch] = _settled_losses(run, self.kept[epoch], rows, self.metric)
        losses = [self._costs[epoch] for epoch in self.kept]
        means = [float(each @ weights) for each in losses]
        best = int(np.argmin(means))
        more = losses[-1] - losses[best]
        mean = means[-1] - means[best]
        error = float(np.sqrt((more - mean) ** 2 @ weights**2))
        if mean > max(WORSE * means[best], SURE * error):
            return f"the cost of held-out rows is {means[-1]:.4g}, and was {means[best]:.4g}"
        return ""


def _settled_losses(run: Run, parameters: Parameters, rows: Rows, metric: str | None) -> Array:
    """What each row costs, (m,); of classes at the temperature at which the mean log-loss is lowest."""
    loss, p = run.plan.network.loss, run.engine.predict(parameters, rows.X).astype(np.float64)
    criterion = criterion_for(metric, loss)
    if loss.targets not in CLASSES:
        return criterion.terms(p[:, 0], np.asarray(rows.Y, np.float64).reshape(-1))
    own = np.asarray(rows.Y).reshape(-1).astype(np.int64)
    p = p if loss.targets == "classes" else np.hstack([1 - p, p])
    heat = coolest(np.log(np.maximum(p, SMALLEST)), own, shares(rows))
    return criterion.terms(criterion.part(tempered(p, heat), own), own)
