"""What estimators warn of, diagnosed; of scikit-learn's class, so that filters written for its networks hold."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from glassnet.engines.plan import Plan
from glassnet.glass.diagnosis.diagnose import diagnose
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.learning.job import Job
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED, Outcome


class DivergenceWarning(ConvergenceWarning):
    """Training left the finite numbers and the last finite parameters were kept, or its cost only rose.

    >>> issubclass(DivergenceWarning, UserWarning)
    True
    """


class Trouble(NamedTuple):
    """What went wrong.

    Args:
        category: of the warning.
        fact: a clause.
        look: the one of a diagnosis that finds the same fact.
        advises: whether ``fact`` says what to try; else the look's advice goes behind it.
    """

    category: type[Warning]
    fact: str
    look: str = ""
    advises: bool = False


def warn_of(
    outcome: Outcome,
    job: Job,
    *,
    settings: Mapping[str, str],
    columns: Sequence[str] | None = None,
    converged: bool = False,
) -> None:
    """Warn of a training that did not end well: the fact, what may be behind it, what to try.

    Args:
        outcome: how it ended.
        job: the training.
        settings: what the user calls ``epochs``, ``learning_rate`` and ``evaluations``.
        columns: names of the inputs, (n,).
        converged: True where reaching the last epoch is no problem.
    """
    plan, rows = job.plan, job.rows
    trouble = _trouble(outcome, plan, converged)
    if trouble is None:
        return
    text = trouble.fact
    if outcome.ending != INTERRUPTED:  # the user knows why
        with np.errstate(all="ignore"):  # numbers near the largest floats may be the trouble
            diagnosis = diagnose(
                plan.network,
                outcome.parameters,
                X=rows.X,
                Y=rows.Y,
                weights=rows.weights,
                history=outcome.history,
                plan=plan,
                ending=outcome.ending,
                reason=outcome.reason,
                columns=columns,
                settings=settings,
            )
        text = _sentence(trouble, diagnosis) or f"{text}; raise {settings['epochs']}."
    warnings.warn(text, trouble.category, stacklevel=4)


def _trouble(outcome: Outcome, plan: Plan, converged: bool) -> Trouble | None:
    costs = outcome.history.get("cost", [])
    if outcome.ending == DIVERGED:
        return Trouble(DivergenceWarning, outcome.reason.removesuffix("."), "diverged", advises=True)
    if outcome.ending == INTERRUPTED:
        return Trouble(UserWarning, f"Training interrupted by user: {outcome.reason}; what was learned is kept.")
    if outcome.ending == STOPPED and costs and costs[-1] > 2 * costs[0]:
        return Trouble(DivergenceWarning, f"the cost rose from {costs[0]:.3g} to {costs[-1]:.3g}", "unsteady_cost")
    if outcome.ending == STOPPED and plan.optimizer.whole_batch:
        fact = f"{outcome.reason}, and the optimization hasn't converged yet"
        return Trouble(ConvergenceWarning, fact, "not_converged")
    if outcome.ending == FINISHED and not converged and outcome.history.epochs >= plan.epochs:
        fact = f"Maximum iterations ({plan.epochs}) reached and the optimization hasn't converged yet"
        return Trouble(ConvergenceWarning, fact)
    return None


def _sentence(trouble: Trouble, diagnosis: Diagnosis) -> str:
    """The fact with what may be behind it, or nothing where nothing is found; nothing is said twice."""
    same = [] if trouble.advises else [finding.remedy for finding in diagnosis.problems if finding.name == trouble.look]
    others = replace(diagnosis, findings=tuple(f for f in diagnosis.findings if f.name != trouble.look))
    fact = trouble.fact + "".join(f" (try: {remedy})" for remedy in same[:1])
    if behind := others.sentence(most=1 if trouble.look else 2):
        return f"{fact}; {'also, ' if trouble.look else ''}{behind}"
    return f"{fact}." if trouble.look else ""
