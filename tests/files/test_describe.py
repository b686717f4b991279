"""What is in a model file, as plain facts."""

from __future__ import annotations

import json

import pytest

from files.samples import SAMPLES
from glassnet.errors import BrokenFile, InvalidType
from glassnet.files import describe
from glassnet.version import __version__


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_says_what_its_model_says_and_who_wrote_it(name, trained, saved):
    said = describe(saved[name])
    about = said["model"]
    assert about.pop("written by") == f"glassnet {__version__}" and about.pop("format") == 1
    assert said == describe(trained[name][0])
    json.dumps(said)


def test_a_classifier_of_a_table(trained, saved):
    model, said = trained["table-words"][0], describe(str(saved["table-words"]))
    heads = ["model", "predicts", "columns", "network", "layers", "training", "evaluation", "preset", "recipe"]
    assert list(said) == heads
    assert said["predicts"]["target"] == "answer"
    assert said["predicts"]["classes"] == ["hoch über", "low", "middle"]
    assert sum(said["predicts"]["rows of each"]) == 40
    assert said["columns"]["größe"].startswith("median ") and said["columns"]["same"].startswith("left out")
    assert said["network"]["parameters"] == model.network.size
    assert said["layers"] == model.network.summary()
    training = said["training"]
    assert (training["rows"], training["validation rows"], training["epochs"]) == (model.rows, 40 - model.rows, 4)
    assert training["validation cost"] == min(model.history["validation_cost"])
    assert said["evaluation"]["accuracy"] == model.evaluation["accuracy"].value
    assert said["recipe"]["dropout"] == 0.1


def test_a_regression_says_its_units(trained):
    model = trained["table-numbers"][0]
    assert describe(model)["predicts"]["mean"] == model.target.center


def test_an_estimator(trained):
    said = describe(trained["logistic-regression"][0])
    assert said["predicts"] == {"features": 3, "classes": ["hoch über", "low", "middle"]}
    assert said["settings"]["C"] == "inf"


def test_what_it_does_not_trust(saved, tmp_path):
    whole = saved["network"].read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-1])
    with pytest.raises(BrokenFile):
        describe(tmp_path / "cut")
    with pytest.raises(InvalidType, match="cannot hold this"):
        describe(42)
