"""Networks pushed forward and pulled back by hand, in the workshop's words."""

import numpy as np
import pytest
from hypothesis import given, settings

import witnesses as w
from glassnet.errors import InvalidInput
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.losses import CrossEntropy

rng = np.random.default_rng(0)
NET = Network(3, [Dense(4, "relu"), Dropout(0.3), LayerNorm("tanh"), Dense(2)])
X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


def test_the_steps_by_hand_in_the_workshops_words():
    """Forward propagate, compute the cost, back propagate, update weights; repeat."""
    network = Network(2, [Dense(3, "tanh"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    parameters, alpha, costs = network.initialize(seed=0), 0.5, []
    features, labels = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    for _ in range(30):
        made = network.forward(features, parameters)
        costs.append(network.cost(made, labels))
        gradients = network.backward(made, labels)
        for l in (1, 2):
            parameters.W[l] -= alpha * gradients.dW[l]
            parameters.b[l] -= alpha * gradients.db[l]
    assert (np.diff(costs) < 0).all()

    in_one = network.initialize(seed=0)
    assert costs == [network.step(in_one, features, labels, alpha) for _ in range(30)]
    assert np.array_equal(in_one.theta, parameters.theta)


def test_a_step_learns_running_statistics_and_a_look_does_not():
    network = Network(3, [BatchNorm(momentum=0.25), Dense(1)])
    parameters = network.initialize()
    network.forward(X, parameters, Mode(training=True))
    assert not parameters.running_layers[0].mean.any()
    network.step(parameters, X, np.ones(5), alpha=0.1)
    np.testing.assert_allclose(parameters.running_layers[0].mean, 0.25 * X.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(parameters.running_layers[0].variance, 0.75 + 0.25 * X.var(axis=0), rtol=1e-14)
    network.forward(X, parameters, Mode(training=True, learn_running=True, replace_running=True))
    np.testing.assert_allclose(parameters.running_layers[0].mean, X.mean(axis=0), rtol=1e-14)


def test_batch_norm_of_the_whole_batch_predicts_as_it_trains():
    network = Network(3, [Dense(4), BatchNorm("relu"), Dense(1)])
    parameters = network.initialize()
    learning = network.forward(X, parameters, Mode(training=True, learn_running=True, replace_running=True))
    np.testing.assert_allclose(network.forward(X, parameters).scores, learning.scores, rtol=1e-13)
    z = learning.Z[2]
    assert np.abs(z.mean(axis=0)).max() < 1e-15 and np.abs(z.var(axis=0) - 1).max() < 1e-3


def test_layer_norm_of_a_row_is_its_own_affair():
    network = Network(3, [Dense(4), LayerNorm("tanh"), Dense(1)])
    parameters = network.initialize()
    whole = network.forward(X, parameters, Mode(training=True)).scores
    alone = [network.forward(X[i : i + 1], parameters).scores[0] for i in range(5)]
    np.testing.assert_allclose(alone, whole, rtol=1e-14)


def test_dropout_silences_a_share_and_keeps_the_mean():
    network = Network(200, [Dropout(0.3), Dense(1)])
    parameters, ones = network.initialize(), np.ones((500, 200))
    A = network.forward(ones, parameters, Mode(training=True, seed=5, step=2)).A[1]
    assert set(np.unique(A)) == {0.0, 1 / 0.7}
    assert abs((A == 0).mean() - 0.3) < 0.005
    again = [
        network.forward(ones, parameters, Mode(True, seed=seed, step=step)).A[1]
        for seed, step in ((5, 2), (5, 3), (6, 2))
    ]
    assert [np.array_equal(A, other) for other in again] == [True, False, False]
    assert network.forward(ones, parameters).A[1] is not None
    assert (network.forward(ones, parameters).A[1] == 1).all()


def test_two_dropouts_draw_different_masks():
    network = Network(50, [Dropout(0.5), Dropout(0.5), Dense(1)])
    made = network.forward(np.ones((40, 50)), network.initialize(), Mode(training=True))
    first, both = made.A[1] > 0, made.A[2] > 0
    assert 0.2 < both.mean() < 0.3 and 0.45 < first.mean() < 0.55


def test_a_sum_is_the_mean_times_the_weight():
    made = NET.forward(X, NET.initialize())
    losses = NET.loss.value(made.scores, Y)
    weights = np.array([0, 1, 2, 0.5, 3])
    assert NET.cost(made, Y) == pytest.approx(losses.mean(), rel=1e-15)
    assert NET.cost(made, Y, total=True) == pytest.approx(losses.sum(), rel=1e-15)
    assert NET.cost(made, Y, weights) == pytest.approx(losses @ weights / 6.5, rel=1e-15)
    assert NET.cost(made, Y, weights, total=True) == pytest.approx(losses @ weights, rel=1e-15)
    assert NET.cost(made, Y, np.zeros(5)) == NET.cost(made, Y, np.zeros(5), total=True) == 0
    assert not NET.backward(made, Y, np.zeros(5)).theta.any()


def test_classes_are_rows_with_a_single_one():
    network, labels = Network(3, [Dense(4)], CrossEntropy(label_smoothing=0.1)), np.array([3, 0, 1, 1, 2])
    made = network.forward(X, network.initialize())
    for classes in (labels, labels.astype(np.uint8), labels.tolist()):
        assert network.cost(made, classes) == network.cost(made, np.eye(4)[labels])
        assert np.array_equal(network.backward(made, classes).theta, network.backward(made, np.eye(4)[labels]).theta)


def test_nothing_that_is_passed_in_changes():
    everything = Network(3, [Dropout(0.4), Dense(4, "elu"), BatchNorm(), LayerNorm("gelu"), Dense(2)])
    parameters = everything.initialize()
    before = [a.copy() for a in (X, Y, parameters.theta, parameters.running)]
    for network in (everything, NET):
        at = parameters if network is everything else network.initialize()
        made = network.forward(X, at, Mode(training=True))
        network.cost(made, Y)
        network.backward(made, Y)
    assert all(map(np.array_equal, before, (X, Y, parameters.theta, parameters.running)))


def test_a_pass_keeps_its_numbers():
    """A second pass, forward and back, leaves those of the first alone."""
    parameters = NET.initialize()
    first = NET.forward(X, parameters)
    kept = {l: A.copy() for l, A in first.A.items()}
    NET.backward(NET.forward(2 * X, parameters), Y)
    NET.backward(first, Y)
    assert all(np.array_equal(kept[l], A) for l, A in first.A.items())


@settings(max_examples=40)
@given(case=w.cases())
def test_sparse_inputs_as_dense_ones(case):
    from scipy import sparse

    network, parameters, rows = case.network, case.parameters, case.rows
    holes = np.where(np.abs(rows.X) > 0.6, rows.X, 0)
    mode = Mode(training=True, input_gradient=True)
    dense = network.forward(holes, parameters, mode)
    for kind in (sparse.csr_matrix, sparse.csr_array, sparse.csc_array, sparse.coo_array):
        made = network.forward(kind(holes), parameters, mode)
        np.testing.assert_allclose(made.scores, dense.scores, rtol=1e-12, atol=1e-13)
        got, expected = (network.backward(p, rows.Y, rows.weights).theta for p in (made, dense))
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13 * max(1, np.abs(expected).max()))
    with pytest.raises(InvalidInput, match=rf"\(m, .*\({len(holes)}, {holes.shape[1] + 1}\)"):
        network.forward(sparse.csr_array(np.pad(holes, ((0, 0), (0, 1)))), parameters)


@settings(max_examples=80)
@given(case=w.cases(dtype="float32"))
def test_float32_stays_float32(case):
    network, parameters = case.network, case.parameters
    for mode in (Mode(), Mode(training=True, learn_running=True, input_gradient=True)):
        made = network.forward(case.rows.X.astype(np.float64), parameters, mode)  # the network's dtype, not X's, counts
        gradients = network.backward(made, case.rows.Y.astype(np.float64), case.rows.weights)
        arrays = [parameters.theta, parameters.running, made.X, made.scores, made.predictions, gradients.theta]
        arrays += [*made.Z.values(), *made.A.values(), *(c.dA for c in made.caches)]
        arrays += [a for c in made.caches for a in vars(c).values() if isinstance(a, np.ndarray)]
        arrays += [network.loss.value(made.scores, case.rows.Y)]
        assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    network.step(parameters, case.rows.X, case.rows.Y, alpha=np.float64(0.1))
    assert parameters.theta.dtype == np.float32
