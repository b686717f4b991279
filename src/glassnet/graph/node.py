"""A node: a value, and how it was computed.

Primitives compute nodes from nodes; a node holds its value, the primitive and the arguments, and nothing else.
Derivatives are not stored on it, so two backward passes cannot disturb each other. Nodes implement NumPy's protocols:
operators and NumPy's functions on them (``np.tanh(x)``, ``np.where(x > 0, x, 0)``) return nodes.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike

from glassnet.arrays import Array, unmasked
from glassnet.errors import InvalidInput, InvalidType
from glassnet.graph import errors

Value = Any  # an array, a Python number, or a node: rules are written for all three
Index = int | slice | EllipsisType | Array | Sequence[int] | tuple[Any, ...] | None

_serial = itertools.count()

# NumPy's function -> its implementation on nodes; filled by numpy_protocol.py.
HANDLERS: dict[Any, Callable[..., Value]] = {}


@dataclass(frozen=True, eq=False)
class Primitive:
    """A function the graph knows by itself, with its derivative rule.

    Args:
        name: its name.
        forward: ``(*arguments, **settings) -> value`` on plain arrays and numbers.
        rule: ``i -> (g, a, *arguments, **settings) -> gradient of argument i`` (a vector-Jacobian product), where ``g``
            is the derivative with respect to the value ``a``. ``backward`` undoes broadcasting afterwards.
        template: how it is written, such as ``"{} + {}"``; empty for its name and parentheses.
    """

    name: str
    forward: Callable[..., Any]
    rule: Callable[[int], Callable[..., Any]]
    template: str = ""

    def __call__(self, *arguments: Value, **settings: object) -> Value:
        """The value: a node where an argument is one, a plain array otherwise."""
        if not any(isinstance(argument, Node) for argument in arguments):
            return self.forward(*arguments, **settings)
        arguments = tuple(map(_argument, arguments))
        plain = [plain_value(argument) for argument in arguments]
        try:
            value = self.forward(*plain, **settings)
        except (ValueError, IndexError) as error:
            raise errors.not_these_shapes(self.name, plain, error) from error
        return Node(value, self, arguments, {name: _kept(setting) for name, setting in settings.items()})

    def __repr__(self) -> str:
        return f"Primitive({self.name!r})"


class Node(NDArrayOperatorsMixin):
    """A value in a computation graph, created by :func:`inputs` and by computing with nodes.

    Attributes:
        value: the value, a read-only array of any shape (0-d for a number). Computing with it instead of the node
            takes it as a constant.
        primitive: what computed it; None for an input.
        arguments: what it was computed from: nodes, arrays, numbers.
        settings: the primitive's settings, such as ``axis``.
        name: an input's name.
    """

    __slots__ = ("arguments", "name", "primitive", "serial", "settings", "value")

    def __init__(
        self,
        value: ArrayLike,
        primitive: Primitive | None = None,
        arguments: tuple[Any, ...] = (),
        settings: dict[str, Any] | None = None,
        name: str = "",
    ) -> None:
        self.value: Array = np.asarray(value)
        self.value.setflags(write=False)
        self.primitive, self.arguments, self.settings, self.name = primitive, arguments, settings or {}, name
        self.serial = next(_serial)  # arguments come before what is computed from them: the order of the graph

    __hash__ = object.__hash__  # by identity: `==` compares element by element

    @property
    def inputs(self) -> list[Node]:
        """The arguments that are nodes."""
        return [argument for argument in self.arguments if isinstance(argument, Node)]

    # --- NumPy ------------------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *arguments: Value, **settings: object) -> Value:
        if settings.get("out") is not None:
            raise errors.changed_in_place(f"np.{ufunc.__name__} with out=")
        if method != "__call__":
            raise errors.not_in_the_table(f"np.{ufunc.__name__}.{method}")
        if settings:
            raise errors.not_these_settings(f"np.{ufunc.__name__}", settings)
        return _call(ufunc, arguments, settings)

    def __array_function__(
        self, function: Callable[..., Any], types: object, arguments: tuple[Value, ...], settings: dict[str, object]
    ) -> Value:
        if settings.get("out") is not None:
            raise errors.changed_in_place(f"np.{function.__name__} with out=")
        return _call(function, arguments, settings)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    dtype = property(lambda self: self.value.dtype)
    T = property(lambda self: np.transpose(self))

    def __getattr__(self, name: str) -> Callable[..., Value]:
        """NumPy's methods, as the functions of the same name."""
        if name in METHODS:
            return lambda *arguments, **settings: METHODS[name](self, *arguments, **settings)
        raise errors.no_method(name, hasattr(np.ndarray, name))

    def __getitem__(self, index: Index) -> Value:
        return METHODS["__getitem__"](self, index)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Value]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        origin = self.primitive.name if self.primitive else f"input {self.name}".rstrip()
        return f"Node({np.array2string(self.value, threshold=8)}, {origin})"

    # --- what a node is not -----------------------------------------------------------------------------------------

    def _is_no_array(self, *_: object, **__: object) -> NoReturn:
        raise errors.not_an_array(self.shape)

    __array__ = __float__ = __int__ = __bool__ = __index__ = __complex__ = _is_no_array

    def _is_not_changed(self, *_: object) -> NoReturn:
        raise errors.changed_in_place("an assignment")

    __setitem__ = _is_not_changed
    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _is_not_changed


