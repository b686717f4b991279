"""Long trainings: callbacks, progress, a time limit, checkpoints, and going on after a kill to the same bits."""

from __future__ import annotations

import itertools
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet import Callback, MLPClassifier, MLPRegressor, load_checkpoint
from glassnet.errors import BrokenFile, InvalidInput, UnusableFile
from warm import Warm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 12, "random_state": 0}


def arrays(model: Any) -> bytes:
    return model.parameters_.theta.tobytes() + model.parameters_.running.tobytes()


class Diary(Callback):
    def __init__(self, stop_after: int = 1000) -> None:
        self.events: list[str] = []
        self.stop_after = stop_after

    def on_train_begin(self, run: Any) -> None:
        self.events.append("begin")

    def on_epoch_end(self, run: Any) -> None:
        self.events.append(f"{run.state.epoch}: {run.history['cost'][-1]:.4f}")
        if run.state.epoch == self.stop_after:
            run.ask_to_stop("enough")

    def on_train_end(self, run: Any) -> None:
        self.events.append("end")


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_callbacks(solver: str, iris: tuple[Any, Any]) -> None:
    diary, epochs = Diary(), []
    model = MLPClassifier(**QUICK, solver=solver, callbacks=[diary, lambda run: epochs.append(run.state.epoch)])
    model.fit(*iris)
    assert diary.events == ["begin", *(f"{n}: {c:.4f}" for n, c in enumerate(model.loss_curve_, 1)), "end"]
    assert epochs == list(range(1, 13))
    assert arrays(model) == arrays(MLPClassifier(**QUICK, solver=solver).fit(*iris))
    if solver == "adam":
        stopped = MLPClassifier(**QUICK, callbacks=(Diary(stop_after=5),)).fit(*iris)
        assert stopped.n_iter_ == 5
        assert arrays(stopped) == arrays(MLPClassifier(**QUICK | {"max_iter": 5}).fit(*iris))
    with pytest.raises(ValueError, match="'callbacks' parameter of MLPClassifier must be"):
        MLPClassifier(callbacks=print).fit(*iris)


def test_progress_is_on_standard_error(iris: tuple[Any, Any], capfd: Any) -> None:
    silent = MLPClassifier(**QUICK).fit(*iris)
    assert capfd.readouterr() == ("", "")
    shown = MLPClassifier(**QUICK, progress=True).fit(*iris)
    said = capfd.readouterr()
    assert said.out == ""
    assert "epoch 12/12" in said.err
    assert "cost" in said.err
    assert arrays(shown) == arrays(silent)


def test_max_time_stops_and_keeps_the_best(iris: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of the test's, on which 0.1 s go by each time it is read."""
    X, y = iris
    clock = itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: next(clock) / 10)
    settings: dict[str, Any] = {"max_iter": 10**6, "tol": 0, "n_iter_no_change": np.inf, "random_state": 0}
    model = MLPClassifier(**settings, max_time=0.5).fit(X, y)
    assert 0 < model.n_iter_ < settings["max_iter"]  # several epochs may be taken between two looks at the clock
    best = MLPClassifier(**settings, early_stopping=True, max_time=0.5).fit(X, y)
    assert best.best_validation_score_ == pytest.approx(max(best.validation_scores_))
    with pytest.raises(ValueError, match="'max_time'"):
        MLPClassifier(max_time=0).fit(X, y)


# --- checkpoints ------------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_the_training(iris: tuple[Any, Any], tmp_path: Path) -> None:
    file = tmp_path / "training"
    model = MLPClassifier(**QUICK, checkpoint=file).fit(*iris)
    plan, state, _ = load_checkpoint(file)
    assert state.epoch == plan.epochs == 12
    assert state.theta.tobytes() == model.parameters_.theta.tobytes()
    with pytest.raises(UnusableFile):
        MLPClassifier(**QUICK, checkpoint=tmp_path / "nowhere" / "training").fit(*iris)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"solver": "sgd", "learning_rate": "adaptive", "dropout": 0.3, "normalization": "batch"},
        {"early_stopping": True, "learning_rate_init": 0.05, "n_iter_no_change": 4},
        {"solver": "adamw", "learning_rate": "cosine", "clip_norm": 0.5},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_resumed_is_the_same_bits(kind: Any, settings: dict[str, Any], iris: tuple[Any, Any], tmp_path: Path) -> None:
    settings = QUICK | {"batch_size": 32} | settings
    whole = kind(**settings).fit(*iris)
    saved = {"checkpoint": tmp_path / "training", "checkpoint_every": 0, "resume": True}
    stopped = kind(**settings, **saved, callbacks=[Diary(stop_after=5)]).fit(*iris)
    assert stopped.n_iter_ == 5
    resumed = kind(**settings, **saved).fit(*iris)
    assert arrays(resumed) == arrays(whole)
    assert resumed.loss_curve_ == whole.loss_curve_
    assert (resumed.n_iter_, resumed.t_) == (whole.n_iter_, whole.t_)
    before = (tmp_path / "training").read_bytes()
    again = kind(**settings, **saved).fit(*iris)  # nothing is left to do
    assert arrays(again) == arrays(whole)
    assert len((tmp_path / "training").read_bytes()) == len(before)
    anew = kind(**settings, **saved | {"resume": False}).fit(*iris)
    assert arrays(anew) == arrays(whole)


