"""Files that past versions wrote open in this one, and answer what they answered then."""

from __future__ import annotations

import json
from typing import get_args, get_origin

import numpy as np
import pytest

from files.samples import KEPT, answers
from glassnet.files import describe, load
from glassnet.files.kinds import KINDS, Model

NAMES = sorted(path.stem for path in KEPT.glob("*.safetensors"))


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_file_answers_as_it_did(name):
    kept = json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
    data = kept["data"]
    if "rows" in data:
        data = np.array(data["rows"], data["dtype"])
    said = answers(load(KEPT / f"{name}.safetensors"), data)
    assert said.keys() == kept["answers"].keys()
    for method, answer in said.items():
        then = np.array(kept["answers"][method])
        if then.dtype.kind == "f":  # not to the bit: that depends on the machine's matrix products
            np.testing.assert_allclose(answer, then, rtol=1e-5, atol=1e-6)
        else:
            np.testing.assert_array_equal(answer, then)


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_file_is_small(name):
    assert (KEPT / f"{name}.safetensors").stat().st_size < 12_000


def test_there_is_a_kept_file_of_every_kind():
    assert {describe(KEPT / f"{name}.safetensors")["model"]["kind"] for name in NAMES} == set(KINDS)


def test_type_checkers_know_what_a_file_can_hold():
    assert [get_origin(model) or model for model in get_args(Model)] == [kind.cls for kind in KINDS.values()]