# Name of a method -> its implementation on nodes; filled by numpy_protocol.py.
METHODS: dict[str, Callable[..., Any]] = {}


def inputs(**values: ArrayLike) -> tuple[Node, ...]:
    """Named inputs of a graph, in the order given.

    Args:
        values: name -> number or array of floats, any shape; it is copied.

    Raises:
        InvalidType: a value that is not floating-point numbers.

    >>> x, y, z = inputs(x=-2.0, y=5.0, z=-4.0)
    >>> (x + y) * z
    Node(-12., multiply)
    """
    return tuple(leaf(value, name) for name, value in values.items())


def leaf(value: ArrayLike, name: str = "") -> Node:
    """An input."""
    numbers = np.array(unmasked(value, name))
    if numbers.dtype.kind != "f":
        raise errors.not_these_numbers(name, numbers.dtype)
    return Node(numbers, name=name)


def plain_value(x: Value) -> Value:
    """The value of a node; anything else as it is."""
    return x.value if isinstance(x, Node) else x


def _argument(x: Value) -> Value:
    """An argument as rules take it; Python's numbers stay as they are, so that they do not widen float32."""
    if isinstance(x, (Node, int, float)) or x is None:
        return x
    x = np.array(unmasked(x, "a constant"))  # of its own, as inputs are: the backward pass reads it again
    if x.dtype.kind not in "fiub":
        raise InvalidType("a graph computes with real numbers", f"an argument of type {x.dtype}", "pass real numbers")
    x.setflags(write=False)
    return x


def _kept(setting: object) -> object:
    """A setting, such as an index, that cannot change between forward and backward pass."""
    if isinstance(setting, (tuple, list)):
        return type(setting)(map(_kept, setting))
    return setting.copy() if isinstance(setting, np.ndarray) else setting


def _call(function: Callable[..., Any], arguments: tuple[Value, ...], settings: dict[str, object]) -> Value:
    handler = HANDLERS.get(function) or HANDLERS.get(_in_scipy(function))
    if handler is None:
        raise errors.not_in_the_table(source_name(function))
    try:
        return handler(*arguments, **settings)
    except TypeError as error:
        if isinstance(error, InvalidType) or "argument" not in str(error):
            raise
        raise errors.not_these_settings(source_name(function), settings) from error
    except np.exceptions.AxisError as error:
        raise InvalidInput(f"{source_name(function)}: {error}", remedy="pass an axis that the array has") from error


def _in_scipy(function: Callable[..., Any]) -> str | None:
    """``"scipy.special.erf"`` for that function, without importing SciPy."""
    special = sys.modules.get("scipy.special")
    name = getattr(function, "__name__", "")
    return f"scipy.special.{name}" if special and getattr(special, name, None) is function else None


def source_name(function: Callable[..., Any]) -> str:
    """A function as it is written in code: ``"np.linalg.inv"``."""
    module = getattr(function, "__module__", None) or "numpy"  # NumPy's ufuncs had none before 2.2
    return _in_scipy(function) or f"{module}.{function.__name__}".replace("numpy.", "np.").replace("np._core.", "np.")
