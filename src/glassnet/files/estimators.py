"""The four estimators in the file: what they have in common, and what each kind adds."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from glassnet.archive import Arrays, Facts
from glassnet.errors import InvalidInput
from glassnet.estimators.base import ClassifierPart, NetworkEstimator
from glassnet.estimators.linear.base import BaseLinear
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.base import BaseMLP
from glassnet.files.classes import put_labels, restored_labels
from glassnet.files.engines import restored_engine
from glassnet.files.histories import put_history, restored_history
from glassnet.files.networks import put_network, restored_network, restored_parameters
from glassnet.files.parts import Parts
from glassnet.files.settings import plain_settings, restored_estimator
from glassnet.files.states import put_state, restored_state
from glassnet.learning.history import History
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.losses import LOSSES


def take_apart(estimator: Any) -> Parts:
    """The parts of a fitted estimator.

    Raises:
        InvalidInput: it is not fitted.
        InvalidType: a parameter or classes that no file can hold.
    """
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise InvalidInput("the model is not fitted yet", remedy="call fit before saving it") from None
    parts = Parts(facts={"settings": plain_settings(estimator), "n_iter": int(estimator.n_iter_)})
    names = getattr(estimator, "feature_names_in_", None)
    parts.facts["engine"] = estimator.engine_.name
    parts.facts["feature_names"] = None if names is None else names.tolist()
    put_network(parts, estimator.network_, estimator.parameters_)
    put_history(parts, estimator.history_)
    if isinstance(estimator, ClassifierPart):
        put_labels(parts, estimator.labels_)
    if isinstance(estimator, BaseMLP):
        put_state(parts, estimator._state, estimator.parameters_, estimator._optimizer().slots)
    return parts


def put_together(cls: type[NetworkEstimator], arrays: Arrays, facts: Facts) -> Any:
    """A fitted estimator of a class, from a stranger's parts.

    Raises:
        BrokenFile: parts that are not ours, or do not fit together.
        UnknownName: a piece that is in no table here.
    """
    estimator: Any = restored_estimator(cls, facts.section("settings"))
    network = restored_network(facts)
    estimator.n_features_in_, estimator.n_iter_ = network.inputs, facts.integer("n_iter", low=0)
    estimator.engine_ = restored_engine(facts)
    _restore_names(estimator, facts)
    if isinstance(estimator, ClassifierPart):
        estimator._learn_labels(restored_labels(network, arrays, facts))
    _check_loss(estimator, network, facts)
    parameters = restored_parameters(network, arrays, facts)
    history = restored_history(arrays, facts)
    estimator.network_, estimator.parameters_, estimator.history_ = network, parameters, history
    if isinstance(estimator, BaseLinear):
        _show_coefficients(estimator, parameters)
    else:
        slots = estimator._optimizer().slots
        estimator._state = restored_state(network, parameters, history, slots, arrays, facts)
        estimator.history_ = History.of(estimator._state)  # one and the same, as after fit
    return estimator


def _restore_names(estimator: Any, facts: Facts) -> None:
    if facts["feature_names"] is None:
        return
    names = facts.texts("feature_names")
    if len(names) != estimator.n_features_in_:
        raise facts.broken("has other feature names than inputs", f"{len(names)}, {estimator.n_features_in_}")
    estimator.feature_names_in_ = np.array(names, dtype=object)


def _check_loss(estimator: Any, network: Network, facts: Facts) -> None:
    """Raise where the network's answers would not be what the estimator takes them for."""
    if isinstance(estimator, ClassifierPart):
        fitting = LOSSES.make(estimator.labels_.loss)
        fits = (network.loss.targets, network.loss.link) == (fitting.targets, fitting.link)
    elif isinstance(estimator, LinearRegression):
        fits = network.loss.name == "squared_error"
    else:
        fits = network.loss.targets in ("numbers", "counts")
    if not fits:
        raise facts.broken("has a loss that does not fit this kind of model", network.loss.name)
    if isinstance(estimator, BaseLinear) and not (len(network.given) == 1 and isinstance(network.given[0], Dense)):
        raise facts.broken("has a network with hidden layers, which a linear model has not")


def _show_coefficients(estimator: Any, parameters: Parameters) -> None:
    """``coef_`` and ``intercept_`` as ``fit`` leaves them: apart from the parameters, in scikit-learn's shapes."""
    W, b = parameters.W[1].copy(), parameters.b[1].copy()
    single = isinstance(estimator, LinearRegression) and len(b) == 1
    estimator.coef_, estimator.intercept_ = (W[0], float(b[0])) if single else (W, b)
