"""NumPy's functions, methods and operators on nodes: the value is NumPy's, the derivative the differences'."""

import numpy as np
import pytest
import scipy.special

from glassnet import graph
from glassnet.graph.node import HANDLERS, METHODS
from glassnet.graph.numpy_protocol import CONSTANTS
from graph.directions import check

rng = np.random.default_rng(3)
X = rng.permutation(12).reshape(3, 4) / 3 - 1.7 + rng.uniform(0, 0.1, (3, 4))
Y = rng.normal(size=(3, 4)) + 5
v, w = X[0], Y[1]

USES = {
    "+": lambda: (lambda x, y: x + y + 1 + 1.5, X, w),
    "-": lambda: (lambda x, y: 1 - x - y - 2, X, w),
    "*": lambda: (lambda x, y: 3 * x * y * Y, X, w),
    "/": lambda: (lambda x, y: x / y / 2 + 1 / y, X, w),
    "**": lambda: (lambda x, y: y**2 + y**x + 2.0**x + y**-1.5 + x**0 + x**1, X, Y),
    "@": lambda: (lambda x, y: x @ y @ X[:, :2] + X @ (y @ x)[:, :2], X, Y.T),
    "%": lambda: (lambda x: x % 50, Y),
    "neg, pos, abs": lambda: (lambda x: -x + +x + abs(x) * x, X),
    "indexing": lambda: (lambda x: x[0] * x[1:, None, -1] + x[X > 0].sum(), X),
    "iteration": lambda: (lambda x: sum(row * i for i, row in enumerate(x)), X),
    "len": lambda: (lambda x: x * len(x), X),
    "T": lambda: (lambda x: x.T @ x, X),
    "np.sum": lambda: (lambda x: np.sum(x) * np.sum(x, 0) * np.sum(x, axis=(0, 1), keepdims=True), X),
    "np.mean": lambda: (lambda x: np.mean(x) * np.mean(x, axis=1, keepdims=True) * x, X),
    "np.var": lambda: (lambda x: np.var(x) * np.var(x, axis=-1, ddof=1), X),
    "np.std": lambda: (lambda x: np.std(x, axis=0), X),
    "np.max": lambda: (lambda x: np.max(x) * np.max(x, axis=0), X),
    "np.min": lambda: (lambda x: np.min(x) * np.amin(x, axis=1, keepdims=True), X),
    "np.clip": lambda: (lambda x: np.clip(x, -1, 1) * np.clip(x, None, 0.5) * x.clip(-1), X),
    "np.where": lambda: (lambda x: np.where(x > 0, x, 0.1 * x**2) + np.where(x, 1, x), X),
    "np.select": lambda: (lambda x: np.select([x > 1, x > 0], [x, x**2], 3 * x), X),
    "np.dot": lambda: (lambda x, y: np.dot(x, y) + np.dot(2.0, y[0] @ x[:, 0]), X, X.T),
    "np.outer": lambda: (np.outer, v, w),
    "np.linalg.norm": lambda: (lambda x: np.linalg.norm(x, axis=1) * np.linalg.norm(x[0], 2), X),
    "np.reshape": lambda: (lambda x: np.reshape(x, (2, -1)) @ x.reshape(6, 2), X),
    "np.transpose": lambda: (lambda x: np.transpose(x[None], (2, 0, 1)) * np.transpose(x)[:, None], X),
    "np.moveaxis": lambda: (lambda x: np.moveaxis(x[None], 0, -1) * np.swapaxes(x[None], 0, 1).reshape(3, 4, 1), X),
    "np.expand_dims": lambda: (lambda x: np.expand_dims(x, (0, 2)) * np.squeeze(x[:, None], 1)[None, :, None], X),
    "np.ravel": lambda: (lambda x: np.ravel(x) * x.flatten() * np.copy(x).ravel(), X),
    "np.flip": lambda: (lambda x: np.flip(x) * np.flip(x, 1), X),
    "np.cumsum": lambda: (lambda x: np.cumsum(x).reshape(3, 4) * np.cumsum(x, axis=1) * x.cumsum(axis=-2), X),
    "np.diff": lambda: (lambda x: np.diff(x)[:1] * np.diff(x, n=2, axis=0)[:, 1:], X),
    "np.concatenate": lambda: (lambda x, y: np.concatenate([x, y, X]) * 2 + np.concatenate([x, x, y], axis=-2), X, Y),
    "np.concatenate, flat": lambda: (lambda x, y: np.concatenate([x, y], axis=None) ** 2, X, w),
    "np.stack": lambda: (lambda x, y: np.stack([x, v, y], axis=1) ** 2, v, w),
    "np.vstack": lambda: (lambda x, y: np.vstack([x, y]) @ np.vstack([X, x]).T, v, X),
    "np.hstack": lambda: (lambda x, y: np.hstack([x, y, y]) ** 2, X, Y),
    "np.hstack, flat": lambda: (lambda x: np.hstack([x[0], x, x.sum()]) ** 2, v),
    "np.broadcast_to": lambda: (lambda x: np.broadcast_to(x, (2, 3, 4)) * Y, v),
    "np.take": lambda: (lambda x: np.take(x, [0, 5, 5]) @ x.take([1, 1, 2], axis=0), X),
    "np.einsum": lambda: (lambda x, y: np.einsum("ij, kj -> ik", x, y) * np.einsum("ij->", x), X, Y),
    "np.fabs": lambda: (lambda x: np.fabs(x) * np.float_power(x, 2), X),
    "np.exp and its kin": lambda: (lambda x: np.exp(-np.abs(x)) + np.expm1(x) * np.log1p(np.square(x)), X),
    "np.hypot": lambda: (lambda x, y: np.hypot(x, y) + np.cbrt(y), X, Y),
    "scipy.special": lambda: (lambda x: scipy.special.erf(x) * scipy.special.expit(x) + scipy.special.ndtr(x), X),
    "softmax": lambda: (lambda x: graph.softmax(x) * graph.log_softmax(x, axis=0), X),
    "logsumexp": lambda: (lambda x: graph.logsumexp(x) * graph.logsumexp(x, axis=1, keepdims=True), X),
    "softplus": lambda: (lambda x: graph.softplus(x) * graph.sigmoid(x) * graph.relu(x), X),
    "erf": lambda: (lambda x: graph.erf(x) * graph.ndtr(x), X),
    "methods": lambda: (lambda x: x.sum(axis=0) * x.mean() * x.max(axis=0) * x.min() + x.dot(x.T).sum(), X),
    "more methods": lambda: (lambda x: x.clip(-1, 1).var() * x.std(), X),
    "astype": lambda: (lambda x: x.astype(np.float64) * x.swapaxes(0, 1).transpose().squeeze(), X),
}  # fmt: skip


