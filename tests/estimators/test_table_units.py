"""A recipe speaks of the user's own units, though the network's target is standardized inside."""

import numpy as np
import pytest

from glassnet.errors import InvalidInput
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.files import load, save

X = np.linspace(0, 1, 60)
TABLE = {"x": X, "price": 1000 + 500 * X}


def test_hubers_delta_is_in_units_of_the_target():
    model = TableModel(Recipe(loss="huber:delta=50", epochs=1)).fit(TABLE)
    assert model.network.loss.delta == pytest.approx(50 / np.std(TABLE["price"]), rel=1e-6)


def test_a_loaded_model_has_no_rows(tmp_path):
    save(TableModel(Recipe(epochs=1)).fit(TABLE), tmp_path / "model.safetensors")
    with pytest.raises(InvalidInput, match="no rows to learn from; call fit"):
        load(tmp_path / "model.safetensors").learn()
