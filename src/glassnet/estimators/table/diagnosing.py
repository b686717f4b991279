"""What is wrong with a table's model, its training or its table: findings in the user's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from glassnet.estimators.table.evaluation import Evaluation, Score
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.text import printable

JUDGED = 2_000  # of the rows learned from, for what is said after a training
RARE = 1 / 3  # of the rows: a class of more is not rare
MISSED = 0.6  # recall of a rare class below which it is said
FEWEST = 10  # rows of a class, to speak of its recall
GAP = 0.1  # of a constant guess's error is the least difference between learned and unseen rows that is said
TIMES = 1.5, 3.0  # the error on unseen rows in multiples of that on learned ones: a note, a warning
REPLACED = ("leakage", "overfitting")  # checks of the network that the table's own say better
OF_ONE = ("not_converged", "unsteady_cost", "slow_learning")  # of one network's own cost: a blend is chosen by its own
ERRORS = ("log-loss", "RMSE")


class Judgement(NamedTuple):
    """What a diagnosis of a table knows in addition to the network.

    Args:
        learned: the scores on rows that were learned from; None where none are known.
        unseen: those on rows that training never saw; None likewise.
        leaks: sentences on columns that give the answer away, or number the rows, each ending in a remedy.
        several: whether several networks predict together.
        stopped_early: whether validation rows ended the training, or chose the blend.
        cut: how a limit of time cut the training short; "" where it did not.
    """

    learned: Evaluation | None = None
    unseen: Evaluation | None = None
    leaks: Sequence[str] = ()
    several: bool = False
    stopped_early: bool = True
    cut: str = ""


def table_diagnosis(network: Diagnosis, known: Judgement) -> Diagnosis:
    """The findings on a table and on its network, each fault once.

    Args:
        network: the network's own; of several, of that which leads.
        known: what is known in addition.
    """
    replaced = {*REPLACED[: 1 if known.learned is None else 2], *(OF_ONE if known.several else ())}
    of_network = [finding for finding in network.findings if finding.name not in replaced]
    own = [*_leaks(known), *_overfits(known), *_missed_classes(known), *_cut_short(known)]
    skipped = {name: needs for name, needs in network.skipped.items() if name not in replaced}
    return Diagnosis((*own, *of_network), skipped, network.rows)


def _leaks(known: Judgement) -> Iterator[Finding]:
    for sentence in known.leaks:
        what, _, remedy = sentence.rpartition("; ")
        gives_away = "gives the answer away" in what or "predict" in what
        yield Finding(
            "warning" if gives_away else "note", what, remedy, name="leakage" if gives_away else "row_numbers"
        )


def _overfits(known: Judgement) -> Iterator[Finding]:
    """How much better the answers are to the rows that taught the model."""
    if known.learned is None or known.unseen is None or known.unseen.rows < at.ENOUGH_ROWS:
        return
    before, now = _error(known.learned), _error(known.unseen)
    times = now.value / max(before.value, 1e-12)
    said = f"{now.name} {before.shown(before.value)} on rows it learned from, {now.shown(now.value)} on rows "
    facts: Facts = {"learned": before.value, "unseen": now.value, "baseline": now.baseline}
    if times < TIMES[0] or now.value - before.value < GAP * now.baseline:
        yield Finding("good", f"no strong overfitting: {said}never seen", "", facts, "overfitting")
        return
    remedy = "more rows help most; else more regularization (--dropout 0.3, --l2 0.01)"
    if not known.stopped_early:
        remedy = "hold out rows that stop the training in time (validation=0.2, --validation 0.2)"
    severity: Severity = "note" if times < TIMES[1] or known.several else "warning"
    yield Finding(severity, f"the model overfits: {said}it never saw", remedy, facts, "overfitting")


def _error(evaluation: Evaluation) -> Score:
    return next(score for score in evaluation.scores if score.name in ERRORS)


def _missed_classes(known: Judgement) -> Iterator[Finding]:
    """Rare classes of which many rows go unfound."""
    judged = known.unseen
    if judged is None or judged.confusion is None or judged.classes is None:
        return
    rows = judged.confusion.sum(axis=1)
    found = np.diag(judged.confusion)
    accuracy = found.sum() / max(1, rows.sum())
    recall = found / np.maximum(rows, 1)
    rare = (rows >= FEWEST) & (rows <= RARE * rows.sum()) & (recall < MISSED) & (recall < accuracy)
    for c in np.flatnonzero(rare)[np.argsort(recall[rare], kind="stable")]:
        name = printable(str(judged.classes[c]))
        share = percent(float(recall[c]))
        what = f"of {rows[c]:,} rows of the class {name!r} only {found[c]:,} are found (recall {share})"
        remedy = "name it at a lower probability than the largest (predict_proba), or give its rows more weight"
        severity: Severity = "warning" if recall[c] < 0.5 else "note"
        yield Finding(severity, what, remedy, {"class": name, "recall": float(recall[c])}, "rare_class")


def _cut_short(known: Judgement) -> Iterator[Finding]:
    if known.cut:
        yield Finding("note", f"the training was cut short: {known.cut}", "raise the time limit", name="cut_short")
