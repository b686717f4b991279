"""A step of the kernels taken apart: each number is the reference engine's up to rounding, on every instruction set."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

import isas
import problems
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.errors import Diverged
from isas import TOLERANCE, compare, rounding

pytestmark = isas.built


def expected_of(job):
    """What the reference engine shows of a step; where that explodes, rounding does too, and another job is drawn."""
    with np.errstate(all="ignore"):
        try:
            found = isas.numbers_of(Reference(job.plan).record_step(job.state, job.rows))
        except Diverged:
            reject()
    assume(found["seen cost_after"] < 2 * found["seen cost"] + 1)
    return found


@pytest.mark.parametrize("dtype", TOLERANCE)
@settings(max_examples=80)
@given(data=st.data())
def test_every_number(dtype, data):
    """Of every layer and of the step as a whole; more rows than a batch has are one step all the same."""
    job = replace(data.draw(problems.jobs(dtype)), seen=True)
    names = list(expected_of(job))
    compare(job, names, TOLERANCE[dtype], rounding(job, names) if dtype == "float32" else None)


@settings(max_examples=40)
@given(data=st.data())
def test_the_same_arrays_by_the_same_names(data):
    """Nothing is missing, nothing is there that the reference engine does not keep; shapes and dtypes are the same."""
    job = data.draw(problems.jobs(data.draw(st.sampled_from(list(TOLERANCE)))))
    found, expected = isas.numbers_of(Native(job.plan).record_step(job.state, job.rows)), expected_of(job)
    assert list(found) == list(expected)
    for name, array in expected.items():
        if hasattr(array, "shape"):
            assert (found[name].shape, found[name].dtype) == (array.shape, array.dtype), name


@pytest.mark.parametrize("dtype", TOLERANCE)
@settings(max_examples=15)
@given(data=st.data())
def test_every_number_of_a_wide_network(dtype, data):
    job = replace(data.draw(problems.jobs(dtype, network=problems.wide_networks())), seen=True)
    names = list(expected_of(job))
    compare(job, names, TOLERANCE[dtype], rounding(job, names) if dtype == "float32" else None)


@settings(max_examples=40)
@given(data=st.data())
def test_any_number_of_threads(data):
    network = data.draw(st.sampled_from([problems.networks, problems.wide_networks]))()
    job = replace(data.draw(problems.jobs("float32", network=network, rows=st.integers(1, 300))), seen=True)
    alone = isas.bits(isas.do(job))
    for threads in (2, 3):
        assert isas.bits(isas.do(replace(job, threads=threads))) == alone, f"{threads} threads"
