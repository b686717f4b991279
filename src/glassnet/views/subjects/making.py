"""``subject_of``: the subject of whatever model a user passes."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.errors import InvalidInput, InvalidType
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.views.subjects.arrays import ArraySubject, PipelineSubject
from glassnet.views.subjects.subject import Subject
from glassnet.views.subjects.tables import TableSubject

COARSE = 1e-5  # float32 rounds to 7 digits


def subject_of(model: Any) -> Subject:
    """The subject of a fitted model.

    Args:
        model: a model of a whole table, an estimator of ours (also at the end of a pipeline of scalers), or
            ``(network, parameters)``.

    Raises:
        InvalidType: none of these.
        InvalidInput: not fitted, or a pipeline that makes other columns.

    >>> network = Network.mlp(2, [3], 1)
    >>> subject_of((network, network.initialize())).columns
    ('x1', 'x2')
    """
    if isinstance(model, tuple) and len(model) == 2 and isinstance(model[0], Network):
        return ArraySubject(None, model[0], _double(*model), *_inputs(model[0], None), exact=_exact(model[1]))
    if isinstance(getattr(model, "network_", None), Network):
        network, names = model.network_, getattr(model, "feature_names_in_", None)
        classes = getattr(model, "classes_", None)
        columns, exact = _inputs(network, names), _exact(model.parameters_)
        return ArraySubject(model, network, _double(network, model.parameters_), *columns, classes, exact=exact)
    if hasattr(model, "encoder") and isinstance(getattr(model, "parameters", None), Parameters):
        return _of_table(model)
    if hasattr(model, "steps") and isinstance(getattr(model[-1], "network_", None), Network):
        return _of_pipeline(model)
    if hasattr(model, "fit"):
        raise InvalidInput(f"this {type(model).__name__} is not a fitted network of ours", remedy="call fit first")
    raise InvalidType(
        f"a {type(model).__name__} cannot be looked into",
        remedy="pass a fitted estimator of glassnet, a TableModel, or (network, parameters)",
    )


def _of_table(model: Any) -> Subject:
    places = model.encoder.outputs
    linear = model.network.link.name == "identity" and model.network.loss.targets == "numbers"
    return TableSubject(
        model,
        model.network,
        _double(model.network, model.parameters),
        tuple(places),
        tuple(places.values()),
        model.target.classes,
        model.target.name,
        COARSE,  # encoded tables are float32
        model.target.scale if linear else 1.0,
        model.target.centre if linear else 0.0,
    )


def _of_pipeline(model: Any) -> Subject:
    network, n = model[-1].network_, getattr(model, "n_features_in_", None)
    names = getattr(model, "feature_names_in_", None)
    before = [f"x{j}" for j in range(n or 0)] if names is None else [*map(str, names)]
    if len(model) > 1 and [*map(str, model[:-1].get_feature_names_out(before))] != before:
        raise InvalidInput(
            "the steps of this pipeline make other columns of the user's",
            seen=f"{n} columns before, {network.inputs} after",
            remedy="look into its last step, with the rows as it gets them (model[:-1].transform(X))",
        )
    classes = getattr(model[-1], "classes_", None)
    parameters = _double(network, model[-1].parameters_)
    exact = _exact(model[-1].parameters_)
    return PipelineSubject(model, network, parameters, *_inputs(network, names), classes, exact=exact)


def _inputs(network: Network, names: Any) -> tuple[tuple[str, ...], tuple[slice, ...]]:
    numbers = range(network.inputs)
    columns = (f"x{j + 1}" for j in numbers) if names is None else map(str, names)
    return tuple(columns), tuple(slice(j, j + 1) for j in numbers)


def _exact(parameters: Parameters) -> float:
    return COARSE if parameters.theta.dtype == np.float32 else 1e-9


def _double(network: Network, parameters: Parameters) -> Parameters:
    return network.parameters(parameters.theta.astype(np.float64), parameters.running.astype(np.float64))
