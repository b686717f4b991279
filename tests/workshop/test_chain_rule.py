"""Row 17, the chain rule: ``f = (x + y) z`` pulled back block by block, and the chain for ``dJ/dW[l]`` written out."""

from dataclasses import dataclass

import numpy as np

from glassnet.network.cache import Mode
from glassnet.network.layers import Dense, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients


@dataclass(frozen=True)
class Add(Layer):
    """(x, y, z) -> (q, z) with q = x + y; local derivatives dq/dx = dq/dy = 1."""

    name = "add"

    def width(self, n_in):
        return 2

    def forward(self, A_prev, p, c):
        x, y, z = A_prev.T
        return np.column_stack([x + y, z])

    def backward(self, dA, p, g, c):
        dq, dz = dA.T
        return np.column_stack([dq, dq, dz])


@dataclass(frozen=True)
class Multiply(Layer):
    """(q, z) -> f = q z; local derivatives df/dq = z, df/dz = q."""

    name = "multiply"

    def width(self, n_in):
        return 1

    def forward(self, A_prev, p, c):
        return A_prev.prod(axis=1, keepdims=True)

    def backward(self, dA, p, g, c):
        q, z = c.A_prev.T
        return np.column_stack([dA[:, 0] * z, dA[:, 0] * q])


def test_row_17_the_slide():
    """x = -2, y = 5, z = -4: q = 3, f = -12; df/dx = -4, df/dy = -4, df/dz = 3."""
    net = Network(3, [Add(), Multiply()])
    parameters = net.parameters(np.empty(0))
    made = net.forward([[-2.0, 5.0, -4.0]], parameters, Mode(input_gradient=True))
    assert made.A[1].tolist() == [[3.0, -4.0]]
    assert made.scores.tolist() == [[-12.0]]
    no_gradients = Gradients(net.layout, net.running_layout, np.empty(0))
    dX = net.backpropagate(np.ones((1, 1)), parameters, no_gradients, made.caches)
    assert dX.tolist() == [[-4.0, -4.0, 3.0]]


def test_row_17_the_chain_to_each_layers_weights():
    """dJ/dW[2] = dJ/da[2] da[2]/dz[2] dz[2]/dW[2], and two links more for dJ/dW[1], as on the slide."""
    net = Network(3, [Dense(4, "tanh"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    parameters = net.initialize(seed=3)
    x, y = np.array([0.4, 2.0, 17.0]) / 10, 1.0
    made = net.forward([x], parameters)
    a1, a2 = made.A[1][0], made.A[2][0, 0]
    dJ_da2 = -y / a2 + (1 - y) / (1 - a2)
    da2_dz2 = a2 * (1 - a2)
    dJ_dW2 = dJ_da2 * da2_dz2 * a1
    dz2_da1 = parameters.W[2][0]
    da1_dz1 = 1 - a1**2
    dJ_dW1 = np.outer(dJ_da2 * da2_dz2 * dz2_da1 * da1_dz1, x)
    gradients = net.backward(made, [y])
    np.testing.assert_allclose(gradients.dW[2][0], dJ_dW2, rtol=1e-12)
    np.testing.assert_allclose(gradients.dW[1], dJ_dW1, rtol=1e-12)
