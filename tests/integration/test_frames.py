"""dask, polars, DuckDB: tables mean what the same rows mean in pandas; answers are NumPy arrays. The drop-ins take a
relation of DuckDB as a frame (`.df()`, `.pl()`), as scikit-learn's do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dask.array
import dask.dataframe
import duckdb
import numpy as np
import pandas as pd
import polars
import pytest

from glassnet import MLPRegressor, Recipe, TableModel, experiment

FRAMES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "dask": lambda frame: dask.dataframe.from_pandas(frame, npartitions=3),
    "polars": polars.from_pandas,
    "polars lazy": lambda frame: polars.from_pandas(frame).lazy(),
    "duckdb": lambda frame: duckdb.from_df(frame),
    "arrow": lambda frame: polars.from_pandas(frame).to_arrow(),
}


@pytest.fixture(params=FRAMES)
def as_frame(request: pytest.FixtureRequest) -> Callable[[pd.DataFrame], Any]:
    return FRAMES[request.param]


def test_a_model_of_a_table(as_frame: Callable[[pd.DataFrame], Any], trips: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, late = trips
    whole = frame.assign(late=late)
    recipe = Recipe(hidden=(8,), epochs=5)
    expected = TableModel(recipe).fit(whole, "late")
    model = TableModel(recipe).fit(as_frame(whole), "late")
    assert [(r.name, r.done) for r in model.encoder.report()] == [(r.name, r.done) for r in expected.encoder.report()]
    np.testing.assert_array_equal(model.parameters.theta, expected.parameters.theta)
    np.testing.assert_array_equal(model.predict_proba(as_frame(frame)), expected.predict_proba(frame))
    assert model.predict(as_frame(frame)).tolist() == expected.predict(frame).tolist()
    assert model.evaluate(as_frame(whole))["accuracy"].value == expected.evaluate(whole)["accuracy"].value


def test_an_experiment(as_frame: Callable[[pd.DataFrame], Any], trips: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, late = trips
    one, other = (
        experiment(data, "late", recipe=Recipe(hidden=(8,), epochs=5))
        for data in (frame.assign(late=late), as_frame(frame.assign(late=late)))
    )
    assert other.held_out.tolist() == one.held_out.tolist()
    assert other.evaluation.scores == one.evaluation.scores


@pytest.mark.parametrize("name", ["dask", "polars", "arrow"])
def test_the_drop_ins(name: str, flowers: tuple[np.ndarray, np.ndarray]) -> None:
    X, _ = flowers
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    rows, y = FRAMES[name](frame[["a", "b", "c"]]), FRAMES[name](frame)["d"]
    settings: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 20, "random_state": 0}
    expected = MLPRegressor(**settings).fit(frame[["a", "b", "c"]], frame["d"])
    model = MLPRegressor(**settings).fit(rows, y)
    np.testing.assert_array_equal(model.predict(rows), expected.predict(frame[["a", "b", "c"]]))
    assert isinstance(model.predict(rows), np.ndarray)
    np.testing.assert_array_equal(
        model.partial_fit(rows, y).predict(rows),
        expected.partial_fit(frame[["a", "b", "c"]], frame["d"]).predict(frame[["a", "b", "c"]]),
    )


def test_arrays_of_dask(flowers: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = flowers
    chunks, targets = dask.array.from_array(X, chunks=(50, 2)), dask.array.from_array(y * 1.0, chunks=40)
    expected = MLPRegressor(max_iter=5, random_state=0).fit(X, y * 1.0)
    model = MLPRegressor(max_iter=5, random_state=0).fit(chunks, targets)
    np.testing.assert_array_equal(model.predict(chunks), expected.predict(X))
    assert model.score(chunks, targets) == expected.score(X, y * 1.0)
    in_blocks = chunks.rechunk((50, 4)).map_blocks(model.predict, drop_axis=1, dtype=np.float64).compute()
    np.testing.assert_allclose(in_blocks, expected.predict(X), rtol=1e-12)


def test_the_drop_ins_take_a_relation_of_duckdb_as_a_frame(flowers: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = flowers
    frame = pd.DataFrame(X[:, :2], columns=["a", "b"])
    relation = duckdb.from_df(frame)
    expected = MLPRegressor(max_iter=5, random_state=0).fit(frame, y)
    for made in (relation.df(), relation.pl(), relation.to_arrow_table()):
        model = MLPRegressor(max_iter=5, random_state=0).fit(made, y)
        np.testing.assert_array_equal(model.predict(made), expected.predict(frame))
