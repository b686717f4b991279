"""The specification of ``cos(2 pi t)`` and ``sin(2 pi t)`` against many digits."""

import mpmath
import numpy as np
import pytest

from glassnet import graph
from glassnet.pieces.expressions import NUMPY, cos_turns, graph_operations, sin_turns

rng = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("ours", "exact"), [(cos_turns, mpmath.cospi), (sin_turns, mpmath.sinpi)])
def test_within_three_and_a_half_ulp(ours, exact, dtype):
    """Near its zeros and after many turns, too."""
    near = np.round(rng.normal(size=100) * 40) / 4 + rng.normal(size=100) * 1e-3
    t = np.concatenate([rng.normal(size=200), rng.normal(size=200) * 1e4, near]).astype(dtype)
    found = ours(t)
    assert found.dtype == t.dtype
    with mpmath.workdps(40):
        truth = [exact(2 * mpmath.mpf(float(x))) for x in t]
        error = [abs(mpmath.mpf(float(y)) - z) for y, z in zip(found, truth, strict=True)]
    assert (np.array(error, float) / np.spacing(np.abs(found)).astype(float)).max() <= 3.5


def test_the_graph_differentiates_it_twice():
    def f(t):
        return graph_operations().cos_turns(t)

    t = 0.3
    assert float(graph.grad(f)(t)) == pytest.approx(-2 * np.pi * sin_turns(t), rel=1e-14)
    assert float(graph.grad(graph.grad(f))(t)) == pytest.approx(-4 * np.pi**2 * NUMPY.cos_turns(t), rel=1e-14)
