"""`fit` of a multi-layer perceptron on a `Dataset`: the bits of memory, one sentence on what it cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from glassnet import Dataset, MLPClassifier, MLPRegressor
from glassnet.errors import InvalidInput
from glassnet.estimators.table.streaming.room import Room

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL: dict[str, Any] = {"hidden_layer_sizes": (6,), "max_iter": 4, "random_state": 3}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 3))
AMOUNT = X.sum(axis=1) * 40
KIND = np.array(["no", "so", "yes"])[np.digitize(AMOUNT, [-30, 30])]
FRAME = pa.table({f"a{j}": X[:, j] for j in range(3)}).to_pandas()


def written(folder: Path, y: np.ndarray, **columns: Any) -> str:
    table = pa.table({**{f"a{j}": X[:, j] for j in range(3)}, **columns, "y": y})
    for number in range(3):
        part = table.slice(200 * number, 200)
        parquet.write_table(part, folder / f"{number}.parquet", row_group_size=64)
    return str(folder / "*.parquet")


@pytest.mark.parametrize("cls, y", [(MLPClassifier, KIND), (MLPRegressor, AMOUNT)])
def test_in_one_buffer_the_bits_are_those_of_memory(tmp_path, cls, y):
    streamed = cls(**SMALL).fit(Dataset(written(tmp_path, y)), "y")
    memory = cls(**SMALL).fit(X, y)
    assert streamed.parameters_.theta.tobytes() == memory.parameters_.theta.tobytes()
    assert streamed.loss_curve_ == memory.loss_curve_
    assert streamed.feature_names_in_.tolist() == ["a0", "a1", "a2"]
    assert (streamed.predict(FRAME) == memory.predict(X)).all()


def test_an_array_keeps_its_dtype_and_has_no_names():
    streamed = MLPRegressor(**SMALL).fit(Dataset(X.astype(np.float32), AMOUNT))
    memory = MLPRegressor(**SMALL).fit(X.astype(np.float32), AMOUNT)
    assert streamed.parameters_.theta.dtype == np.float32
    assert streamed.parameters_.theta.tobytes() == memory.parameters_.theta.tobytes()
    assert not hasattr(streamed, "feature_names_in_")


def test_several_buffers_learn_as_much(tmp_path, monkeypatch):
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(300, 100)))
    settings = SMALL | {"batch_size": 20, "max_iter": 40, "learning_rate_init": 0.01}
    model = MLPClassifier(**settings).fit(Dataset(written(tmp_path, KIND)), "y")
    assert model.fitted.plan.examples == 600
    assert model.score(FRAME, KIND) > 0.9


def test_rows_are_held_out_by_their_numbers(tmp_path):
    model = MLPClassifier(**SMALL, early_stopping=True).fit(Dataset(written(tmp_path, KIND)))
    assert len(model.validation_scores_) == 4
    assert 480 < model.fitted.plan.examples < 600


@pytest.mark.parametrize(
    "columns, sentence",
    [
        ({"city": np.array(["Rome", "Oslo"] * 300)}, "needs columns of numbers .*'city'.* TabularClassifier"),
        ({"age": pa.array([None, *range(599)], pa.int64())}, "'age' has missing cells"),
    ],
)
def test_what_are_no_numbers_is_refused(tmp_path, columns, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        MLPClassifier(**SMALL).fit(Dataset(written(tmp_path, KIND, **columns)), "y")


def test_class_weights_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="dataset"):
        MLPClassifier(**SMALL, class_weight={"no": 2.0}).fit(Dataset(written(tmp_path, KIND)), "y")


@pytest.mark.parametrize("cls, y", [(MLPClassifier, KIND), (MLPRegressor, AMOUNT)])
def test_standardized_and_weighed_it_is_the_training_in_memory_to_rounding(tmp_path, cls, y):
    weights = np.linspace(0.0, 2.0, 600)
    data = Dataset(written(tmp_path, y, w=weights))
    streamed, memory = (cls(**SMALL, standardize=True, warm_start=True) for _ in range(2))
    for _ in range(2):
        streamed.fit(data, "y", sample_weight="w")
        memory.fit(X, y, sample_weight=weights)
        np.testing.assert_allclose(streamed.parameters_.theta, memory.parameters_.theta, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(streamed.scaling_.inputs.scale, memory.scaling_.inputs.scale)
    assert streamed.n_features_in_ == 3 and streamed.score(FRAME, y) == pytest.approx(memory.score(X, y))
