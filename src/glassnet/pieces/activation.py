"""The record of an activation, and how to make one of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.errors import InvalidInput

Array = NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """One activation.

    Args:
        name: its name in menus and files.
        value: ``(z, out)``: writes ``g(z)``; all arrays of one shape.
        derivative: ``(z, a, out)``: writes ``g'(z)``, given ``a = g(z)``.
        range: the open interval its values lie in (an end may be reached by rounding, or at 0 for relu).
        formula, slope: ``g(z)`` and ``g'(z)`` as people write them.
        initializer: the initializer whose variance suits it.
        source: where it comes from.
        code: its number in the native engine; 0 for one that only Python knows.

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
    slope: str
    initializer: str = "glorot_uniform"
    source: str = ""
    code: int = 0

    def __call__(self, z: ArrayLike) -> Array:
        """``g(z)`` in a new array."""
        z = _floats(z)
        a = np.empty_like(z)
        self.value(z, a)
        return a

    def prime(self, z: ArrayLike) -> Array:
        """``g'(z)`` in a new array."""
        z = _floats(z)
        slope = np.empty_like(z)
        self.derivative(z, self(z), slope)
        return slope


def own_activation(
    name: str,
    value: Callable[[Array], ArrayLike],
    derivative: Callable[[Array, Array], ArrayLike],
    *,
    range: tuple[float, float] = (-inf, inf),
    initializer: str = "glorot_uniform",
) -> Activation:
    """An activation of one's own from two plain functions.

    Args:
        name: its name; ``ACTIVATIONS.add`` makes it known to files and menus.
        value: ``z -> g(z)``, element by element.
        derivative: ``(z, a) -> g'(z)``.
        range: the interval its values lie in.
        initializer: the name of an initializer.

    >>> cube = own_activation("cube", lambda z: z**3, lambda z, a: 3 * z**2)
    >>> float(cube(2.0)), float(cube.prime(2.0))
    (8.0, 12.0)
    """

    return Activation(
        name,
        value=partial(_write_value, name, value),  # not closures: a record pickles where the user's functions do
        derivative=partial(_write_slope, name, derivative),
        range=range,
        formula=f"{name}(z)",
        slope=f"{name}'(z)",
        initializer=initializer,
    )


def _write_value(name: str, value: Callable[[Array], ArrayLike], z: Array, out: Array) -> None:
    _write(name, value(z), out)


def _write_slope(name: str, derivative: Callable[[Array, Array], ArrayLike], z: Array, a: Array, out: Array) -> None:
    _write(name, derivative(z, a), out)


def _write(name: str, result: ArrayLike, out: Array) -> None:
    if np.shape(result) != out.shape:
        raise InvalidInput(
            f"activation {name!r} must return an array of its input's shape",
            seen=f"{np.shape(result)} for an input of shape {out.shape}",
        )
    out[...] = result


def _floats(z: ArrayLike) -> Array:
    z = np.asarray(z)
    return z if z.dtype in (np.float32, np.float64) else z.astype(np.float64)
