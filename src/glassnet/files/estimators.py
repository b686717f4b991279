"""The four estimators in the file: what they have in common, what each kind adds, and the classes of a classifier."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.data.targets.classes import check_padding
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.base import NetworkEstimator, NotFitted
from glassnet.estimators.classification import Classification
from glassnet.estimators.labels import Labels
from glassnet.estimators.linear.base import LinearModel
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.base import MLP
from glassnet.estimators.mlp.plan import optimizer_of
from glassnet.files.networks import put_network, restored_network, restored_parameters
from glassnet.files.parts import Parts
from glassnet.files.row_digests import put_digests, restored_digests
from glassnet.files.scaling import put_scaling, restored_scaling
from glassnet.files.settings import plain_settings, restored_estimator
from glassnet.files.training import put_history, put_state, restored_engine, restored_history, restored_state
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
    if isinstance(estimator, MLP):
        put_scaling(parts, vars(estimator).get("scaling_"))
    put_digests(parts, fitted.row_digests)
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
        estimator.scaling_ = restored_scaling(network, arrays, facts)
        state = restored_state(network, parameters, history, optimizer_of(estimator).slots, arrays, facts)
    return estimator.restore(
        network,
        parameters,
        history,
        engine=engine,
        n_iter=n_iter,
        names=names,
        labels=labels,
        state=state,
        known_rows=restored_digests(arrays, facts),
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
    if issubclass(cls, LinearModel) and not (
        len(network.declared_layers) == 1 and isinstance(network.declared_layers[0], Dense)
    ):
        raise facts.broken("has a network with hidden layers, which a linear model has not")


def put_labels(parts: Parts, labels: Labels) -> None:
    """Add the classes, and whether each row has one of them or each of them is a yes or no of its own.

    Raises:
        InvalidType: classes of a dtype no file can hold.
    """
    facts: dict[str, object] = {"kind": labels.kind}
    if labels.kind == "multilabel":
        parts.facts["classes"] = facts
    elif labels.classes.dtype.kind in "biuf":
        parts.put("classes", {"values": labels.classes}, facts)
    else:
        parts.facts["classes"] = facts | _texts(labels.classes)


def restored_labels(network: Network, arrays: Arrays, facts: Facts) -> Labels:
    """The classes in untrusted parts.

    Raises:
        BrokenFile: none, not in order, or not as many as the network has outputs for.
    """
    said = facts.section("classes")
    kind = said.choice("kind", ("binary", "multiclass", "multilabel"))
    if kind == "multilabel":
        return Labels(kind, np.arange(network.outputs))
    if "texts" in said:
        values = _from_texts(said)
    else:
        values = arrays.expect("classes.values", "biuf", (None,))
        del arrays["classes.values"]
    if not len(values) or not (values[:-1] < values[1:]).all():
        raise facts.broken("has no classes, or not in order")
    labels = Labels.over(values)
    if labels.kind != kind or labels.outputs != network.outputs:
        raise facts.broken("has other classes than outputs", f"{len(values)} classes, {network.outputs} outputs")
    return labels


def _texts(classes: Array) -> dict[str, object]:
    values = classes.tolist()
    if classes.dtype.kind not in "UO" or not all(isinstance(value, str) for value in values):
        raise InvalidType("a file cannot hold these classes", f"dtype {classes.dtype}", "use text or numbers")
    width = classes.dtype.itemsize // 4 if classes.dtype.kind == "U" else None
    if not check_padding(values, width or 0):
        raise InvalidInput("the names of the classes are too long for a file", remedy="shorten the longest")
    return {"texts": values, "width": width}


def _from_texts(said: Facts) -> Array:
    values = said.texts("texts")
    if said["width"] is None:
        return np.array([*values, None], dtype=object)[:-1]
    width = said.integer("width", low=max(map(len, values), default=1))
    if not check_padding(values, width):
        raise said.broken("has class names of an absurd length")
    return np.array(values, dtype=f"<U{width}")
