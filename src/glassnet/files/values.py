"""One constructor parameter as plain data and back: numbers, words, lists, and the records of the tables.

What JSON has no word for is a dictionary with a single key that says what it is: ``{"tuple": [8, 4]}``.
"""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from glassnet.errors import InvalidType
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import INITIALIZERS, Initializer
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, Optimizer
from glassnet.pieces.schedules import SCHEDULES, Schedule
from glassnet.pieces.settings import Record
from glassnet.pieces.tables import Family, Table, known_name
from glassnet.text import one_line

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
    raise InvalidType(f"a file cannot hold the parameter {name}", one_line(value))


def restored_value(value: Any) -> Any:
    """The value from a stranger's plain data.

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
