"""Every activation in the table, against its formula in sixty digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from glassnet.errors import InvalidInput, UnknownName
from glassnet.pieces.activation import own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.tables import Table

every = pytest.mark.parametrize("g", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])

Z = np.concatenate([np.linspace(-30, 30, 241), [-0.0, 1e-30, -1e-30, 1e-3, -1e-3, 1e4, -1e4]])
WIDE = np.concatenate([[-1e4], np.linspace(-100, 100, 20001), [1e4]])


@every
@dtypes
def test_value(g, dtype):
    z = Z.astype(dtype)
    a = g(z)
    assert a.dtype == dtype
    unit = np.finfo(dtype)
    for z_j, a_j in zip(z.tolist(), a.tolist(), strict=True):
        exact = oracles.activation(g.name, z_j)
        # Four units in the last place of a, and as many of z: gelu(-30) changes by 900 of its own for one of z's.
        allowed = 4 * float(unit.eps) * (abs(exact) + abs(z_j) * max(map(abs, oracles.slopes(g.name, z_j))))
        assert abs(a_j - exact) <= allowed + float(unit.tiny) * max(1, abs(z_j)), f"{g.name}({z_j}) = {a_j}"


@every
@dtypes
def test_derivative(g, dtype):
    z = Z.astype(dtype)
    slope = g.prime(z)
    assert slope.dtype == dtype
    for z_j, slope_j in zip(z.tolist(), slope.tolist(), strict=True):
        left, _ = oracles.slopes(g.name, z_j)  # at a kink the formulas say "... if z > 0 else ...": the left one
        # Slopes written with `a` inherit its rounding, times z in silu's and mish's until they have levelled off.
        allowed = 4 * float(np.finfo(dtype).eps) * (1 + min(abs(z_j), 40))
        assert abs(slope_j - left) <= allowed, f"{g.name}'({z_j}) = {slope_j}"


@every
@given(z=st.floats(-50, 50))
def test_derivative_by_differences(g, z):
    z, one = np.array(z), np.array(1.0)
    if oracles.smooth_along(g, z, one):
        assert oracles.relative_error(g.prime(z), oracles.slope_along(g, z, one)) < 1e-6
    else:
        assert abs(z) < 0.01, f"{g.name} has a kink at {z}"


@every
@dtypes
def test_values_lie_in_the_range_and_fill_it(g, dtype):
    low, high = g.range
    a = g(WIDE.astype(dtype))
    assert np.isfinite(a).all()
    assert low <= a.min() <= max(low + 1e-3, -100)
    assert min(high - 1e-3, 1e4) <= a.max() <= high


@every
def test_rises_where_it_should(g):
    z = Z[:241]
    rising = np.array([min(oracles.slopes(g.name, z_j)) >= 0 for z_j in z.tolist()])
    steps = np.diff(g(z))
    assert (steps[rising[1:] & rising[:-1]] >= 0).all()
    assert rising[z > 0].all()


@every
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (), (1,), (2, 3, 4)], ids=str)
def test_any_shape(g, shape):
    z = np.linspace(-2, 2, int(np.prod(shape))).reshape(shape)
    a, slope = np.full_like(z, np.nan), np.full_like(z, np.nan)
    g.value(z, a)
    g.derivative(z, a, slope)
    assert a.shape == g(z).shape == g.prime(z).shape == shape
    assert np.array_equal(a, g(z)) and np.array_equal(slope, g.prime(z))
    assert np.isfinite(a).all() and np.isfinite(slope).all()


@every
@dtypes
def test_strided_arrays_and_untouched_inputs(g, dtype):
    z = np.linspace(-3, 3, 24, dtype=dtype).reshape(4, 6)
    strided = np.repeat(z, 2, axis=1)[:, ::2]
    strided.flags.writeable = False
    a, slope = np.full((6, 8), np.nan, dtype).T[::2], np.full((12, 4), np.nan, dtype)[::2].T
    g.value(strided, a)
    a.flags.writeable = False
    g.derivative(strided, a, slope)
    # To the last places only: NumPy may take another code path for strided numbers.
    np.testing.assert_allclose(a, g(z), rtol=8 * np.finfo(dtype).eps)
    np.testing.assert_allclose(slope, g.prime(z), rtol=8 * np.finfo(dtype).eps, atol=8 * np.finfo(dtype).eps)


@every
def test_whole_numbers_and_lists_become_float64(g):
    assert g([1, -2]).dtype == g.prime(np.array([1, -2], np.int8)).dtype == np.float64


@every
def test_names_an_initializer(g):
    from glassnet.pieces.initializers import INITIALIZERS

    assert g.initializer in INITIALIZERS


# --- the workshop -----------------------------------------------------------------------------------------------------


def test_ranges_of_the_workshop():
    """Row 10."""
    assert ACTIVATIONS["sigmoid"].range == (0, 1)
    assert ACTIVATIONS["tanh"].range == (-1, 1)
    assert ACTIVATIONS["relu"].range == (0, np.inf)
    z = np.linspace(-15, 15, 1001)
    assert ((ACTIVATIONS["sigmoid"](z) > 0) & (ACTIVATIONS["sigmoid"](z) < 1)).all()
    assert (abs(ACTIVATIONS["tanh"](z)) < 1).all()


def test_slopes_of_the_workshop():
    """Row 20: sigma' = sigma (1 - sigma), tanh' = 1 - tanh^2, ReLU' = 0 or 1, to the bit."""
    sigmoid, tanh, relu = (ACTIVATIONS[name] for name in ("sigmoid", "tanh", "relu"))
    assert np.array_equal(sigmoid.prime(Z), sigmoid(Z) * (1 - sigmoid(Z)))
    assert np.array_equal(tanh.prime(Z), 1 - tanh(Z) ** 2)
    assert np.array_equal(relu.prime(Z), np.where(Z > 0, 1.0, 0.0))


