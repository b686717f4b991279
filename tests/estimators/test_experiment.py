"""An experiment: rows held out, a model of the others, scores compared with the trivial guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glassnet import Experiment, Recipe, TableModel, experiment, open_source
from glassnet.errors import Diverged, InvalidInput, UnknownName
from glassnet.estimators.table.experiment import FEWEST_TO_DIVIDE
from glassnet.learning.run import Run

QUICK = Recipe(hidden=(6,), epochs=8)


def houses(m: int = 60) -> dict[str, list[float]]:
    rng = np.random.default_rng(0)
    size = rng.uniform(50, 200, m)
    return {"size": size.tolist(), "price": (3 * size + rng.normal(0, 5, m)).tolist()}


def test_what_an_experiment_finds() -> None:
    found = experiment("iris", recipe=Recipe(epochs=60))
    assert isinstance(found, Experiment) and isinstance(found.model, TableModel)
    rows = np.concatenate([found.training, found.held_out])
    assert sorted(rows) == list(range(150)) and len(found.held_out) == 30
    evaluation = found.evaluation
    assert evaluation is not None and evaluation.rows == 30
    assert evaluation["accuracy"].value > 0.8 > evaluation["accuracy"].baseline
    assert found.model.evaluation is evaluation


def test_the_model_has_never_seen_the_rows_held_out() -> None:
    found = experiment("iris", recipe=QUICK)
    source = open_source("iris")
    alone = TableModel(QUICK, "classification").prepare(source.take(found.training), found.target.name).learn()
    assert np.array_equal(alone.parameters.theta, found.model.parameters.theta)
    assert alone.evaluate(source.take(found.held_out), "all")["log-loss"] == found.evaluation["log-loss"]  # type: ignore[index]


def test_classes_are_held_out_in_proportion() -> None:
    found = experiment("iris", recipe=QUICK, test=0.3)
    names = found.target.inverse(found.target.transform(open_source("iris")))
    assert {name: int((names[found.held_out] == name).sum()) for name in set(names)} == dict.fromkeys(set(names), 15)


def test_numbers_and_the_mean() -> None:
    found = experiment(houses(), recipe=Recipe(hidden=(8,), epochs=300), test=0.25)
    assert found.target.name == "price" and "the last column" in found.why
    assert found.evaluation is not None and found.evaluation["RMSE"].value < found.evaluation["RMSE"].baseline


def test_the_target_that_is_named() -> None:
    found = experiment(houses(), "size", recipe=QUICK)
    assert (found.target.name, found.why, found.model.encoder.input_names) == ("size", "", ("price",))
    with pytest.raises(UnknownName, match="no column 'rooms' to predict"):
        experiment(houses(), "rooms", recipe=QUICK)


def test_too_few_rows_to_hold_some_out() -> None:
    few = {name: column[: FEWEST_TO_DIVIDE - 1] for name, column in houses().items()}
    found = experiment(few, recipe=Recipe(hidden=(2,), epochs=2, validation=0.0))
    assert not len(found.held_out) and found.evaluation is None and len(found.training) == FEWEST_TO_DIVIDE - 1
    assert experiment(houses(), recipe=QUICK, test=0).evaluation is None
    with pytest.raises(InvalidInput, match="test must be a share of the rows"):
        experiment(houses(), recipe=QUICK, test=1.0)


def test_the_diagnosis_is_of_the_rows_learned_from() -> None:
    found = experiment("iris", recipe=Recipe(epochs=2))
    assert found.diagnosis.rows == (120, 120)
    names = {finding.name for finding in found.diagnosis.findings}
    assert names == {
        finding.name for finding in found.model.diagnose(open_source("iris").take(found.training)).findings
    }
    assert "not_converged" not in found.diagnosis.skipped and names


def test_a_stopped_experiment_is_resumed_to_the_same_bits(tmp_path: Path) -> None:
    undisturbed = experiment("iris", recipe=QUICK)
    path = tmp_path / "iris.checkpoint"

    def stop(run: Run) -> None:
        if run.state.epoch == 3:
            run.ask_to_stop("enough")

    assert experiment("iris", recipe=QUICK, callbacks=[stop], checkpoint=path).model.history.epochs == 3
    resumed = experiment("iris", recipe=QUICK, checkpoint=path, resume=True)
    assert np.array_equal(resumed.model.parameters.theta, undisturbed.model.parameters.theta)
    assert resumed.evaluation is not None and undisturbed.evaluation is not None
    assert resumed.evaluation.scores == undisturbed.evaluation.scores
    with pytest.raises(InvalidInput, match="saved with another seed"):
        experiment("iris", recipe=replace(QUICK, seed=1), checkpoint=path, resume=True)
    with pytest.raises(InvalidInput, match="no checkpoint to resume from"):
        experiment("iris", recipe=QUICK, resume=True)


def test_a_training_that_diverges_leaves_no_model() -> None:
    with pytest.raises(Diverged):
        experiment(houses(), recipe=Recipe(optimizer="gradient_descent", learning_rate=1e30, loss="squared_error"))


def test_it_says_what_it_is():
    divided = Experiment.of(open_source("iris"))
    assert repr(divided) == "<Experiment: classification of 'species' in iris, 120 rows to learn from, 30 held out>"
