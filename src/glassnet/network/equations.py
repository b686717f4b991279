"""The equations of a network's layers, as text."""

from __future__ import annotations

from typing import NamedTuple

from glassnet.network.network import Network
from glassnet.network.writer import Writer


class Equation(NamedTuple):
    """``symbol = formula``."""

    symbol: str
    formula: str

    def __str__(self) -> str:
        return f"{self.symbol} = {self.formula}"


def equations(network: Network, l: int) -> tuple[list[Equation], list[Equation]]:
    """How layer ``l`` of ``network`` computes: the equations of its forward and of its backward pass.

    >>> from glassnet.network.layers import Dense
    >>> forward, backward = equations(Network(3, [Dense(4, "relu"), Dense(1)]), 1)
    >>> print(*forward, *backward, sep="; ")
    Z[1] = A[0] W[1]^T + b[1]; A[1] = relu(Z[1]); dZ[1] = dA[1] * relu'(Z[1]); dW[1] = dZ[1]^T A[0]; \
db[1] = sum over the examples of dZ[1]; dA[0] = dZ[1] W[1]
    """
    forward, backward = _Text(network, l), _Text(network, l)
    network.layers[l - 1].write_forward(forward)
    network.layers[l - 1].write_backward(backward)
    return forward.equations, backward.equations


class _Text(Writer):
    def __init__(self, network: Network, l: int) -> None:
        self.network, self.l = network, l
        self.equations: list[Equation] = []

    def equation(self, symbol: str, formula: str, note: str = "") -> None:
        self.equations.append(Equation(*(of_layer(text, self.l) for text in (symbol, formula))))

    def activation(self) -> None:
        self.equation("A[l]", f"{self.network.activation_name(self.l)}(Z[l])")

    def activation_gradient(self) -> None:
        if self.network.arriving(self.l) != "dZ":
            self.equation("dZ[l]", f"dA[l] * {self.network.activation_name(self.l)}'(Z[l])")


def of_layer(text: str, l: int) -> str:
    """An equation's text with the numbers of the layers put in.

    >>> of_layer("A[l-1] * mask[l]", 3)
    'A[2] * mask[3]'
    """
    return text.replace("[l-1]", f"[{l - 1}]").replace("[l]", f"[{l}]")
