"""Early stopping: what is watched, how patiently, what is kept, and what happens instead of stopping."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

from glassnet.engines.state import State
from glassnet.learning.metrics import METRICS
from glassnet.learning.stopping import LOWEST_RATE, Stopping
from glassnet.learning.training import train
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import GradientDescent


def predicted(network: Network, X: Any, parameters: Parameters) -> Any:
    return network.predictions(network.forward(X, parameters).scores)


def epochs_until_stop(plan: Any, stopping: Stopping, column: list[float]) -> tuple[int | None, State]:
    """Feed a column of numbers to the judge: after how many it stops."""
    what = plan()
    state = State.new(what)
    for epoch, value in enumerate(column):
        state.history.setdefault(stopping.watch, []).append(value)
        state.epoch = epoch + 1
        state.theta[0] = epoch + 1  # to know it again
        if stopping.judge(what, state):
            return epoch + 1, state
    return None, state


@pytest.mark.parametrize(
    ("settings", "column", "expected"),
    [
        ({"patience": 1}, [5, 4, 3, 2, 1], None),
        ({"patience": 1}, [5, 5, 5, 5], 3),  # the first is an improvement; two more are one too many
        ({"patience": 3}, [5, 5, 5, 5, 5], 5),
        ({"patience": inf}, [5] * 50, None),
        ({"patience": 1}, [5, 6, 4, 6, 3, 6, 2], None),  # patience begins anew
        ({"patience": 1, "tolerance": 0.5}, [5, 4.9, 4.8, 4.7], 3),  # too little to count
        ({"patience": 1, "tolerance": 0.5}, [5, 4.5, 4.0, 3.5], None),
        ({"patience": 1, "tolerance": 0.0}, [5, 5, 5, 5], None),  # as in scikit-learn: no worse is good enough
        ({"patience": 1, "higher_is_better": True}, [5, 4, 3], 3),
        ({"patience": 1, "higher_is_better": True}, [1, 2, 3, 4], None),
        ({"patience": 1}, [nan, nan, nan], 2),
        ({"patience": 1}, [inf, inf, inf], 2),
        ({"patience": 1}, [inf, 3.0, 2.0, 1.0], None),
    ],
)
def test_patience(settings: dict[str, Any], column: list[float], expected: int | None, plan: Any) -> None:
    stop, _ = epochs_until_stop(plan, Stopping(**settings), column)
    assert stop == expected


def test_the_best_epoch_is_remembered_even_by_a_hair(plan: Any) -> None:
    _, state = epochs_until_stop(plan, Stopping(tolerance=1.0, restore_best=True), [5, 4.9, 4.8, 7, 4.85])
    assert state.best is not None
    assert (state.best.score, state.best.epoch) == (-4.8, 3)
    assert state.best.theta is not None
    assert state.best.theta[0] == 3
    assert state.theta[0] == 5


def test_parameters_are_kept_only_where_they_are_to_be_restored(plan: Any) -> None:
    _, state = epochs_until_stop(plan, Stopping(), [5, 4])
    assert state.best is not None
    assert state.best.theta is None
    assert np.shares_memory(state.best_parameters(plan().network).theta, state.theta)


def test_the_rate_is_reduced_until_it_is_tiny(plan: Any) -> None:
    what, stopping = plan(optimizer=GradientDescent(0.01)), Stopping(patience=1, reduce_rate=0.1)
    state, rates = State.new(what), []
    for epoch in range(100):
        state.history.setdefault("cost", []).append(5.0)
        state.epoch = epoch + 1
        reason = stopping.judge(what, state)
        rates.append(state.learning_rate(what))
        if reason:
            break
    # Epoch 1 improves; then every second epoch one too many is seen, and the rate falls.
    np.testing.assert_allclose(rates[:8], [1e-2, 1e-2, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5])
    assert reason
    assert rates[-1] <= LOWEST_RATE < rates[-5]


def test_a_real_training_stops_on_the_validation_cost_and_keeps_its_best(plan: Any, rows: Any) -> None:
    network = Network(4, [Dense(40), BatchNorm("relu"), Dense(3)], "cross_entropy")
    what = plan(network, epochs=400)
    state, validation = State.new(what), rows(m=40, seed=1)
    outcome = train(what, state, rows(), validation=validation, stopping=Stopping("validation_cost", restore_best=True))
    assert outcome.ending == "stopped"
    assert outcome.reason == "validation cost did not improve by 0.0001 in 10 epochs"
    costs = outcome.history["validation_cost"]
    best = int(np.argmin(costs))
    assert state.best is not None
    assert state.best.epoch == best + 1 < state.epoch < 400
    # The result is the network of that epoch, running statistics and all ...
    p = predicted(network, validation.X, outcome.parameters)
    assert -np.log(p[np.arange(40), validation.Y]).mean() == pytest.approx(costs[best], rel=1e-5)
    # ... and the state is still that of the last one.
    q = predicted(network, validation.X, state.parameters(network))
    assert -np.log(q[np.arange(40), validation.Y]).mean() == pytest.approx(costs[-1], rel=1e-5)
    assert costs[-1] > costs[best]


def test_a_metric_can_be_watched(plan: Any, rows: Any) -> None:
    what = plan(epochs=400)
    state = State.new(what)
    stopping = Stopping("validation_accuracy", higher_is_better=True, patience=3, tolerance=0, restore_best=True)
    outcome = train(
        what, state, rows(), validation=rows(m=30, seed=2), metrics=[METRICS["accuracy"]], stopping=stopping
    )
    scores = outcome.history["validation_accuracy"]
    assert state.best is not None
    assert state.best.score == max(scores)
    assert state.best.epoch == int(np.argmax(scores)) + 1  # the first of equals
    assert outcome.ending == "stopped"


def test_what_is_kept_does_not_change_when_training_goes_on(plan: Any, rows: Any) -> None:
    what = plan(epochs=30)
    state, stopping = State.new(what), Stopping(restore_best=True, patience=inf)
    first = train(what, state, rows(), epochs=5, stopping=stopping)
    kept = first.parameters.theta.copy()
    train(what, state, rows(), stopping=stopping)
    assert first.parameters.theta.tobytes() == kept.tobytes()
    assert state.theta.tobytes() != kept.tobytes()
