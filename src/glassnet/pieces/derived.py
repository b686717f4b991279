"""Derivatives of users' own functions, from the computation graph, where none was written.

Whatever such a function does wrong is an error of one sentence that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import GlassnetError, InvalidInput, InvalidType

# Small numbers of both signs, none of them 0 and no two alike, as a layer's Z (m, n).
PROBE = np.array([[-1.7, -0.6, 0.3], [0.9, 1.4, -0.2]])


def activation_derivative(name: str, value: Callable[[Array], ArrayLike], z: Array) -> Array:
    """``g'(z)`` of ``value``, a function that works element by element: the gradient of ``sum g(z)``."""
    return _gradient(f"activation {name!r}", lambda z: np.sum(value(z)), z)


def loss_gradient(name: str, value: Callable[[Array, Array], Array], S: Array, Y: Array) -> Array:
    """The gradient (m, k) of each example's loss with respect to its scores."""
    return _gradient(f"loss {name!r}", lambda S: np.sum(value(S, Y)), S)


def check_activation(name: str, value: Callable[[Array], ArrayLike]) -> None:
    """Raise where ``value`` is not a function of one array that works element by element and is differentiable.

    Raises:
        InvalidInput, InvalidType: it fails on an array, returns another shape, or mixes elements.
        GlassnetError: it uses something the graph does not differentiate; says what.
    """
    what = f"activation {name!r}"
    with in_one_sentence(what), np.errstate(all="ignore"):
        whole = np.asarray(value(PROBE))
        alone = [np.asarray(value(z.reshape(1, 1))).ravel() for z in PROBE.ravel()]
    if whole.shape != PROBE.shape:
        raise wrong_shape(name, whole.shape, PROBE.shape)
    if not np.allclose(whole.ravel(), np.ravel(alone), rtol=1e-6, equal_nan=True):
        seen = "a value that depends on the other elements of its array"
        remedy = "what mixes units is a layer: glassnet.Layer"
        raise InvalidInput(f"{what} must work element by element", seen, remedy)
    activation_derivative(name, value, PROBE)


def wrong_shape(name: str, seen: tuple[int, ...], wanted: tuple[int, ...]) -> InvalidInput:
    what = f"activation {name!r} must return an array of its input's shape"
    remedy = "write it element by element, without sums or parts of the array"
    return InvalidInput(what, f"{seen} for an input of shape {wanted}", remedy)


def _gradient(what: str, total: Callable[[Array], Any], x: Array) -> Array:
    from glassnet import graph  # when used: most networks never need it

    # NumPy's warnings about the values were given when the values were computed.
    with in_one_sentence(what), np.errstate(all="ignore"):
        gradient: Array = graph.grad(total)(x)
    return gradient


@contextmanager
def in_one_sentence(what: str) -> Iterator[None]:
    """Errors of the graph name the function they are about; what NumPy and Python raise in it becomes one of ours."""
    try:
        yield
    except GlassnetError as error:
        if error.cause.startswith(what):
            raise
        remedy = "; or ".join(filter(None, [error.remedy, "give its derivative yourself"]))
        raise type(error)(f"{what} cannot be differentiated: {error.cause}", error.seen, remedy) from error
    except (TypeError, ValueError, AttributeError) as error:
        seen = f"{type(error).__name__}: {str(error).partition(chr(10))[0].rstrip('.')}"
        remedy = "use NumPy's functions (np.exp for math.exp, np.where for if)"
        raise InvalidType(f"{what} must be a function of arrays", seen, remedy) from error
