"""What is recorded: cost and metrics on the training rows and on rows held out, after each epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.metrics

from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.metrics import METRICS, decisions
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import GradientDescent
from glassnet.pieces.penalties import Penalties

COLUMNS = ["cost", "learning_rate", "seconds"]


def predicted(network: Network, X: Any, parameters: Parameters) -> Any:
    return network.predictions(network.forward(X, parameters).scores)


def log_loss(rows: Rows, p: Any) -> float:
    return float(sklearn.metrics.log_loss(rows.Y, p.astype(float), sample_weight=rows.weights, labels=[0, 1, 2]))


@pytest.mark.parametrize("weighted", [False, True])
def test_each_number_by_hand(weighted: bool, plan: Any, rows: Any) -> None:
    network = Network(4, [Dense(8), BatchNorm("relu"), Dropout(0.5), Dense(3)], "cross_entropy")
    what = plan(network, penalties=Penalties(l2=0.1), dtype="float64")
    training, validation = rows("float64", weighted), rows("float64", weighted, m=21, seed=8)
    seen: list[list[float]] = []

    def look(run: Any) -> None:
        parameters = run.state.parameters(network)
        p, q = (predicted(network, part.X, parameters) for part in (training, validation))
        accuracy = [
            sklearn.metrics.accuracy_score(part.Y, found.argmax(axis=1), sample_weight=part.weights)
            for part, found in ((training, p), (validation, q))
        ]
        seen.append([*accuracy, log_loss(validation, q)])

    history = train(
        what, State.new(what), training, validation=validation, metrics=[METRICS["accuracy"]], callbacks=[look]
    ).history
    names = ["accuracy", "validation_accuracy", "validation_cost"]
    assert sorted(history) == sorted([*COLUMNS, *names])
    recorded = np.transpose([history[name] for name in names])
    np.testing.assert_allclose(recorded, seen, rtol=1e-12)


def test_the_cost_is_the_mean_over_the_examples_of_the_epoch(plan: Any, rows: Any) -> None:
    """With steps too small to matter, the epoch's cost is that of all rows, by weight, penalties included."""
    what = plan(optimizer=GradientDescent(1e-12), epochs=1, penalties=Penalties(l2=0.3), dtype="float64")
    state, training = State.new(what), rows("float64", weights=True)
    parameters = state.parameters(what.network).copy()
    p = predicted(what.network, training.X, parameters)
    expected = log_loss(training, p) + 0.15 * float(parameters.weights @ parameters.weights)
    history = train(what, state, training).history
    assert history["cost"][0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("settings", "columns"),
    [
        ({}, set()),
        ({"metrics": [METRICS["accuracy"]]}, {"accuracy"}),
        ({"metrics": [METRICS["accuracy"]], "judge_training": False}, set()),
        ({"validation": True}, {"validation_cost"}),
        (
            {"validation": True, "metrics": [METRICS["accuracy"]], "judge_training": False},
            {"validation_cost", "validation_accuracy"},
        ),
    ],
)
def test_only_what_was_asked_for_is_recorded(settings: dict[str, Any], columns: set[str], plan: Any, rows: Any) -> None:
    what = plan()
    if settings.get("validation"):
        settings = settings | {"validation": rows(m=7)}
    history = train(what, State.new(what), rows(), **settings).history
    assert set(history) == {*COLUMNS, *columns}
    assert {len(column) for column in history.values()} == {what.epochs}


def test_one_row_can_validate(plan: Any, rows: Any) -> None:
    what = plan()
    history = train(what, State.new(what), rows(), validation=rows(m=1), metrics=[METRICS["accuracy"]]).history
    assert set(history["validation_accuracy"]) <= {0.0, 1.0}
    assert np.isfinite(history["validation_cost"]).all()


def test_validation_of_more_rows_than_a_block(plan: Any, rows: Any) -> None:
    what, many = plan(epochs=1, dtype="float64"), rows("float64", m=9001)
    state = State.new(what)
    history = train(what, state, rows("float64"), validation=many).history
    p = predicted(what.network, many.X, state.parameters(what.network))
    assert history["validation_cost"][0] == pytest.approx(log_loss(many, p), rel=1e-12)


def test_rows_that_are_not_the_plans_are_refused(plan: Any, rows: Any) -> None:
    what = plan()
    with pytest.raises(InvalidInput, match=r"53 planned, 52 rows given"):
        train(what, State.new(what), rows(m=52))


# --- metrics ----------------------------------------------------------------------------------------------------------


def test_numbers_are_judged_as_scikit_learn_does() -> None:
    rng = np.random.default_rng(0)
    Y, predictions, weights = rng.normal(size=(30, 2)), rng.normal(size=(30, 2)), rng.uniform(size=30)
    for name, function in {
        "rmse": sklearn.metrics.root_mean_squared_error,
        "mae": sklearn.metrics.mean_absolute_error,
        "r2": sklearn.metrics.r2_score,
    }.items():
        found = METRICS[name].function(Y, predictions, weights)
        assert found == function(Y, predictions, sample_weight=weights)
        # One output: a column of predictions and a row of targets must not be crossed.
        assert METRICS[name].function(Y[:, 0], predictions[:, :1], None) == function(Y[:, 0], predictions[:, 0])


def test_decisions() -> None:
    assert decisions(np.array([[0.2, 0.5, 0.3], [0.9, 0.1, 0.0]])).tolist() == [1, 0]
    assert decisions(np.array([[0.5], [0.51]])).ravel().tolist() == [0, 1]


def test_several_answers_are_right_only_together() -> None:
    Y = np.array([[1, 0], [1, 1], [0, 0]])
    p = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.3]])
    assert METRICS["accuracy"].function(Y, p, None) == pytest.approx(2 / 3)
