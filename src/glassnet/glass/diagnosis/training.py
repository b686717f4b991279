"""The diagnosis of a training that just ended, for what is said of it: it may neither fail nor delay the training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic

import numpy as np

from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.finding import Finding
from glassnet.learning.job import Job
from glassnet.learning.training import DIVERGED, Outcome


def diagnose_training(
    outcome: Outcome,
    job: Job,
    checks: Iterable[Check],
    columns: Sequence[str] | None = None,
    classes: Sequence[object] | None = None,
    settings: Mapping[str, str] | None = None,
    *,
    most: int = 100,
    always: str = "",
) -> Diagnosis:
    """Diagnose a training on a sample of its rows; a check that fails, or for which no time is left, is skipped.

    Args:
        outcome, job: how it ended, and what it was.
        checks: which run.
        columns, classes, settings: as in :func:`~glassnet.glass.diagnosis.diagnose.diagnose`.
        most: how many checks that warn are enough: further ones would not be said.
        always: a check that runs in any case, and does not count as one of these.
    """
    context = Context(
        job.plan.network,
        outcome.parameters,
        *job.rows,
        history=outcome.history,
        plan=job.plan,
        ending=outcome.ending,
        reason=outcome.reason,
        columns=columns,
        settings=settings or {},
        classes=classes,
        most_rows=min(at.TRAINING_ROWS, affordable_rows([job], job.plan.network.size)),
    )
    return _looked(context, sorted(checks, key=lambda check: check.slow), *_times(outcome, job), most, always)


def affordable_rows(jobs: Sequence[Job], parameters: int) -> int:
    """How many rows may pass forward for a diagnosis: a small share of those that passed while training, counted and
    not timed, so that it is the same in each run.

    Args:
        jobs: the trainings that are done.
        parameters: of the networks that a row passes through.

    >>> from types import SimpleNamespace as Record
    >>> done = Record(state=Record(examples=6_000), plan=Record(network=Record(size=10_000_000)))
    >>> affordable_rows([done], 10_000_000), affordable_rows([done] * 4, 40_000_000)
    (900, 900)
    """
    trained = sum(3.0 * job.state.examples * job.plan.network.size for job in jobs)
    return int(max(at.TRAINING_WORK * trained, at.FREE_WORK) // max(1, parameters))


def _times(outcome: Outcome, job: Job) -> tuple[float, float]:
    """When to end, and when to end with slow checks."""
    begun, share = monotonic(), at.TRAINING_SHARE * job.state.seconds
    until = begun + at.TRAINING_SECONDS
    slow_until = begun + (share if share > at.SLOW_SECONDS else 0.0)
    return until, until if outcome.ending == DIVERGED else min(until, slow_until)


def _looked(
    context: Context, checks: Sequence[Check], until: float, slow_until: float, most: int, always: str
) -> Diagnosis:
    found: list[Finding] = []
    looked, skipped, enough = {""}, dict[str, str](), False
    with np.errstate(all="ignore"):  # numbers near the largest floats may be the trouble
        for check in checks:
            try:
                in_time = monotonic() < (slow_until if check.slow else until)
                lacking = check.missing(context) if in_time else "more time"
                if not lacking and (now := check.findings(context)):
                    found += now
                    enough = len(_warned(found) - {always}) >= most
            except Exception as error:  # no memory is one of many; what failed is the judge, not the training
                lacking = f"to end well: {type(error).__name__}"
            if lacking:
                skipped[check.name] = lacking
            looked.add(check.name)
            if enough and always in looked:
                break
    return Diagnosis(tuple(found), skipped)


def _warned(found: Iterable[Finding]) -> set[str]:
    return {each.name for each in found if each.severity == "warning"}
