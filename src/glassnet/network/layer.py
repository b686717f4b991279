"""The layer: ``A[l] = f[l](A[l-1])``, a function of the previous activations (*Intro to Neural Networks*, Abstracting
Layers).

Your own layer is a frozen dataclass below :class:`Layer`, registered with ``@LAYERS.register`` where files should
know it: it says what parameters it needs, and computes forward and backward. Nothing else needs to change.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from glassnet.arrays import Array
from glassnet.errors import Unsupported
from glassnet.network.cache import Cache, Mode
from glassnet.network.parameters import Parameter
from glassnet.network.writer import Writer
from glassnet.pieces.activation import ActivationChoice, as_activation
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.initializers import INITIALIZERS, Draws, Initializer
from glassnet.pieces.settings import Record
from glassnet.pieces.tables import known_name

IDENTITY = ACTIVATIONS["identity"]


class Layer(Record):
    """A layer.

    The namespaces: ``p`` holds the layer's parameters by name, ``g`` arrays of the same shapes to write their
    gradients into; ``c`` is its :class:`~glassnet.network.cache.Cache`.

    A layer with a field ``activation`` ends in it, ``A = g(Z)``: :func:`activate` and :func:`activation_gradient` are
    its two directions. The field takes a name, a record, a plain function ``z -> g(z)``, whose derivative the
    computation graph finds, or None for identity.

    >>> from glassnet import Dense
    >>> [parameter.name for parameter in Dense(4, "relu").parameters(3)]
    ['W', 'b']
    """

    affine: ClassVar[bool] = False  # True where, in prediction, Z is an affine function of A_prev
    sparse: ClassVar[bool] = False  # True where A_prev may be a sparse matrix

    def __post_init__(self) -> None:
        super().__post_init__()
        if "activation" in self.__dataclass_fields__:
            object.__setattr__(self, "activation", as_activation(vars(self)["activation"]))
            self.activation_record  # noqa: B018  (one that does not exist is refused when the layer is made)

    @property
    def activation_record(self) -> Activation | None:
        """The record of the field ``activation``; None in a layer without one."""
        return find_activation(vars(self)["activation"]) if "activation" in self.__dataclass_fields__ else None

    @property
    def g(self) -> Activation | None:
        """The record of the activation that the layer ends in; None in a layer without one."""
        return self.activation_record

    # -- what it is --------------------------------------------------------------------------------------------------

    def width(self, n_in: int) -> int:
        """How many outputs for ``n_in`` inputs."""
        return n_in

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        """What it learns by gradient."""
        return ()

    def running(self, n_in: int) -> Sequence[Parameter]:
        """Buffers: what it learns without a gradient, such as running means; found under ``c.running``."""
        return ()

    def cached(self, m: int, n_out: int) -> Mapping[str, tuple[int, int]]:
        """What its cache keeps for backward besides ``A_prev`` and ``Z``, in training: names and shapes."""
        return {}

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        """Write first values into the parameters."""

    @property
    def by_rows(self) -> bool:
        """True where :meth:`fit_first` fits these values to rows of the training."""
        return False

    def fit_first(self, A_prev: Array, p: SimpleNamespace, rng: Draws) -> None:
        """Fit the first values to what arrives of some rows (m, n_in)."""

    def settings(self) -> dict[str, Any]:
        """As plain data: activations and initializers by name."""
        return {key: _by_name(value) for key, value in super().settings().items()}

    # -- what it computes --------------------------------------------------------------------------------------------

    @abstractmethod
    def forward(self, A_prev: Any, p: SimpleNamespace, c: Cache) -> Array:
        """``A`` (m, n_out) of ``A_prev`` (m, n_in). What backward needs goes into ``c``; ``A_prev`` and ``A`` are."""

    @abstractmethod
    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        """Writes the parameters' gradients into ``g``; returns ``dA_prev``, or None if ``not c.wants_dA_prev``.

        ``dA`` (m, n_out) is dJ/dA, the cost's 1/m already in it.
        """

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        """``A`` in the operations of ``ns``, as ``c.mode`` says; ``c`` holds what was drawn, and takes ``Z``.

        By default forward as it stands: operators and NumPy's functions work on nodes of the computation graph.
        """
        return self.forward(A_prev, p, c.again())

    def predictor(self, l: int, p: SimpleNamespace, running: SimpleNamespace) -> Callable[[Any], Array]:
        """``A_prev -> A`` as for prediction, of layer ``l`` with these parameters; many threads may call it."""
        mode = Mode()
        return lambda A_prev: self.forward(A_prev, p, Cache(l, mode, running))  # threads must not share a cache

    # -- how it is written -------------------------------------------------------------------------------------------

    def write_forward(self, w: Writer) -> None:
        """The equations of forward; by default the output, and what the cache keeps."""
        w.cached()
        w.equation("A[l]", f"{self.name}(A[l-1])")

    def write_backward(self, w: Writer) -> None:
        """The equations of backward; by default the parameters' gradients and that of the input."""
        w.parameter_gradients()
        w.equation("dA[l-1]", f"{self.name}.backward(dA[l])")


def _by_name(value: Any) -> Any:
    """A record by its name; an error that names the table where a file could not know it."""
    if isinstance(value, Activation):
        return known_name(ACTIVATIONS, value)
    return known_name(INITIALIZERS, value) if isinstance(value, Initializer) else value


# -- the activation at a layer's end ---------------------------------------------------------------------------------


def find_activation(choice: ActivationChoice | None) -> Activation:
    """The record of a layer's ``activation``.

    >>> find_activation(None).name, find_activation("relu").name
    ('identity', 'relu')
    """
    return IDENTITY if choice is None else ACTIVATIONS.find(as_activation(choice))


def activate(g: Activation | None, c: Cache) -> Array:
    """``A = g(Z)`` (m, n); ``Z`` itself where ``g`` is identity or None."""
    if g is None or g is IDENTITY:
        return c.Z
    A = c.array("A", c.Z)
    g.value(c.Z, A)
    return A


def activation_gradient(g: Activation | None, dA: Array, c: Cache) -> Array:
    """``dZ = dA * g'(Z)`` (m, n)."""
    if g is None or g is IDENTITY:
        return dA
    dZ = c.array("dZ", dA)
    g.derivative(c.Z, c.A, dZ)
    dZ *= dA
    return dZ


def activation_expression(g: Activation | None, ns: Operations, Z: Value) -> Value:
    """``A = g(Z)`` in the operations of ``ns``.

    Raises:
        Unsupported: a record without an expression.
    """
    if g is None:
        return Z
    if g.expression is None:
        raise Unsupported(
            "the activation has no expression",
            seen=repr(g.name),
            remedy="make it with own_activation, or give its record an expression",
        )
    return g.expression(ns, Z)
