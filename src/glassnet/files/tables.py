"""The model of a table in the file: recipe, encoders, network, how the training went, the evaluation."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.target import TASKS, TargetEncoder
from glassnet.errors import BrokenFile, InvalidInput
from glassnet.estimators.table.evaluation import Evaluation, Score
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import PRESETS
from glassnet.estimators.table.recipe import DEFAULTS
from glassnet.estimators.table.tabular import Tabular
from glassnet.files.blends import put_blend, restored_blend
from glassnet.files.parts import Parts, taken
from glassnet.files.recipes import restored_recipe
from glassnet.files.row_digests import put_digests, restored_digests
from glassnet.files.settings import plain_value, restored_value
from glassnet.files.training import put_history, restored_engine, restored_history
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED, Outcome
from glassnet.network.network import Network

ENDINGS = (FINISHED, STOPPED, INTERRUPTED, DIVERGED)


def take_apart(model: TableModel) -> Parts:
    """The parts of a trained model, and what only scikit-learn's tools ask of an estimator of one task.

    Raises:
        InvalidInput: it is not trained.
    """
    parts, *others = map(_taken_apart, model.models_)
    for number, other in enumerate(others, start=2):
        parts.put(f"model {number}", other.arrays, other.facts)
    if isinstance(model, Tabular):
        names = getattr(model, "feature_names_in_", None)
        parts.facts["estimator"] = {
            "task": model.task,
            "metric": model.metric or "",
            "models": 1 + len(others),
            "class_weight": plain_value("class_weight", getattr(model, "class_weight", None)),
            "features": int(getattr(model, "n_features_in_", 0)),
            "names": [] if names is None else [str(name) for name in names],
        }
    return parts


def _taken_apart(model: TableModel) -> Parts:
    if not hasattr(model, "parameters"):
        raise InvalidInput("the model is not trained yet", remedy="call fit before saving it")
    parts = Parts(facts={"recipe": model.recipe_.settings(), "task": model.task, "preset": model.preset_})
    parts.facts |= {"time_limit": model.time_limit, "metric": model.metric, "n_folds": model.n_folds}
    _put_encoders(parts, model)
    put_blend(parts, model.blend, model.choice, model.trained)
    put_history(parts, model.history)
    put_evaluation(parts, model.evaluation)
    put_digests(parts, model.known_rows)
    parts.facts["training"] = {
        "rows": model.rows,
        "validation_rows": model.validation_rows,
        "ending": model.outcome.ending,
        "reason": model.outcome.reason,
        "engine": model.outcome.engine.name,
    }
    return parts


def put_together(cls: type[TableModel], arrays: Arrays, facts: Facts) -> TableModel:
    """The model from untrusted parts.

    Args:
        cls: which of the three.
        arrays, facts: of the file.

    Raises:
        BrokenFile: parts that are not ours, or do not fit together.
    """
    if issubclass(cls, Tabular):
        return _estimator(cls, arrays, facts)
    if "estimator" in facts:
        raise facts.broken("is of an estimator, not of a bare model")
    return _model(arrays, facts)


def _estimator(cls: type[Tabular], arrays: Arrays, facts: Facts) -> Any:
    said = facts.section("estimator")
    if said.choice("task", TASKS) != cls.task:
        raise said.broken("is of another task than its kind", repr(said["task"]))
    names, count = said.texts("names"), said.integer("features", low=0)
    if names and len(names) != count:
        raise said.broken("has another number of names than of features", f"{len(names)}, {count}")
    several = said.integer("models", low=1) if "models" in said else 1  # not in a file of an earlier version
    if several > 1 and cls.task == "classification":
        raise said.broken("is a classifier of several models", str(several))
    sections = (f"model {number}" for number in range(2, several + 1))
    models = [_model(arrays, facts), *(_model(taken(arrays, one), facts.section(one)) for one in sections)]
    for model in models:
        if model.target.task != cls.task:
            raise said.broken("is of another task than its target", model.target.task)
    estimator = cls.of(*models)
    estimator.metric = said.text("metric") or None
    if said.get("class_weight") is not None:
        vars(estimator)["class_weight"] = _class_weight(said)
    if count:
        estimator.n_features_in_ = count
    if names:
        estimator.feature_names_in_ = np.array(names, dtype=object)
    return estimator


def _class_weight(said: Facts) -> Any:
    """What each class weighs, of a classifier.

    Raises:
        BrokenFile: neither "balanced" nor a weight of each class.
    """
    with suppress(ValueError, TypeError):
        value = restored_value(said["class_weight"])
        if said["task"] == "classification" and (value == "balanced" or isinstance(value, dict)):
            return value
    raise said.broken("has class weights that are not valid", at="class_weight")


def _model(arrays: Arrays, facts: Facts) -> TableModel:
    task = None if facts["task"] is None else facts.choice("task", TASKS)
    preset = facts.choice("preset", PRESETS) if "preset" in facts else "plain"
    limit = facts.number("time_limit", low=0) if facts.get("time_limit") is not None else None
    metric = facts.text("metric") if facts.get("metric") is not None else None
    n_folds = facts.integer("n_folds", low=1) if facts.get("n_folds") is not None else None
    model = TableModel(restored_recipe(facts.section("recipe")), task, preset, limit, metric, n_folds=n_folds)
    model.preset_, model.recipe_ = preset, model.recipe or DEFAULTS
    model.encoder = TableEncoder.from_parts(taken(arrays, "encoder"), facts["encoder"])
    model.target = TargetEncoder.from_parts(taken(arrays, "target"), facts["target"])
    model.blend, model.choice, model.trained = restored_blend(arrays, facts, partial(_check_fit, model))
    model.network, model.parameters = model.blend.members[0].network, model.blend.members[0].parameters
    model.folds = model.choice.folds
    model.history = restored_history(arrays, facts)
    model.evaluation = restored_evaluation(arrays, facts, model.target.classes)
    model.known_rows = restored_digests(arrays, facts)
    model.row_digests = model.known_rows is not None
    training = facts.section("training")
    model.rows, model.validation_rows = training.integer("rows", low=1), training.integer("validation_rows", low=0)
    ending, reason = training.choice("ending", ENDINGS), training.text("reason")
    engine = restored_engine(training)
    model.outcome = Outcome(ending, reason, model.parameters, model.history, engine=engine)
    return model


def _put_encoders(parts: Parts, model: TableModel) -> None:
    for name, encoder in (("encoder", model.encoder), ("target", model.target)):
        arrays, facts = encoder.to_parts()
        try:
            encoder.from_parts(arrays, facts)
        except BrokenFile as error:  # names or cells so long that a file with them is taken for an attack
            remedy = "shorten the names and cells of the table, or leave such columns out"
            raise InvalidInput(f"the model cannot be kept in a file: {error.cause}", remedy=remedy) from None
        parts.put(name, arrays, facts)


def _check_fit(model: TableModel, network: Network, facts: Facts) -> None:
    """Raise where network, encoders and recipe are not those of one model."""
    if network.inputs != model.encoder.width:
        seen = f"{network.inputs} inputs, {model.encoder.width} encoded columns"
        raise facts.broken("has a network that does not fit its columns", seen)
    if network.outputs != model.outputs:
        seen = f"{network.outputs} outputs, {model.outputs} needed"
        raise facts.broken("has a network that does not fit its target", seen)
    if facts["dtype"] != model.recipe_.dtype:
        raise facts.broken("has parameters of another dtype than its recipe", repr(facts["dtype"]))
    _check_loss(model, network, facts)


def _check_loss(model: TableModel, network: Network, facts: Facts) -> None:
    answers: dict[str, Any] = {"regression": ("numbers", "counts"), "classification": ("classes", "zero_one")}
    fits = answers[model.target.task]
    if model.target.classes is not None:
        fits = ("classes" if model.outputs > 1 else "zero_one",)
    if network.loss.targets not in fits:
        raise facts.broken(f"has a loss that does not fit a {model.target.task}", network.loss.name)


def put_evaluation(parts: Parts, evaluation: Evaluation | None) -> None:
    """Add an evaluation, or that there is none."""
    if evaluation is None:
        parts.facts["evaluation"] = None
        return
    # Scores are arrays: some are infinite, or NaN where a metric says nothing.
    arrays = {"scores": np.array([[score.value, score.baseline] for score in evaluation.scores], np.float64)}
    if evaluation.confusion is not None:
        arrays["confusion"] = evaluation.confusion.astype(np.int64)
    words = [{"name": s.name, "words": s.words, "higher_is_better": s.higher_is_better} for s in evaluation.scores]
    facts = {"rows": evaluation.rows, "baseline": evaluation.baseline, "scores": words}
    parts.put("evaluation", arrays, facts)


def restored_evaluation(arrays: Arrays, facts: Facts, classes: Array | None) -> Evaluation | None:
    """The evaluation.

    Args:
        arrays, facts: of the whole file.
        classes: of the model's target, (k,).

    Raises:
        BrokenFile: its parts do not fit each other or the classes.
    """
    if facts["evaluation"] is None:
        return None
    numbers, said = taken(arrays, "evaluation"), facts.section("evaluation")
    words = said.sections("scores")
    values = numbers.expect("scores", "f", (len(words), 2)).tolist()
    scores = tuple(
        Score(one.text("name"), value, baseline, one.text("words"), one.flag("higher_is_better"))
        for one, (value, baseline) in zip(words, values, strict=True)
    )
    confusion = None
    if classes is not None:
        confusion = numbers.expect("confusion", "i", (len(classes), len(classes)))
    elif "confusion" in numbers:
        raise facts.broken("has a confusion table and no classes")
    return Evaluation(said.integer("rows", low=1), said.text("baseline"), scores, classes, confusion)
