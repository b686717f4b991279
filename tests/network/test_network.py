"""Networks: made, initialized, described and made again."""

import numpy as np
import pytest
from hypothesis import given, settings

import witnesses as w
from glassnet.errors import UnknownName
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activation import own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.initializers import INITIALIZERS
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import LOSSES, BinaryCrossEntropy

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
    assert network.declared_layers == (Dense(5, "tanh", "zeros"), Dense(4, "tanh", "zeros"), Dense(2, None, "zeros"))
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


# --- initialized ------------------------------------------------------------------------------------------------------


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


# --- described --------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(case=w.cases())
def test_described_and_made_again(case):
    import json

    network, text = case.network, json.dumps(case.network.describe())
    again = Network.from_description(json.loads(text))
    assert (
        again.declared_layers == network.declared_layers
        and again.layers == network.layers
        and again.loss == network.loss
        and again.inputs == network.inputs
    )
    assert again.describe() == network.describe()
    made = again.forward(case.rows.X, again.parameters(case.parameters.theta, case.parameters.running))
    assert np.array_equal(made.predictions, network.forward(case.rows.X, case.parameters).predictions)


def test_every_layer_has_a_name_that_files_know():
    """In a process that has imported no more than the network: files may name layers that are not imported yet."""
    import subprocess
    import sys

    code = (
        "from glassnet.network.network import Network;"
        "layers = [{'name': 'batch_norm'}, {'name': 'layer_norm'}, {'name': 'dense', 'units': 1}];"
        "print(Network.from_description({'inputs': 2, 'layers': layers, 'loss': 'huber'}).size)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["11"]


def test_another_activation_of_a_known_name_is_not_described_as_the_known_one():
    own = own_activation("relu", lambda z: z**2, lambda z, a: 2 * z)
    with pytest.raises(UnknownName, match="activation table knows another 'relu'"):
        Network(3, [Dense(2, own), Dense(1)]).describe()
    assert Network(3, [Dense(2, ACTIVATIONS["relu"]), Dense(1)]).describe()["layers"][0]["activation"] == "relu"


def test_summary():
    network = Network(784, [Dense(128, "relu"), BatchNorm(), Dropout(0.2), Dense(10)], "cross_entropy")
    assert network.summary().splitlines() == [
        "layer  kind                 output    parameters",
        "    1  dense relu           (m, 128)     100,480",
        "    2  batch_norm identity  (m, 128)         256",
        "    3  dropout              (m, 128)           0",
        "    4  dense softmax        (m, 10)        1,290",
        "784 inputs, 102,026 parameters, loss cross_entropy",
    ]


def test_repr_can_be_read():
    network = Network(2, [Dense(3, "tanh"), Dense(1)], BinaryCrossEntropy(label_smoothing=0.1))
    again = eval(repr(network))
    assert again.describe() == network.describe()
