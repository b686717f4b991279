"""The cost of all examples as a function of the flat parameters, and what belongs to an iteration that lowered it."""

from __future__ import annotations

import time
from dataclasses import replace
from math import isfinite

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.divergence import diverged
from glassnet.engines.engine import Engine
from glassnet.learning.recording import end_epoch
from glassnet.learning.run import Run
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import LBFGS

USED_UP, NO_LOWER = "the evaluations of the cost are used up", "no step lowers the cost further"  # reasons to stop


class Cost:
    """The cost of a run's examples, and its gradient.

    Args:
        run: the training.
        optimizer: of its plan.
        engine: what computes both.

    Attributes: ``theta``, the parameters (n,) that were looked at last; ``evaluations``, how many there were.
    """

    def __init__(self, run: Run, optimizer: LBFGS, engine: Engine) -> None:
        plan, state = run.plan, run.state
        self.run, self.optimizer, self.evaluations = run, optimizer, 0
        Y = as_targets(run.rows.Y, plan.network.loss, plan.network.outputs, plan.numpy_dtype)
        self.rows = run.rows._replace(Y=Y)
        self.mode = Mode(training=True, seed=state.seed)
        self._engine, self._started = engine, time.perf_counter()
        self._parameters = plan.network.parameters(state.theta.copy(), state.running.copy())
        self._gradients = Gradients(plan.network.layout, plan.network.running_layout, np.zeros_like(state.theta))
        self.theta = self._parameters.theta

    def at(self, theta: Array) -> tuple[float, Array]:
        """The cost at ``theta`` (n,), rounded to the plan's dtype, and its gradient (n,) in float64.

        Raises:
            Diverged: the first that is asked for is not finite.
        """
        self.theta[...] = theta
        J = self._engine.value_and_gradient(self._parameters, self.rows, self.mode, self._gradients)
        g = self._gradients.theta.astype(np.float64)
        if not self.evaluations and not (isfinite(J) and np.isfinite(g).all()):
            run = self.run
            raise diverged(run.plan, run.state, self._parameters, self._gradients, self.rows, self.mode)
        self.evaluations += 1
        return J, g

    def end_iteration(self, J: float) -> None:
        """Record an iteration that brought the state's parameters to the cost ``J``: an epoch."""
        run, now = self.run, time.perf_counter()
        self.update_running()
        run.state.step += 1
        run.state.seconds += now - self._started
        end_epoch(run, J)
        run.notify("on_chunk_end")
        self._started = time.perf_counter()

    def converged(self) -> None:
        """End the training: nothing is left to do."""
        self.run.reason, self.run.converged = f"L-BFGS converged after {self.run.state.epoch} iterations", True

    def stop(self, why: str) -> None:
        """End the training, which has not converged."""
        self.run.ask_to_stop(f"L-BFGS stopped after {self.run.state.epoch} iterations: {why}")

    def update_running(self) -> None:
        """Set the running statistics, which a line search must not change, to those of all examples."""
        state, network = self.run.state, self.run.plan.network
        if state.running.size:
            mode = replace(self.mode, learn_running=True, replace_running=True)
            parameters = state.parameters(network)
            network.scores(self.rows.X, parameters, network.caches(parameters, mode))
