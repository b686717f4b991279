"""Every initializer: its spread as its formula says, the same draws for the same seed."""

from math import sqrt

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import oracles
from glassnet.pieces.initializers import INITIALIZERS

every = pytest.mark.parametrize("init", INITIALIZERS.values(), ids=list(INITIALIZERS))
generators = pytest.mark.parametrize("generator", [np.random.default_rng, np.random.RandomState])

N_IN, N_OUT = 400, 250


@every
@generators
def test_variance(init, generator):
    variance = oracles.witness(oracles.INITIALIZERS, init.name)(N_IN, N_OUT)
    W, b = init.draw(generator(0), N_IN, N_OUT)
    assert W.shape == (N_IN, N_OUT) and b.shape == (N_OUT,) and W.dtype == b.dtype == np.float64
    # Within five standard errors of the mean and of the variance (kurtosis 3 for the normal, 1.8 for the uniform).
    kurtosis = 3 if init.shape == "normal" else 1.8
    assert abs(W.mean()) <= 5 * sqrt(variance / W.size)
    assert abs(W.var() - variance) <= 5 * variance * sqrt((kurtosis - 1) / W.size)
    if init.biases:
        assert abs(b.var() - variance) <= 5 * variance * sqrt((kurtosis - 1) / b.size)
    else:
        assert not b.any()


@every
def test_formula(init):
    """What the formula says, read as Python, is the limit of the uniform and the variance of the normal."""
    kind, *formula = init.formula.split(", ")[0].split(" ", 1)
    names = {"sqrt": sqrt, "n_in": N_IN, "n_out": N_OUT}
    if init.shape == "normal":
        assert kind == "variance"
        assert init.spread(N_IN, N_OUT) ** 2 == pytest.approx(eval(formula[0], names))
    else:
        limit = eval(formula[0], names) if kind == "limit" else eval(kind, names)
        W, _ = init.draw(np.random.default_rng(1), N_IN, N_OUT)
        assert 0.999 * limit <= np.abs(W).max() <= limit
    assert init.biases == init.formula.endswith("biases too")


@every
@generators
def test_same_seed_same_weights(init, generator):
    first, again, other = (init.draw(generator(seed), 5, 4) for seed in (3, 3, 4))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert init.name == "zeros" or not np.array_equal(first[0], other[0])


@every
@pytest.mark.parametrize(("n_in", "n_out"), [(0, 4), (4, 0), (0, 0), (1, 1)])
def test_edge_shapes(init, n_in, n_out):
    W, b = init.draw(np.random.default_rng(0), n_in, n_out)
    assert W.shape == (n_in, n_out) and b.shape == (n_out,)
    assert np.isfinite(W).all() and np.isfinite(b).all()


@pytest.mark.parametrize(("name", "activation"), [("sklearn", "tanh"), ("sklearn_logistic", "logistic")])
def test_the_very_draws_of_scikit_learn(name, activation):
    mlp = MLPClassifier(activation=activation)
    for n_in, n_out in np.ndindex(20, 20):
        mlp._random_state, ours = np.random.RandomState(7), np.random.RandomState(7)
        coefs, intercepts = mlp._init_coef(n_in + 1, n_out + 1, np.float64)
        W, b = INITIALIZERS[name].draw(ours, n_in + 1, n_out + 1)
        assert np.array_equal(W, coefs) and np.array_equal(b, intercepts)
        assert ours.random() == mlp._random_state.random()  # not a draw more
