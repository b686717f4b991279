"""The flat vector and its views."""

import copy
import pickle

import numpy as np
import pytest

from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Layout, Parameter

NET = Network(3, [Dense(4, "relu"), Dropout(0.3), BatchNorm(), Dense(5), LayerNorm("tanh"), Dense(2)])


@pytest.fixture
def parameters():
    made = NET.initialize(seed=1)
    made.theta[...] = np.arange(NET.size)
    return made


def test_weights_come_first_in_the_order_of_layers(parameters):
    where = [(place.layer, place.parameter.name, place.start) for place in NET.layout.places]
    names = ["W", "W", "W", "b", "gamma", "beta", "b", "gamma", "beta", "b"]
    starts = np.cumsum([0, 12, 20, 10, 4, 4, 4, 5, 5, 5]).tolist()
    assert where == list(zip([1, 4, 6, 1, 3, 3, 4, 5, 5, 6], names, starts, strict=True))
    assert NET.layout.weights == 42 == parameters.weights.size
    assert np.shares_memory(parameters.weights, parameters.theta)
    assert parameters.weights.tolist() == list(range(42))


def test_a_layers_weights_lie_as_inputs_by_units(parameters):
    """``W[l]`` (n[l], n[l-1]) as in the workshop is a view of what matrix products and scikit-learn want."""
    for l, (n_in, n_out) in {1: (3, 4), 4: (4, 5), 6: (5, 2)}.items():
        assert parameters.W[l].shape == (n_out, n_in)
        assert parameters.W[l].T.flags.c_contiguous
    assert parameters.W[1].T.tolist() == np.arange(12).reshape(3, 4).tolist()


def test_views_write_through(parameters):
    parameters.W[1][2, 0] = -1
    parameters.b[6][:] = [-2, -3]
    parameters.W[4] = np.full((5, 4), -4)
    parameters.layers[2].gamma *= 0
    assert parameters.theta[2] == -1 and parameters.theta[-2:].tolist() == [-2, -3]
    assert (parameters.theta[12:32] == -4).all() and not parameters.theta[46:50].any()
    parameters.theta[:] = 7
    assert all((view == 7).all() for view in [*parameters.W.values(), *parameters.b.values()])


def test_every_number_is_in_one_view(parameters):
    parameters.theta[:] = 0
    for name, array in parameters.named().items():
        if name not in ("3.mean", "3.variance"):
            array += 1
    assert (parameters.theta == 1).all()
    assert len(parameters.named()) == len(NET.layout.places) + 2


def test_the_given_vector_is_kept():
    theta = np.zeros(NET.size, np.float32)
    NET.parameters(theta).W[1][0, 0] = 5
    assert theta[0] == 5


@pytest.mark.parametrize(
    "twin",
    [lambda p: p.copy(), copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))],
    ids=["copy()", "copy.copy", "deepcopy", "pickle"],
)
def test_copies_are_views_of_their_own_vector(parameters, twin):
    other = twin(parameters)
    assert np.array_equal(other.theta, parameters.theta) and np.array_equal(other.running, parameters.running)
    other.W[1][0, 0] = -9
    assert other.theta[0] == -9
    assert other.W[1].T.flags.c_contiguous


def test_a_copy_has_memory_of_its_own(parameters):
    other = parameters.copy()
    other.theta[:] = other.running[:] = -1
    assert parameters.theta[0] == 0 and not (parameters.running == -1).any()


def test_gradients_are_laid_out_like_parameters(parameters):
    made = NET.forward(np.ones((2, 3)), parameters)
    gradients = NET.backward(made, np.ones((2, 2)))
    assert {l: d.shape for l, d in gradients.dW.items()} == {l: W.shape for l, W in parameters.W.items()}
    assert {l: d.shape for l, d in gradients.db.items()} == {l: b.shape for l, b in parameters.b.items()}
    gradients.theta[:] = 3
    assert (gradients.dW[4] == 3).all()


def test_a_layout_of_nothing():
    layout = Layout([[], [Parameter("scale", (2,), fill=1.5)]])
    assert layout.new(np.float32).tolist() == [1.5, 1.5]
    assert Layout([[], []]).size == 0 and [vars(v) for v in Layout([[], []]).views(np.empty(0))] == [{}, {}]
