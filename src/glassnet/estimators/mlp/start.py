"""Where the training of a multi-layer perceptron starts: at new parameters, or from the fit before; from which rows."""

from __future__ import annotations

from math import nan

import numpy as np

from glassnet.data.row_digests import MOST, RowPrints
from glassnet.data.row_prints import Prints, noted
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.mlp.parameters import MLPParameters
from glassnet.estimators.mlp.plan import optimizer_of
from glassnet.learning.history import forget_oldest, recorded_epochs
from glassnet.learning.job import Job
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


def next_epoch(mlp: MLPParameters, state: State) -> State:
    """The state ``partial_fit`` continues, the optimizer's slots included, at the beginning of an epoch."""
    state.own().rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0  # an epoch broken off was one of other rows
    forget_oldest(state)
    best = state.best
    if best is not None and best.theta is not None and best.running is not None and not mlp.early_stopping:
        # Kept by a `fit` with early stopping.
        state.theta[...], state.running[...], state.best, state.stale = best.theta, best.running, None, 0
    slots = len(optimizer_of(mlp).slots)
    if len(state.slots) != slots:  # another solver than before
        state.slots, state.step = np.zeros((slots, state.theta.size), state.theta.dtype), 0
    return state


def warm(mlp: MLPParameters, network: Network, state: State, before: Parameters, earlier: State) -> State:
    """The new ``state`` of ``network``, started from the parameters ``before`` of the previous fit (``warm_start``).

    As in scikit-learn: rows are counted on, and the best score remains to be beaten; the optimizer begins anew.

    Raises:
        InvalidInput: the network has another shape now.
    """
    if (before.layout.places, before.running_layout.places) != (network.layout.places, network.running_layout.places):
        raise InvalidInput(
            "warm_start goes on with the network of the fit before, and it has another shape now",
            seen=f"{before.theta.size} parameters before, {state.theta.size} now",
            remedy="set warm_start=False",
        )
    state.theta[...], state.running[...] = before.theta, before.running
    state.examples = earlier.examples
    if earlier.best is not None and (earlier.best.theta is not None) == bool(mlp.early_stopping):
        state.best, state.stale = earlier.best, min(earlier.stale, int(min(mlp.n_iter_no_change, 2**31)))
    return state


def known_rows(mlp: MLPParameters, job: Job, before: object, again: bool) -> RowPrints | None:
    """The rows that a training learns from; None where they are not wanted, or too many, or other ones taught it too.

    Args:
        before: those of the fit before.
        again: whether this one goes on with what that learned.
    """
    rows, held = job.rows, job.validation
    if not mlp.row_digests or job.stream is not None or rows.X.shape[0] > MOST:
        return None
    validated = Prints() if held is None else noted(held.X, held.Y)
    known = RowPrints(noted(rows.X, rows.Y), validated, job.state.seed)
    return known if not again or known.of_the_same_rows(before) else None


def append(earlier: State, state: State) -> None:
    """Make ``state`` one of both trainings: its epochs counted, and its history written, behind the earlier ones."""
    before, since = recorded_epochs(earlier), recorded_epochs(state)
    columns = {
        name: [*earlier.history.get(name, [nan] * before), *state.history.get(name, [nan] * since)]
        for name in earlier.history | state.history
    }
    state.history.clear()  # in place: it is the estimator's history_ too
    state.history.update(columns)
    if state.best is not None and state.best is not earlier.best:
        state.best.epoch += earlier.epoch
    state.epoch += earlier.epoch
    state.seconds += earlier.seconds
