"""The last lines of ``glassnet train``: what the model is good at, what to worry about, three commands to see it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from glassnet.cli.output import Page, put_diagnosis
from glassnet.text import amount, counted, printable

if TYPE_CHECKING:
    from glassnet.estimators.table.evaluation import Evaluation
    from glassnet.estimators.table.experiment import Experiment

MOST_CLASSES = 6  # one line each; of more those that are found least


def show_verdict(page: Page, experiment: Experiment) -> None:
    """What the model is good at, and what to worry about; the diagnosis takes a moment of the training's time."""
    evaluation = experiment.evaluation
    if evaluation is not None:
        page.section("What it is good at", _strengths(evaluation))
    found = experiment.model.diagnose_training()
    put_diagnosis(page, found)
    checked = len({finding.name for finding in found})
    none = f"none of {counted(checked, 'check')} found a fault"
    page.section("What to worry about", [*map(str, found.problems)] or [none])


def _strengths(evaluation: Evaluation) -> list[str]:
    if evaluation.classes is None:
        error = evaluation.scores[0]
        share = 100 * error.value / error.baseline if error.baseline else 100.0
        return [f"its {error.name} is {amount(share, 2)} % of that of the baseline, {evaluation.baseline}"]
    found = sorted(evaluation.by_class(), key=lambda one: one.recall)
    shown, more = found[:MOST_CLASSES], found[MOST_CLASSES:]
    said = [
        f"{printable(one.name)}: {amount(100 * one.recall, 3)} % of {counted(one.rows, 'row')} found (recall), "
        f"{amount(100 * one.precision, 3)} % of those named so are (precision), F1 {amount(one.f1, 2)}"
        for one in shown
    ]
    if more:
        least = amount(100 * more[0].recall, 3)
        said.append(f"{counted(len(more), 'more class', 'more classes')}: at least {least} % found")
    return said


def next_steps(experiment: Experiment, path: str, data: str, several: bool = False) -> list[str]:
    """Three commands that show the model, of several targets that of the experiment."""
    if not len(experiment.training):  # rows too many for memory: pictures of them are not drawn
        tables = (["describe", path], ["evaluate", path, data], ["predict", path, data, "-o", "predictions.parquet"])
        return [shlex.join(["glassnet", *step]) for step in tables]
    classes = experiment.target.task == "classification"
    picture = "confusion" if classes else "predictions"
    steps = (["plot", picture], ["explain"], ["trace"])
    ends: tuple[list[str], ...] = ([], ["--row", "1"], ["--row", "1"])
    which = ["--target", experiment.target.name] if several else []
    return [shlex.join(["glassnet", *step, path, data, *end, *which]) for step, end in zip(steps, ends, strict=True)]
