"""The protocol of a layer: ``A[l] = f[l](A[l-1])``, a function of the previous activations (deck,
*Abstracting Layers*).

A layer of one's own is a frozen dataclass below :class:`Layer`, registered with ``@LAYERS.register`` where files should
know it: it says what parameters it wants, and computes forward and backward. Nothing else needs to change.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.parameters import Parameter
from glassnet.pieces.activation import ActivationChoice, as_activation
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import INITIALIZERS, Draws, Initializer
from glassnet.pieces.settings import Record
from glassnet.pieces.tables import known_name

IDENTITY = ACTIVATIONS["identity"]


class Layer(Record):
    """The protocol of a layer.

    The namespaces: ``p`` holds the layer's parameters by name, ``g`` arrays of the same shapes to write their
    gradients into; ``c`` is its :class:`~glassnet.network.cache.Cache`.
    """

    def width(self, n_in: int) -> int:
        """How many outputs for ``n_in`` inputs."""
        return n_in

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        """What it learns by gradient."""
        return ()

    def running(self, n_in: int) -> Sequence[Parameter]:
        """What it learns by looking, such as running means; found under ``c.running``."""
        return ()

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        """Write first values into the parameters."""

    @abstractmethod
    def forward(self, A_prev: Any, p: SimpleNamespace, c: Cache) -> Array:
        """``A`` (m, n_out) from ``A_prev`` (m, n_in); keeps in ``c`` what backward needs (``A_prev``, ``A`` are)."""

    @abstractmethod
    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        """Writes the parameters' gradients into ``g``; returns ``dA_prev``, or None if ``not c.wants_dA_prev``.

        ``dA`` (m, n_out) is dJ/dA, the cost's 1/m already in it.
        """

    def settings(self) -> dict[str, Any]:
        """As plain data: activations and initializers by name."""
        return {key: _by_name(value) for key, value in super().settings().items()}


def _by_name(value: Any) -> Any:
    """A record by its name; an error that names the table where a file could not know it."""
    if isinstance(value, Activation):
        return known_name(ACTIVATIONS, value)
    return known_name(INITIALIZERS, value) if isinstance(value, Initializer) else value


class Activated(Layer):
    """A layer that ends in an activation, ``A = g(Z)``; its field ``activation`` may be None for identity.

    A plain function ``z -> g(z)`` becomes a record, with the derivative that the computation graph finds.
    """

    activation: ActivationChoice | None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "activation", as_activation(self.activation))
        self.g  # noqa: B018  (an activation that does not exist is refused when the layer is made)

    @property
    def g(self) -> Activation:
        """The activation's record."""
        return IDENTITY if self.activation is None else ACTIVATIONS.find(cast("str | Activation", self.activation))

    def activate(self, c: Cache) -> Array:
        """``A = g(Z)``."""
        if self.g is IDENTITY:
            return c.Z
        A = c.array("A", c.Z)
        self.g.value(c.Z, A)
        return A

    def dZ(self, dA: Array, c: Cache) -> Array:
        """``dZ = dA * g'(Z)``."""
        if self.g is IDENTITY:
            return dA
        dZ = c.array("dZ", dA)
        self.g.derivative(c.Z, c.A, dZ)
        dZ *= dA
        return dZ
