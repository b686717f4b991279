"""The members of a table's model: trained side by side, judged by the rows held out, blended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.choice import AUTO, choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import unknown_name
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.recipe import Recipe
from glassnet.hardware import thread_count
from glassnet.learning.blending.blend import Blend, Member, tempered
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.blending.checkpointing import CheckpointingOfAll
from glassnet.learning.blending.checkpoints import Training
from glassnet.learning.blending.choosing import CRITERIA, SMALLEST, Criterion, best_temperature, blend_weights, shares
from glassnet.learning.checkpointing import CheckpointFile
from glassnet.learning.job import Job
from glassnet.learning.run import Callback, Run
from glassnet.learning.together import Deadline, train_together
from glassnet.learning.training import INTERRUPTED, Outcome
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import Loss
from glassnet.text import amount, counted

TRIAL = 0.05  # of a time limit, to measure the pace
CYCLES = (1 / 15, 3 / 15, 7 / 15)  # of a training whose schedule has no cycles, where it is looked at in between


@dataclass(frozen=True)
class Choice:
    """How a blend was chosen, in the numbers that people read.

    Args:
        criterion: by what; "" where no rows were held out, so that nothing was chosen.
        rows: held out.
        candidates: how many there were.
        blend, single, plain: the criterion of the blend, of the best single candidate, of the plain mean of all
            networks at their ends.
        seconds: spent training, by the clock.
    """

    criterion: str = ""
    rows: int = 0
    candidates: int = 1
    blend: float = 0.0
    single: float = 0.0
    plain: float = 0.0
    seconds: float = 0.0

    def sentence(self, blend: Blend) -> str:
        """What was chosen and why, in plain words."""
        return f"{self.why(blend)}: {'; '.join(map(str, blend.members))}"

    def why(self, blend: Blend) -> str:
        """The same without the members."""
        if not self.criterion:
            return "no rows are held out to choose by, so it is the plain mean of all networks"
        tempered = f"; temperature {blend.temperature:.2f}" if blend.temperature != 1 else ""
        return (
            f"{self.criterion} of {counted(self.rows, 'held-out row')}: {amount(self.blend)} by a blend of "
            f"{len(blend.members)} of {counted(self.candidates, 'candidate')} (the best of them alone "
            f"{amount(self.single)}, the plain mean {amount(self.plain)}){tempered}"
        )


class Trained(NamedTuple):
    """How one of several networks was trained.

    Args:
        recipe: what it is like.
        epochs: done.
        reason: why it ended.
    """

    recipe: Recipe
    epochs: int
    reason: str


def cycle_ends(plan: Plan) -> list[int]:
    """After which epochs of a training its parameters are candidates, the last one aside."""
    parts = plan.schedule.cycle_ends if len(plan.schedule.cycle_ends) > 1 else CYCLES
    return sorted({round(part * plan.epochs) for part in parts} - {0, plan.epochs})


def keep_of(job: Job) -> Keep:
    """What keeps the candidates of a training."""
    found = (callback for callback in job.callbacks if isinstance(callback, Keep))
    return next(found, None) or Keep(cycle_ends(job.plan))


@dataclass(frozen=True)
class Checkpointed:
    """Where several trainings are saved to while they run.

    Args:
        file: the place.
        seconds: the least time between two saves.
    """

    file: CheckpointFile
    seconds: float

    def callback(self, jobs: Sequence[Job], spent: float) -> CheckpointingOfAll:
        """What saves them, from the first time on."""
        trainings = [Training(job.plan, job.state, keep_of(job)) for job in jobs]
        saving = CheckpointingOfAll(self.file, trainings, jobs[0].about, self.seconds, spent)
        saving.begin()
        return saving


def train_members(
    jobs: Sequence[Job],
    callbacks: Iterable[Callback | Callable[[Run], object]],
    n_threads: int | None,
    checkpoint: Checkpointed | None = None,
    spent: float = 0.0,
) -> list[Outcome]:
    """Train each job on a thread of its own; see :func:`train_together`.

    Args:
        jobs: the trainings, from where they stand.
        callbacks: notified of all of them.
        n_threads: how many are trained at a time.
        checkpoint: where they are saved to while they run.
        spent: seconds of training before they were stopped.
    """
    for job in jobs:
        choose(job.plan, job.engine, job.rows.X)  # what no engine trains is told before a file is begun
        job.callbacks = [keep_of(job)]
    saving = [] if checkpoint is None else [checkpoint.callback(jobs, spent)]
    for job in jobs:
        job.callbacks = [*job.callbacks, *saving, *callbacks]
    return train_together(jobs, n_threads)


def within(jobs: Sequence[Job], seconds: float, n_threads: int | None) -> list[Job]:
    """The jobs with as many epochs as fit into some seconds, by the pace of a few steps of the first.

    Args:
        jobs: of about the same size.
        seconds: for all of them.
        n_threads: how many are trained at a time.
    """
    plan = replace(jobs[0].plan, n_threads=1)
    trial = State.new(plan, jobs[0].state.seed)
    replace(jobs[0], plan=plan, state=trial, callbacks=[Deadline(seconds * TRIAL)]).run()
    pace = trial.seconds / max(1, trial.step) * plan.steps_per_epoch  # seconds an epoch
    at_once = min(thread_count(n_threads), len(jobs))
    affordable = int(seconds * (1 - 2 * TRIAL) * at_once / (len(jobs) * max(pace, 1e-9)))
    return [replace(job, plan=replace(job.plan, epochs=max(1, min(job.plan.epochs, affordable)))) for job in jobs]


def candidates(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> list[Member]:
    """What a blend is chosen from: the parameters of each training where it was looked at, and at its end.

    Raises:
        Diverged: all of them did, before they were looked at.
    """
    found = []
    for number, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True), start=1):
        network = job.plan.network
        kept = keep_of(job).kept
        if outcome.error is None:
            kept = kept | {job.state.epoch: job.state.parameters(network)}
        found += [Member(network, kept[epoch], 1.0, number, epoch) for epoch in sorted(kept)]
    if not found and outcomes[0].error is not None:
        raise outcomes[0].error
    return [one for one in found if one.epoch] or found  # what has not learned is better than nothing only


def ended(outcomes: Sequence[Outcome], leading: int) -> Outcome:
    """How trainings ended that belong together: as the leading one, but interrupted where one of them was.

    Args:
        outcomes: of all.
        leading: the number of the one that leads the blend, from 1.
    """
    worst = next((outcome for outcome in outcomes if outcome.ending == INTERRUPTED), outcomes[leading - 1])
    return replace(outcomes[leading - 1], ending=worst.ending, reason=worst.reason, signal=worst.signal)


def blended(found: Sequence[Member], rows: Rows | None, criterion: Criterion, scale: float) -> tuple[Blend, Choice]:
    """The blend of some candidates that is best on rows held out, and how it was chosen.

    Args:
        found: at least one, the last of each number is the end of its training.
        rows: held out, or None.
        criterion: what is made small.
        scale: of the target, for the numbers that people read.
    """
    final = [i for i, one in enumerate(found) if i + 1 == len(found) or found[i + 1].number != one.number]
    if rows is None:
        return _weighted(found, np.isin(np.arange(len(found)), final) / len(final)), Choice(candidates=len(found))
    weights, predictions = shares(rows), [predicted(one, rows.X) for one in found]
    classes = found[0].network.loss.targets in ("classes", "zero_one")
    own = np.asarray(rows.Y).reshape(-1).astype(np.int64 if classes else np.float64)
    if classes:  # a mean of what is sure and what is not would be the opinion of the sure
        heats = [best_temperature(np.log(np.maximum(p, SMALLEST)), own, weights) for p in predictions]
        found = [at_temperature(one, heat) for one, heat in zip(found, heats, strict=True)]
        predictions = [tempered(p, heat) for p, heat in zip(predictions, heats, strict=True)]
    P = np.stack([p[np.arange(len(own)), own] if classes else p[:, 0] for p in predictions])
    w = blend_weights(P, own, criterion, weights, final)
    temperature = 1.0
    if classes:
        mean = sum(share * p for share, p in zip(w, predictions, strict=True) if share)
        temperature = best_temperature(np.log(np.maximum(mean, SMALLEST)), own, weights)

    def cost(p: Array) -> float:
        return criterion.shown(float(criterion.terms(p, own) @ weights), scale)

    choice = Choice(criterion.words, len(own), len(found), cost(w @ P), min(map(cost, P)), cost(P[final].mean(axis=0)))
    return _weighted(found, w, temperature), choice


def predicted(member: Member, X: Matrix) -> Array:
    """The predictions of one network in float64, of classes the probability of each, (m, k)."""
    engine = AUTO.choose(member.network, member.parameters, X).engine
    predictions = engine.predict(member.parameters, X).astype(np.float64)
    return of_each_class(predictions) if member.network.loss.targets == "zero_one" else predictions


def at_temperature(member: Member, temperature: float) -> Member:
    """The member whose probabilities are ``p^(1/T)``, scaled to sum 1: its last layer is divided by ``T``."""
    parameters = member.parameters.copy()
    last = parameters.layers[-1]
    for values in (last.W, last.b):
        values /= temperature
    return replace(member, parameters=parameters)


def _weighted(found: Sequence[Member], weights: Array, temperature: float = 1.0) -> Blend:
    """Those of a weight above 0, the largest first."""
    order = [i for i in np.argsort(-weights, kind="stable") if weights[i] > 0]
    return Blend(tuple(replace(found[i], weight=float(weights[i])) for i in order), temperature)


METRIC_NAMES = {True: ("accuracy", "log_loss"), False: ("rmse", "mae")}  # of a classification, of a regression


def criterion_for(metric: str | None, loss: Loss) -> Criterion:
    """What a blend is chosen by.

    Args:
        metric: a name, or None for what the loss is.
        loss: of the networks.

    Raises:
        UnknownName: no such metric of this task.
    """
    classes = loss.targets in ("classes", "zero_one")
    if metric is not None and metric not in METRIC_NAMES[classes]:
        noun = f"{'classification' if classes else 'regression'} metric"
        raise unknown_name(noun, metric, METRIC_NAMES[classes])
    if classes:
        return CRITERIA["log_loss"]  # of few rows the accuracy cannot tell candidates apart
    if metric is not None or loss.name == "squared_error" or LINKS[loss.link].name != "identity":
        return CRITERIA[metric or "rmse"]
    return Criterion(loss.name.replace("_", " "), partial(_own_terms, loss))


def _own_terms(loss: Loss, P: Array, truth: Array) -> Array:
    """The loss itself, of predictions (.., m)."""
    Y = np.broadcast_to(truth, P.shape).reshape(-1, 1)
    return loss.value(P.reshape(-1, 1), Y).reshape(P.shape)
