"""The derivatives written by hand in the tables, against the graph's of the formulas written again here."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet import graph
from glassnet.errors import InvalidType
from glassnet.pieces.activations import ACTIVATIONS, LEAK, SELU_ALPHA, SELU_SCALE
from glassnet.pieces.losses import LOSSES

FORMULAS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, LEAK * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "selu": lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(z)),
    "gelu": lambda z: z * graph.ndtr(z),
    "silu": lambda z: z * graph.sigmoid(z),
    "mish": lambda z: z * np.tanh(graph.softplus(z)),
    "softplus": lambda z: np.logaddexp(z, 0),
}

every_activation = pytest.mark.parametrize("g", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
Z = np.concatenate([np.linspace(-30, 30, 240), [1e-3, -1e-3, 0.5]])


def test_every_activation_has_a_formula():
    assert FORMULAS.keys() == ACTIVATIONS.keys()


@every_activation
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_derivatives_of_activations(g, dtype):
    z = Z.astype(dtype)
    slope = graph.grad(lambda z: np.sum(FORMULAS[g.name](z)))(z)
    assert slope.dtype == dtype
    # Slopes written with `a` inherit its rounding, times z in silu's and mish's.
    np.testing.assert_allclose(g.prime(z), slope, rtol=64 * np.finfo(dtype).eps, atol=64 * np.finfo(dtype).eps)
    np.testing.assert_allclose(g(z), FORMULAS[g.name](z), rtol=64 * np.finfo(dtype).eps, atol=64 * np.finfo(dtype).eps)


@every_activation
def test_at_the_kink_the_formulas_of_the_table_say_if_z_is_above_0(g):
    assert graph.grad(FORMULAS[g.name])(0.0) == pytest.approx(float(g.prime(0.0)), abs=1e-15)


def test_softplus_at_zero():
    """log(1 + e^-|z|) + relu(z) would not do: the derivatives of |z| and relu at 0 do not add up to softplus's."""
    assert graph.grad(graph.softplus)(0.0) == float(ACTIVATIONS["softplus"].prime(0.0)) == 0.5


# --- losses -----------------------------------------------------------------------------------------------------------


def cross_entropy(loss, S, Y):
    """The table's own value writes in place, which a graph refuses; the same from ln sum e^S."""
    s = loss.label_smoothing
    return graph.logsumexp(S, axis=1) - np.sum((Y * (1 - s) + s / Y.shape[1]) * S, axis=1)


def value(loss, S, Y):
    return cross_entropy(loss, S, Y) if loss.name == "cross_entropy" else loss.value(S, Y)


RECORDS = [
    *(LOSSES.make(name) for name in LOSSES),
    LOSSES.make("binary_cross_entropy", label_smoothing=0.1),
    LOSSES.make("cross_entropy", label_smoothing=0.1),
    LOSSES.make("huber", delta=0.3),
    LOSSES.make("quantile", level=0.9),
]


def targets(loss, shape, rng):
    if loss.targets == "classes":
        return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
    draw = {
        "numbers": rng.normal,
        "counts": lambda size: rng.poisson(2.0, size),
        "zero_one": lambda size: rng.integers(2, size=size),
    }
    return draw[loss.targets](size=shape).astype(float)


@pytest.mark.parametrize("loss", RECORDS, ids=str)
@pytest.mark.parametrize("shape", [(0, 2), (1, 1), (5, 1), (4, 3)], ids=str)
def test_derivatives_of_losses(loss, shape):
    """Through the table's own value code: it is NumPy on the scores, so it runs on nodes as it is."""
    rng = np.random.default_rng(5)
    S, Y = 2 * rng.normal(size=shape), targets(loss, shape, rng)
    dS = np.empty(shape)
    loss.gradient(S, Y, dS)
    np.testing.assert_allclose(dS, graph.grad(lambda S: np.sum(value(loss, S, Y)))(S), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(loss.value(S, Y), value(loss, S, Y), rtol=1e-12, atol=1e-13)


@given(
    arrays(np.float64, (3, 2), elements=st.floats(-30, 30)), st.sampled_from([r for r in RECORDS if r.link != "exp"])
)
def test_derivatives_of_losses_anywhere(S, loss):
    Y = targets(loss, S.shape, np.random.default_rng(0)) + (0.1234567 if loss.targets == "numbers" else 0)
    dS = np.empty(S.shape)
    loss.gradient(S, Y, dS)
    slope = graph.grad(lambda S: np.sum(value(loss, S, Y)))(S)
    if loss.name == "binary_cross_entropy":  # its value has |S| and max(S, 0) in it, whose kinks at 0 cancel
        slope = np.where(S == 0, dS, slope)
    np.testing.assert_allclose(dS, slope, rtol=1e-11, atol=1e-12)


def test_the_value_that_writes_in_place_is_refused():
    with pytest.raises(InvalidType, match="cannot be changed in place"):
        graph.grad(lambda S: np.sum(LOSSES.make("cross_entropy").value(S, np.eye(2))))(np.ones((2, 2)))


# --- a network, to the end --------------------------------------------------------------------------------------------


def test_a_whole_network_s_gradient():
    """Two layers written as on the slides; the network's backward pass gives the same dW and db."""
    from glassnet import Dense, Network

    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(7, 3)), rng.integers(2, size=(7, 1)).astype(float)
    network = Network(3, [Dense(4, "tanh"), Dense(1)], loss="binary_cross_entropy")
    parameters = network.initialize(seed=1)
    W1, b1, W2, b2 = (np.array(p) for p in (parameters.W[1], parameters.b[1], parameters.W[2], parameters.b[2]))

    def J(W1, b1, W2, b2):
        A = np.tanh(X @ W1.T + b1)
        p = graph.sigmoid(A @ W2.T + b2)
        return -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))

    value, slopes = graph.value_and_grad(J, argnums=(0, 1, 2, 3))(W1, b1, W2, b2)
    made = network.forward(X, parameters)
    cost, gradient = network.cost(made, Y), network.backward(made, Y)
    assert cost == pytest.approx(value, rel=1e-14)
    for ours, right in zip((gradient.dW[1], gradient.db[1], gradient.dW[2], gradient.db[2]), slopes, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-12, atol=1e-15)
