"""Optuna: studies over parameters; a training is pruned from one of our callbacks."""

from __future__ import annotations

from typing import Any

import optuna
import pytest
from sklearn.model_selection import cross_val_score

from glassnet import MLPClassifier

optuna.logging.set_verbosity(optuna.logging.WARNING)


def test_a_study_finds_what_is_better(flowers: tuple[Any, Any]) -> None:
    def score(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("learning_rate_init", 1e-5, 0.1, log=True)
        activation = trial.suggest_categorical("activation", ["relu", "tanh", "gelu"])
        model = MLPClassifier((8,), activation, learning_rate_init=rate, max_iter=20, random_state=0)
        return float(cross_val_score(model, *flowers, cv=3).mean())

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(score, n_trials=8)
    assert study.best_value > 0.85 and study.best_params["learning_rate_init"] > 0.005
    best = MLPClassifier((8,), max_iter=20, random_state=0).set_params(**study.best_params)
    assert cross_val_score(best, *flowers, cv=3).mean() == pytest.approx(study.best_value)


def test_a_trial_is_pruned_from_a_callback(flowers: tuple[Any, Any]) -> None:
    def score(trial: optuna.Trial) -> float:
        def report(run: Any) -> None:
            trial.report(run.history["cost"][-1], run.state.epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        rate = [0.05, 1e-6][trial.number]
        model = MLPClassifier((8,), learning_rate_init=rate, max_iter=20, random_state=0, callbacks=[report])
        return float(model.fit(*flowers).loss_)

    study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=5))
    study.optimize(score, n_trials=2)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "PRUNED"]
