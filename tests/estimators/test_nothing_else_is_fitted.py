"""A fit fits one estimator, and what is said of it afterwards can neither fail nor change it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import load_digits
from sklearn.utils import all_estimators

import glassnet
from glassnet.errors import Diverged
from glassnet.glass.diagnosis import thresholds
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.diagnose import CHECKS
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.training import diagnose_training

X, DIGITS = load_digits(return_X_y=True)
X, DIGITS = X[:200], DIGITS[:200]


@pytest.fixture
def fitted_ones(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of scikit-learn's estimators in the order they are fitted, as MLflow's autolog sees them."""
    seen: list[str] = []

    def recorded(fit: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(self: BaseEstimator, *args: Any, **kwargs: Any) -> Any:
            seen.append(type(self).__name__)
            return fit(self, *args, **kwargs)

        return wrapper

    for _, kind in all_estimators():
        for method in {"fit", "fit_transform", "partial_fit"} & set(vars(kind)):
            monkeypatch.setattr(kind, method, recorded(vars(kind)[method]))
    return seen


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"])
def test_no_estimator_within(kind: str, fitted_ones: list[str]) -> None:
    getattr(glassnet, kind)(max_iter=2).fit(X, DIGITS)
    if kind.startswith("MLP"):
        getattr(glassnet, kind)(max_iter=2, early_stopping=True).fit(1e4 * X, DIGITS)
        getattr(glassnet, kind)(max_iter=2).partial_fit(X, DIGITS, **{"classes": range(10)} if "C" in kind else {})
    if "Cl" in kind or "Log" in kind:
        getattr(glassnet, kind)(max_iter=2, class_weight="balanced").fit(X, DIGITS)
    assert fitted_ones == []


def ending_badly() -> Any:
    """A fit that ends at ``max_iter``, what it says, and what it learned."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = glassnet.MLPClassifier((5,), max_iter=3, random_state=0).fit(X, DIGITS)
    return [str(warning.message) for warning in caught], model.parameters_.theta.tobytes()


@pytest.fixture
def added() -> Iterator[Callable[[Callable[[Context], Any]], None]]:
    def add(function: Callable[[Context], Any]) -> None:
        CHECKS.add(Check("added", "is it there?", (), function))

    yield add
    CHECKS.remove("added")


@pytest.mark.parametrize("error", [MemoryError, ValueError, RecursionError, RuntimeWarning], ids=lambda e: e.__name__)
def test_a_check_that_fails_changes_nothing(error: type[Exception], added: Any) -> None:
    before = ending_badly()

    def fails(context: Context) -> Iterator[Finding]:
        yield Finding("warning", "half a finding", "none")
        raise error

    added(fails)
    assert ending_badly() == before


@pytest.mark.parametrize("name", ["inputs", "table", "scales", "sample", "targets", "forward_pass"])
def test_no_memory_for_a_diagnosis(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = ending_badly()[1]

    def fails(self: Context) -> Any:
        raise MemoryError

    monkeypatch.setattr(Context, name, property(fails))
    (said,), again = ending_badly()
    assert said.startswith("Maximum iterations (3) reached") and again == learned


def test_a_divergence_without_a_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Check, "missing", lambda self, context: 1 / 0)
    with pytest.raises(Diverged, match="standardize the inputs, or lower learning_rate_init"):
        glassnet.MLPRegressor(solver="sgd", learning_rate_init=1e30).fit(X, DIGITS)


def test_after_some_time_no_further_check_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "TRAINING_SECONDS", -1.0)
    (said,), _ = ending_badly()
    assert said == "Maximum iterations (3) reached and the optimization hasn't converged yet; raise max_iter."


@pytest.mark.parametrize("share", [0.0, 1e9])
def test_slow_checks_are_made_where_they_cost_little_for_the_training(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    missing = Check.missing

    def noted(self: Check, context: Context) -> str:
        made.append(self.name)
        return missing(self, context)

    monkeypatch.setattr(thresholds, "TRAINING_SHARE", share)
    monkeypatch.setattr(thresholds, "TRAINING_SECONDS", 60.0)
    monkeypatch.setattr(Check, "missing", noted)
    ending_badly()
    slow = [check.name for check in CHECKS.values() if check.slow]
    assert "leakage" in slow and "unscaled_inputs" not in slow
    assert [name for name in made if name in slow] == (slow if share else [])
    assert set(CHECKS) - set(slow) <= set(made)


def test_after_two_warnings_nothing_more_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    findings = Check.findings
    monkeypatch.setattr(Check, "findings", lambda self, context: made.append(self.name) or findings(self, context))
    with pytest.warns(UserWarning, match="one epoch is too few.*; also, inputs are not scaled"):
        glassnet.MLPClassifier((5,), max_iter=1, random_state=0).fit(100 * X, DIGITS)
    assert made[-1] == "unscaled_inputs" and {"diverged", "not_converged"} <= {*made}


def test_of_many_rows_few_are_looked_at() -> None:
    """Also of the targets, whose one-hot rows would be larger than the inputs."""
    seen: list[tuple[int, int]] = []

    def look(context: Context) -> Iterator[Finding]:
        seen.append((len(context.rows), len(context.targets)))
        yield from ()

    model = glassnet.MLPClassifier((2,), max_iter=1, batch_size=1000)
    many, y = np.resize(X, (20_000, 4)), np.arange(20_000) % 3

    class Probe(glassnet.Callback):
        def on_train_end(self, run: Any) -> None:
            self.run = run

    probe = Probe()
    with pytest.warns(UserWarning):
        model.set_params(callbacks=[probe]).fit(many, y)
    outcome = glassnet.train(probe.run.plan, probe.run.state, probe.run.rows, epochs=0)
    job = glassnet.learning.job.Job(probe.run.plan, probe.run.state, probe.run.rows)
    diagnose_training(outcome, job, [Check("look", "?", (), look)])
    assert seen == [(thresholds.TRAINING_ROWS, thresholds.TRAINING_ROWS)]
