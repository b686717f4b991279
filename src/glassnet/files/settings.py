"""An estimator's constructor parameters in the file: plain data, tuples and infinities told apart from lists and text.

They are kept as they were given, so that ``clone`` and a second ``fit`` of the loaded estimator do what they did.
NumPy's numbers become Python's, arrays become lists.
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

import numpy as np

from glassnet.archive import Facts
from glassnet.errors import InvalidInput
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.mlp.parameters import Hyperparameters
from glassnet.estimators.mlp.plan import layers_of
from glassnet.files.values import plain_value, restored_value
from glassnet.text import one_line

E = TypeVar("E", bound=NetworkEstimator)


def plain_settings(estimator: NetworkEstimator) -> dict[str, Any]:
    """The parameters as plain data.

    Random generators, callbacks and functions that score cannot be: None is written, with a warning. That changes no
    prediction, only what a later ``fit`` does.

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
        raise InvalidInput(f"a parameter is not what fit takes: {one_line(error)}", remedy="set it back") from None
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
    estimator = cls(**{name: restored_value(value) for name, value in written.items()})
    estimator._validate_params()
    if isinstance(estimator, Hyperparameters):
        layers_of(estimator)  # built once, to see whether sizes, activations and rates go together
    return estimator


_ABOUT = {"random_state": "a generator", "callbacks": "code", "scoring": "a function"}


def _lives_in_memory(name: str, value: Any) -> bool:
    """True for a parameter that is no data."""
    if name == "random_state":
        return isinstance(value, np.random.RandomState | np.random.Generator)
    return (name == "callbacks" and bool(value)) or (name == "scoring" and callable(value))
