"""``model.diagnose()``: findings of a fitted network in the words of its parameters."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import scale

from glassnet import MLPClassifier, MLPRegressor, load, save

X, y = load_wine(return_X_y=True)


def fitted(model, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is diagnosed here is also warned of
        return model.fit(*data)


def named(diagnosis):
    return {finding.name for finding in diagnosis.problems}


def test_unscaled_inputs_are_named_by_column():
    table = pd.DataFrame(X, columns=[f"chemical {j}" for j in range(X.shape[1])])
    diagnosis = fitted(MLPClassifier(max_iter=30, random_state=0), table, y).diagnose(table, y)
    assert not diagnosis.ok
    assert {"unscaled_inputs", "dead_units"} <= named(diagnosis)
    assert "chemical 12" in str(diagnosis)


def test_too_few_epochs_in_the_words_of_scikit_learn():
    diagnosis = fitted(MLPClassifier(max_iter=12, random_state=0), scale(X), y).diagnose(scale(X), y)
    assert "not_converged" in named(diagnosis)
    assert "max_iter" in str(diagnosis)


def test_a_healthy_network_has_no_problem():
    model = fitted(MLPClassifier((20,), max_iter=1000, random_state=0, learning_rate_init=0.01), scale(X), y)
    assert model.diagnose(scale(X), y).ok


def test_a_target_on_a_large_scale():
    A, b = load_diabetes(return_X_y=True)
    diagnosis = fitted(MLPRegressor(max_iter=5, random_state=0), scale(A), b).diagnose(scale(A), b)
    assert "target_scale" in named(diagnosis)


def test_nothing_changes_and_copies_agree(tmp_path):
    model = fitted(MLPClassifier(max_iter=5, random_state=0, normalization="batch"), X, y)
    before, running = model.parameters_.theta.copy(), model.parameters_.running.copy()
    said = str(model.diagnose(X, y))
    assert (model.parameters_.theta == before).all() and (model.parameters_.running == running).all()
    assert str(pickle.loads(pickle.dumps(model)).diagnose(X, y)) == said
    save(model, tmp_path / "model.safetensors")
    assert "unscaled_inputs" in named(load(tmp_path / "model.safetensors").diagnose(X, y))


def test_without_rows_the_history_is_judged():
    model = fitted(MLPClassifier(max_iter=12, random_state=0), scale(X), y)
    diagnosis = model.diagnose()
    assert "not_converged" in named(diagnosis) and diagnosis.skipped


def test_not_fitted():
    with pytest.raises(NotFittedError):
        MLPClassifier().diagnose(np.zeros((2, 2)))
