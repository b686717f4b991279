"""An estimator's constructor parameters in the file: plain data, tuples and infinities told apart from lists and text.

They are kept as they were given, so that ``clone`` and a second ``fit`` of the loaded estimator do what they did.
NumPy's numbers become Python's, arrays become lists.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, TypeVar

import numpy as np

from glassnet.archive import Facts
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.base import NetworkEstimator
from glassnet.files.parts import shown

E = TypeVar("E", bound=NetworkEstimator)


def plain_settings(estimator: NetworkEstimator) -> dict[str, Any]:
    """The parameters as plain data.

    A random generator among them cannot be: None is written, with a warning. That changes no prediction, only what a
    later ``fit`` draws.

    Raises:
        InvalidType: a parameter of another type that no file can hold.
        InvalidInput: a value the estimator does not take.

    >>> from glassnet.estimators.mlp import MLPRegressor
    >>> plain_settings(MLPRegressor(hidden_layer_sizes=(8, 4), alpha=np.float64(0.5)))["hidden_layer_sizes"]
    {'tuple': [8, 4]}
    """
    settings = estimator.get_params(deep=False)
    if isinstance(settings.get("random_state"), np.random.RandomState | np.random.Generator):
        warnings.warn(
            "random_state is a generator, which a file cannot hold: the loaded model will have random_state=None; "
            "pass a whole number to keep it",
            stacklevel=4,
        )
        settings["random_state"] = None
    written = {name: _plain(name, value) for name, value in settings.items()}
    try:
        _made(type(estimator), written)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"a parameter is not what fit takes: {shown(error)}", remedy="set it back") from None
    return written


def restored_estimator(cls: type[E], facts: Facts) -> E:
    """A new estimator with a stranger's parameters; those a later version added take their defaults.

    Raises:
        BrokenFile: a parameter it has not, or a value it does not take.
    """
    known = cls().get_params(deep=False)
    if strange := sorted(facts.keys() - known.keys()):
        raise facts.broken(f"has settings that {cls.__name__} does not know", ", ".join(strange))
    try:
        return _made(cls, facts)
    except (ValueError, TypeError) as error:
        raise facts.broken("has an impossible setting", str(error)) from None


def _made(cls: type[E], written: dict[str, Any]) -> E:
    estimator = cls(**{name: _restored(value) for name, value in written.items()})
    estimator._validate_params()
    return estimator


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if not isinstance(value, tuple | list):
        raise InvalidType(f"a file cannot hold the parameter {name}", f"type {type(value).__name__}")
    items = [one.item() if isinstance(one, np.generic) else one for one in value]
    try:
        _numbers(items)
    except ValueError:
        raise InvalidType(f"a file cannot hold the parameter {name}", shown(value), "pass numbers") from None
    return {"tuple": items} if isinstance(value, tuple) else items


def _restored(value: Any) -> Any:
    match value:
        case {"tuple": list(items), **rest} if not rest:
            return tuple(_numbers(items))
        case list():
            return _numbers(value)
        case {"float": "inf" | "-inf" | "nan" as text, **rest} if not rest:
            return float(text)
        case dict():
            raise ValueError("a value of no kind that is known")
    return value


def _numbers(items: list[Any]) -> list[Any]:
    if not all(type(one) in (int, float) for one in items):
        raise ValueError("a list of something else than numbers")
    return items
