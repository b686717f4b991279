"""Pictures of matrices and graphs say whose row their numbers are, in the user's units; people count from 1."""

import numpy as np
import pytest

from glassnet import MLPClassifier, Recipe, TableModel, draw
from glassnet.glass.diagnosis.diagnose import diagnose
from glassnet.network.network import Network

TABLE = {"size": np.arange(30.0) * 10, "price": np.arange(30.0) * 1000 + 500}


@pytest.fixture(scope="module")
def model() -> TableModel:
    return TableModel(Recipe(hidden=(2,), epochs=20)).fit(TABLE, "price")


@pytest.mark.parametrize("kind", ["product", "graph"])
def test_the_row_stands_with_its_encoded_numbers(model: TableModel, kind: str) -> None:
    picture = draw(kind, model, TABLE, row=4)
    said = "Row 4 in the user's units: size 30. The model answers price "
    assert picture.sentence.startswith(said) and "the truth is 3500" in picture.sentence
    assert "y is (price - " in picture.sentence
    assert "size 30" in picture.svg() and said[:20] in picture.text()


def test_several_rows_are_said_to_be_encoded(model: TableModel) -> None:
    assert draw("product", model, TABLE).sentence.startswith("Rows 1 to 6, as the network gets them. ")


def test_rows_of_arrays_have_a_number_too() -> None:
    X, y = np.eye(4), [0, 1, 0, 1]
    model = MLPClassifier((2,), random_state=0).initialize(X, y)
    assert draw("product", model, X, row=2).sentence.startswith("Row 2. The model answers ")


def test_a_cost_surface_says_of_which_rows_it_is(model: TableModel) -> None:
    title = draw("surface", model, TABLE).title
    assert "over 30 rows: " in title and "learned from" in title


def test_outputs_and_columns_are_counted_from_1() -> None:
    X, y = np.eye(3), [0, 1, 2]
    model = MLPClassifier((2,), random_state=0).initialize(X, y)
    assert np.array_equal(model.input_gradients(X), model.input_gradients(X, 1))
    with pytest.raises(ValueError, match="from 1"):
        model.input_gradients(X, 0)
    network = Network.mlp(2, [3], 1)
    rows = np.column_stack([np.zeros(40), np.linspace(-1, 1, 40)])
    (found,) = diagnose(network, network.initialize(seed=0), X=rows).named("constant_inputs")
    assert found.what.endswith("column 1")
