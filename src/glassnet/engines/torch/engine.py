"""The PyTorch engine: the plan's own expressions on tensors, for a GPU; on the CPU it is a specification of that.

Rows stay on the device, a step is one launch, and several trainings may be stacked in one (:mod:`stack`). The numbers
are the reference engine's up to rounding, in the same state, so that a training can change engines.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from glassnet.arrays import Array, Matrix, dense, is_sparse
from glassnet.engines.engine import Engine, Stop, checked_order
from glassnet.engines.judging import Sums
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.engines.torch.package import missing, on_device
from glassnet.errors import InvalidInput
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients, Parameters
from glassnet.randomness import keys_of_steps

if TYPE_CHECKING:
    from glassnet.engines.torch.program import Program
    from glassnet.engines.torch.resident import Resident
    from glassnet.engines.torch.stack import Stack

ROWS_AT_ONCE = 1 << 16  # that are predicted together


class Torch(Engine):
    """PyTorch. Runs what has an expression, on dense rows, on the plan's device."""

    name = "torch"
    devices = ("cpu", "cuda")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._stack: Stack | None = None
        self._rows: list[tuple[Rows, Resident]] = []  # the latest two: of training, and held out

    @classmethod
    def supports(cls, plan: Plan, X: Matrix | None = None) -> str | None:
        if X is not None and is_sparse(X):
            return "rows are sparse"
        if reason := missing(plan.device):
            return reason
        from glassnet.engines.torch.probe import refused

        return refused(plan)

    @cached_property
    def program(self) -> Program:
        """The plan as functions of tensors."""
        from glassnet.engines.torch.program import Program

        return Program(self.plan, self.plan.device)

    @cached_property
    def _reference(self) -> Reference:
        """For what is not done on the device."""
        return Reference(self.plan)

    def train(self, state: State, rows: Rows, order: Array, stop: Stop | None = None, seconds: float = math.inf) -> int:
        from glassnet.engines.torch.stack import Stack, Training

        order = self._checked(state, rows, order)
        if not len(order):
            return 0
        steps = max(self.plan.steps_per_epoch, -(-len(order) // self.plan.batch_rows))
        if self._stack is None or self._stack.parts[0] is not rows or self._stack.steps < steps:
            self._stack = Stack(self.program, [rows], steps)
        before = state.rows_done
        training = Training(self.plan, state, rows, order)
        (bad,) = self._stack.train([training], lambda: stop is not None and stop.is_set(), seconds)
        return self._done(state, rows, order, state.rows_done - before, bad)

    def _done(self, state: State, rows: Rows, order: Array, done: int, bad: bool) -> int:
        """How many rows of the order were used; raises where the next step was bad."""
        if bad:
            raise self._reference.diverged_at(state, rows, order[done : done + self.plan.batch_rows])
        return done

    def _checked(self, state: State, rows: Rows, order: Array) -> Array:
        order = checked_order(order)
        if len(order) and not 0 <= order.min() <= order.max() < len(rows.Y):
            seen = f"{order.min()} ... {order.max()}"
            raise InvalidInput("an order must name rows that exist", seen, "use order(state)")
        state.check(self.plan)
        return order

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        odd = mode.input_gradient or mode.replace_running or not len(rows.Y)
        if odd or parameters.theta.dtype != self.plan.numpy_dtype:
            return self._reference.value_and_gradient(parameters, rows, mode, gradients)
        from glassnet.engines.torch.forward import StepMode

        program, device = self.program, self.plan.device
        keys = [keys_of_steps(mode.seed, mode.step, 1, l)[0] for l in program.drawing]
        J, gradient, running, _ = program.value_and_gradient(
            on_device(parameters.theta, device),
            on_device(parameters.running, device),
            self._resident(rows).batch(slice(None)),
            on_device(np.reshape(keys, (len(keys), 2)), device, np.int64),
            StepMode(mode.training, mode.learn_running),
        )
        gradients.theta[...] = gradient.cpu().numpy()
        parameters.running[...] = running.cpu().numpy()
        return float(J)

    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        return self._forward(parameters, X, link=False)

    def predict(self, parameters: Parameters, X: Matrix) -> Array:
        return self._forward(parameters, X, link=True)

    def _forward(self, parameters: Parameters, X: Matrix, *, link: bool) -> Array:
        program, device, dtype = self.program, self.plan.device, parameters.theta.dtype
        own = on_device(parameters.theta, device), on_device(parameters.running, device)
        out = np.empty((X.shape[0], self.plan.network.outputs), dtype)
        for start in range(0, X.shape[0], ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            S = program.scores(*own, on_device(dense(X[part]), device, dtype))
            out[part] = (program.predictions(S) if link else S).cpu().numpy()
        return out

    def judge(self, parameters: Parameters, rows: Rows) -> Sums:
        if parameters.theta.dtype != self.plan.numpy_dtype:
            return self._reference.judge(parameters, rows)
        from glassnet.engines.torch.judging import sums

        device, resident, found = self.plan.device, self._resident(rows), Sums(0.0, 0.0, 0.0, 0.0)
        own = on_device(parameters.theta, device), on_device(parameters.running, device)
        for start in range(0, len(rows.Y), ROWS_AT_ONCE):
            found += sums(self.program, *own, resident, slice(start, start + ROWS_AT_ONCE))
        return found

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        """That of the reference engine: on the device no number on the way is kept."""
        return self._reference.record_step(state, rows)

    def _resident(self, rows: Rows) -> Resident:
        from glassnet.engines.torch.resident import Resident

        if self._stack is not None and self._stack.parts[0] is rows:
            return self._stack.resident
        for known, resident in self._rows:
            if known is rows:
                return resident
        self._rows = [*self._rows[-1:], (rows, Resident(self.plan, self.plan.device, [rows]))]
        return self._rows[-1][1]
