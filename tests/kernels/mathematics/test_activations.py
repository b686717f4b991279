"""The kernels' activations against the table of the specification, pieces/activations.py."""

import numpy as np
import pytest

from glassnet.pieces.activations import ACTIVATIONS

every = pytest.mark.parametrize("g", list(ACTIVATIONS.values()), ids=lambda g: g.name)


def units(dtype: type[np.floating]) -> np.ndarray:
    """Pre-activations as networks have them, and as they should not: a multiple of 16 numbers."""
    z = np.random.default_rng(22).normal(size=4000).astype(dtype) * np.repeat([1, 3, 10, 40], 1000).astype(dtype)
    tiny = np.finfo(dtype).smallest_subnormal
    hostile = [0, -0.0, tiny, -tiny, 1e-6, -1e-6, 19.99, 20.01, 88.7, -88.7, 1e4, -1e4, 1, -1, 5, -5]
    return np.concatenate([z, np.array(hostile, dtype)])


def specified(g, z: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``g(z)`` and ``g'(z)`` in float64."""
    z, a = z.astype(np.float64), a.astype(np.float64)
    slope = np.empty_like(z)
    g.derivative(z, a, slope)
    return g(z), slope


@every
def test_values(g, dtype, kernel):
    z = units(dtype)
    a = kernel.value(g.name, z)
    expected, _ = specified(g, z, a)
    eps, tiny = np.finfo(dtype).eps, np.finfo(dtype).tiny
    # SciPy rounds z / sqrt(2), the baseline z^2 / 2: in e^(-z^2 / 2) that counts z^2 / 2 times.
    far = 1 + np.minimum(z, 0) ** 2 / 2 if g.name == "gelu" else 1
    assert np.all(np.abs(a - expected) <= 6 * eps * far * np.abs(expected) + 200 * tiny)


@every
def test_slopes(g, dtype, kernel):
    z = units(dtype)
    d = np.random.default_rng(23).normal(size=len(z)).astype(dtype)
    a = kernel.value(g.name, z)
    _, slope = specified(g, z, a)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(kernel.pull(g.name, z, a, d), d * slope, rtol=8 * eps, atol=8 * eps)


@every
def test_the_slope_at_zero(g, dtype, kernel):
    z = np.zeros(16, dtype)
    slope = kernel.pull(g.name, z, kernel.value(g.name, z), np.ones_like(z))
    np.testing.assert_allclose(slope, g.prime(z), rtol=2 * np.finfo(dtype).eps)


@every
def test_no_number_shows(g, dtype, kernel):
    z = np.full(16, np.nan, dtype)
    assert np.all(np.isnan(kernel.value(g.name, z)))


@every
def test_extremes_are_finite(g, dtype, kernel):
    z = np.resize(np.array([1e4, -1e4], dtype), 16)
    a = kernel.value(g.name, z)
    assert np.all(np.isfinite(a)) and np.all(np.isfinite(kernel.pull(g.name, z, a, np.ones_like(z))))
    np.testing.assert_allclose(a, g(z), rtol=1e-6)


@every
def test_over_its_own_argument(g, dtype, kernel):
    z = units(dtype)
    assert np.array_equal(kernel.value(g.name, z, in_place=True), kernel.value(g.name, z))


@every
def test_same_bits_whatever_the_width(g, dtype, both):
    z = units(dtype)
    d = np.random.default_rng(24).normal(size=len(z)).astype(dtype)
    a = [kernel.value(g.name, z) for kernel in both]
    assert a[0].tobytes() == a[1].tobytes()
    narrow, wide = (kernel.pull(g.name, z, a[0], d) for kernel in both)
    assert narrow.tobytes() == wide.tobytes()


def test_no_numbers_at_all(dtype, kernel):
    assert [len(kernel.value(g.name, np.empty(0, dtype))) for g in ACTIVATIONS.values()] == [0] * len(ACTIVATIONS)


def test_there_is_no_rule_before_the_first_or_behind_the_last(dtype, kernel):
    z = np.ones(16, dtype)
    for i in (-1, len(kernel.activations)):
        assert kernel.value(i, z) is None
        assert kernel.pull(i, z, z, z) is None
