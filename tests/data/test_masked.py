"""Masked cells are missing in a table, and refused where nothing may be missing; the masked number is not used."""

import numpy as np
import pytest

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor, Network, TableModel
from glassnet.data.arrow import pa
from glassnet.data.reading.opening import open_source
from glassnet.errors import InvalidInput
from glassnet.estimators.table.recipe import Recipe

MASKED = np.ma.masked_equal(np.array([[1.0, 2.0], [-9999.0, 3.0], [3.0, 4.0], [4.0, 5.0]]), -9999.0)
PLAIN, Y = MASKED.filled(0.5), np.array([0, 1, 0, 1])


def cells(table):
    source = open_source(table)
    return pa.Table.from_batches(list(source.read(source.names))).to_pydict()


TABLES = {
    "an array": MASKED[:2],
    "a dictionary": {"x1": MASKED[:2, 0], "x2": [2.0, 3.0]},
    "rows": [MASKED[0], MASKED[1]],
    "rows with a masked cell": [[1.0, 2.0], [np.ma.masked, 3.0]],
    "records": [{"x1": 1.0, "x2": 2.0}, {"x1": np.ma.masked, "x2": 3.0}],
    "a structured array": np.ma.array(
        [(1.0, 2.0), (-9999.0, 3.0)], dtype=[("x1", float), ("x2", float)], mask=[(False, False), (True, False)]
    ),
}


@pytest.mark.parametrize("how", TABLES)
def test_masked_cells_of_a_table_are_missing(how):
    assert cells(TABLES[how]) == {"x1": [1.0, None], "x2": [2.0, 3.0]}


@pytest.mark.parametrize(
    "column",
    [
        np.ma.array([1, -9999], mask=[False, True]),
        np.ma.array(["a", "?"], mask=[False, True]),
        np.ma.array([True, False], mask=[False, True]),
        np.ma.array([1.5, "?"], dtype=object, mask=[False, True]),
        np.ma.array(np.array(["2020-01-01", "1900-01-01"], "M8[D]"), mask=[False, True]),
        [7, np.ma.masked],
    ],
    ids=["whole numbers", "words", "booleans", "objects", "dates", "a list"],
)
def test_masked_cells_of_every_type(column):
    first, second = cells({"a": column})["a"]
    assert first is not None and second is None


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_masked_array_without_a_mask_and_a_matrix_are_arrays():
    assert cells(np.ma.array([[1.0, 2.0]])) == cells(np.matrix([[1.0, 2.0]])) == {"x1": [1.0], "x2": [2.0]}


def test_a_table_model_does_not_see_what_is_masked():
    rng = np.random.default_rng(0)
    values = np.c_[rng.normal(size=(80, 2)), np.zeros(80)]
    values[:, 2] = values[:, 0] - values[:, 1]
    holes = values.copy()
    holes[::7, 0] = np.nan
    models = [TableModel(Recipe(epochs=5)).fit(table) for table in (holes, np.ma.masked_invalid(holes))]
    hidden = np.ma.array(np.where(np.isnan(holes), -9999.0, holes), mask=np.isnan(holes))
    models.append(TableModel(Recipe(epochs=5)).fit(hidden))
    answers = [np.asarray(model.predict(hidden[:10])) for model in models]
    assert np.array_equal(answers[0], answers[1]) and np.array_equal(answers[0], answers[2])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, LinearRegression, LogisticRegression])
def test_the_estimators_refuse_masked_cells(kind):
    model = kind(max_iter=5)
    weights = np.ma.masked_equal([1.0, 2.0, 0.0, 1.0], 0.0)
    masked_y = np.ma.masked_equal(Y, 1)
    for call in (
        lambda: model.fit(MASKED, Y),
        lambda: model.fit([*MASKED], Y),
        lambda: model.fit(PLAIN, masked_y),
        lambda: model.fit(PLAIN, Y, sample_weight=weights),
    ):
        with pytest.raises(InvalidInput, match="has masked cells"):
            call()
    model.fit(np.ma.array(PLAIN), Y)
    for call in (model.predict, model.predictor().predict):
        with pytest.raises(InvalidInput, match="has masked cells"):
            call(MASKED)


def test_networks_by_hand_refuse_masked_cells():
    network = Network.mlp(2, [3], 1)
    parameters = network.initialize(seed=0)
    with pytest.raises(InvalidInput, match="X has masked cells"):
        network.forward(MASKED, parameters)
    with pytest.raises(InvalidInput, match="Y has masked cells"):
        network.cost(network.forward(PLAIN, parameters), np.ma.masked_equal(Y, 1))
