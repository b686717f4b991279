"""Networks: made, described, pushed and pulled by hand."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

import witnesses as w
from glassnet.errors import InvalidInput, InvalidType, UnknownName
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS, own_activation
from glassnet.pieces.initializers import INITIALIZERS
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import LOSSES, BinaryCrossEntropy, CrossEntropy

rng = np.random.default_rng(0)
NET = Network(3, [Dense(4, "relu"), Dropout(0.3), LayerNorm("tanh"), Dense(2)])
X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


# --- made -------------------------------------------------------------------------------------------------------------


def test_shapes():
    parameters = NET.initialize(seed=1)
    made = NET.forward(X, parameters)
    assert NET.widths == [3, 4, 4, 4, 2]
    assert NET.outputs == 2
    assert NET.size == parameters.theta.size == (3 * 4 + 4) + 2 * 4 + (4 * 2 + 2)
    assert {l: W.shape for l, W in parameters.W.items()} == {1: (4, 3), 4: (2, 4)}
    assert {l: b.shape for l, b in parameters.b.items()} == {1: (4,), 4: (2,)}
    assert {l: Z.shape for l, Z in made.Z.items()} == {1: (5, 4), 3: (5, 4), 4: (5, 2)}
    assert {l: A.shape for l, A in made.A.items()} == {0: (5, 3), 1: (5, 4), 2: (5, 4), 3: (5, 4), 4: (5, 2)}


def test_no_hidden_layer_is_a_regression():
    linear, logistic = Network(2, [Dense(1)]), Network(2, [Dense(1)], "binary_cross_entropy")
    parameters = linear.initialize()
    parameters.W[1], parameters.b[1] = [[2.0, -1.0]], [0.5]
    z = np.array([[2 * 3 - 4 + 0.5]])
    assert np.array_equal(linear.forward([[3, 4]], parameters).predictions, z)
    assert np.array_equal(logistic.forward([[3, 4]], parameters).predictions, 1 / (1 + np.exp(-z)))


@pytest.mark.parametrize("m", [0, 1])
@pytest.mark.parametrize("training", [True, False])
def test_no_row_and_one_row(m, training):
    parameters = NET.initialize()
    made = NET.forward(X[:m], parameters, Mode(training))
    J, gradients = NET.cost(made, Y[:m]), NET.backward(made, Y[:m])
    assert made.predictions.shape == (m, 2)
    assert np.isfinite(J) and np.isfinite(gradients.theta).all()
    assert (J == 0 and not gradients.theta.any()) == (m == 0)


@pytest.mark.parametrize("loss", LOSSES)
def test_one_unit_of_everything(loss):
    network = Network(1, [Dense(1, "tanh"), Dense(1)], loss)
    parameters = network.initialize()
    made = network.forward([[0.5]], parameters)
    assert np.isfinite(network.cost(made, [[1.0]]))
    assert network.backward(made, [[1.0]]).theta.shape == (4,)


def test_mlp_is_dense_layers():
    network = Network.mlp(3, [5, 4], 2, activation="tanh", loss="cross_entropy", initializer="zeros")
    assert network.layers == (Dense(5, "tanh", "zeros"), Dense(4, "tanh", "zeros"), Dense(2, None, "zeros"))
    assert not network.initialize().theta.any()


def test_the_last_activation_may_be_the_link():
    for given_, loss in (("sigmoid", "binary_cross_entropy"), ("logistic", "binary_cross_entropy"), ("tanh", "huber")):
        named = Network(3, [Dense(1, given_)], loss)
        other = Network(3, [Dense(1, None if given_ != "tanh" else "tanh")], loss)
        parameters = named.initialize(seed=2)
        predicted = named.forward(X, parameters).predictions
        assert np.array_equal(predicted, other.forward(X, parameters).predictions)
        assert np.array_equal(predicted, ACTIVATIONS[given_](X @ parameters.W[1].T + parameters.b[1]))


@pytest.mark.parametrize("loss", LOSSES)
def test_predictions_are_the_link_of_the_scores(loss):
    network = Network(3, [Dense(4, "tanh"), Dense(2)], loss)
    made = network.forward(X, network.initialize())
    expected = np.empty_like(made.scores)
    LINKS[LOSSES[loss].cls.link].value(made.scores, expected)
    assert np.array_equal(made.predictions, expected)
    assert made.A[2] is made.predictions and made.Z[2] is made.scores


# --- initialised ------------------------------------------------------------------------------------------------------


def test_same_seed_same_bits():
    assert np.array_equal(NET.initialize(seed=3).theta, NET.initialize(seed=3).theta)
    assert np.array_equal(NET.initialize(np.random.default_rng(3)).theta, NET.initialize(seed=3).theta)
    assert not np.array_equal(NET.initialize(seed=3).theta, NET.initialize(seed=4).theta)


def test_a_random_state_draws_too():
    first, again = (NET.initialize(np.random.RandomState(7)).theta for _ in range(2))
    assert np.array_equal(first, again) and first.any()


def test_first_parameters():
    """Weights within their initializer's limit, he for relu and glorot for the rest; biases 0; scales 1, shifts 0."""
    network = Network(50, [Dense(40, "relu"), BatchNorm(), Dense(30, "tanh"), Dense(20, "relu", "lecun_uniform")])
    parameters = network.initialize()
    limits = {1: np.sqrt(6 / 50), 3: np.sqrt(6 / 70), 4: np.sqrt(3 / 30)}
    for l, W in parameters.W.items():
        assert 0.95 * limits[l] < np.abs(W).max() <= limits[l]
    assert not any(b.any() for b in parameters.b.values())
    assert (parameters.layers[1].gamma == 1).all() and not parameters.layers[1].beta.any()
    assert (parameters.running_layers[1].variance == 1).all() and not parameters.running_layers[1].mean.any()


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_initializer(initializer):
    parameters = Network(9, [Dense(7, "tanh", initializer), Dense(1)]).initialize(dtype="float32")
    assert parameters.theta.dtype == np.float32
    assert parameters.W[1].any() == (initializer != "zeros")
    assert parameters.b[1].any() == INITIALIZERS[initializer].biases


