"""First values fitted to rows of the training: the initializer "data"."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from glassnet import MLPClassifier, MLPRegressor
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.network.layers import Dense, Dropout
from glassnet.network.mix import Mix
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.network.scale import Scale

RNG = np.random.default_rng(0)
X = 1000 + 50 * RNG.normal(size=(300, 4)) * [1, 10, 0.1, 1]
DEEP = [Scale(), Dense(8, None, "data"), Mix("silu"), Dropout(0.5), Dense(6, "tanh", "data"), Dense(2, None, "data")]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_unit_varies_by_one_and_is_centered_within_the_rows(dtype):
    network = Network(4, DEEP)
    passed = network.forward(X, network.initialize(0, dtype, X))
    for l in (2, 5, 6):
        Z = passed.Z[l]
        np.testing.assert_allclose(Z.std(axis=0), 1, rtol=1e-3)
        assert (Z.min(axis=0) < 0).all() and (Z.max(axis=0) > 0).all(), "a mean of rows is taken to 0"


def test_the_bias_takes_a_mean_of_five_rows_to_0():
    """With few rows of one number each, all such means are different: between the smallest and the largest."""
    network = Network(1, [Dense(4000, None, "data")])
    rows = np.array([[0.0], [0.0], [1.0]])
    parameters = network.initialize(1, X=rows)
    means = -parameters.b[1] / parameters.W[1][:, 0]  # in terms of the input
    assert (means >= -1e-12).all() and (means <= 1 + 1e-12).all()
    assert means.mean() == pytest.approx(1 / 3, abs=0.02)
    # Shares uniform on the simplex of 5: a row's has the mean 1/5, five of them the square 1/3 in sum.
    assert means.var() == pytest.approx(2 / 9 / 3, abs=0.005)


@given(columns=st.integers(1, 5), value=st.sampled_from([0.0, 1.0, -1e6, 1e-30]), rows=st.integers(1, 4))
def test_rows_that_do_not_vary_leave_the_weights_drawn(columns, value, rows):
    network = Network(columns, [Dense(3, "relu", "data"), Dense(2, None, "data")])
    same = np.full((rows, columns), value)
    fitted, drawn = network.initialize(3, X=same), network.initialize(3)
    assert np.array_equal(fitted.W[1], drawn.W[1]) and np.isfinite(fitted.theta).all()


def test_no_rows_and_layers_that_look_at_none():
    plain = Network(4, [Dense(3, "relu"), Dense(1)])
    assert np.array_equal(plain.initialize(0, X=X).theta, plain.initialize(0).theta)
    network = Network(4, DEEP)
    assert np.array_equal(network.initialize(0, X=X[:0]).theta, network.initialize(0).theta)


def test_a_thousand_of_many_rows_will_do():
    many = np.concatenate([X] * 20)
    network = Network(4, DEEP)
    spread = network.forward(many, network.initialize(0, X=many)).Z[2].std(axis=0)
    np.testing.assert_allclose(spread, 1, rtol=0.1)


def test_running_statistics_stay_as_they_are():
    network = Network(4, [BatchNorm(), Dense(3, "relu", "data"), Dense(1)])
    assert np.array_equal(network.initialize(0, X=X).running, network.initialize(0).running)


def test_sparse_rows_as_dense_ones():
    network = Network(4, [Dense(3, "relu", "data"), Dense(1)])
    sparse = csr_matrix(np.where(X > 1000, X, 0))
    assert np.array_equal(network.initialize(0, X=sparse).theta, network.initialize(0, X=sparse.toarray()).theta)


def test_a_state_is_made_with_the_rows():
    plan = Plan(Network(4, DEEP), 300)
    fitted = State.new(plan, 4, X=X)
    assert np.array_equal(fitted.theta, plan.network.initialize(4, "float32", X).theta)


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_estimators_fit_it_to_their_rows(estimator):
    y = (X[:, 0] > 1000).astype(int)
    made = estimator(hidden_layer_sizes=(8,), initializer="data", random_state=0).initialize(X, y)
    Z = X @ made.coefs_[0] + made.intercepts_[0]
    np.testing.assert_allclose(Z.std(axis=0), 1, rtol=1e-3)
