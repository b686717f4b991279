"""scikit-learn's own callbacks, where the installed version has them, are called in our training."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

callback = pytest.importorskip("sklearn.callback", reason="scikit-learn has callbacks from 1.9 on")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 6, "random_state": 0}


class Diary:
    """A callback by scikit-learn's protocol."""

    def __init__(self, stop_after: int = 1000) -> None:
        self.events: list[str] = []
        self.scores: list[float] = []
        self.stop_after = stop_after

    def setup(self, estimator: Any, context: Any) -> None:
        self.events.append("setup")

    def teardown(self, estimator: Any, context: Any) -> None:
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        self.events.append(f"begin {context.task_name}")

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, X: Any, y: Any, metadata: Any, fitted_estimator: Any
    ) -> bool:
        self.events.append(f"end {context.task_name}")
        if fitted_estimator is not None:
            self.scores.append(fitted_estimator.score(X, y, **metadata))
        return self.events.count("end epoch") == self.stop_after


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_they_are_called_in_every_epoch(solver: str, iris: tuple[Any, Any]) -> None:
    X, y = iris[0], np.array(["a", "b", "c"])[iris[1]]
    weights = np.where(y == "a", 2.0, 1.0)
    diary = Diary()
    model = MLPClassifier(**QUICK, solver=solver).set_callbacks(diary).fit(X, y, sample_weight=weights)
    epochs = ["begin epoch", "end epoch"] * 6
    assert diary.events == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    assert diary.scores[-1] == diary.scores[-2] == model.score(X, y, sample_weight=weights)
    assert len(diary.scores) == 7
    plain = MLPClassifier(**QUICK, solver=solver).fit(X, y, sample_weight=weights)
    assert plain.parameters_.theta.tobytes() == model.parameters_.theta.tobytes()
    assert pickle.loads(pickle.dumps(model)).predict(X).tolist() == model.predict(X).tolist()


def test_they_can_end_the_training(iris: tuple[Any, Any]) -> None:
    model = MLPRegressor(**QUICK).set_callbacks(Diary(stop_after=4)).fit(iris[0], iris[0][:, 0])
    assert model.n_iter_ == 4


def test_they_are_torn_down_after_an_error(iris: tuple[Any, Any]) -> None:
    def fail(run: Any) -> None:
        raise RuntimeError("in the first epoch")

    diary = Diary()
    with pytest.raises(RuntimeError, match="in the first epoch"):
        MLPClassifier(**QUICK, callbacks=[fail]).set_callbacks(diary).fit(*iris)
    assert diary.events[-1] == "teardown"
    with pytest.raises(TypeError, match="FitCallback"):
        MLPClassifier().set_callbacks(print)


def test_scikit_learns_own(iris: tuple[Any, Any], capfd: Any) -> None:
    monitor = callback.ScoringMonitor(scoring="accuracy")
    model = MLPClassifier(**QUICK).set_callbacks(monitor, callback.ProgressBar())
    model.fit(*iris)
    assert "fit" in capfd.readouterr().out
    assert clone(model)._skl_callbacks
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**QUICK)).set_callbacks(callback.ProgressBar())
    search = GridSearchCV(MLPClassifier(**QUICK), {"alpha": [0, 1]}, cv=2).set_callbacks(callback.ProgressBar())
    for tool in (pipeline, search):
        tool.fit(*iris)
        assert "MLPClassifier - fit" in capfd.readouterr().out
    assert not hasattr(pipeline[-1], "_parent_callback_ctx")
    assert not hasattr(pipeline[-1], "_skl_callbacks")