def test_more_epochs_are_welcome(iris: tuple[Any, Any], tmp_path: Path) -> None:
    saved = {"checkpoint": str(tmp_path / "training"), "resume": True}
    MLPClassifier(**QUICK, **saved).fit(*iris)
    longer = MLPClassifier(**QUICK | {"max_iter": 20}, **saved).fit(*iris)
    assert arrays(longer) == arrays(MLPClassifier(**QUICK | {"max_iter": 20}).fit(*iris))


def test_lbfgs_goes_on(iris: tuple[Any, Any], tmp_path: Path) -> None:
    saved = {"checkpoint": tmp_path / "training", "resume": True, "solver": "lbfgs"}
    first = MLPClassifier(**QUICK, **saved).fit(*iris)
    longer = MLPClassifier(**QUICK | {"max_iter": 30}, **saved).fit(*iris)
    assert longer.loss_curve_[:12] == first.loss_curve_
    assert arrays(longer) == arrays(MLPClassifier(**QUICK | {"max_iter": 30, "solver": "lbfgs"}).fit(*iris))


def test_another_training_is_refused(iris: tuple[Any, Any], tmp_path: Path) -> None:
    X, y = iris
    file = tmp_path / "training"
    saved = {"checkpoint": file, "resume": True}
    MLPClassifier(**QUICK, **saved).fit(X, y)
    with pytest.raises(InvalidInput, match=r"the checkpoint was saved with another penalties"):
        MLPClassifier(**QUICK, **saved, alpha=0.5).fit(X, y)
    for rows in ((X + 1e-9, y), (X, y[::-1]), (X, y, np.full(150, 2.0))):
        with pytest.raises(InvalidInput, match="is of other rows"):
            MLPClassifier(**QUICK, **saved).fit(*rows)
    with pytest.raises(InvalidInput, match="resume=True needs a file"):
        MLPClassifier(**QUICK, resume=True).fit(X, y)
    file.write_bytes(b"not a checkpoint")
    with pytest.raises(BrokenFile):
        MLPClassifier(**QUICK, **saved).fit(X, y)


SCRIPT = """
import pickle, sys, time
import numpy as np
from glassnet import MLPClassifier
rng = np.random.default_rng(0)
X = rng.normal(size=(3000, 10)); y = X[:, 0] * X[:, 1] > 0
model = MLPClassifier((30,), max_iter=150, tol=0, early_stopping=True, n_iter_no_change=1000, dropout=0.1,
    random_state=0, checkpoint=sys.argv[1], checkpoint_every=0, resume=True,
    callbacks=[lambda run: time.sleep(0.004)])  # so that the test is quicker than it
import warnings; warnings.simplefilter("ignore")
model.fit(X, y)
pickle.dump((model.parameters_.theta, model.loss_curve_, model.validation_scores_, model.n_iter_),
            open(sys.argv[2], "wb"))
"""


def test_killed_and_run_again(tmp_path: Path) -> None:
    def begin(name: str) -> Warm:
        return Warm("-c", SCRIPT, tmp_path / name, tmp_path / f"{name}.result")

    assert begin("whole").wait() == 0
    epochs: list[int] = []
    for _ in range(2):
        running = begin("killed")
        begun = epochs[-1] if epochs else 0
        while running.poll() is None:  # until it has done some more
            time.sleep(0.01)
            if (tmp_path / "killed").exists() and load_checkpoint(tmp_path / "killed")[1].epoch > begun + 5:
                running.send_signal(signal.SIGKILL)
                break
        assert running.wait() == -signal.SIGKILL
        epochs.append(load_checkpoint(tmp_path / "killed")[1].epoch)
    assert 0 < epochs[0] < epochs[1] < 150
    assert begin("killed").wait() == 0
    theta, costs, scores, n_iter = pickle.loads((tmp_path / "killed.result").read_bytes())
    expected = pickle.loads((tmp_path / "whole.result").read_bytes())
    assert theta.tobytes() == expected[0].tobytes()
    assert (costs, scores, n_iter) == expected[1:]
