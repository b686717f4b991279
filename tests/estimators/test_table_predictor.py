"""A table's model frozen: the same bits as the model's own answers, without reading a table."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from glassnet import Recipe, TableModel, TabularRegressor
from glassnet.errors import Unsupported

M = 60
RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {"a": RNG.normal(size=M), "same": 1.0, "b": RNG.normal(size=M) * 1e3, "count": RNG.integers(0, 50, M)}
)
TABLE.loc[::7, "b"] = np.nan
FEW = Recipe(hidden=(8,), epochs=6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "target", [np.where(TABLE.a > 0, "p", "q"), np.resize(["x", "y", "z"], M), (TABLE.a * 3).to_numpy()]
)
def test_the_same_bits(target: Any, dtype: str) -> None:
    recipe = Recipe(hidden=(8,), epochs=6, validation=0.0, dtype=dtype)  # type: ignore[arg-type]
    model = TableModel(recipe, preset="fast").fit(TABLE, target)
    frozen = model.predictor()
    assert "same" not in frozen.columns and set(frozen.columns) == {"a", "b", "count"}
    rows = TABLE[list(frozen.columns)].to_numpy()
    for one in (frozen, pickle.loads(pickle.dumps(frozen))):
        assert (one.predict(rows) == model.predict(TABLE)).all()
        assert (one.predict(rows[3:4]) == model.predict(TABLE[3:4])).all()
        assert one.predict(rows[:0]).shape == (0,)
    if model.target.classes is not None:
        assert (frozen.predict_proba(rows) == model.predict_proba(TABLE)).all()


def test_a_row_takes_few_calls() -> None:
    frozen = TableModel(FEW, preset="fast").fit(TABLE, (TABLE.a * 3).to_numpy()).predictor()
    row, calls = TABLE[list(frozen.columns)].to_numpy()[:1], 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    frozen.predict(row)
    sys.setprofile(count)
    frozen.predict(row)
    sys.setprofile(None)
    assert calls < 200


def test_words_are_refused() -> None:
    model = TableModel(FEW).fit(TABLE.assign(town=np.resize(["oslo", "rome"], M)), TABLE.a.to_numpy())
    with pytest.raises(Unsupported, match="column 'town' holds no numbers"):
        model.predictor()


def test_of_an_estimator() -> None:
    estimator = TabularRegressor("fast", time_limit=0.05).fit(TABLE, (TABLE.a * 3).to_numpy())
    frozen = estimator.predictor()
    assert (frozen.predict(TABLE[list(frozen.columns)].to_numpy()) == estimator.predict(TABLE)).all()
    several = TabularRegressor("fast", time_limit=0.05, quantiles=(0.1, 0.9)).fit(TABLE, (TABLE.a * 3).to_numpy())
    with pytest.raises(Unsupported, match="2 models answer here"):
        several.predictor()
