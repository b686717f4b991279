"""What a fit warns of: not converged, diverged, interrupted, a setting cut; and otherwise nothing."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

import glassnet
from glassnet import LinearRegression, MLPClassifier, MLPRegressor
from glassnet.errors import Diverged, InvalidInput

patient = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {"hidden_layer_sizes": (12,), "max_iter": 15, "random_state": 0}


def arrays(model: Any) -> bytes:
    return b"".join(array.tobytes() for array in [*model.coefs_, *model.intercepts_])


def test_not_converged(iris: tuple[Any, Any]) -> None:
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached .* raise max_iter") as caught:
        MLPClassifier(max_iter=3).fit(*iris)
    assert caught[0].category is ConvergenceWarning
    assert len(caught) == 1


def test_lbfgs_out_of_evaluations(iris: tuple[Any, Any]) -> None:
    with pytest.warns(ConvergenceWarning, match="L-BFGS stopped .* hasn't converged yet"):
        MLPClassifier(solver="lbfgs", max_fun=3).fit(*iris)
    with pytest.warns(ConvergenceWarning, match="hasn't converged yet"):
        model = MLPClassifier(solver="lbfgs", max_fun=1).fit(*iris)
    assert np.isfinite(model.loss_)


def test_lbfgs_that_converges_is_silent(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((5,), solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0).fit(*iris)
    assert model.n_iter_ == len(model.loss_curve_) < 1000


def test_early_stopping_is_silent(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((5,), early_stopping=True, max_iter=1000, random_state=0, learning_rate_init=0.1).fit(*iris)
    assert model.n_iter_ == len(model.validation_scores_) < 1000
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.best_loss_ is None


def test_divergence_says_where_and_keeps_what_is_finite() -> None:
    X, y = load_diabetes(return_X_y=True)
    model = MLPRegressor(solver="sgd", activation="identity", learning_rate_init=10.0, random_state=0)
    with pytest.raises(
        Diverged, match=r"^Solver produced non-finite .* diverged at step \d+ \(epoch \d+\): .* is not finite"
    ) as caught:
        model.fit(X, y)
    assert isinstance(caught.value, ValueError) and len(str(caught.value)) <= 300
    assert "standardize" in caught.value.remedy
    assert all(np.isfinite(W).all() for W in model.coefs_)
    assert model.predict(X).shape == (442,)
    with pytest.raises(Diverged):
        model.set_params(learning_rate_init=1e300).fit(X, y)
    assert model.loss_curve_ == []
    assert np.isnan(model.loss_)
    assert model.best_loss_ == np.inf
    assert all(np.isfinite(W).all() for W in model.coefs_)


@pytest.fixture
def ctrl_c() -> Any:
    """A callback that presses Ctrl-C after the third epoch."""

    def press(run: Any) -> None:
        if run.state.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield press
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_what_was_learned(iris: tuple[Any, Any], ctrl_c: Any) -> None:
    with pytest.warns(UserWarning, match=r"^Training interrupted by user: .*3 epochs.*what was learned is kept"):
        model = MLPClassifier(random_state=0, callbacks=[ctrl_c]).fit(*iris)
    with pytest.warns(UserWarning):  # of Ctrl-C in its last epoch, or of its few epochs
        expected = MLPClassifier(random_state=0, max_iter=3).fit(*iris)
    assert arrays(model) == arrays(expected)
    assert model.n_iter_ == 3
    assert model.predict(iris[0]).shape == (150,)


def test_a_batch_larger_than_the_table_is_cut_once(iris: tuple[Any, Any]) -> None:
    with pytest.warns(UserWarning, match="larger than sample size") as caught:
        MLPClassifier((3,), batch_size=1000, max_iter=2000, tol=1e-1).fit(*iris)
    assert len(caught) == 1
    with pytest.warns(UserWarning, match="larger than sample size") as caught:
        MLPClassifier((3,), batch_size=1000).partial_fit(*iris, classes=[0, 1, 2])
    assert len(caught) == 1


@patient
def test_verbose_says_what_scikit_learn_says(iris: tuple[Any, Any], capfd: pytest.CaptureFixture[str]) -> None:
    settings = {"early_stopping": True, "n_iter_no_change": 1, "tol": 0.5, "random_state": 0}
    MLPClassifier(**settings).fit(*iris)
    assert capfd.readouterr() == ("", "")
    for module in (glassnet, sklearn.neural_network):
        module.MLPClassifier(**settings, verbose=True, shuffle=False).fit(*iris)
    said = capfd.readouterr()
    assert said.err == ""
    lines = [line for line in said.out.splitlines() if line[:10] in ("Iteration ", "Validation")]
    ours = lines[: len(lines) // 2]
    assert len(ours) >= 4
    assert [re.sub(r"[\d.]+$", "", line) for line in ours] == [
        re.sub(r"[\d.]+$", "", line) for line in lines[len(ours) :] if "score did not" not in line
    ]
    assert "score did not improve by 0.5 in 1 epochs. Stopping." in said.out


# --- the diagnosis in the text ----------------------------------------------------------------------------------------


def said_by(fit: Callable[[], object]) -> str:
    with pytest.warns(ConvergenceWarning) as caught:
        fit()
    assert len(caught) == 1
    return str(caught[0].message)


def test_a_warning_names_what_may_be_behind_it() -> None:
    table, y = load_wine(return_X_y=True, as_frame=True)
    said = said_by(lambda: MLPClassifier(**QUICK).fit(table, y))
    assert said.startswith("Maximum iterations (15) reached and the optimization hasn't converged yet; ")
    assert "inputs are not scaled: scales differ up to 2,118-fold" in said
    assert "'proline' has mean 747" in said
    scaled = said_by(lambda: MLPClassifier(**QUICK).fit(scale(table), y))
    assert "(try: raise max_iter, for example to 30)" in scaled
    assert "not scaled" not in scaled
    lbfgs = said_by(lambda: MLPClassifier(solver="lbfgs", max_fun=3).fit(scale(table), y))
    assert lbfgs.endswith("the optimization hasn't converged yet (try: raise max_fun, or tol).")


def test_of_lines_nothing_is_advised_that_they_have_not() -> None:
    X, y = load_diabetes(return_X_y=True)
    for solver in ("lbfgs", "gradient_descent"):
        said = said_by(lambda solver=solver: LinearRegression(solver=solver, max_iter=2).fit(X, y))
        assert "raise max_iter" in said
        assert "max_fun" not in said and "learning_rate_init" not in said


def test_scores_of_a_training_that_diverges_are_nan() -> None:
    """As in scikit-learn: held-out rows whose predictions are not finite have no score, and no reason to raise."""
    X, y = load_iris(return_X_y=True)
    fast = {"activation": "identity", "solver": "sgd", "learning_rate_init": 1}
    model = MLPRegressor(**fast, early_stopping=True, random_state=0)
    assert "diverged" in said_by(lambda: model.fit(X, y))
    assert np.isnan(model.validation_scores_[-1])
    assert np.isfinite(model.predict(X)).all()


def test_numbers_near_the_largest_are_no_accident_of_the_warning() -> None:
    rng = np.random.default_rng(0)
    X = np.finfo(np.float64).max * rng.uniform(size=(10, 2))
    with pytest.raises(Diverged, match="diverged at step 1 "):
        MLPRegressor(random_state=0).fit(X, rng.normal(size=10))


def test_a_line_search_that_cannot_begin_warns() -> None:
    """L-BFGS stays where it is, here and there."""
    X, y = load_diabetes(return_X_y=True)
    for home in (glassnet, sklearn.neural_network):
        with pytest.warns(ConvergenceWarning), np.errstate(all="ignore"):
            model = home.MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit(1e200 * X, y)
        assert np.isfinite(model.coefs_[0]).all()


def test_the_class_with_too_few_rows_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"seen: 1 row of class 'b'\); give every class two rows or more"):
        MLPClassifier(early_stopping=True).fit([[1, 2], [2, 3], [3, 4], [4, 5]], ["a", "a", "a", "b"])
