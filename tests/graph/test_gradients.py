"""grad, value_and_grad and hvp of plain functions: arguments, types, nesting."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet import graph
from glassnet.errors import InvalidInput, InvalidType
from glassnet.graph.node import Node

A = np.array([[2.0, 1.0], [1.0, 3.0]])


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_value_and_gradient_in_one_run():
    runs = []
    value, slope = graph.value_and_grad(lambda x: (runs.append(1), np.sum(x**3))[1])(np.array([1.0, 2.0]))
    assert (value, slope.tolist(), len(runs)) == (9.0, [3.0, 12.0], 1)
    assert not isinstance(value, Node) and not isinstance(slope, Node)


def test_argnums():
    f = lambda x, y, scale=1.0: scale * x * y**2  # noqa: E731
    assert graph.grad(f)(2.0, 3.0) == 9
    assert graph.grad(f, argnums=1)(2.0, 3.0) == 12
    assert graph.grad(f, argnums=-1)(2.0, 3.0) == 12
    assert graph.grad(f, argnums=(1, 0))(2.0, 3.0, scale=2.0) == (24, 18)
    assert graph.grad(f, argnums=[0])(2.0, 3.0) == (9,)
    assert graph.grad(f)(2.0, 3) == 9  # only what one derives by must be floats


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_are_kept(dtype):
    x = np.array([0.5, -1.0], dtype)
    f = lambda x: np.mean(x * np.tanh(2 * x) / 3 + np.where(x > 0, x, 0.1 * x) - x**2)  # noqa: E731
    value, slope = graph.value_and_grad(f)(x)
    assert value.dtype == slope.dtype == dtype
    assert graph.hvp(f, x, np.ones(2, dtype)).dtype == dtype


def test_gradients_among_mixed_types_have_their_argument_s():
    gx, gy = graph.grad(lambda x, y: np.sum(x * y), argnums=(0, 1))(np.ones(2, np.float32), np.ones(2))
    assert (gx.dtype, gy.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (0, 3), (2, 0)], ids=str)
def test_edge_shapes(shape):
    x = np.ones(shape)
    slope = graph.grad(lambda x: np.sum(np.exp(x)))(x)
    assert np.shape(slope) == shape and np.all(slope == np.e)
    assert np.shape(graph.hvp(lambda x: np.sum(np.exp(x)), x, x)) == shape


def test_what_is_not_used_has_slope_zero():
    assert graph.grad(lambda x: 3.0)(1.0) == 0
    assert graph.grad(lambda x, y: np.sum(y), argnums=(0, 1))(np.ones((2, 1)), 2.0)[0].tolist() == [[0], [0]]


def test_hessian_vector_products():
    x, v = np.array([0.5, -0.3]), np.array([1.0, 2.0])
    np.testing.assert_allclose(graph.hvp(lambda x: 0.5 * x @ A @ x, x, v), A @ v, rtol=1e-15)
    x = np.array([1.2, 0.7, -0.4])
    hessian = np.stack([graph.hvp(rosenbrock, x, e) for e in np.eye(3)])
    exact = np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)
    exact += np.diag([1200 * x[0] ** 2 - 400 * x[1] + 2, 202 + 1200 * x[1] ** 2 - 400 * x[2], 200])
    np.testing.assert_allclose(hessian, exact, rtol=1e-13)


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=5), st.data())
def test_hessians_are_symmetric(x, data):
    x = np.array(x)
    u, v = (np.array(data.draw(st.lists(st.floats(-1, 1), min_size=len(x), max_size=len(x)))) for _ in range(2))
    f = lambda x: graph.logsumexp(np.outer(x, x)) + rosenbrock(x) * np.tanh(x[0])  # noqa: E731
    left, right = u @ graph.hvp(f, x, v), v @ graph.hvp(f, x, u)
    assert left == pytest.approx(right, rel=1e-9, abs=1e-7)


def test_linear_functions_do_not_bend():
    assert graph.hvp(lambda x: np.sum(3 * x), np.ones(2), np.ones(2)).tolist() == [0, 0]


def test_third_and_fourth_derivatives():
    f = np.sin
    for right in [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]:
        f = graph.grad(f)
        assert f(0.7) == pytest.approx(right(0.7), rel=1e-14)


def test_derivatives_within_derivatives_do_not_mix():
    """d/dx [x * d/dy (x + y)] = 1, not 2: the classical confusion of perturbations."""
    assert graph.grad(lambda x: x * graph.grad(lambda y: x + y)(1.0))(1.0) == 1
    assert graph.grad(lambda x: x * graph.grad(lambda y: x * y)(2.0))(3.0) == 6
    inner = graph.grad(lambda x: graph.grad(lambda y: x * y * y)(3.0))(2.0)
    assert inner == 6 and not isinstance(inner, Node)
    assert graph.grad(lambda x: graph.grad(lambda y: x * y * y)(x))(2.0) == 8


def test_a_derivative_within_a_graph_is_a_node_of_it():
    (x,) = graph.inputs(x=2.0)
    slope = graph.grad(lambda y: x * y**2)(3.0)
    assert isinstance(slope, Node) and slope.value == 12
    assert graph.backward(slope)[x] == 6


def test_values_are_constants():
    assert graph.grad(lambda x: x * x.value)(3.0) == 3


def test_a_gradient_loads_numpy_alone():
    """SciPy is loaded by ``erf`` and ``ndtr`` only."""
    code = """
