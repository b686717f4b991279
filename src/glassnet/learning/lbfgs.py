"""L-BFGS: SciPy asks for the cost and gradient of all examples; each of its iterations is an epoch.

An L1 penalty is exact: weights that it sets to 0 are exactly 0 (see :mod:`~glassnet.learning.positive_parts`).

SciPy does not hand out its curvature estimate, so a resumed L-BFGS training builds a new one from the saved
parameters: it continues, but not to the same bits.
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
from glassnet.engines.threads import suitable_threads
from glassnet.learning.positive_parts import PositiveParts
from glassnet.learning.recording import end_epoch
from glassnet.learning.run import Run
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import LBFGS

CONVERGED = 0  # SciPy's status
ABNORMAL = 2  # its line search failed, mostly because of rounding


def run_lbfgs(run: Run) -> None:
    """Run L-BFGS from ``run.state`` until it converges, ``run.until`` epochs are done or a stop is asked for.

    Raises:
        Diverged: the cost at the start, or its gradient, is not finite.
    """
    state = run.state
    if state.epoch >= run.until or run.is_set():
        return
    problem = _Problem(run)
    with np.errstate(all="ignore"), suitable_threads(run.plan.network, run.plan.examples):
        result = _minimum(problem)
    if isfinite(result.fun) and np.isfinite(result.x).all():
        state.theta[...] = problem.parts.join(result.x)
    problem.update_running()
    if result.success and not run.is_set():
        run.reason, run.converged = f"L-BFGS converged after {state.epoch} iterations", True
    elif state.epoch < run.until:
        why = "no step lowers the cost further" if result.status == ABNORMAL else result.message
        run.ask_to_stop(f"L-BFGS stopped after {state.epoch} iterations: {why}")


def _minimum(problem: _Problem) -> Any:
    """SciPy's last result, or the one before if the last did not improve on it.

    A step that meets many bounds at once may be cut to almost nothing, which SciPy takes for the minimum; or its line
    search fails. A problem with bounds is therefore restarted, without the old curvature, until that no longer helps.
    """
    run, improvement = problem.run, problem.optimizer.improvement
    result = _minimize(problem, run.state.theta)
    while problem.parts and result.status in (CONVERGED, ABNORMAL) and run.state.epoch < run.until and not run.is_set():
        before, result = result, _minimize(problem, problem.parts.join(result.x))
        if not before.fun - result.fun > improvement * max(abs(result.fun), 1.0):
            return before if before.success else result
    return result


def _minimize(problem: _Problem, theta: Array) -> Any:
    from scipy.optimize import minimize

    run, optimizer = problem.run, problem.optimizer
    return minimize(
        problem,
        problem.parts.split(theta),
        jac=True,
        method="L-BFGS-B",
        bounds=problem.parts.bounds(theta.size),
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
    """The cost of all examples as a function of the flat parameters; with L1, of the two parts of each weight."""

    def __init__(self, run: Run) -> None:
        plan = run.plan
        assert isinstance(plan.optimizer, LBFGS)
        self.run, self.optimizer, self.evaluations = run, plan.optimizer, 0
        Y = as_targets(run.rows.Y, plan.network.loss, plan.network.outputs, plan.numpy_dtype)
        self.rows = run.rows._replace(Y=Y)
        self.parts = PositiveParts.of(plan, self.rows.total_weight() or 1.0)
        self.engine = self._smooth_engine()
        self.mode = Mode(training=True, seed=run.state.seed)
        self.parameters = plan.network.parameters(run.state.theta.copy(), run.state.running.copy())
        self.gradients = Gradients(plan.network.layout, plan.network.running_layout, np.zeros_like(run.state.theta))
        self.evaluated, self.started = False, time.perf_counter()

    def _smooth_engine(self) -> Engine:
        """The run's engine, or one of the same kind for the cost without L1."""
        plan, engine = self.run.plan, self.run.engine
        if not self.parts:
            return engine
        return choose(replace(plan, penalties=replace(plan.penalties, l1=0.0)), engine.name).engine

    def __call__(self, x: Array) -> tuple[float, Array]:
        self.evaluations += 1
        self.parameters.theta[...] = self.parts.join(x)
        J = self.engine.value_and_gradient(self.parameters, self.rows, self.mode, self.gradients)
        if not self.evaluated and not (isfinite(J) and np.isfinite(self.gradients.theta).all()):
            raise diverged(self.run.plan, self.run.state, self.parameters, self.gradients, self.rows, self.mode)
        self.evaluated = True
        return J + self.parts.penalty(x), self.parts.gradient(self.gradients.theta)

    def after_iteration(self, intermediate_result: object) -> None:
        """SciPy's callback; because of the argument's name SciPy passes the whole result."""
        run, now = self.run, time.perf_counter()
        x, J = intermediate_result.x, float(intermediate_result.fun)  # type: ignore[attr-defined]
        theta = self.parts.join(x)
        run.state.theta[...] = theta
        self.update_running()
        run.state.step += 1
        run.state.seconds += now - self.started
        end_epoch(run, J - self.parts.penalty(x) + self.parts.penalty(self.parts.split(theta)))
        run.notify("on_chunk_end")
        self.started = time.perf_counter()
        if run.is_set():
            raise StopIteration

    def update_running(self) -> None:
        """Set the running statistics, which a line search must not change, to those of all examples."""
        state, network = self.run.state, self.run.plan.network
        if state.running.size:
            mode = replace(self.mode, learn_running=True, replace_running=True)
            parameters = state.parameters(network)
            network.scores(self.rows.X, parameters, network.caches(parameters, mode))
