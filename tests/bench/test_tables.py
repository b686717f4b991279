"""Small tables: the same rows and settings for every library, whole fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from bench.conftest import Running
from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.tables import TABLES, TableTask


@pytest.mark.parametrize("name", [name for name in TABLES if "float32" in name])
def test_rows_are_standardized(name: str) -> None:
    task = TABLES[name]
    assert task.X.dtype == np.float32
    assert np.allclose(task.X.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(task.X.std(axis=0)[task.X.std(axis=0) > 0], 1, atol=1e-4)
    assert TableTask(**task.described()) == task


def test_classes_are_left_as_they_are() -> None:
    assert np.array_equal(TableTask("iris", "float64", 1).y, load_iris().target)


@pytest.mark.parametrize("name", ["estimator", "scikit-learn"])
def test_a_fit_takes_all_its_epochs(name: str, running: Running) -> None:
    assert "tables" in CONTENDERS[name].measures
    worker = running(name)
    for epochs in (1, 7):
        assert worker.ask("fit", table="wine", dtype="float64", epochs=epochs, threads=1) == {"way": ""}
        turn: dict[str, Any] = worker.ask("turn")
        assert turn["units"] % epochs == 0 < turn["units"]
        assert turn["seconds"] > 0


def test_the_estimators_are_asked_for_the_same() -> None:
    from glassnet.bench.contenders.estimators import automatic, scikit_learn

    task = TableTask("iris", "float64", 9)  # one batch an epoch: their order is not the same
    ours, theirs = (make().classifier(**task.settings) for make in (automatic, scikit_learn))
    for model in (ours, theirs):
        with pytest.warns(UserWarning):
            model.fit(task.X, task.y)
    assert ours.n_iter_ == theirs.n_iter_ == 9
    assert np.allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-6)


def test_l_bfgs_goes_as_far_as_scikit_learns() -> None:
    from glassnet.bench.contenders.estimators import automatic, scikit_learn

    task = TABLES["wine, float64, a fit by L-BFGS"]
    assert (task.unit, task.units) == ("a fit", 1)
    ours, theirs = (make().classifier(**task.settings).fit(task.X, task.y) for make in (automatic, scikit_learn))
    assert ours.n_iter_ == theirs.n_iter_ < task.epochs
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-3)


@pytest.mark.parametrize("name", ["estimator", "scikit-learn"])
@pytest.mark.parametrize("work", ["together", "predict_row", "predict_all"])
def test_all_the_work_is_done(work: str, name: str, running: Running) -> None:
    worker, task = running(name), TableTask("iris", "float32", 2, work=work)
    assert worker.ask("fit", **task.described()) == {"way": ""}
    units = worker.ask("turn")["units"]
    assert units % task.units == 0 < units


def test_trainings_at_once_are_those_of_other_seeds() -> None:
    from glassnet.bench.contenders.estimators import automatic

    task = TableTask("iris", "float32", 2, threads=2, work="together")
    outcomes = automatic().fit(task)()
    costs = [outcome.history["cost"] for outcome in outcomes]  # type: ignore[attr-defined]
    assert [len(cost) for cost in costs] == [2] * task.units and len({cost[-1] for cost in costs}) == task.units
