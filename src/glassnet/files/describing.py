"""What is in a model file, as plain facts for people and programs."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from glassnet.archive.os_errors import StrPath
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.reporting import member_rows
from glassnet.files.kinds import kind_of
from glassnet.files.model_file import FORMAT, opened
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import counted, one_line


def describe(model: StrPath | Any) -> dict[str, Any]:
    """What a model predicts, from what, with which network, and how its training went.

    Args:
        model: a file, which is read as strictly as by :func:`load`; or a model.

    Returns:
        Titles and contents in the order to be read; a content is a text, or names and values, that JSON can hold but
        for numbers that are not finite.

    Raises:
        BrokenFile, UnusableFile, UnknownName: as :func:`load`.
        InvalidType: not a model.

    >>> net = Network.mlp(2, [4], 1)
    >>> describe((net, net.initialize(seed=0)))["network"]["parameters"]
    17
    """
    written: dict[str, Any] = {}
    if isinstance(model, str | os.PathLike):
        model, facts = opened(model)
        written = {"written by": f"glassnet {one_line(facts.text('glassnet'))}", "format": FORMAT}
    kind = kind_of(model)
    about = {"kind": kind.name, "is": kind.words, **written}
    sections: Callable[..., dict[str, Any]] = next(made for cls, made in _SECTIONS.items() if issubclass(kind.cls, cls))
    return {"model": about, **sections(model)}


def _table(model: TableModel) -> dict[str, Any]:
    sections = {
        "predicts": _predicts(model),
        "columns": {report.name: report.done for report in model.encoder.report()},
        **_network(model.network, model.parameters),
        "training": {
            "rows": model.rows,
            "validation rows": model.validation_rows,
            "epochs": model.history.epochs,
            "best epoch": model.best_epoch,
            "seconds": model.seconds,
            "ending": model.outcome.ending,
            "reason": model.outcome.reason,
            "engine": model.outcome.engine.name,
            **_at_best(model),
        },
    }
    if model.evaluation is not None:
        sections["evaluation"] = _evaluation(model.evaluation)
    recipe, limit = model.recipe_, model.time_limit
    if model.trained or model.fitted.blended is not None:
        sections |= _blend(model)
        leading = model.blend.members[0].number
        recipe = model.trained[leading - 1].recipe if model.trained else recipe
    sections["preset"] = {
        "preset": model.preset_,
        "time limit": "none" if limit is None else f"{limit:g} s",
        "metric": model.metric or "that of the loss",
    }
    return sections | {"recipe": recipe.settings()}


def _blend(model: TableModel) -> dict[str, Any]:
    """The networks that predict together, and how all of them were trained; other sections are of the first."""
    members = {
        f"member {place}": ", ".join(filter(None, words))
        for place, *words in (
            (row[0], *row[1:3], f"weight {row[3]}") for row in member_rows(model.blend, model.trained)
        )
    }
    networks = {
        f"network {number}": f"{one.recipe.words}; {counted(one.epochs, 'epoch')}: {one.reason}"
        for number, one in enumerate(model.trained, start=1)
    }
    chosen = {
        "chosen": model.choice.why(model.blend),
        "temperature": model.blend.temperature,
        "seconds": model.choice.seconds,
    }
    if len(members) > 1:
        chosen["shown above and by trace, plot"] = f"member 1; another by --member 2 to {len(members)}"
    return {"blend": chosen, "members": members} | ({"networks trained": networks} if networks else {})


def _predicts(model: TableModel) -> dict[str, Any]:
    target = model.target
    predicts: dict[str, Any] = {"target": target.name, "task": target.task}
    if target.classes is not None and target.counts is not None:
        return predicts | {"classes": target.classes.tolist(), "rows of each": target.counts.tolist()}
    return predicts | {"mean": target.center, "standard deviation": target.scale}


def _at_best(model: TableModel) -> dict[str, float]:
    """The numbers of the epoch whose parameters were kept."""
    kept = (model.best_epoch or 0) - 1
    recorded = {name: column for name, column in model.history.items() if name not in ("seconds", "learning_rate")}
    return {name.replace("_", " "): column[kept] for name, column in recorded.items() if column}


def _evaluation(evaluation: Evaluation) -> dict[str, Any]:
    scores = {score.name: score.value for score in evaluation.scores}
    return {"rows": evaluation.rows, **scores, "baseline": evaluation.baseline} | {
        f"{score.name} of the baseline": score.baseline for score in evaluation.scores
    }


def _network(network: Network, parameters: Parameters) -> dict[str, Any]:
    facts = {
        "inputs": network.inputs,
        "outputs": network.outputs,
        "layers": len(network.declared_layers),
        "parameters": network.size,
        "dtype": parameters.theta.dtype.name,
        "loss": network.loss.name,
    }
    return {"network": facts, "layers": network.summary()}


def _estimator(model: NetworkEstimator) -> dict[str, Any]:
    fitted, history = model.fitted, model.history_
    predicts: dict[str, Any] = {"features": fitted.network.inputs}
    if fitted.columns.inputs is not None:
        predicts["feature names"] = list(fitted.columns.inputs)
    if fitted.answers.classes is not None:
        predicts["classes"] = fitted.answers.classes.tolist()
    last = {name.replace("_", " "): value for name, value in history.last().items() if name != "seconds"}
    seconds = sum(history.columns.get("seconds", ()))
    training = {"epochs": history.epochs, "seconds": seconds, "engine": model.engine_.name, **last}
    settings = {name: str(value) for name, value in model.get_params(deep=False).items()}
    sections = {"predicts": predicts, **_network(fitted.network, fitted.parameters)}
    return sections | {"training": training, "settings": settings}


_SECTIONS: dict[type, Callable[..., dict[str, Any]]] = {
    TableModel: _table,
    NetworkEstimator: _estimator,
    tuple: lambda pair: _network(*pair),
}
