"""The file is what the safetensors library says it is: others can use it without us."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from safetensors import safe_open
from safetensors.numpy import load_file

from files.samples import SAMPLES, X
from glassnet.files import load


@pytest.mark.parametrize("name", SAMPLES)
def test_the_library_opens_it(name, saved):
    with safe_open(saved[name], framework="numpy") as file:
        metadata, names = file.metadata(), list(file.keys())
    facts = json.loads(metadata["facts"])
    assert metadata["glassnet"] == "model 1"
    layers = facts["network"]["layers"]
    dense = 1 + next(l for l, layer in enumerate(layers) if layer["name"] == "dense")
    assert {f"{dense}.W", f"{dense}.b"} <= set(names)


def test_by_its_arrays_alone_a_model_predicts(trained, saved):
    """The workshop's two lines, with nothing of ours."""
    arrays = load_file(saved["logistic-regression"])
    facts = json.loads(safe_open(saved["logistic-regression"], framework="numpy").metadata()["facts"])
    assert arrays["1.W"].shape == (3, 3) and arrays["1.b"].shape == (3,)  # (n_out, n_in), as in the workshop
    answer = (X @ arrays["1.W"].T + arrays["1.b"]).argmax(axis=1)
    assert_array_equal(np.array(facts["classes"]["texts"])[answer], trained["logistic-regression"][0].predict(X))


@pytest.mark.parametrize("name", SAMPLES)
def test_arrays_have_readable_names(name, saved):
    model, arrays = load(saved[name]), load_file(saved[name])
    parameters = model[1] if isinstance(model, tuple) else getattr(model, "parameters", None) or model.parameters_
    for one, array in parameters.named().items():
        assert_array_equal(arrays.pop(one), array, strict=True)
    sections = {one.partition(".")[0] for one in arrays}
    members = (
        {f"member {number}" for number in range(2, 1 + len(model.blend.members))} if hasattr(model, "blend") else set()
    )
    assert sections - members <= {"encoder", "target", "history", "evaluation", "row_digests", "state", "classes"}


def test_no_code_is_in_it(saved):
    for path in saved.values():
        raw = path.read_bytes()
        assert b"glassnet." not in raw and b"pickle" not in raw and b"__class__" not in raw
