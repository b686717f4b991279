"""L-BFGS: SciPy asks for the cost and gradient of all examples; each of its iterations is an epoch.

SciPy keeps its curvature estimate to itself, so a resumed L-BFGS training starts that estimate anew from the saved
parameters: it goes on, but not to the same bits.
"""

from __future__ import annotations

import time
from dataclasses import replace
from math import isfinite

import numpy as np

from glassnet.engines.divergence import diverged
from glassnet.engines.rows import Rows
from glassnet.engines.threads import suitable_threads
from glassnet.learning.epochs import end_epoch
from glassnet.learning.run import Run
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets
from glassnet.pieces.activations import Array
from glassnet.pieces.optimizers import LBFGS

ABNORMAL = 2  # SciPy's status where its line search fails, most often for want of digits


def descend(run: Run) -> None:
    """Run L-BFGS from ``run.state`` until it converges, ``run.until`` epochs are done or somebody asks to stop.

    Raises:
        Diverged: the cost at the start, or its gradient, is not finite.
    """
    from scipy.optimize import minimize

    optimizer, state = run.plan.optimizer, run.state
    assert isinstance(optimizer, LBFGS)
    if state.epoch >= run.until or run.is_set():
        return
    problem = _Problem(run)
    with np.errstate(all="ignore"), suitable_threads(run.plan.network, run.plan.examples):
        result = minimize(
            problem,
            state.theta.astype(np.float64),
            jac=True,
            method="L-BFGS-B",
            callback=problem.after_iteration,
            options={
                "maxiter": run.until - state.epoch,
                "maxfun": optimizer.max_evaluations,
                "maxcor": optimizer.history,
                "gtol": optimizer.tolerance,
                "ftol": optimizer.improvement,
            },
        )
    if isfinite(result.fun) and np.isfinite(result.x).all():
        state.theta[...] = result.x
    problem.learn_running()
    if result.success and not run.is_set():
        run.reason, run.converged = f"L-BFGS converged after {state.epoch} iterations", True
    elif state.epoch < run.until:
        why = "no step lowers the cost further" if result.status == ABNORMAL else result.message
        run.ask_to_stop(f"L-BFGS stopped after {state.epoch} iterations: {why}")


class _Problem:
    """The cost of all examples as a function of the flat parameters."""

    def __init__(self, run: Run) -> None:
        plan = run.plan
        self.run = run
        self.rows = Rows(run.rows.X, self._targets(), run.rows.weights)
        self.mode = Mode(training=True, seed=run.state.seed)
        self.parameters = plan.network.parameters(run.state.theta.copy(), run.state.running.copy())
        self.gradients = Gradients(plan.network.layout, plan.network.running_layout, np.zeros_like(run.state.theta))
        self.begun, self.started = False, time.perf_counter()

    def _targets(self) -> Array:
        network = self.run.plan.network
        return as_targets(self.run.rows.Y, network.loss, network.outputs, self.run.plan.numpy_dtype)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        self.parameters.theta[...] = theta
        J = self.run.engine.value_and_gradient(self.parameters, self.rows, self.mode, self.gradients)
        if not self.begun and not (isfinite(J) and np.isfinite(self.gradients.theta).all()):
            raise diverged(self.run.plan, self.run.state, self.parameters, self.gradients, self.rows, self.mode)
        self.begun = True
        return J, self.gradients.theta.astype(np.float64)

    def after_iteration(self, intermediate_result: object) -> None:
        """SciPy's callback; the argument's name asks for the whole result."""
        run, now = self.run, time.perf_counter()
        run.state.theta[...] = intermediate_result.x  # type: ignore[attr-defined]
        self.learn_running()
        run.state.step += 1
        run.state.seconds += now - self.started
        end_epoch(run, float(intermediate_result.fun))  # type: ignore[attr-defined]
        run.tell("on_chunk_end")
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
