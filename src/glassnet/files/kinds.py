"""The kinds of models a file can hold: one record each. The table is the only list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from glassnet.archive import Arrays, Facts
from glassnet.errors import InvalidType
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.linear.logistic import LogisticRegression
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.regressor import TabularRegressor
from glassnet.estimators.table.tabular import TabularClassifier
from glassnet.files import estimators, networks, tables
from glassnet.files.parts import Parts
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

Model = (
    TableModel
    | TabularClassifier
    | TabularRegressor
    | MLPClassifier
    | MLPRegressor
    | LinearRegression
    | LogisticRegression
    | tuple[Network, Parameters]
)
"""What a file can hold: those of ``KINDS``, for type checkers."""


@dataclass(frozen=True)
class Kind:
    """One kind of model.

    Args:
        name: in the file.
        words: what it is, for people.
        cls: the class, exactly: of a subclass a file would not know the code.
        take_apart: a model -> its parts.
        put_together: untrusted arrays and facts -> a model; it takes what it uses out of the arrays.
    """

    name: str
    words: str
    cls: type
    take_apart: Callable[[Any], Parts]
    put_together: Callable[[Arrays, Facts], Any]


def _estimator(name: str, words: str, cls: type[NetworkEstimator]) -> Kind:
    return Kind(name, words, cls, estimators.take_apart, partial(estimators.put_together, cls))


def _table(name: str, words: str, cls: type[TableModel]) -> Kind:
    return Kind(name, words, cls, tables.take_apart, partial(tables.put_together, cls))


KINDS = {
    kind.name: kind
    for kind in (
        _table("table-model", "a model of a table", TableModel),
        _table("tabular-classifier", "networks that together name the class of a table's rows", TabularClassifier),
        _table("tabular-regressor", "networks that together predict a number for a table's rows", TabularRegressor),
        _estimator("mlp-classifier", "a multi-layer perceptron that names classes", MLPClassifier),
        _estimator("mlp-regressor", "a multi-layer perceptron that predicts numbers", MLPRegressor),
        _estimator("linear-regression", "a linear regression", LinearRegression),
        _estimator("logistic-regression", "a logistic regression", LogisticRegression),
        Kind("network", "a network with its parameters", tuple, networks.take_apart, networks.put_together),
    )
}


def kind_of(model: object) -> Kind:
    """The kind of a model.

    Raises:
        InvalidType: of none.
    """
    for kind in KINDS.values():
        if type(model) is kind.cls:
            return kind
    names = ", ".join("(network, parameters)" if kind.cls is tuple else kind.cls.__name__ for kind in KINDS.values())
    raise InvalidType("a model file cannot hold this", f"type {type(model).__name__}", f"it takes {names}")
