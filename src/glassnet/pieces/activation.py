"""The record of an activation, and how to make your own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.pieces.derived import activation_derivative, check_activation, wrong_shape
from glassnet.pieces.expressions import Operations, Value


@dataclass(frozen=True)
class Activation:
    """One activation.

    Args:
        name: its name in menus and files.
        value: ``(z, out)``: writes ``g(z)``; all arrays of one shape.
        derivative: ``(z, a, out)``: writes ``g'(z)``, given ``a = g(z)``.
        range: the open interval its values lie in (an end may be reached by rounding, or at 0 for relu).
        formula, derivative_formula: ``g(z)`` and ``g'(z)`` as people write them.
        expression: ``(ns, z) -> g(z)`` in the operations of ``ns``, see :class:`Operations`; None where there is only
            ``value``, which gradient checks then cannot compare with the computation graph.
        initializer: the initializer whose variance suits it.
        source: where it comes from.
        aliases: other names for it, scikit-learn's first.

    >>> from glassnet.pieces.activations import ACTIVATIONS
    >>> g = ACTIVATIONS["sigmoid"]
    >>> float(g(0.0)), float(g.prime(0.0))
    (0.5, 0.25)
    """

    name: str
    value: Callable[[Array, Array], object]
    derivative: Callable[[Array, Array, Array], object]
    range: tuple[float, float]
    formula: str
    derivative_formula: str
    expression: Callable[[Operations, Value], Value] | None = None
    initializer: str = "glorot_uniform"
    source: str = ""
    aliases: tuple[str, ...] = ()

    def __call__(self, z: ArrayLike) -> Array:
        """``g(z)`` in a new array."""
        z = _floats(z)
        a = np.empty_like(z)
        self.value(z, a)
        return a

    def prime(self, z: ArrayLike) -> Array:
        """``g'(z)`` in a new array."""
        z = _floats(z)
        out = np.empty_like(z)
        self.derivative(z, self(z), out)
        return out


# What a layer takes: a name, a record, or a plain function z -> g(z), which becomes a record; see as_activation.
ActivationChoice = str | Activation | Callable[[Array], ArrayLike]


def own_activation(
    name: str,
    value: Callable[[Array], ArrayLike],
    derivative: Callable[[Array, Array], ArrayLike] | None = None,
    *,
    range: tuple[float, float] = (-inf, inf),
    initializer: str = "glorot_uniform",
) -> Activation:
    """Your own activation from plain functions.

    Args:
        name: its name; ``ACTIVATIONS.add`` makes it known to files and menus.
        value: ``z -> g(z)``, element by element.
        derivative: ``(z, a) -> g'(z)``; None for the computation graph's, which differentiates operators and NumPy's
            functions (``glassnet.graph``); it takes longer than one written by hand.
        range: the interval its values lie in.
        initializer: the name of an initializer.

    Raises:
        InvalidInput, InvalidType: without a derivative: ``value`` does not work on arrays element by element.
        GlassnetError: without a derivative: ``value`` uses what the graph does not differentiate; says what.

    >>> cube = own_activation("cube", lambda z: z**3, lambda z, a: 3 * z**2)
    >>> float(cube(2.0)), float(cube.prime(2.0))
    (8.0, 12.0)
    >>> float(own_activation("cube", lambda z: z**3).prime(2.0))
    12.0
    """
    if derivative is None:
        check_activation(name, value)
        derivative = partial(_graph_derivative, name, value)
    return Activation(
        name,
        value=partial(_write, name, value),  # not closures: a record pickles where the user's functions do
        derivative=partial(_write, name, derivative),
        range=range,
        formula=f"{name}(z)",
        derivative_formula=f"{name}'(z)",
        expression=partial(_as_it_stands, value),
        initializer=initializer,
    )


def as_activation(choice: object) -> Any:
    """What tables take: a plain function becomes a record with the graph's derivative, anything else stays as it is.

    >>> as_activation("relu"), as_activation(np.sin).name
    ('relu', 'own_sin')
    """
    if callable(choice) and not isinstance(choice, Activation):
        return own_activation(called(choice), choice)
    return choice


def called(function: Callable[..., Any]) -> str:
    """A name for a user's own function that no table has."""
    name = getattr(function, "__name__", "")
    return f"own_{name}" if name.isidentifier() else "own"


def _graph_derivative(name: str, value: Callable[[Array], ArrayLike], z: Array, a: Array) -> Array:
    return activation_derivative(name, value, z)


def _as_it_stands(value: Callable[[Value], Value], ns: Operations, z: Value) -> Value:
    """A plain function is its own expression: NumPy's functions work on arrays and on nodes of the graph."""
    return value(z)


def _write(name: str, function: Callable[..., ArrayLike], *arrays: Array) -> None:
    """Write ``function`` of all ``arrays`` but the last into the last."""
    *arguments, out = arrays
    result = function(*arguments)
    if np.shape(result) != out.shape:
        raise wrong_shape(name, np.shape(result), out.shape)
    out[...] = result


def _floats(z: ArrayLike) -> Array:
    z = np.asarray(z)
    return z if z.dtype in (np.float32, np.float64) else z.astype(np.float64)
