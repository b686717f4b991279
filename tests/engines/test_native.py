"""The native engine and the reference engine: the same numbers on random networks, on every instruction set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems

pytestmark = pytest.mark.skipif(not isas.ISAS, reason="no kernels to test: the native engine is not built")

TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE)


def compare(job, names, tolerance):
    """Every instruction set against the reference engine; those with fused multiply-add against each other, by bits."""
    expected = isas.do(job, "reference")
    found = {isa: isas.done_by(isa, job) for isa in isas.ISAS}
    for isa, answer in found.items():
        for name in names:
            error = oracles.relative_error(answer[name], expected[name], floor=1e-2)
            assert error < tolerance, f"{isa}: {name} is off by {error:.2g}"
    first, *others = [isas.bits(found[isa]) for isa in isas.FUSED] or [None]
    assert all(other == first for other in others), "the instruction sets give different bits"


LOOKS = ("J", "gradient", "scores", "predictions")


@dtypes
@settings(max_examples=100)
@given(data=st.data())
def test_cost_gradient_scores_and_predictions(dtype, data):
    compare(data.draw(problems.jobs(dtype)), LOOKS, TOLERANCE[dtype])


@dtypes
@settings(max_examples=60)
@given(data=st.data())
def test_training(dtype, data):
    """Two epochs of ragged batches, and all that is left of them."""
    job = data.draw(problems.jobs(dtype, epochs=2))
    names = ("theta", "slots", "running", "cost_sum", "weight_sum", "step", "row", "taken")
    compare(job, names, 10 * TOLERANCE[dtype])
