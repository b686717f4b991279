"""What ``save`` refuses, before the disk is touched; and what must not be written over."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from files.samples import NUMBERS, TABLE, WORDS, X
from glassnet import archive
from glassnet.errors import InvalidInput, InvalidType, Unsupported, UnusableFile
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.files import load, refuse_other_file, save
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Mine(MLPRegressor):
    """A class that no file can know."""


def network_and_parameters(**other):
    network = Network(2, [Dense(3, "relu"), Dense(1)])
    return network, network.initialize(**other)


@pytest.mark.parametrize(
    "model",
    [None, "model", {"W": 1}, object(), MLPRegressor, Mine(), [*network_and_parameters()]],
    ids=["None", "a string", "a dict", "an object", "a class", "an unknown subclass", "a list"],
)
def test_what_is_no_model(model, path):
    with pytest.raises(InvalidType, match=r"a model file cannot hold this .*it takes TableModel, Tabular"):
        save(model, path)
    assert not path.exists()


@pytest.mark.parametrize(
    "pair", [(), (1, 2), network_and_parameters()[:1], (*network_and_parameters(), 3)], ids=["0", "other", "1", "3"]
)
def test_what_is_no_pair(pair, path):
    with pytest.raises(InvalidType, match=r"a tuple to be saved is \(network, parameters\)"):
        save(pair, path)


@pytest.mark.parametrize("model", [MLPClassifier(), MLPRegressor(), LinearRegression(), TableModel()])
def test_what_is_not_trained(model, path):
    with pytest.raises(InvalidInput, match="call fit before saving it"):
        save(model, path)
    assert not path.exists()


def test_a_prepared_table_model(path):
    from glassnet.data.reading.opening import open_source

    model = TableModel(Recipe(epochs=1)).prepare(open_source(TABLE | {"y": WORDS.tolist()}), "y")
    with pytest.raises(InvalidInput, match="call fit before saving it"):
        save(model, path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite(value, path):
    network, parameters = network_and_parameters()
    parameters.b[1][2] = value
    with pytest.raises(InvalidInput, match=r"the parameters 1\.b are not finite"):
        save((network, parameters), path)
    assert not path.exists()


def test_parameters_of_another_network(path):
    network, parameters = network_and_parameters()
    other = Network(3, [Dense(3, "relu"), Dense(1)])
    with pytest.raises(InvalidInput, match="the parameters belong to another network"):
        save((other, parameters), path)
    same_size = Network(2, [Dense(2), Dense(2), Dense(1)])
    assert same_size.size != network.size or same_size.layout.places != network.layout.places
    with pytest.raises(InvalidInput, match="the parameters belong to another network"):
        save((same_size, Parameters(network.layout, network.running_layout)), path)


def test_more_layers_than_a_file_holds(path):
    network = Network(1, [Dropout()] * 10_001)
    with pytest.raises(Unsupported, match="a file holds up to 10000 layers"):
        save((network, network.initialize()), path)


def test_as_many_layers_as_a_file_holds(path):
    network = Network(1, [Dropout()] * 9_999 + [Dense(1)])
    save((network, network.initialize(seed=0)), path)
    assert len(load(path)[0].layers) == 10_000


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"alpha": -1}, InvalidInput, "a parameter is not what fit takes: .*alpha"),
        ({"solver": "adma"}, InvalidInput, "a parameter is not what fit takes: .*solver"),
        ({"hidden_layer_sizes": ("a",)}, InvalidInput, "a parameter is not what fit takes: .*'a'"),
        ({"hidden_layer_sizes": [[3]]}, InvalidInput, "a parameter is not what fit takes: .*must be whole numbers"),
        ({"dropout": [0.1, 0.2]}, InvalidInput, "a parameter is not what fit takes: .*one entry for each hidden layer"),
        ({"verbose": object()}, InvalidType, "cannot hold the parameter verbose"),
    ],
)
def test_parameters_spoilt_after_fit(settings, error, message, path):
    model = MLPRegressor(hidden_layer_sizes=(2,), max_iter=1).fit(X, NUMBERS).set_params(**settings)
    with pytest.raises(error, match=message):
        save(model, path)
    assert not path.exists()


@pytest.mark.parametrize("strange", [np.array([b"a", b"b"]), np.array(["2020", "2021"], "M8[Y]")])
def test_classes_that_no_file_can_hold(strange, path):
    model = MLPClassifier((2,), max_iter=1).fit(X, NUMBERS > 10)
    model._learn_labels(dataclasses.replace(model.labels_, classes=strange))
    with pytest.raises(InvalidType, match="a file cannot hold these classes"):
        save(model, path)


def test_class_names_too_long(path):
    model = MLPClassifier((2,), max_iter=1).fit(X, NUMBERS > 10)
    names = np.array([f"{i:04}" for i in range(5000)] + ["x" * 1000])
    model._learn_labels(dataclasses.replace(model.labels_, kind="multiclass", classes=names))
    with pytest.raises(InvalidInput, match="the names of the classes are too long for a file"):
        save(model, path)
    names = [f"n{i % 20}" for i in range(40)]
    table = TableModel(Recipe(epochs=1, validation=0.0)).fit(TABLE | {"y": names}, "y")
    long = np.array([f"{i:05}" for i in range(50_000)] + ["x" * 100])
    table.target._classes = dataclasses.replace(table.target._classes, values=long, counts=np.ones(50_001, int))
    with pytest.raises(InvalidInput, match=r"the model cannot be kept in a file: .*absurd length"):
        save(table, path)


def test_the_old_file_stays_where_a_new_one_cannot_be_written(saved, path, monkeypatch):
    model = load(saved["network"])
    save(model, path)
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda descriptor: os.close(10**6))  # fails
    with pytest.raises(UnusableFile):
        save(model, path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_not_there(saved, tmp_path):
    with pytest.raises(UnusableFile, match="there is no folder"):
        save(load(saved["network"]), tmp_path / "none" / "m.safetensors")
    with pytest.raises(UnusableFile, match="does not exist"):
        load(tmp_path / "m.safetensors")


# -- refuse_other_file -----------------------------------------------------------------------------------------------


def test_a_model_and_a_free_name_may_be_written_over(saved, tmp_path):
    before = saved["network"].read_bytes()
    for path in (saved["network"], tmp_path / "new.safetensors"):
        refuse_other_file(path)
    assert saved["network"].read_bytes() == before and not (tmp_path / "new.safetensors").exists()


def test_a_checkpoint_may_not(tmp_path):
    archive.write(tmp_path / "c", {}, {}, kind="checkpoint", version=1)
    with pytest.raises(InvalidInput, match="exists and is not a model"):
        refuse_other_file(tmp_path / "c")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\0" * 100, b"\xff" * 100, b"\x02\0\0\0\0\0\0\0{}"])
def test_a_table_may_not(content, tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"data\.csv' exists and is not a model; choose another name"):
        refuse_other_file(path)
    assert path.read_bytes() == content


def test_a_folder_may_not(tmp_path):
    with pytest.raises(UnusableFile, match="it is a folder"):
        refuse_other_file(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableFile, match="a pipe"):
        refuse_other_file(tmp_path / "pipe")
