"""What ``fit`` finds: an attribute with a plain name, kept under scikit-learn's, which ends in an underscore."""

from __future__ import annotations

from typing import Generic, Self, TypeVar, overload

T = TypeVar("T")


class Found(Generic[T]):
    """An attribute of a fitted model: ``model.network`` and ``model.network_`` are one.

    scikit-learn tells what ``fit`` found from parameters by the underscore, so what is kept has it.

    Args:
        default: what it is before ``fit``, and where ``fit`` finds none; without one there is no such attribute.

    >>> class Model:
    ...     rows = Found[int](0)
    >>> model = Model()
    >>> model.rows = 3
    >>> model.rows, vars(model), Model().rows
    (3, {'rows_': 3}, 0)
    """

    def __init__(self, *default: T) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, model: None, owner: type) -> Self: ...
    @overload
    def __get__(self, model: object, owner: type) -> T: ...
    def __get__(self, model: object, owner: type) -> T | Self:
        if model is None:
            return self
        kept = vars(model)
        if (name := f"{self._name}_") not in kept and not self._default:
            raise AttributeError(f"{owner.__name__} has no {self._name!r} before fit")
        value: T = kept[name] if name in kept else self._default[0]
        return value

    def __set__(self, model: object, value: T) -> None:
        vars(model)[f"{self._name}_"] = value