# --- errors: what, both shapes, what to do ----------------------------------------------------------------------------


def says(*words, kind=InvalidInput):
    return pytest.raises(kind, match=".*".join(map(re.escape, words)))


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Network(3, []), InvalidInput, ["at least one layer", "Dense(1)"]),
        (lambda: Network(0, [Dense(1)]), InvalidInput, ["inputs, at least 1", "0"]),
        (lambda: Network(True, [Dense(1)]), InvalidInput, ["whole number of inputs", "True"]),
        (lambda: Network(3.0, [Dense(1)]), InvalidInput, ["whole number of inputs", "3.0"]),
        (lambda: Network(3, [Dense]), InvalidType, ["Dense(4, 'relu')", "Dense"]),
        (lambda: Network(3, ["relu"]), InvalidType, ["layers are records", "'relu' of type str"]),
        (lambda: Network(3, [Dense(1)], "sqared_error"), UnknownName, ["'sqared_error'", "'squared_error'"]),
        (lambda: Network(3, [Dense(1)], 7), InvalidType, ["loss", "7"]),
        (lambda: Dense(0), InvalidInput, ["dense: units", "at least 1", "0"]),
        (lambda: Dense(2.5), InvalidType, ["dense: units", "whole number", "2.5"]),
        (lambda: Dense(True), InvalidType, ["dense: units", "whole number", "True"]),
        (lambda: Dense(2, "rleu"), UnknownName, ["'rleu'", "'relu'"]),
        (lambda: Dense(2, "relu", "he"), UnknownName, ["initializer 'he'", "he_uniform"]),
        (lambda: Dropout(1.0), InvalidInput, ["dropout: rate", "below 1"]),
        (lambda: BatchNorm("rleu"), UnknownName, ["'rleu'", "'relu'"]),
        (lambda: LayerNorm(epsilon=0.0), InvalidInput, ["layer_norm: epsilon", "above 0"]),
        (
            lambda: Network(3, [Dense(1, "tanh")], "binary_cross_entropy"),
            InvalidInput,
            ["'binary_cross_entropy' goes with the output activation 'sigmoid'", "'tanh'", "leave"],
        ),
        (lambda: Network(3, [Dense(2, "sigmoid")], "cross_entropy"), InvalidInput, ["'softmax'", "'sigmoid'"]),
        (lambda: Network(3, [Dense(1, "softplus")], "poisson"), InvalidInput, ["'exp'", "'softplus'"]),
        (lambda: Network(3, [Dense(1), BatchNorm("tanh")], "poisson"), InvalidInput, ["'exp'", "'tanh'"]),
    ],
)
def test_a_network_that_cannot_be(make, kind, words):
    with says(*words, kind=kind):
        make()


def test_a_norm_at_the_end_scores_too():
    """Its activation, where it is the link, must not be applied twice."""
    network = Network(3, [Dense(1), BatchNorm("sigmoid")], "binary_cross_entropy")
    made = network.forward(X, network.initialize())
    assert np.array_equal(made.predictions, ACTIVATIONS["sigmoid"](made.Z[2]))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.zeros((5, 4)), ["(m, 3)", "(5, 4)", "inputs=4"]),
        (np.zeros(3), ["(m, 3)", "(3,)", "X.reshape(1, -1)"]),
        (np.float64(3), ["(m, 3)", "()"]),
        (np.zeros((2, 3, 3)), ["(m, 3)", "(2, 3, 3)"]),
        (np.zeros((0, 0)), ["(m, 3)", "(0, 0)"]),
    ],
    ids=str,
)
def test_X_of_another_shape(wrong, words):
    with says(*words):
        NET.forward(wrong, NET.initialize())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.zeros((5, 3)), ["(m, 2)", "(5, 3)", "3 units"]),
        (np.zeros(5), ["(m, 2)", "(5,)"]),
        (np.zeros((4, 2)), ["one row for each example", "5 rows in X, 4 in Y"]),
        (np.float64(1), ["(m, 2)", "()"]),
        (np.zeros((5, 2, 1)), ["(m, 2)", "(5, 2, 1)"]),
    ],
    ids=str,
)
def test_Y_of_another_shape(wrong, words):
    made = NET.forward(X, NET.initialize())
    for step in (NET.cost, NET.backward):
        with says(*words):
            step(made, wrong)