def test_first_neuron_of_the_workshop():
    """Row 9."""
    z = 0.5 * 0.4 + 0.1 * 2 + 0.0058 * 17 + 0.2
    assert ACTIVATIONS["relu"](z) == pytest.approx(0.6986, abs=1e-15)


# --- names ------------------------------------------------------------------------------------------------------------


def test_aliases():
    assert ACTIVATIONS["logistic"] is ACTIVATIONS["sigmoid"]
    assert ACTIVATIONS["swish"] is ACTIVATIONS["silu"]
    with pytest.raises(UnknownName, match="did you mean 'relu'"):
        ACTIVATIONS["rleu"]


# --- one's own --------------------------------------------------------------------------------------------------------

cube = own_activation("cube", lambda z: z**3, lambda z, a: 3 * z**2, range=(-np.inf, np.inf))


@dtypes
def test_own_activation(dtype):
    z = np.array([[-2.0, 0.5]], dtype)
    assert cube(z).tolist() == [[-8.0, 0.125]] and cube.prime(z).tolist() == [[12.0, 0.75]]
    assert cube(z).dtype == cube.prime(z).dtype == dtype
    assert cube.formula == "cube(z)" and cube.derivative_formula == "cube'(z)"


def test_own_activation_in_a_table():
    table = Table("activation", ACTIVATIONS.values())
    assert table.add(cube) is cube and table.find("cube") is cube
    again = own_activation("cube", lambda z: z**3, lambda z, a: 3 * z**2)
    assert table.add(again) is again is table["cube"]  # a notebook's cell run twice
    for name in ("relu", "logistic"):
        with pytest.raises(InvalidInput, match=f"activation '{name}' exists already; choose another"):
            table.add(own_activation(name, np.sin, lambda z, a: np.cos(z)))
        with pytest.raises(UnknownName, match=f"no added activation '{name}'"):
            table.remove(name)
    table.remove("cube")
    assert "cube" not in table and "cube" not in ACTIVATIONS


@pytest.mark.parametrize("value", [np.sum, lambda z: z[:1], lambda z: 0.0], ids=["sum", "part", "scalar"])
def test_own_activation_of_the_wrong_shape(value):
    wrong = own_activation("wrong", value, lambda z, a: value(z))
    with pytest.raises(
        InvalidInput, match=r"activation 'wrong' .* shape \(seen: \(.*\) for an input of shape \(2, 3\)"
    ):
        wrong(np.zeros((2, 3)))
    with pytest.raises(InvalidInput, match="activation 'wrong'"):
        wrong.derivative(np.zeros((2, 3)), np.zeros((2, 3)), np.empty((2, 3)))
