"""The four estimators in the file: what they have in common, and what each kind adds."""

from __future__ import annotations

from glassnet.archive import Arrays, Facts
from glassnet.errors import InvalidInput
from glassnet.estimators.base import NetworkEstimator, NotFitted
from glassnet.estimators.classification import Classification
from glassnet.estimators.labels import Labels
from glassnet.estimators.linear.base import LinearModel
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.base import MLP
from glassnet.estimators.mlp.plan import optimizer_of
from glassnet.files.classes import put_labels, restored_labels
from glassnet.files.engines import restored_engine
from glassnet.files.histories import put_history, restored_history
from glassnet.files.networks import put_network, restored_network, restored_parameters
from glassnet.files.parts import Parts
from glassnet.files.settings import plain_settings, restored_estimator
from glassnet.files.states import put_state, restored_state
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.losses import LOSSES


def take_apart(estimator: NetworkEstimator) -> Parts:
    """The parts of a fitted estimator.

    Raises:
        InvalidInput: it is not fitted.
        InvalidType: a parameter or classes that no file can hold.
    """
    try:
        fitted = estimator.fitted
    except NotFitted:
        raise InvalidInput("the model is not fitted yet", remedy="call fit before saving it") from None
    parts = Parts(facts={"settings": plain_settings(estimator), "n_iter": int(estimator.n_iter_)})
    parts.facts["engine"] = estimator.engine_.name
    parts.facts["feature_names"] = None if fitted.columns.inputs is None else list(fitted.columns.inputs)
    put_network(parts, fitted.network, fitted.parameters)
    put_history(parts, estimator.history_)
    if isinstance(estimator, Classification):
        put_labels(parts, estimator.labels_)
    if isinstance(estimator, MLP) and fitted.state is not None:
        put_state(parts, fitted.state, fitted.parameters, optimizer_of(estimator).slots)
    return parts


def put_together(cls: type[NetworkEstimator], arrays: Arrays, facts: Facts) -> NetworkEstimator:
    """A fitted estimator of a class, from untrusted parts.

    Raises:
        BrokenFile: parts that are not ours, or do not fit together.
        UnknownName: a piece that is in no table here.
    """
    estimator = restored_estimator(cls, facts.section("settings"))
    network = restored_network(facts)
    n_iter, engine = facts.integer("n_iter", low=0), restored_engine(facts)
    names = _restored_names(network, facts)
    labels = restored_labels(network, arrays, facts) if issubclass(cls, Classification) else None
    _check_loss(cls, network, labels, facts)
    parameters = restored_parameters(network, arrays, facts)
    history, state = restored_history(arrays, facts), None
    if isinstance(estimator, MLP):
        state = restored_state(network, parameters, history, optimizer_of(estimator).slots, arrays, facts)
    return estimator.restore(
        network, parameters, history, engine=engine, n_iter=n_iter, names=names, labels=labels, state=state
    )


def _restored_names(network: Network, facts: Facts) -> list[str] | None:
    if facts["feature_names"] is None:
        return None
    names = facts.texts("feature_names")
    if len(names) != network.inputs:
        raise facts.broken("has other feature names than inputs", f"{len(names)}, {network.inputs}")
    return names


def _check_loss(cls: type[NetworkEstimator], network: Network, labels: Labels | None, facts: Facts) -> None:
    """Raise where the network's answers would not be what the estimator takes them for."""
    if labels is not None:
        fitting = LOSSES.make(labels.loss)
        fits = (network.loss.targets, network.loss.link) == (fitting.targets, fitting.link)
    elif issubclass(cls, LinearRegression):
        fits = network.loss.name == "squared_error"
    else:
        fits = network.loss.targets in ("numbers", "counts")
    if not fits:
        raise facts.broken("has a loss that does not fit this kind of model", network.loss.name)
    if issubclass(cls, LinearModel) and not (len(network.given) == 1 and isinstance(network.given[0], Dense)):
        raise facts.broken("has a network with hidden layers, which a linear model has not")
