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
) -> Diagnosis:
    """Diagnose a training on a sample of its rows; a check that fails, or for which no time is left, is skipped.

    Args:
        outcome, job: how it ended, and what it was.
        checks: which are made.
        columns, classes, settings: as in :func:`~glassnet.glass.diagnosis.diagnose.diagnose`.
    """
    found: list[Finding] = []
    skipped: dict[str, str] = {}
    begun, share = monotonic(), max(at.TRAINING_SHARE * job.state.seconds, at.TRAINING_LEAST)
    until = begun + at.TRAINING_SECONDS
    slow_until = until if outcome.ending == DIVERGED else min(until, begun + share)
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
        most_rows=at.TRAINING_ROWS,
    )
    with np.errstate(all="ignore"):  # numbers near the largest floats may be the trouble
        for check in sorted(checks, key=lambda check: check.slow):
            try:
                in_time = monotonic() < (slow_until if check.slow else until)
                lacking = check.missing(context) if in_time else "more time"
                found += [] if lacking else check.findings(context)
            except Exception as error:  # no memory is one of many; what failed is the judge, not the training
                lacking = f"to end well: {type(error).__name__}"
            if lacking:
                skipped[check.name] = lacking
    return Diagnosis(tuple(found), skipped)
