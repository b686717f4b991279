"""Tensors that NumPy's functions and operators work on, so that pieces run on them as they are written.

The mathematics of a piece is written once, in operators, NumPy's functions and the operations of a namespace. NumPy
hands its functions over to an argument that says how (``__array_ufunc__``, ``__array_function__``); these hand them on
to PyTorch's of the same name. Writing into ``out=`` gives the written object a new tensor: nothing that PyTorch has
recorded for the gradient changes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from glassnet.arrays import Array
from glassnet.engines.torch.package import Tensor, torch
from glassnet.errors import Unsupported
from glassnet.pieces.expressions import NUMPY, Operations

Function = Callable[..., Any]
Given = Any  # what a piece computes with: values, arrays, numbers

# What takes numbers and tensors without a change.
OPERATORS: dict[Any, Function] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.power: operator.pow, np.negative: operator.neg, np.matmul: operator.matmul,
    np.greater: operator.gt, np.greater_equal: operator.ge, np.less: operator.lt, np.less_equal: operator.le,
    np.equal: operator.eq, np.not_equal: operator.ne,
    np.logical_and: operator.and_, np.logical_or: operator.or_, np.logical_not: operator.invert,
    np.bitwise_and: operator.and_, np.bitwise_or: operator.or_, np.invert: operator.invert,
}  # fmt: skip
ARITHMETIC = (np.add, np.subtract, np.multiply, np.divide, np.power, np.negative, np.matmul)
# NumPy's names, and scipy.special's, where PyTorch has another.
RENAMED = {
    "absolute": "abs", "fabs": "abs", "rint": "round", "max": "amax", "min": "amin", "concatenate": "cat",
    "expand_dims": "unsqueeze", "ndtr": "special.ndtr", "expit": "sigmoid", "norm": "linalg.vector_norm",
}  # fmt: skip
SETTINGS = {"axis": "dim", "keepdims": "keepdim", "ddof": "correction"}
METHODS = (
    "sum", "mean", "max", "min", "var", "std", "clip", "reshape", "transpose", "ravel", "squeeze", "dot", "cumsum",
    "argmax", "any", "all",
)  # fmt: skip


class Values(NDArrayOperatorsMixin):
    """A tensor in the dress of an array.

    Args:
        tensor: its numbers, now.
        dtype: PyTorch's, of the network; numbers of another one become it, those without axes apart.
        part: True where it is a view into another, which must not be written into.
    """

    __slots__ = ("float", "part", "tensor")

    def __init__(self, tensor: Tensor, dtype: Given = None, part: bool = False) -> None:
        self.tensor, self.float, self.part = tensor, dtype or tensor.dtype, part

    shape = property(lambda self: tuple(self.tensor.shape))
    ndim = property(lambda self: self.tensor.ndim)
    size = property(lambda self: self.tensor.numel())
    T = property(lambda self: self._part(self.tensor.permute(*range(self.tensor.ndim)[::-1])))

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's name of the dtype."""
        return np.dtype(str(self.tensor.dtype).removeprefix("torch."))

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, index: Given) -> Values:
        parts = index if isinstance(index, tuple) else (index,)
        return self._part(self.tensor[tuple(map(self._plain, parts))])

    def __setitem__(self, index: object, x: Given) -> None:
        if index is not Ellipsis and index != slice(None):
            raise Unsupported("PyTorch cannot write into a part of an array here", remedy="use np.concatenate")
        self._write(self._plain(x))

    def __getattr__(self, name: str) -> Function:
        """NumPy's methods, as the functions of the same name."""
        if name not in METHODS:
            raise AttributeError(f"arrays of the torch engine have no {name!r}")
        return lambda *arguments, **settings: _method(self, getattr(np, name), arguments, settings)

    def __array__(self, *_: object, **__: object) -> Array:
        raise Unsupported("PyTorch's numbers cannot become NumPy's in the middle of a step")

    __bool__ = __float__ = __int__ = __index__ = __array__

    def fill(self, x: Given) -> None:
        """Make every element ``x``."""
        self._write(x)

    def astype(self, dtype: object, copy: bool = True) -> Values:
        """These: the dtype is the network's."""
        return self

    # -- NumPy's protocols -------------------------------------------------------------------------------------------

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *arguments: Given,
        out: Given = None,
        where: Given = True,
        **settings: object,
    ) -> Values:
        if method != "__call__" or settings:
            raise Unsupported(f"PyTorch has no np.{ufunc.__name__}.{method} with such settings")
        plain = [self._plain(x, number=ufunc not in OPERATORS) for x in arguments]
        if ufunc in ARITHMETIC:
            plain = [x.to(self.float) if _is_bool(x) else x for x in plain]
        function = OPERATORS.get(ufunc) or _function(ufunc.__name__)
        return self._given(function(*plain), out, where)

    def __array_function__(
        self, function: Function, types: object, arguments: tuple[Given, ...], settings: dict[str, Any]
    ) -> Any:
        known = HANDLED.get(function)
        if known is not None:
            return known(self, *arguments, **settings)
        out = settings.pop("out", None)
        plain = [self._plain(x) for x in arguments]
        named = {SETTINGS.get(name, name): self._plain(x) for name, x in settings.items()}
        if named.get("dim", 0) is None:
            named.pop("dim")
        return self._given(_function(function.__name__)(*plain, **named), None if out is None else (out,))

    def _given(self, tensor: Tensor, out: Given = None, where: Given = True) -> Values:
        """A result, written where it was to be written."""
        if out is None:
            return Values(self._own(tensor), self.float)
        if not isinstance(out[0], Values):
            raise Unsupported("PyTorch cannot write into an array of NumPy's", remedy="leave out= away")
        out[0]._write(tensor, where)
        return out[0]

    def _write(self, tensor: Given, where: Given = True) -> None:
        if self.part:
            raise Unsupported("PyTorch cannot write into a part of an array here", remedy="use np.concatenate")
        before, x = self.tensor, self._plain(tensor, number=True).to(self.tensor.dtype)
        x = x.expand(before.shape)
        self.tensor = x if where is True else torch.where(self._plain(where), x, before)

    def _part(self, tensor: Tensor) -> Values:
        return Values(tensor, self.float, True)

    def _own(self, tensor: Tensor) -> Tensor:
        """A tensor in the network's dtype."""
        other = tensor.is_floating_point() and tensor.ndim and tensor.dtype != self.float
        return tensor.to(self.float) if other else tensor

    def _plain(self, x: Given, number: bool = False) -> Given:
        """A tensor for values and arrays; ``number`` asks for one of a number, too."""
        if isinstance(x, Values):
            return x.tensor
        if isinstance(x, list | tuple):
            return type(x)(map(self._plain, x))
        if isinstance(x, np.ndarray):
            return self._own(torch.as_tensor(x, device=self.tensor.device))
        if isinstance(x, np.generic):
            x = x.item()
        if number and isinstance(x, int | float):
            return torch.full((), x, dtype=self.float, device=self.tensor.device)
        return x


