"""The members of a table's model, trained side by side: in what time, with what kept and saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from glassnet.engines.choice import choose
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.hardware import thread_count
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.blending.checkpointing import CheckpointingOfAll
from glassnet.learning.blending.checkpoints import Training
from glassnet.learning.checkpointing import CheckpointFile
from glassnet.learning.interrupts import graceful_interrupt
from glassnet.learning.job import Job
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.rounds.spread import train_spread
from glassnet.learning.run import Callback, Run
from glassnet.learning.together import Deadline, EndWith, train_together
from glassnet.learning.training import INTERRUPTED, Outcome

Needed = Callable[[Sequence[Job], Sequence[Outcome]], Sequence[int]]

TRIAL = 0.05  # of a time limit, to measure the pace
CYCLES = (1 / 15, 3 / 15, 7 / 15)  # of a training whose schedule has no cycles, where it is looked at in between


def cycle_ends(plan: Plan) -> list[int]:
    """After which epochs of a training its parameters are candidates, except the last."""
    parts = plan.schedule.cycle_ends if len(plan.schedule.cycle_ends) > 1 else CYCLES
    return sorted({round(part * plan.epochs) for part in parts} - {0, plan.epochs})


def keep_of(job: Job, metric: str | None = None) -> Keep:
    """What keeps the candidates of a training, and judges them by a metric."""
    found = (callback for callback in job.callbacks if isinstance(callback, Keep))
    keep = next(found, None) or Keep(cycle_ends(job.plan))
    keep.metric = metric or keep.metric
    return keep


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
    needed: Needed,
    checkpoint: Checkpointed | None = None,
    spent: float = 0.0,
    metric: str | None = None,
    cluster: Cluster | None = None,
) -> list[Outcome]:
    """Train each job on a thread of its own; see :func:`train_together`. First those that held-out rows judge.

    Args:
        jobs: the trainings, from where they stand; last those of all rows, if others hold some out.
        callbacks: notified of all of them.
        n_threads: how many are trained at a time.
        needed: after which epoch a training of all rows has nothing more to give, of each kind.
        checkpoint: where they are saved to while they run.
        spent: seconds of training before they were stopped.
        metric: by which they are judged; None for what the loss is.
        cluster: whose workers train them; None for the threads of this process.
    """
    for job in jobs:
        choose(job.plan, job.engine, job.rows.X)  # raises for what no engine can train, before a file is written
        job.callbacks = [keep_of(job, metric)]
    saving = [] if checkpoint is None else [checkpoint.callback(jobs, spent)]
    try:
        with graceful_interrupt() as interrupted:  # also between the two
            for job in jobs:
                job.callbacks = [*job.callbacks, *saving, *callbacks, EndWith(interrupted)]
            judged = _judged(jobs)
            outcomes = _side_by_side(judged, n_threads, cluster)
            if not (rest := jobs[len(judged) :]):
                return outcomes
            if any(outcome.ending == INTERRUPTED for outcome in outcomes):
                interrupted.set()
            else:
                for job, epoch in zip(rest, cycle(needed(judged, outcomes)), strict=False):
                    keep_of(job).stop_after(epoch)
            return outcomes + _side_by_side(rest, n_threads, cluster)
    finally:
        for each in saving:
            each.file.close()


def _judged(jobs: Sequence[Job]) -> list[Job]:
    """Those that are trained first: which rows held out judge, or all where there are none."""
    return [job for job in jobs if job.validation is not None] or list(jobs)


def _side_by_side(jobs: Sequence[Job], n_threads: int | None, cluster: Cluster | None) -> list[Outcome]:
    return train_together(jobs, n_threads) if cluster is None else train_spread(jobs, cluster)


def within(jobs: Sequence[Job], seconds: float, n_threads: int | None) -> list[Job]:
    """The jobs with as many epochs as fit into some seconds, by the pace of a few steps of the first.

    Args:
        jobs: of networks of about the same size.
        seconds: for all of them.
        n_threads: how many are trained at a time.
    """
    plan = replace(jobs[0].plan, n_threads=1)
    trial = State.new(plan, jobs[0].state.seed)
    replace(jobs[0], plan=plan, state=trial, callbacks=[Deadline(seconds * TRIAL)]).run()
    first = len(_judged(jobs))
    steps = sum(
        sum(job.plan.steps_per_epoch for job in part) / min(thread_count(n_threads), len(part))
        for part in (jobs[:first], jobs[first:])
        if part
    )
    pace = trial.seconds / max(1, trial.step) * steps  # seconds an epoch of all of them
    affordable = int(seconds * (1 - 2 * TRIAL) / max(pace, 1e-9))
    return [replace(job, plan=replace(job.plan, epochs=max(1, min(job.plan.epochs, affordable)))) for job in jobs]


def ended(outcomes: Sequence[Outcome], leading: int) -> Outcome:
    """How trainings ended that belong together: as the leading one, but interrupted where one of them was.

    Args:
        outcomes: of all.
        leading: the number of the one that leads the blend, from 1.
    """
    worst = next((outcome for outcome in outcomes if outcome.ending == INTERRUPTED), outcomes[leading - 1])
    return replace(outcomes[leading - 1], ending=worst.ending, reason=worst.reason, signal=worst.signal)
