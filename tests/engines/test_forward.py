"""A forward pass made ready once gives the numbers of the pass by hand, of the parameters as they are now."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet.engines.forward import ready_forward
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES

STACKS = {
    "no hidden layer": [Dense(2)],
    "norms and dropout": [Dense(5), BatchNorm("silu"), Dropout(0.5), Dense(4, "elu"), LayerNorm(), Dense(2)],
    **{name: [Dense(7, name), Dense(3, name), Dense(2)] for name in ACTIVATIONS},
}


@pytest.mark.parametrize("rows", [0, 1, 5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layers", STACKS.values(), ids=STACKS)
def test_same_bits_as_by_hand(layers, dtype, rows):
    net = Network(3, layers, "cross_entropy")
    parameters = net.initialize(seed=1, dtype=dtype)
    X = np.random.default_rng(rows).normal(size=(rows, 3)).astype(dtype)
    scores, predictions = ready_forward(net, parameters)
    made = net.forward(X, parameters)
    assert scores(X).tobytes() == made.scores.tobytes()
    assert predictions(X).tobytes() == made.predictions.tobytes()
    assert scores(X).dtype == predictions(X).dtype == dtype


@pytest.mark.parametrize("loss", LOSSES)
def test_predictions_of_every_loss(loss):
    net = Network.mlp(2, [3], 2, loss=loss)
    parameters = net.initialize(seed=0)
    X = np.array([[0.5, -1.0]])
    assert (ready_forward(net, parameters)[1](X) == net.forward(X, parameters).predictions).all()


def test_new_weights_are_seen():
    net = Network.mlp(2, [3], 1)
    parameters = net.initialize(seed=0)
    scores, _ = ready_forward(net, parameters)
    X, before = np.ones((1, 2)), scores(np.ones((1, 2)))
    parameters.W[1] = 2 * parameters.W[1]
    assert (scores(X) == net.forward(X, parameters).scores).all()
    assert (scores(X) != before).any()


def test_threads_do_not_share_memory():
    net = Network(4, [Dense(50), LayerNorm("relu"), Dense(1)])
    _, predictions = ready_forward(net, net.initialize(seed=0))
    inputs = [np.random.default_rng(i).normal(size=(20, 4)) for i in range(40)]
    alone = [predictions(X) for X in inputs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(predictions, inputs * 5))
    assert all((a == b).all() for a, b in zip(alone * 5, together, strict=True))
