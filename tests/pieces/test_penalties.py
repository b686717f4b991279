"""Penalties on weights, clipping of gradients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from glassnet.pieces.penalties import Clipping, Penalties

dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])
strengths = st.floats(0, 100)


def slope(penalties, w, total_weight=1.0):
    gradient = np.zeros_like(w)
    penalties.add_gradient(w, gradient, np.full_like(w, np.nan), total_weight)
    return gradient


def test_value_by_hand():
    w = np.array([3.0, 0.0, -4.0])
    assert Penalties(l1=0.5).value(w) == 3.5
    assert Penalties(l2=0.1).value(w) == pytest.approx(1.25, rel=1e-15)
    assert Penalties(l1=0.5, l2=0.1).value(w) == pytest.approx(4.75, rel=1e-15)
    assert Penalties(l1=0.5, l2=0.1).value(w, total_weight=10) == pytest.approx(4.75, rel=1e-15)
    assert Penalties(l1=0.5, l2=0.1, per_example=True).value(w, total_weight=10) == pytest.approx(0.475, rel=1e-15)
    assert Penalties().value(w) == Penalties(l1=1, l2=1).value(np.empty(0)) == 0


@given(l1=strengths, l2=strengths, per_example=st.booleans(), total=st.floats(0.5, 1000), seed=st.integers(0, 999))
def test_slope_by_differences(l1, l2, per_example, total, seed):
    penalties = Penalties(l1, l2, per_example)
    w = np.random.default_rng(seed).normal(size=5)
    w[np.abs(w) < 0.1] = 1  # away from the kink of |w|
    expected = oracles.gradient(lambda w: penalties.value(w, total), w)
    assert oracles.relative_error(slope(penalties, w, total), expected) < 1e-6


@given(l1=strengths, l2=strengths, seed=st.integers(0, 999))
def test_factors_weigh_each_weight(l1, l2, seed):
    penalties, rng = Penalties(l1, l2), np.random.default_rng(seed)
    w, factors = rng.choice([-1, 1], 5) * rng.uniform(0.5, 2, 5), rng.uniform(0.5, 2, 5)
    assert penalties.value(w, factors=factors) == pytest.approx(penalties.value(w * factors), rel=1e-14)
    gradient = np.zeros(5)
    penalties.add_gradient(w, gradient, np.empty(5), factors=factors)
    expected = oracles.gradient(lambda w: penalties.value(w, factors=factors), w)
    assert oracles.relative_error(gradient, expected) < 1e-6


@dtypes
def test_slope_is_added_to_the_gradient(dtype):
    w, gradient, scratch = np.array([2, -1, 0], dtype), np.ones(3, dtype), np.full(3, np.nan, dtype)
    w.flags.writeable = False
    Penalties(l1=0.5, l2=0.25).add_gradient(w, gradient, scratch)
    assert gradient.tolist() == [2.0, 0.25, 1.0] and gradient.dtype == dtype


def test_none_costs_nothing():
    """Off, they are false: who trains may leave them out."""
    assert not Penalties() and not Clipping()
    assert Penalties(l1=1e-9) and Penalties(l2=1e-9) and Clipping(norm=1) and Clipping(value=1)


# --- clipping ---------------------------------------------------------------------------------------------------------


def clipped(clipping, *slopes, dtype=np.float64):
    gradient = np.array(slopes, dtype)
    clipping.clip(gradient)
    return gradient


@given(norm=st.floats(0.01, 100), seed=st.integers(0, 999))
def test_by_norm_keeps_the_direction(norm, seed):
    before = np.random.default_rng(seed).normal(0, 10, 4)
    after, length = clipped(Clipping(norm=norm), *before), np.linalg.norm(before)
    np.testing.assert_allclose(after, before * min(1, norm / length), rtol=1e-14)


@given(limit=st.floats(0.01, 100), seed=st.integers(0, 999))
def test_by_value(limit, seed):
    before = np.random.default_rng(seed).normal(0, 10, 4)
    assert clipped(Clipping(value=limit), *before).tolist() == [max(-limit, min(limit, g)) for g in before.tolist()]


def test_by_value_first_then_by_norm():
    np.testing.assert_allclose(clipped(Clipping(norm=1, value=1), 5, -0.0, 1), [0.5**0.5, 0, 0.5**0.5], rtol=1e-15)


@pytest.mark.parametrize("clipping", [Clipping(), Clipping(norm=1), Clipping(value=1), Clipping(norm=1, value=1)])
@dtypes
def test_nothing_to_clip(clipping, dtype):
    assert clipped(clipping, 0, 0, dtype=dtype).tolist() == [0, 0]
    assert clipped(clipping, 0.6, -0.8 + 1e-7, dtype=dtype).tolist() == np.array([0.6, -0.8 + 1e-7], dtype).tolist()
    assert clipped(clipping).shape == (0,)


@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 1e30), (np.float64, 1e200)])
def test_exploded_gradients_keep_their_direction(dtype, huge):
    """Their squares are not floats any more."""
    after = clipped(Clipping(norm=10), 3 * huge, -4 * huge, dtype=dtype)
    np.testing.assert_allclose(after, [6, -8], rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@dtypes
def test_what_is_not_finite_is_not_hidden(wrong, dtype):
    np.testing.assert_array_equal(clipped(Clipping(norm=1), wrong, 3, dtype=dtype), np.array([wrong, 3], dtype))
