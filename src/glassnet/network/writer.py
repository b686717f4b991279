"""How a layer's passes are written down: a layer says which equations they are, a writer says how they are shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

OVER = ("the examples", "the units of the layer")


class Writer(ABC):
    """Takes down one pass of layer ``l``, equation by equation, in the order of computing.

    Symbols are those of the workshop: ``Z[l]`` is the layer's, ``A[l-1]`` that of the layer before. Functions take
    arrays under their names in code: ``Z``, ``A_prev``, a parameter's name, its gradient's (``dW``), the name in the
    cache or in an equation before. A picture of building blocks writes the symbols alone; a ledger also puts the
    numbers of a step in.
    """

    @abstractmethod
    def equation(self, symbol: str, formula: str, note: str = "") -> None:
        """``symbol = formula`` of whole matrices, such as ``"Y[l]"``, ``"f(A[l-1])"``."""

    @abstractmethod
    def activation(self) -> None:
        """``A[l] = g(Z[l])``."""

    @abstractmethod
    def activation_gradient(self) -> None:
        """``dZ[l] = dA[l] * g'(Z[l])``."""

    def elements(
        self,
        symbol: str,
        formula: str,
        value: Callable[..., Any],
        remark: Callable[..., str] | None = None,
        note: str = "",
    ) -> None:
        """An equation that holds element by element; arrays of one row or one column are broadcast.

        Args:
            symbol, formula: of the matrices.
            value: the function that it is, of arrays by their names; one named ``ns`` gets the
                :class:`~glassnet.pieces.expressions.Operations` for what operators cannot say.
            remark: a function of numbers by the same names: what is to be said of an element.
            note: what is to be said of the equation.
        """
        self.equation(symbol, formula, note)

    def cached(self) -> None:  # noqa: B027
        """What the layer's cache keeps for backward; for a layer that writes no equations of its own."""

    def parameter_gradients(self) -> None:  # noqa: B027
        """The gradient of each parameter; for a layer that writes no equations of its own."""

    def mean(self, symbol: str, axis: int, *factors: str) -> None:
        """The mean of an array, or of the product of two, over the examples (axis 0) or over the layer's units (1)."""
        self.equation(symbol, f"mean of {' * '.join(factors)} over {OVER[axis]}")

    def sum_over_examples(self, symbol: str, *factors: str) -> None:
        """The sum over the examples of one array, or of the product of two, unit by unit."""
        self.equation(symbol, f"sum over the examples of {' * '.join(factors)}")

    def affine(self) -> None:
        """``Z[l] = A[l-1] W[l]^T + b[l]``."""
        self.equation("Z[l]", "A[l-1] W[l]^T + b[l]")

    def weight_gradient(self) -> None:
        """``dW[l] = dZ[l]^T A[l-1]``."""
        self.equation("dW[l]", "dZ[l]^T A[l-1]")

    def input_gradient(self) -> None:
        """``dA[l-1] = dZ[l] W[l]``."""
        self.equation("dA[l-1]", "dZ[l] W[l]")
