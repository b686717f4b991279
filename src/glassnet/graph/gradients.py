"""Derivatives of plain Python functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.errors import InvalidInput
from glassnet.graph.backward import ancestors, sweep
from glassnet.graph.errors import not_a_number, not_from_the_graph
from glassnet.graph.node import Node, Primitive, leaf

THE_VALUE = "the value of a function to derive"
TAKEN = Primitive("constant", np.positive, ().__getitem__)  # what an input is to outer graphs once it was derived by


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function ``(*arguments) -> (f's value, its derivative)``, both from one run of ``f``.

    Args:
        f: a function of numbers and arrays, written with operators and NumPy's functions, whose value is one number.
        argnums: which argument to derive by, or several; those must be floats, any shape.

    Returns:
        A function. The derivative has the argument's shape and type; for several ``argnums`` there is a tuple of them.

    Raises:
        InvalidInput: on a call, where the value is not a single number or there is no such argument.
        InvalidType: where an argument is not floats, or ``f`` uses something that is not differentiated.

    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 3.0]))
    (np.float64(10.0), array([2., 6.]))
    """
    several = not isinstance(argnums, int)
    chosen = tuple(argnums) if not isinstance(argnums, int) else (argnums,)

    def both(*arguments: Any, **settings: Any) -> tuple[Any, Any]:
        traced = list(arguments)
        for i in chosen:
            if not -len(arguments) <= i < len(arguments):
                raise InvalidInput(f"there is no argument {i} to derive by", seen=f"{len(arguments)} given")
            traced[i] = _started(arguments[i])
        starts = [traced[i] for i in chosen]
        value, slopes = gradient(f(*traced, **settings), starts)
        return value, tuple(slopes) if several else slopes[0]

    return both


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The derivative of ``f`` as a function of the same arguments; see :func:`value_and_grad`.

    It can be derived again, and inside functions that are derived.

    >>> import numpy as np
    >>> grad(np.tanh)(0.0), grad(grad(lambda x: x**3))(2.0)
    (np.float64(1.0), np.float64(12.0))
    """
    both = value_and_grad(f, argnums)
    return lambda *arguments, **settings: both(*arguments, **settings)[1]


def hvp(f: Callable[[Any], Any], x: ArrayLike, v: ArrayLike) -> Any:
    """The Hessian of ``f`` at ``x`` times ``v``, without the Hessian: the derivative of ``grad f . v``.

    Args:
        f: a function of one array whose value is one number.
        x: where, floats of any shape.
        v: the direction, of the shape of ``x``.

    Raises:
        InvalidInput: the shapes of ``x`` and ``v`` differ; and as :func:`value_and_grad`.

    >>> import numpy as np
    >>> hvp(lambda x: x[0] ** 2 * x[1], np.array([1.0, 2.0]), np.array([1.0, 0.0])).tolist()
    [4.0, 2.0]
    """
    if np.shape(x) != np.shape(v):
        raise InvalidInput("the direction must have the shape of x", seen=f"{np.shape(v)} for {np.shape(x)}")
    return grad(lambda at: np.sum(grad(f)(at) * v))(x)


def gradient(end: Any, starts: Sequence[Node]) -> tuple[Any, list[Any]]:
    """The value of ``end`` and its derivatives by ``starts``.

    Where other inputs stand behind ``end`` too (``f`` is called within a function that is itself being derived), both
    depend on them and are nodes; otherwise they are plain numbers and arrays.
    """
    if not isinstance(end, Node):
        return _constant(end), [np.zeros_like(start.value)[()] for start in starts]
    if end.shape != ():
        raise not_a_number(THE_VALUE, end.shape)
    order, own = ancestors(end), set(starts)
    nested = any(node.primitive is None and node not in own for node in order)
    found = sweep(end, starts, order, as_nodes=nested)
    for start in starts:
        start.primitive = start.primitive or TAKEN
    slopes = [found.get(start, np.zeros_like(start.value)) for start in starts]
    return end if nested else end.value[()], [g if isinstance(g, Node) else np.array(g)[()] for g in slopes]


def _started(x: Any) -> Node:
    """A node of one's own to derive by; behind an argument that is a node the outer graph goes on."""
    return +x if isinstance(x, Node) else leaf(x)


def _constant(value: Any) -> Any:
    """The value of a function that does not depend on its arguments."""
    if np.asarray(value).dtype.kind not in "fiub":
        raise not_from_the_graph(THE_VALUE, value)
    if np.shape(value) != ():
        raise not_a_number(THE_VALUE, np.shape(value))
    return value
