"""What estimators warn of; of scikit-learn's class, so that filters written for its networks hold."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from glassnet.engines.plan import Plan
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED, Outcome


class DivergenceWarning(ConvergenceWarning):
    """Training left the finite numbers and the last finite parameters were kept, or its cost only rose."""


def warn_of(outcome: Outcome, plan: Plan, *, limit: str = "max_iter", converged: bool = False) -> None:
    """Say what a user should know of a training that did not end well.

    Args:
        outcome: how it ended.
        plan: what was planned.
        limit: the parameter that limits epochs.
        converged: True where reaching the last epoch is no cause for concern.
    """
    costs = outcome.history.get("cost", [])
    if outcome.ending == DIVERGED:
        warnings.warn(outcome.reason, DivergenceWarning, stacklevel=4)
    elif outcome.ending == INTERRUPTED:
        warnings.warn(f"Training interrupted by user: {outcome.reason}; what was learned is kept.", stacklevel=4)
    elif outcome.ending == STOPPED and costs and costs[-1] > 2 * costs[0]:
        warnings.warn(
            f"the cost rose from {costs[0]:.3g} to {costs[-1]:.3g}: try a smaller learning rate, or scale the inputs "
            "(and a numeric target) to about -1 ... 1.",
            DivergenceWarning,
            stacklevel=4,
        )
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
