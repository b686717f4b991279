"""One score and its gradient with respect to the inputs: back propagation from the score to the inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Mode
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters

ROWS_AT_ONCE = 1000  # of one pass: bounds the memory


@dataclass(frozen=True, eq=False)
class Score:
    """One output's score before the link, as a function of the inputs; ``factor`` rescales it or changes its sign.

    Args:
        network, parameters: of the model.
        output: which output, from 0.
        factor: what it is multiplied by.

    >>> network = Network.mlp(1, [], 1)
    >>> parameters = network.initialize()
    >>> parameters.W[1][:] = 3
    >>> value, gradient = Score(network, parameters, 0)(np.array([[2.0]]))
    >>> value.tolist(), gradient.tolist()
    ([6.0], [[3.0]])
    """

    network: Network
    parameters: Parameters
    output: int
    factor: float = 1.0

    def __call__(self, X: Array) -> tuple[Array, Array]:
        """The values (m,) and gradients (m, n) at rows ``X`` (m, n)."""
        parts = [self._part(X[start : start + ROWS_AT_ONCE]) for start in range(0, max(1, X.shape[0]), ROWS_AT_ONCE)]
        return np.concatenate([values for values, _ in parts]), np.concatenate([gradients for _, gradients in parts])

    def _part(self, X: Array) -> tuple[Array, Array]:
        network = self.network
        forward_pass = network.forward(X, self.parameters, Mode(input_gradient=True))
        dS = np.zeros_like(forward_pass.scores)
        dS[:, self.output] = self.factor
        unused = Gradients(network.layout, network.running_layout, np.zeros_like(self.parameters.theta))
        dX = network.backpropagate(dS, self.parameters, unused, forward_pass.caches)
        assert dX is not None
        return self.factor * forward_pass.scores[:, self.output], dX

    def value(self, x: Array) -> float:
        """At one row (n,)."""
        return float(self.factor * self.network.forward(x[None], self.parameters).scores[0, self.output])
