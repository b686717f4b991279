"""Several targets and quantiles: a blend for each, judged by what it is for, kept in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import d2_pinball_score, r2_score

from glassnet import Recipe, TableModel, TabularRegressor, experiment, load, save
from glassnet.archive import Arrays, Facts
from glassnet.errors import BrokenFile, InvalidInput, Unsupported
from glassnet.estimators.table.evaluation import evaluate_quantile
from glassnet.files.tables import put_together, take_apart

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Noise whose spread grows with x; two targets."""
    rng = np.random.default_rng(0)
    x, z = rng.uniform(0, 1, 400), rng.normal(size=400)
    X = pd.DataFrame({"x": x, "z": z})
    return X, pd.DataFrame({"price": 10 * x + (0.5 + 3 * x) * rng.normal(size=400), "rooms": 2 * z + x})


@pytest.fixture(scope="module")
def quantiles(rows: Any) -> TabularRegressor:
    return TabularRegressor("fast", quantiles=LEVELS).fit(rows[0], rows[1].price)


def test_quantiles_are_in_order_and_cover(quantiles: TabularRegressor, rows: Any) -> None:
    X, y = rows[0], rows[1].price.to_numpy()
    p = quantiles.predict(X)
    assert p.shape == (400, 3) and (np.diff(p, axis=1) >= 0).all()
    shares = (y[:, None] <= p).mean(axis=0)
    assert np.abs(shares - LEVELS).max() < 0.12
    narrow, wide = (p[:, 2] - p[:, 0])[X.x < 0.3].mean(), (p[:, 2] - p[:, 0])[X.x > 0.7].mean()
    assert wide > 1.5 * narrow  # the mean's errors alone would not show it
    saved = [d2_pinball_score(y, column, alpha=level) for level, column in zip(LEVELS, p.T, strict=True)]
    assert quantiles.score(X, y) == pytest.approx(np.mean(saved)) and quantiles.score(X, y) > 0.3
    assert [line.split(":")[0] for line in quantiles.report().splitlines()] == ["0.1", "0.5", "0.9"]


def test_each_target_is_learned_as_if_alone(rows: Any) -> None:
    X, Y = rows
    both = TabularRegressor("fast").fit(X[:300], Y[:300], X_val=X[300:], y_val=Y[300:])
    p = both.predict(X)
    for j, name in enumerate(Y):
        alone = TabularRegressor("fast").fit(X[:300], Y[name][:300], X_val=X[300:], y_val=Y[name][300:])
        assert np.array_equal(p[:, j], alone.predict(X)) and both.models_[j].target.name == name
    assert both.score(X, Y) == pytest.approx(r2_score(Y, p)) and both.score(X, Y) > 0.5
    assert np.array_equal(TabularRegressor("plain").fit(X, Y.to_numpy()).predict(X).shape, (400, 2))


def test_one_file_holds_them(quantiles: TabularRegressor, rows: Any, tmp_path: Path) -> None:
    path = tmp_path / "q.safetensors"
    save(quantiles, path)
    again = load(path)
    assert type(again) is TabularRegressor and tuple(again.quantiles or ()) == LEVELS
    assert np.array_equal(again.predict(rows[0]), quantiles.predict(rows[0]))
    both = TabularRegressor("plain").fit(*rows)
    save(both, path)
    again = load(path)
    assert isinstance(again, TabularRegressor) and again.quantiles is None
    assert np.array_equal(again.predict(rows[0]), both.predict(rows[0]))


@pytest.mark.parametrize(("models", "said"), [(3, "model 3"), (0, "models"), (10**9, "model 3"), ("2", "models")])
def test_a_file_with_another_number_of_models(rows: Any, models: Any, said: str) -> None:
    parts = take_apart(TabularRegressor("plain").fit(*rows))
    parts.facts["estimator"]["models"] = models
    with pytest.raises(BrokenFile, match=said):
        put_together(TabularRegressor, Arrays(parts.arrays), Facts(json.loads(json.dumps(parts.facts))))


def test_settings_are_as_they_were_given() -> None:
    model = TabularRegressor(quantiles=LEVELS)
    assert clone(model).get_params() == model.get_params() and model.get_params()["quantiles"] is LEVELS


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"quantiles": ()}, "between 0 and 1 and rise"),
        ({"quantiles": (0.5, 0.1)}, "rise"),
        ({"quantiles": (0.0, 0.5)}, "between 0 and 1"),
        ({"quantiles": (0.5, float("nan"))}, "between 0 and 1"),
        ({"quantiles": (0.5,), "metric": "rmse"}, "metric='rmse' judges no quantiles"),
    ],
)
def test_quantiles_that_cannot_be(rows: Any, settings: dict[str, Any], match: str) -> None:
    with pytest.raises(InvalidInput, match=match):
        TabularRegressor("plain", **settings).fit(rows[0], rows[1].price)


def test_targets_that_cannot_be(rows: Any) -> None:
    X, Y = rows
    with pytest.raises(Unsupported, match="quantiles of 2 targets at once"):
        TabularRegressor("plain", quantiles=LEVELS).fit(X, Y)
    with pytest.raises(InvalidInput, match="y has 2 columns, y_val 3"):
        TabularRegressor("plain").fit(X, Y, X_val=X, y_val=np.zeros((400, 3)))


def test_a_quantile_is_judged_as_one(rows: Any) -> None:
    table = rows[0].assign(price=rows[1].price)
    found = experiment(table, recipe=Recipe(loss="quantile:level=0.9"), preset="fast")
    assert found.evaluation is not None
    pinball, coverage = found.evaluation.scores
    assert (pinball.name, coverage.name) == ("pinball loss", "coverage error")
    assert pinball.value < pinball.baseline and coverage.value < 0.15
    assert found.evaluation.baseline.endswith("the 0.9 quantile of these rows")
    plain = TableModel(Recipe(loss="quantile:level=0.5", epochs=2, hidden=())).fit(table)
    assert plain.evaluate(table, "all").rows == 400


@given(
    truth=st.lists(st.integers(-20, 20), min_size=1, max_size=12),
    weights=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    level=st.sampled_from([0.1, 0.25, 0.5, 0.9]),
)
def test_no_constant_is_better_and_weights_count_rows(truth: list[int], weights: list[int], level: float) -> None:
    y, w = np.array(truth, float), np.array(weights[: len(truth)], float)
    w[0] += not w.any()
    found = evaluate_quantile(level, y, np.zeros(len(y)), w)
    pinball, coverage = found.scores
    for constant in y:
        other = evaluate_quantile(level, y, np.full(len(y), constant), w).scores[0].value
        assert pinball.baseline <= other + 1e-9
    again = evaluate_quantile(level, np.repeat(y, w.astype(int)), np.zeros(int(w.sum())))
    for one, twin in zip((pinball, coverage), again.scores, strict=True):
        assert (one.value, one.baseline) == pytest.approx((twin.value, twin.baseline))
