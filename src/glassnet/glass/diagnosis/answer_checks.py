"""A check of the answers: the same for nearly all rows, of a network whose inputs are not scaled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.glass.diagnosis.scale_checks import bad_scale


def _one_answer(context: Context) -> Iterator[Finding]:
    scale = bad_scale(context)
    if scale is None:
        return
    Y, predictions = context.targets, context.forward_pass.predictions
    numbers = context.network.loss.targets in ("numbers", "counts")
    said = (_same_number if numbers else _same_class)(context, predictions, Y)
    if said is not None:
        what, facts = said
        yield Finding("warning", f"{what}, and {scale.what}", scale.remedy, facts)


def _same_class(context: Context, predictions: Array, Y: Array) -> tuple[str, Facts] | None:
    """Of one label a row."""
    if Y.shape[1] == 1 and context.network.loss.targets == "zero_one":
        answers, truth, k = (predictions[:, 0] > 0.5).astype(np.intp), (Y[:, 0] > 0.5).astype(np.intp), 2
    elif context.network.loss.targets == "classes":
        answers, truth, k = predictions.argmax(axis=1), Y.argmax(axis=1), Y.shape[1]
    else:
        return None
    counts = np.bincount(answers, minlength=k) / len(answers)
    usual = int(counts.argmax())
    share, true = float(counts[usual]), float(np.mean(truth == usual))
    if share < at.ONE_ANSWER or true > at.USUAL_CLASS or 1 - share > at.OTHER_ANSWERS * (1 - true):
        return None
    what = f"the answer is {context.class_name(usual, k)} for {percent(share)} of the rows, though it is true of "
    return what + percent(true), {"class": usual, "share": share, "true": true}


def _same_number(context: Context, predictions: Array, Y: Array) -> tuple[str, Facts] | None:
    spread, true = predictions.std(axis=0), Y.std(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(true > 0, spread / true, np.inf)
    share = float(ratios.min())
    if not share < at.ONE_NUMBER:
        return None
    what = f"the predictions hardly differ: their deviation is {percent(share)} of the target's"
    return what, {"share": share}


ANSWER_CHECKS = [Check("one_answer", "does the answer depend on the inputs?", ("X", "Y", "rows"), _one_answer)]
"""Checks of the answers."""