import sys, numpy
from glassnet import graph
assert graph.grad(lambda x: numpy.sum(graph.softmax(numpy.tanh(x)) ** 2))(numpy.ones(3)).shape == (3,)
assert "scipy" not in sys.modules
assert graph.grad(graph.ndtr)(0.0) > 0.39
assert "scipy" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x * 2, lambda x: np.ones(2), lambda x: np.sum(x, keepdims=True)])
def test_a_value_that_is_not_one_number(f):
    with pytest.raises(InvalidInput, match=r"must be a single number .* \(seen: shape \(\d,\)\); take its sum or mean"):
        graph.grad(f)(np.ones(2))


@pytest.mark.parametrize("value", [None, "3", {}, [None]], ids=repr)
def test_a_value_that_is_no_number(value):
    with pytest.raises(InvalidType, match="must be a number or a node"):
        graph.grad(lambda x: value)(1.0)


@pytest.mark.parametrize("x", [3, True, np.arange(3), [1, 2]], ids=repr)
def test_whole_numbers_to_derive_by(x):
    with pytest.raises(InvalidType, match=r"holds integers or booleans \(seen: .*\); write 3\.0 for 3"):
        graph.grad(lambda x: np.sum(x))(x)


@pytest.mark.parametrize("x", ["3", 1j, None, [object()]], ids=["text", "complex", "None", "object"])
def test_no_numbers_to_differentiate(x):
    with pytest.raises(InvalidType, match="does not hold numbers"):
        graph.grad(lambda x: np.sum(x))(x)
    with pytest.raises(InvalidType, match="the input 'weight' does not hold numbers"):
        graph.inputs(weight=x)


def test_no_such_argument():
    with pytest.raises(InvalidInput, match=r"no argument 2 to differentiate with respect to \(seen: 1 given\)"):
        graph.grad(np.sum, argnums=2)(1.0)


def test_a_direction_of_another_shape():
    with pytest.raises(InvalidInput, match=r"the direction must have the shape of x \(seen: \(2,\) for \(3,\)\)"):
        graph.hvp(np.sum, np.ones(3), np.ones(2))


def test_backward_from_what_is_no_node():
    with pytest.raises(InvalidType, match="the end of a graph must be a number or a node"):
        graph.backward(3.0)
    (x,) = graph.inputs(x=[1.0, 2.0])
    with pytest.raises(InvalidInput, match=r"shape \(2,\)"):
        graph.backward(x)
