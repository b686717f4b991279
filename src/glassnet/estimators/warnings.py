"""What estimators say of a training that ended badly, diagnosed: an error where scikit-learn's networks raise one, else
a warning of scikit-learn's class, so that ``except`` lines and filters written for these hold.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sklearn.exceptions import ConvergenceWarning

from glassnet.engines.plan import Plan
from glassnet.errors import Diverged
from glassnet.glass.diagnosis.answer_checks import ANSWER_CHECKS
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.diagnose import CHECKS
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.training import diagnose_training
from glassnet.learning.job import Job
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED, Outcome

# Word for word what programs written for scikit-learn's networks look for.
NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed"
)


class DivergenceWarning(ConvergenceWarning):
    """Training left the finite numbers and finite parameters were kept, or its cost only rose.

    >>> issubclass(DivergenceWarning, UserWarning)
    True
    """


class SingleClassWarning(RuntimeWarning):
    """A classifier learned from rows of one class, and can answer nothing else.

    It is no ``UserWarning``: scikit-learn's networks take a single class in silence.

    >>> issubclass(SingleClassWarning, UserWarning)
    False
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


@dataclass(frozen=True)
class Report:
    """What is said of a training.

    Args:
        settings: what the user calls ``epochs``, ``learning_rate`` and ``evaluations``.
        columns: names of the inputs, (n,).
        classes: what the user calls the classes, (k,).
        short: True of a training that was to be short: reaching its last epoch is not a problem, nor what it learned.
        raises: True where steps that lead out of the finite numbers raise, as those of scikit-learn's networks do.
    """

    settings: Mapping[str, str]
    columns: Sequence[str] | None = None
    classes: Sequence[object] | None = None
    short: bool = False
    raises: bool = False

    def say(self, outcome: Outcome, job: Job, stacklevel: int = 4) -> None:
        """Warn of a training that did not end well: the fact, what may be behind it, what to try.

        Raises:
            Diverged: it left the finite numbers; see ``raises``.
        """
        trouble = _trouble(outcome, job.plan, self.short)
        best = job.stopping is not None and job.stopping.restore_best
        kept = best or job.plan.optimizer.whole_batch  # L-BFGS takes no step that leads out of the finite numbers
        if outcome.error is not None and self.raises and not kept:
            raise self._error(outcome.error, self._diagnosis(outcome, job, [CHECKS["diverged"]])) from None
        if trouble is not None:
            known = outcome.ending == INTERRUPTED  # the user knows why
            text = trouble.fact if known else self._sentence(trouble, outcome, job)
            warnings.warn(text, trouble.category, stacklevel=stacklevel)
        elif not self.short and (text := self._diagnosis(outcome, job, ANSWER_CHECKS).sentence()):
            warnings.warn(text, ConvergenceWarning, stacklevel=stacklevel)

    def _diagnosis(self, outcome: Outcome, job: Job, checks: Iterable[Check], **enough: Any) -> Diagnosis:
        names = (self.columns, self.classes, self.settings)
        return diagnose_training(outcome, job, checks, *names, **enough)

    def _error(self, error: Diverged, diagnosis: Diagnosis) -> Diverged:
        remedies = [finding.remedy for finding in diagnosis.named("diverged")]
        rate = self.settings["learning_rate"]
        return Diverged(NOT_FINITE, error.cause, [*remedies, f"standardize the inputs, or lower {rate}"][0])

    def _sentence(self, trouble: Trouble, outcome: Outcome, job: Job) -> str:
        """The fact with what may be behind it; nothing is said twice."""
        most = 1 if trouble.look else 2
        diagnosis = self._diagnosis(outcome, job, CHECKS.values(), most=most, always=trouble.look)
        look = diagnosis.named(trouble.look)
        same = [] if trouble.advises else [finding.remedy for finding in look if finding.severity != "good"]
        others = replace(diagnosis, findings=tuple(f for f in diagnosis.findings if f.name != trouble.look))
        fact = trouble.fact + "".join(f" (try: {remedy})" for remedy in same[:1])
        if behind := others.sentence(most):
            return f"{fact}; {'also, ' if trouble.look else ''}{behind}"
        return f"{fact}." if trouble.look else f"{fact}; raise {self.settings['epochs']}."


def _trouble(outcome: Outcome, plan: Plan, short: bool) -> Trouble | None:
    costs = outcome.history.get("cost", [])
    if outcome.ending == DIVERGED:
        return Trouble(DivergenceWarning, outcome.reason.removesuffix("."), "diverged", advises=True)
    if outcome.ending == INTERRUPTED:
        return Trouble(UserWarning, f"Training interrupted by user: {outcome.reason}; what was learned is kept.")
    if outcome.ending == STOPPED and not short and costs and costs[-1] > 2 * costs[0]:
        return Trouble(DivergenceWarning, f"the cost rose from {costs[0]:.3g} to {costs[-1]:.3g}", "unsteady_cost")
    if outcome.ending == STOPPED and plan.optimizer.whole_batch:
        fact = f"{outcome.reason}, and the optimization hasn't converged yet"
        return Trouble(ConvergenceWarning, fact, "not_converged")
    if outcome.ending == FINISHED and not short and outcome.history.epochs >= plan.epochs:
        fact = f"Maximum iterations ({plan.epochs}) reached and the optimization hasn't converged yet"
        return Trouble(ConvergenceWarning, fact)
    return None
