"""What a network cannot be or take: the error says what is wrong, both shapes, what to do."""

import re

import numpy as np
import pytest

from glassnet.errors import InvalidInput, InvalidType, UnknownName
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS

rng = np.random.default_rng(0)
NET = Network(3, [Dense(4, "relu"), Dropout(0.3), LayerNorm("tanh"), Dense(2)])
X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


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
