"""What estimators warn of; of scikit-learn's class, so that filters written for its networks hold."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from glassnet.engines.plan import Plan
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED, Outcome


class DivergenceWarning(ConvergenceWarning):
    """Training left the finite numbers; the last finite parameters were kept."""


def warn_of(outcome: Outcome, plan: Plan, *, limit: str = "max_iter", converged: bool = False) -> None:
    """Say what a user should know of a training that did not end well.

    Args:
        outcome: how it ended.
        plan: what was planned.
        limit: the parameter that limits epochs.
        converged: True where reaching the last epoch is no cause for concern.
    """
    if outcome.ending == DIVERGED:
        warnings.warn(outcome.reason, DivergenceWarning, stacklevel=4)
    elif outcome.ending == INTERRUPTED:
        warnings.warn(f"Training interrupted by user: {outcome.reason}; what was learned is kept.", stacklevel=4)
    elif outcome.ending == STOPPED and plan.optimizer.whole_batch:
        warnings.warn(
            f"{outcome.reason}, and the optimization hasn't converged yet; "
            "scale the inputs to about -1 ... 1, or raise max_fun.",
            ConvergenceWarning,
            stacklevel=4,
        )
    elif outcome.ending == FINISHED and not converged and outcome.history.epochs >= plan.epochs:
        warnings.warn(
            f"Maximum iterations ({plan.epochs}) reached and the optimization hasn't converged yet; "
            f"raise {limit}, or scale the inputs to about -1 ... 1.",
            ConvergenceWarning,
            stacklevel=4,
        )
