"""L-BFGS: SciPy asks for the cost and gradient of all examples; each of its iterations is an epoch.

An L1 penalty is exact: weights that it sets to 0 are 0 (see :mod:`~glassnet.learning.positive_parts`).

SciPy keeps its curvature estimate to itself, so a resumed L-BFGS training starts that estimate anew from the saved
parameters: it goes on, but not to the same bits.
"""

from __future__ import annotations

import time
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.choice import choose
from glassnet.engines.divergence import diverged
from glassnet.engines.engine import Engine
from glassnet.engines.rows import Rows
from glassnet.engines.threads import suitable_threads
from glassnet.learning.epochs import end_epoch
from glassnet.learning.positive_parts import Split
from glassnet.learning.run import Run
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import LBFGS

CONVERGED = 0  # SciPy's status
ABNORMAL = 2  # where its line search fails, most often for want of digits


def descend(run: Run) -> None:
    """Run L-BFGS from ``run.state`` until it converges, ``run.until`` epochs are done or somebody asks to stop.

    Raises:
        Diverged: the cost at the start, or its gradient, is not finite.
    """
    state = run.state
    if state.epoch >= run.until or run.is_set():
        return
    problem = _Problem(run)
    with np.errstate(all="ignore"), suitable_threads(run.plan.network, run.plan.examples):
        result = _to_the_bottom(problem)
    if isfinite(result.fun) and np.isfinite(result.x).all():
        state.theta[...] = problem.split.joined(result.x)
    problem.learn_running()
    if result.success and not run.is_set():
        run.reason, run.converged = f"L-BFGS converged after {state.epoch} iterations", True
    elif state.epoch < run.until:
        why = "no step lowers the cost further" if result.status == ABNORMAL else result.message
        run.ask_to_stop(f"L-BFGS stopped after {state.epoch} iterations: {why}")


def _to_the_bottom(problem: _Problem) -> Any:
    """SciPy's last result, or the one before where the last found nothing to add.

    Where a step runs into many bounds at once it may be cut to almost nothing, and SciPy takes that for the bottom; or
    its line search gives up. A split problem is therefore begun again, without the past, until that lowers nothing.
    """
    run, improvement = problem.run, problem.optimizer.improvement
    result = _minimised(problem, run.state.theta)
    while problem.split and result.status in (CONVERGED, ABNORMAL) and run.state.epoch < run.until and not run.is_set():
        before, result = result, _minimised(problem, problem.split.joined(result.x))
        if not before.fun - result.fun > improvement * max(abs(result.fun), 1.0):
            return before if before.success else result
    return result


def _minimised(problem: _Problem, theta: Array) -> Any:
    from scipy.optimize import minimize

    run, optimizer = problem.run, problem.optimizer
    return minimize(
        problem,
        problem.split.apart(theta),
        jac=True,
        method="L-BFGS-B",
        bounds=problem.split.bounds(theta.size),
        callback=problem.after_iteration,
        options={
            "maxiter": run.until - run.state.epoch,
            "maxfun": max(1, optimizer.max_evaluations - problem.evaluations),
            "maxcor": optimizer.history,
            "gtol": optimizer.tolerance,
            "ftol": optimizer.improvement,
        },
    )


class _Problem:
    """The cost of all examples as a function of the flat parameters, the weights split where L1 penalises them."""

    def __init__(self, run: Run) -> None:
        plan = run.plan
        assert isinstance(plan.optimizer, LBFGS)
        self.run, self.optimizer, self.evaluations = run, plan.optimizer, 0
        self.rows = Rows(run.rows.X, self._targets(), run.rows.weights)
        self.split = Split.of(plan, self.rows.total_weight() or 1.0)
        self.engine = self._smooth_engine()
        self.mode = Mode(training=True, seed=run.state.seed)
        self.parameters = plan.network.parameters(run.state.theta.copy(), run.state.running.copy())
        self.gradients = Gradients(plan.network.layout, plan.network.running_layout, np.zeros_like(run.state.theta))
        self.begun, self.started = False, time.perf_counter()

    def _targets(self) -> Array:
        network = self.run.plan.network
        return as_targets(self.run.rows.Y, network.loss, network.outputs, self.run.plan.numpy_dtype)

    def _smooth_engine(self) -> Engine:
        """The run's own, or its like for the cost without L1."""
        plan, engine = self.run.plan, self.run.engine
        if not self.split:
            return engine
        return choose(replace(plan, penalties=replace(plan.penalties, l1=0.0)), engine.name).engine

    def __call__(self, x: Array) -> tuple[float, Array]:
        self.evaluations += 1
        self.parameters.theta[...] = self.split.joined(x)
        J = self.engine.value_and_gradient(self.parameters, self.rows, self.mode, self.gradients)
        if not self.begun and not (isfinite(J) and np.isfinite(self.gradients.theta).all()):
            raise diverged(self.run.plan, self.run.state, self.parameters, self.gradients, self.rows, self.mode)
        self.begun = True
        return J + self.split.penalty(x), self.split.slope(self.gradients.theta)

    def after_iteration(self, intermediate_result: object) -> None:
        """SciPy's callback; the argument's name asks for the whole result."""
        run, now = self.run, time.perf_counter()
        x, J = intermediate_result.x, float(intermediate_result.fun)  # type: ignore[attr-defined]
        theta = self.split.joined(x)
        run.state.theta[...] = theta
        self.learn_running()
        run.state.step += 1
        run.state.seconds += now - self.started
        end_epoch(run, J - self.split.penalty(x) + self.split.penalty(self.split.apart(theta)))
        run.notify("on_chunk_end")
        self.started = time.perf_counter()
        if run.is_set():
            raise StopIteration

    def learn_running(self) -> None:
        """Set running statistics, which a line search must not touch, to those of all examples."""
        state, network = self.run.state, self.run.plan.network
        if state.running.size:
            mode = replace(self.mode, learn_running=True, replace_running=True)
            parameters = state.parameters(network)
            network.scores(self.rows.X, parameters, network.caches(parameters, mode))