@pytest.mark.parametrize("name", USES)
def test_value_and_derivatives(name):
    check(*USES[name]())


# --- between jumps ------------------------------------------------------------------------------------------------


def test_comparisons_and_what_is_constant_between_jumps_are_plain():
    (x,) = graph.inputs(x=v)
    for plain, right in [
        (x > 0, v > 0),
        (x == x, v == v),
        (x >= 1, v >= 1),
        (np.sign(x), np.sign(v)),
        (x // 1, v // 1),
        (x.round(1), v.round(1)),
        (np.argmax(x), np.argmax(v)),
        (np.argsort(x), np.argsort(v)),
        (np.isfinite(x), np.isfinite(v)),
        (np.logical_and(x > 0, x), np.logical_and(v > 0, v)),
        (np.zeros_like(x), np.zeros_like(v)),
        (x.astype(int), v.astype(int)),
        (x.any(), v.any()),
        (np.allclose(x, v), True),
    ]:
        assert not isinstance(plain, graph.Node)
        np.testing.assert_array_equal(plain, right)


def test_every_constant_function_answers_with_plain_values():
    extra = {np.full_like: (2,), np.searchsorted: (0.5,), np.digitize: ([0.0],)}
    (x,) = graph.inputs(x=np.sort(v))
    for function in CONSTANTS:
        more = extra.get(function, (x,) * (getattr(function, "nin", 1) - 1) or ((x,) * (function in PAIRS)))
        assert not isinstance(function(x, *more), graph.Node), function
        if isinstance(function, np.ufunc):
            right = function(x.value, *(part.value for part in more))
            np.testing.assert_array_equal(function(x, *more), right)


PAIRS = {np.isclose, np.allclose, np.array_equal}


def test_the_derivative_of_a_jump_is_zero():
    assert graph.grad(lambda x: np.sum(np.floor(x)))(v).tolist() == [0, 0, 0, 0]
    assert graph.grad(lambda x: np.sum(np.sign(x) * x))(v).tolist() == np.sign(v).tolist()


# --- kinks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (np.abs, 0.0),
        (lambda x: np.maximum(x, 0), 0.5),
        (lambda x: np.minimum(0, x), 0.5),
        (lambda x: np.maximum(x, x), 1.0),
        (lambda x: np.clip(x, 0, 1), 0.5),
        (graph.relu, 0.0),
        (lambda x: np.where(x > 0, x, 0), 0.0),
        (lambda x: np.where(x >= 0, x, 0), 1.0),
        (lambda x: np.max(np.stack([x, x * 0, -1 + x])), 0.5),
        (lambda x: x**0, 0.0),
        (lambda x: x**1, 1.0),
        (lambda x: x**2, 0.0),
        (np.sqrt, np.inf),
        (lambda x: np.where(x > 0, np.sqrt(x), x), 1.0),  # the branch not chosen has an infinite slope
        (lambda x: 0 * np.sqrt(x), 0.0),
    ],
)
def test_documented_slopes_at_zero(f, slope):
    assert graph.grad(f)(0.0) == slope


def test_a_branch_not_chosen_may_overflow():
    z = np.array([-1.0, 1000.0])
    with np.errstate(over="ignore"):  # NumPy's own warning, of the value
        slope = graph.grad(lambda x: np.sum(np.where(x > 0, x, np.exp(x) - 1)))(z)
        bend = graph.hvp(lambda x: np.sum(np.where(x > 0, x, np.exp(x) - 1)), z, np.ones(2))
    np.testing.assert_allclose(slope, [np.exp(-1), 1], rtol=1e-15)
    np.testing.assert_allclose(bend, [np.exp(-1), 0], rtol=1e-15)


def test_zero_slope_does_not_hide_curvature():
    """At g = 0 the finite slope is still differentiated: f = sin(x)^2 has f'(0) = 0 and f''(0) = 2."""
    assert graph.hvp(lambda x: np.square(np.sin(x)), 0.0, 1.0) == 2


# --- the list of what is known -------------------------------------------------------------------------------------


def test_functions_are_listed_as_they_are_written():
    names = graph.functions()
    assert {"np.exp", "np.where", "np.linalg.norm", "graph.softmax", "np.matmul"} <= set(names)
    assert len(names) == len(set(names)) and not any("numpy" in name or "greater" in name for name in names)
    for name in names:
        home, _, rest = name.partition(".")
        value = {"np": np, "graph": graph}[home]
        for part in rest.split("."):
            value = getattr(value, part)
        assert callable(value)
    assert len(HANDLERS) > len(names) and "sum" in METHODS