@pytest.mark.parametrize("wrong", [np.ones(4), np.ones((5, 1)), 1.0, []], ids=str)
def test_weights_of_another_shape(wrong):
    made = NET.forward(X, NET.initialize())
    for step in (NET.cost, NET.backward):
        with says("one number for each example", str(np.shape(wrong)), "5 rows of X"):
            step(made, Y, wrong)


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        (np.array([0, 1, 2, 3, 1]), ["0 ... 2", "0 ... 3"]),
        (np.array([0, -1, 2, 1, 1]), ["0 ... 2", "-1 ... 2"]),
        (np.array([0.0, 1, 2, 0, 1]), ["whole numbers", "float64", "numpy.unique"]),
        (np.array(list("abcab")), ["whole numbers", "<U1", "numpy.unique"]),
        (np.array([0, 1, 2, 1]), ["5 rows in X, 4 in Y"]),
    ],
    ids=str,
)
def test_classes_that_are_none(classes, words):
    network = Network(3, [Dense(3)], "cross_entropy")
    made = network.forward(X, network.initialize())
    with says(*words):
        network.cost(made, classes)


def test_theta_of_another_size():
    for wrong in (np.zeros(NET.size - 1), np.zeros((1, NET.size))):
        with says(f"({NET.size},)", str(wrong.shape)):
            NET.parameters(wrong)


def test_a_weight_of_another_shape():
    parameters = NET.initialize()
    with says("W[1]", "(3, 4) given where (4, 3) is", "rows are the layer's units"):
        parameters.W[1] = np.zeros((3, 4))
    with says("b[4]", "(1, 2) given where (2,) is"):
        parameters.b[4] = np.zeros((1, 2))
    with pytest.raises(KeyError, match=r"layer 2 has no W; layers \[1, 4\] have"):
        parameters.W[2]


def test_weights_that_are_no_numbers_are_seen():
    """Not taken for weights of 0."""
    made = NET.forward(X, NET.initialize())
    assert np.isnan(NET.cost(made, Y, [1, 1, np.nan, 1, 1]))


# --- described --------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(case=w.cases())
def test_described_and_made_again(case):
    import json

    network, text = case.network, json.dumps(case.network.describe())
    again = Network.from_description(json.loads(text))
    assert again.layers == network.layers and again.loss == network.loss and again.inputs == network.inputs
    assert again.describe() == network.describe()
    made = again.forward(case.rows.X, again.parameters(case.parameters.theta, case.parameters.running))
    assert np.array_equal(made.predictions, network.forward(case.rows.X, case.parameters).predictions)


def test_every_layer_has_a_name_that_files_know():
    """In a process that has imported no more than the network: files may name layers nobody has imported."""
    import subprocess
    import sys

    code = (
        "from glassnet.network.network import Network;"
        "layers = [{'name': 'batch_norm'}, {'name': 'layer_norm'}, {'name': 'dense', 'units': 1}];"
        "print(Network.from_description({'inputs': 2, 'layers': layers, 'loss': 'huber'}).size)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["11"]


def test_a_stranger_of_a_known_name_is_not_described_as_the_known_one():
    stranger = own_activation("relu", lambda z: z**2, lambda z, a: 2 * z)
    with pytest.raises(UnknownName, match="activation table knows another 'relu'"):
        Network(3, [Dense(2, stranger), Dense(1)]).describe()
    assert Network(3, [Dense(2, ACTIVATIONS["relu"]), Dense(1)]).describe()["layers"][0]["activation"] == "relu"


def test_summary():
    network = Network(784, [Dense(128, "relu"), BatchNorm(), Dropout(0.2), Dense(10)], "cross_entropy")
    assert network.summary().splitlines() == [
        "layer  kind           output    parameters",
        "    1  dense relu     (m, 128)     100,480",
        "    2  batch_norm     (m, 128)         256",
        "    3  dropout        (m, 128)           0",
        "    4  dense softmax  (m, 10)        1,290",
        "784 inputs, 102,026 parameters, loss cross_entropy",
    ]


def test_repr_can_be_read():
    network = Network(2, [Dense(3, "tanh"), Dense(1)], BinaryCrossEntropy(label_smoothing=0.1))
    again = eval(repr(network))
    assert again.describe() == network.describe()


# --- pushed and pulled ------------------------------------------------------------------------------------------------


def test_the_steps_by_hand_in_the_decks_words():
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
    with says("(m, ", f"({len(holes)}, {holes.shape[1] + 1})"):
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