def _method(x: Values, function: Function, arguments: tuple[Given, ...], settings: dict[str, Any]) -> Any:
    if function in (np.reshape, np.transpose) and arguments and isinstance(arguments[0], int):
        arguments = (arguments,)
    return function(x, *arguments, **settings)


def _is_bool(x: Given) -> bool:
    return getattr(x, "dtype", None) is torch.bool


@cache
def _function(name: str) -> Function:
    """PyTorch's function for one of NumPy's.

    Raises:
        Unsupported: there is none.
    """
    found: Any = torch
    for part in RENAMED.get(name, name).split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise Unsupported(f"PyTorch has no np.{name}")
    return found


# -- what PyTorch calls in another way ---------------------------------------------------------------------------------


def _where(self: Values, condition: Given, *branches: Given) -> Values:
    parts = [self._plain(x, number=True) for x in (condition, *branches)]
    return self._given(torch.where(*parts))


def _transpose(self: Values, x: Values, axes: Given = None) -> Values:
    return x.T if axes is None else self._part(x.tensor.permute(*axes))


def _copyto(self: Values, out: Given, x: Given, where: Given = True) -> None:
    self._given(self._plain(x, number=True), (out,), where)


def _variance(self: Values, x: Values, axis: Given = None, *, ddof: float = 0, keepdims: bool = False) -> Values:
    return self._given(torch.var(x.tensor, dim=axis, correction=ddof, keepdim=keepdims))


HANDLED: dict[Any, Function] = {
    np.shape: lambda self, x: x.shape,
    np.ndim: lambda self, x: x.ndim,
    np.size: lambda self, x: x.size,
    np.where: _where,
    np.copyto: _copyto,
    np.transpose: _transpose,
    np.var: _variance,
    np.std: lambda self, *arguments, **settings: np.sqrt(_variance(self, *arguments, **settings)),
}


@cache
def torch_operations() -> Operations:
    """The operations of expressions on values: NumPy's functions work on them, these are PyTorch's own."""

    def of(function: Function) -> Callable[[Values], Values]:
        return lambda x: Values(function(x.tensor), x.float)

    return replace(
        NUMPY,
        relu=of(torch.relu),
        sigmoid=of(torch.sigmoid),
        softplus=of(lambda x: -torch.nn.functional.logsigmoid(-x)),
        normal_cdf=of(lambda x: 0.5 * torch.special.erfc(-x / 2**0.5)),
        softmax=of(lambda x: torch.softmax(x, -1)),
        log_softmax=of(lambda x: torch.log_softmax(x, -1)),
    )
