"""Several targets: which a command line names, which models a file holds for them, and what each is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from glassnet.errors import InvalidInput, unknown_name
from glassnet.text import listed

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table.experiment import Experiment
    from glassnet.estimators.table.model import TableModel


def targets_of(given: str | None, source: Source) -> tuple[str | None, ...]:
    """The columns to predict: ``a,b`` is two, unless a column is called so; None stands for the default.

    Raises:
        UnknownName: no such column.
        InvalidInput: one is named twice.
    """
    if given is None or given in source.names or "," not in given:
        return (given,)
    names = tuple(source.check_name(part.strip()) for part in given.split(","))
    if len(set(names)) < len(names):
        raise InvalidInput(f"--target names a column twice: {given!r}", remedy="name each once")
    return names


def one_of_several(experiment: Experiment, targets: Sequence[str | None]) -> Experiment:
    """An experiment on one of several targets: the others are not inputs.

    Raises:
        InvalidInput: its target holds classes.
    """
    name = experiment.target.name
    if experiment.target.task != "regression":
        what = f"several targets are numbers, and {name!r} holds classes"
        raise InvalidInput(what, remedy="train it by itself, or say --task regression")
    others = {other: "a target, too" for other in targets if other is not None and other != name}
    division = experiment.division
    experiment.division = replace(division, set_aside={**division.set_aside, **others})
    return experiment


def labels(models: Sequence[TableModel]) -> list[str]:
    """What each of a file's models predicts: its target, of several quantiles with its level."""
    names = [model.target.name for model in models]
    if len(set(names)) == len(names):
        return names
    levels = (getattr(model.network.loss, "level", None) for model in models)
    return [
        name if level is None else f"{name} ({level:g} quantile)" for name, level in zip(names, levels, strict=True)
    ]


def chosen(models: Sequence[TableModel], name: str | None, note: Callable[[str], None]) -> TableModel:
    """One model of a file: by the name of what it predicts, or else the middle one, which is said.

    Raises:
        UnknownName: none predicts that.
    """
    known = labels(models)
    if name is not None:
        if name not in known:
            raise unknown_name("target of this model", name, known)
        return models[known.index(name)]
    middle = len(models) // 2
    if len(models) > 1:
        note(f"the file holds models of {listed(known, 6)}; this is of {known[middle]}, --target chooses another")
    return models[middle]
