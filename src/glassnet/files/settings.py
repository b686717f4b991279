"""An estimator's constructor parameters in the file, as plain data.

They are kept as they were given, so that ``clone`` and a second ``fit`` of the loaded estimator do what they did.
NumPy's numbers become Python's, arrays become lists. What JSON has no word for is a dictionary with a single key that
says what it is: ``{"tuple": [8, 4]}``.
"""

from __future__ import annotations

import math
import os
import warnings
from typing import Any, TypeVar

import numpy as np

from glassnet.archive import Facts
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.mlp.base import MLP
from glassnet.estimators.mlp.plan import layers_of
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import INITIALIZERS, Initializer
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, Optimizer
from glassnet.pieces.schedules import SCHEDULES, Schedule
from glassnet.pieces.settings import Record
from glassnet.pieces.tables import Family, Table, known_name
from glassnet.text import one_line

E = TypeVar("E", bound=NetworkEstimator)


def plain_settings(estimator: NetworkEstimator) -> dict[str, Any]:
    """The parameters as plain data.

    Random generators, callbacks, clusters and functions that score cannot be: None is written, with a warning. That
    changes no prediction, only what a later ``fit`` does.

    Raises:
        InvalidType, UnknownName: a parameter of another type that no file can hold, a record that is in no table.
        InvalidInput: a value the estimator does not take.

    >>> from glassnet.estimators.mlp.regressor import MLPRegressor
    >>> plain_settings(MLPRegressor(hidden_layer_sizes=(8, 4), alpha=np.float64(0.5)))["hidden_layer_sizes"]
    {'tuple': [8, 4]}
    """
    settings = estimator.get_params(deep=False)
    for name in (name for name, value in settings.items() if _lives_in_memory(name, value)):
        warnings.warn(
            f"{name} is {_ABOUT[name]}, which a file cannot hold: the loaded model will have {name}=None",
            stacklevel=4,
        )
        settings[name] = None
    written = {name: plain_value(name, value) for name, value in settings.items()}
    try:
        _made(type(estimator), written)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"a parameter is not what fit takes: {one_line(error).rstrip('.')}", remedy="set it back"
        ) from None
    return written


def restored_estimator(cls: type[E], facts: Facts) -> E:
    """A new estimator with untrusted parameters; those a later version added take their defaults.

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
    estimator = cls(**{name: restored_value(value) for name, value in written.items()})
    estimator._validate_params()
    if isinstance(estimator, MLP):
        layers_of(estimator)  # built once, to see whether sizes, activations and rates go together
    return estimator


_ABOUT = {"random_state": "a generator", "callbacks": "code", "scoring": "a function", "cluster": "other processes"}


def _lives_in_memory(name: str, value: Any) -> bool:
    """True for a parameter that is not data."""
    if name == "random_state":
        return isinstance(value, np.random.RandomState | np.random.Generator)
    if name == "cluster":
        return value is not None
    return (name == "callbacks" and bool(value)) or (name == "scoring" and callable(value))


_FAMILIES: dict[str, tuple[type[Record], Family[Any]]] = {
    "optimizer": (Optimizer, OPTIMIZERS),
    "schedule": (Schedule, SCHEDULES),
    "loss": (Loss, LOSSES),
}
_TABLES: dict[str, tuple[type, Table[Any]]] = {
    "activation": (Activation, ACTIVATIONS),
    "initializer": (Initializer, INITIALIZERS),
}


def plain_value(name: str, value: Any) -> Any:
    """The value of parameter ``name`` as plain data.

    Raises:
        InvalidType: a value of a type that no file can hold.
        UnknownName: a record that is in no table.

    >>> plain_value("hidden_layer_sizes", (8, 4))
    {'tuple': [8, 4]}
    """
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, tuple | list):
        items = [plain_value(name, one) for one in value]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {"pairs": [[plain_value(name, key), plain_value(name, one)] for key, one in value.items()]}
    return _plain_record(name, value)


def _plain_record(name: str, value: Any) -> dict[str, Any]:
    for kind, (cls, family) in _FAMILIES.items():
        if isinstance(value, cls):
            return {kind: family.describe(value)}
    for kind, (cls, table) in _TABLES.items():
        if isinstance(value, cls):
            return {kind: known_name(table, value)}
    raise InvalidType(f"a file cannot hold the parameter {name}", one_line(value), "use numbers, text or records")


def restored_value(value: Any) -> Any:
    """The value from untrusted plain data.

    Raises:
        ValueError, TypeError: no value of ours.
    """
    if isinstance(value, list):
        return [restored_value(one) for one in value]
    if not isinstance(value, dict):
        return value
    (kind, content), *more = value.items() or [("", None)]
    if not more and kind in _FAMILIES and isinstance(content, dict):
        return _FAMILIES[kind][1].make(content)
    if not more and kind in _TABLES and isinstance(content, str):
        return _TABLES[kind][1][content]
    match value:
        case {"tuple": list(items), **rest} if not rest:
            return tuple(restored_value(one) for one in items)
        case {"pairs": list(pairs), **rest} if not rest:
            return {restored_value(key): restored_value(one) for key, one in pairs}
        case {"float": "inf" | "-inf" | "nan" as text, **rest} if not rest:
            return float(text)
    raise ValueError("a value of no kind that is known")
