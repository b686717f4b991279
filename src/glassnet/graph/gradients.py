"""Derivatives of Python functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.errors import InvalidInput
from glassnet.graph.backward import ancestors, reverse_sweep
from glassnet.graph.errors import not_a_number, not_from_the_graph
from glassnet.graph.node import Node, Primitive, Value, leaf

THE_VALUE = "the value of a function to differentiate"
INNER_INPUT = Primitive("constant", np.positive, ().__getitem__)  # an input of an inner graph, seen from an outer one


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function ``(*arguments) -> (f's value, its derivative)``, both from one run of ``f``.

    Args:
        f: a function of numbers and arrays, written with operators and NumPy's functions, that returns one number.
        argnums: which argument to differentiate with respect to, or several; floats of any shape.

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

    def both(*arguments: Value, **settings: object) -> tuple[Value, Any]:
        traced = list(arguments)
        for i in chosen:
            if not -len(arguments) <= i < len(arguments):
                what = f"there is no argument {i} to differentiate with respect to"
                raise InvalidInput(what, f"{len(arguments)} given", "pass argnums of positional arguments")
            traced[i] = _input(arguments[i])
        inputs = [traced[i] for i in chosen]
        value, derivatives = gradient(f(*traced, **settings), inputs)
        return value, tuple(derivatives) if several else derivatives[0]

    return both


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The derivative of ``f`` as a function of the same arguments; see :func:`value_and_grad`.

    It can be differentiated again, and used inside functions that are differentiated.

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
        seen = f"{np.shape(v)} for {np.shape(x)}"
        raise InvalidInput("the direction must have the shape of x", seen, "pass v with the shape of x")
    return grad(lambda at: np.sum(grad(f)(at) * v))(x)


def gradient(end: Value, inputs: Sequence[Node]) -> tuple[Value, list[Value]]:
    """The value of ``end`` and its derivatives with respect to ``inputs``.

    Where ``end`` depends on other inputs too (``f`` is called within a function that is itself differentiated), both
    depend on them and are nodes; otherwise they are plain numbers and arrays.
    """
    if not isinstance(end, Node):
        return _constant(end), [np.zeros_like(x.value)[()] for x in inputs]
    if end.shape != ():
        raise not_a_number(THE_VALUE, end.shape)
    order, own = ancestors(end), set(inputs)
    nested = any(node.primitive is None and node not in own for node in order)
    found = reverse_sweep(end, inputs, order, as_nodes=nested)
    for x in inputs:
        x.primitive = x.primitive or INNER_INPUT
    derivatives = [found.get(x, np.zeros_like(x.value)) for x in inputs]
    return end if nested else end.value[()], [g if isinstance(g, Node) else np.array(g)[()] for g in derivatives]


def _input(x: Value) -> Node:
    """A new node to differentiate with respect to; behind an argument that is a node the outer graph continues."""
    return +x if isinstance(x, Node) else leaf(x)


def _constant(value: Value) -> Value:
    """The value of a function that does not depend on its arguments."""
    if np.asarray(value).dtype.kind not in "fiub":
        raise not_from_the_graph(THE_VALUE, value)
    if np.shape(value) != ():
        raise not_a_number(THE_VALUE, np.shape(value))
    return value
