"""L-BFGS with an L1 penalty: SciPy's L-BFGS-B on weights in two parts, each at least 0; every iteration is an epoch.

An L1 penalty is exact: weights that it sets to 0 are exactly 0 (see
:mod:`~glassnet.learning.lbfgs.positive_parts`). Bounds take more than cutting a step off at them, so SciPy keeps the
loop here. It does not hand out its curvature: a resumed training estimates it anew from the saved parameters, and
continues, but not to the same bits.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.choice import choose
from glassnet.learning.lbfgs.cost import NO_LOWER, USED_UP, Cost
from glassnet.learning.lbfgs.positive_parts import PositiveParts
from glassnet.learning.run import Run
from glassnet.pieces.optimizers import LBFGS

CONVERGED, ABNORMAL = 0, 2  # SciPy's status; the second: its line search failed, mostly because of rounding


def descend_with_l1(run: Run, optimizer: LBFGS) -> None:
    """Iterate from the state's parameters."""
    problem = SplitCost(run, optimizer)
    state, result = run.state, _minimum(problem)
    if isfinite(result.fun) and np.isfinite(result.x).all():
        state.theta[...] = problem.parts.join(result.x)
    problem.cost.update_running()
    if result.success and not run.is_set():
        problem.cost.converged()
    elif state.epoch < run.until:
        problem.cost.stop(NO_LOWER if result.status == ABNORMAL else USED_UP)


class SplitCost:
    """The cost of all examples as a function of the two parts of each weight.

    Args:
        run: the training.
        optimizer: of its plan.
    """

    def __init__(self, run: Run, optimizer: LBFGS) -> None:
        plan = run.plan
        smooth = replace(plan, penalties=replace(plan.penalties, l1=0.0))
        self.cost = Cost(run, optimizer, choose(smooth, run.engine.name).engine)
        self.parts = PositiveParts.of(plan, self.cost.rows.total_weight() or 1.0)

    def __call__(self, x: Array) -> tuple[float, Array]:
        J, g = self.cost.at(self.parts.join(x))
        return J + self.parts.penalty(x), self.parts.gradient(g)

    def after_iteration(self, intermediate_result: object) -> None:
        """SciPy's callback; because of the argument's name SciPy passes the whole result."""
        x, J = intermediate_result.x, float(intermediate_result.fun)  # type: ignore[attr-defined]
        run, theta = self.cost.run, self.parts.join(x)
        run.state.theta[...] = theta
        self.cost.end_iteration(J - self.parts.penalty(x) + self.parts.penalty(self.parts.split(theta)))
        if run.is_set():
            raise StopIteration


def _minimum(problem: SplitCost) -> Any:
    """SciPy's last result, or the one before if the last did not improve on it.

    A step that meets many bounds at once may be cut to almost nothing, which SciPy takes for the minimum; or its line
    search fails. So it is restarted, without the old curvature, until that no longer helps.
    """
    run, improvement = problem.cost.run, problem.cost.optimizer.improvement
    result = _minimize(problem, run.state.theta)
    while result.status in (CONVERGED, ABNORMAL) and run.state.epoch < run.until and not run.is_set():
        before, result = result, _minimize(problem, problem.parts.join(result.x))
        if not before.fun - result.fun > improvement * max(abs(result.fun), 1.0):
            return before if before.success else result
    return result


def _minimize(problem: SplitCost, theta: Array) -> Any:
    from scipy.optimize import minimize

    run, optimizer = problem.cost.run, problem.cost.optimizer
    return minimize(
        problem,
        problem.parts.split(theta),
        jac=True,
        method="L-BFGS-B",
        bounds=problem.parts.bounds(theta.size),
        callback=problem.after_iteration,
        options={
            "maxiter": run.until - run.state.epoch,
            "maxfun": max(1, optimizer.max_evaluations - problem.cost.evaluations),
            "maxcor": optimizer.history,
            "gtol": optimizer.tolerance,
            "ftol": optimizer.improvement,
        },
    )
