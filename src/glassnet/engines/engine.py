"""What every engine can do, and the training step that engines in Python share."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Protocol

import numpy as np

from glassnet.arrays import Array, Matrix, contiguous, inputs, is_sparse
from glassnet.engines.divergence import diverged
from glassnet.engines.epoch_order import order_of
from glassnet.engines.forward import Forward, answered, ready_forward
from glassnet.engines.judging import Sums
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.engines.threads import suitable_threads
from glassnet.engines.whole_epochs import Between, WholeEpochs
from glassnet.errors import Diverged, InvalidInput
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients, Parameters
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import Step

PREDICTION_ROWS = 4096
FEW_ROWS = 64  # up to which looking things up costs more than the arithmetic


class Stop(Protocol):
    """Something that can ask a training to stop between two steps, such as a ``threading.Event``."""

    def is_set(self) -> bool: ...


class Engine(ABC):
    """Runs one plan; made for it, so that memory is planned once.

    Args:
        plan: what to run; ``supports(plan)`` must have been None.
    """

    name: ClassVar[str]
    devices: ClassVar[tuple[str, ...]] = ("cpu",)  # where it can compute

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.free_threads: Callable[[], int] | None = None  # asked before each call: how many of the plan's it may use
        self._workspace: Workspace | None = None

    @classmethod
    def supports(cls, plan: Plan, X: Matrix | None = None) -> str | None:
        """None where the engine can run ``plan`` (on rows ``X``, where they are known), else the reason why not."""
        return None

    @abstractmethod
    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        """The cost of ``rows``, penalties included; its gradient is written into ``gradients``.

        ``rows.Y`` is (m, k) here, see :func:`~glassnet.network.targets.as_targets`.
        """

    @abstractmethod
    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        """The scores of ``X`` (m, n) as for prediction, (m, k)."""

    @abstractmethod
    def record_step(self, state: State, rows: Rows) -> StepRecord:
        """The step that ``train`` takes next from ``state``, on all of ``rows``, with every number on its way.

        Its numbers are to the bit those of :meth:`train`; for whole-batch optimizers only the gradient is recorded.

        Args:
            state: not changed.
            rows: at least one, whatever the plan's batch size.

        Raises:
            Diverged: a cost or gradient that is not finite.
        """

    def predict(self, parameters: Parameters, X: Matrix) -> Array:
        """``y^`` (m, k), in blocks of rows so that memory stays small."""
        network = self.plan.network
        predictions = np.empty((X.shape[0], network.outputs), parameters.theta.dtype)
        with suitable_threads(network, min(PREDICTION_ROWS, X.shape[0])):
            for start in range(0, X.shape[0], PREDICTION_ROWS):
                stop = start + PREDICTION_ROWS
                network.predictions(self.scores(parameters, X[start:stop]), predictions[start:stop])
        return predictions

    def ready(self, parameters: Parameters, *, frozen: bool = False) -> tuple[Forward, Forward]:
        """Two functions of dense ``X`` (m, n): its scores and its predictions, (m, k).

        Args:
            parameters: read at each call, or with ``frozen`` once.
            frozen: True where the parameters will not change any more.
        """
        few_scores, few_predictions = ready_forward(self.plan.network, parameters)

        n, dtype = self.plan.network.inputs, parameters.theta.dtype

        def scores(X: Array) -> Array:
            X = inputs(X, n, dtype)
            return answered(X, few_scores if len(X) <= FEW_ROWS else partial(self.scores, parameters))

        def predictions(X: Array) -> Array:
            X = inputs(X, n, dtype)
            return answered(X, few_predictions if len(X) <= FEW_ROWS else partial(self.predict, parameters))

        return scores, predictions

    def judge(self, parameters: Parameters, rows: Rows) -> Sums:
        """What the predictions of ``rows`` come to, penalties left out."""
        network, sums = self.plan.network, Sums(0.0, 0.0, 0.0, 0.0)
        for start in range(0, len(rows.Y), PREDICTION_ROWS):
            part = slice(start, start + PREDICTION_ROWS)
            S, given = self.scores(parameters, rows.X[part]), np.asarray(rows.Y[part])
            Y = as_targets(given, network.loss, network.outputs, S.dtype)
            labels = given if network.loss.targets == "classes" and given.ndim == 1 else None
            weights = None if rows.weights is None else rows.weights[part]
            sums += Sums.of(network.loss.value(S, Y), network.predictions(S), Y, weights, labels)
        return sums

    def cost(self, parameters: Parameters, rows: Rows) -> float:
        """The cost of ``rows`` as for prediction, penalties left out."""
        return self.judge(parameters, rows).losses / (rows.total_weight() or 1.0)

    def order(self, state: State) -> Array:
        """The order in which the state's epoch visits the rows, (m,)."""
        return order_of(self.plan.examples, state.seed, state.epoch, self.plan.shuffle)

    def train(self, state: State, rows: Rows, order: Array, stop: Stop | None = None, seconds: float = math.inf) -> int:
        """Take steps over the mini-batches of ``order`` and bring ``state`` up to date.

        Args:
            state: changed in place, whole steps only.
            rows: all examples; X in the plan's dtype.
            order: indices of rows, batch after batch; only the last batch may be short.
            stop: asked now and then, between two steps.
            seconds: after which to return, between two steps; at least one is taken.

        Returns:
            How many rows of ``order`` were used.

        Raises:
            Diverged: a cost or gradient that is not finite; ``state`` is as before that step.
        """
        order = checked_order(order)
        if len(order) and not 0 <= order.min() <= order.max() < len(rows.Y):
            raise InvalidInput(
                "an order must name rows that exist", f"{order.min()} ... {order.max()}", "use order(state)"
            )
        state.check(self.plan)
        if self._workspace is None or not self._workspace.is_of(state):
            self._workspace = Workspace(self.plan, state)
        until = time.perf_counter() + seconds
        # What is not finite is looked for, and reported with its place.
        with np.errstate(all="ignore"), suitable_threads(self.plan.network, self.plan.batch_size):
            for start in range(0, len(order), self.plan.batch_rows):
                if (stop is not None and stop.is_set()) or (start and time.perf_counter() > until):
                    return start
                self._workspace.step(self, rows, order[start : start + self.plan.batch_rows])
        return len(order)

    def train_epochs(self, state: State, rows: Rows, most: int, seconds: float, between: Between) -> WholeEpochs | None:
        """Whole epochs, as many as a moment takes, where the engine can take some in one call.

        Args:
            state: between two epochs; changed in place, but for its history.
            rows: all examples; X in the plan's dtype.
            most: epochs at most.
            seconds: after which to return, about.
            between: what is judged after each, and when to stop before.

        Returns:
            What to record of each; None where there are none, and :meth:`train` is to take the next.
        """
        return None


class Workspace:
    """The memory of a training: the gradient, the next parameters, a batch; made once, used at every step.

    Args:
        plan: what is trained.
        state: what its steps change.
        rows: of the largest batch; None for the plan's.
    """

    def __init__(self, plan: Plan, state: State, rows: int | None = None) -> None:
        self.plan, self.state = plan, state
        self.mode = Mode(training=True, learn_running=True, seed=state.seed)
        self.parameters = state.parameters(plan.network)
        self.gradients = Gradients(plan.network.layout, plan.network.running_layout, np.empty_like(state.theta))
        self.theta = np.empty_like(state.theta)
        self.slots_before, self.running_before = np.empty_like(state.slots), np.empty_like(state.running)
        size = plan.batch_rows if rows is None else rows
        self.X = np.empty((size, plan.network.inputs), plan.numpy_dtype)
        self.Y = np.empty((size, plan.network.outputs), plan.numpy_dtype)

    def is_of(self, state: State) -> bool:
        """False for another state, or where a callback has given this one other vectors."""
        own = self.parameters
        return self.state is state and own.theta is state.theta and own.running is state.running

    def gather(self, rows: Rows, chosen: Array) -> Rows:
        """The chosen rows, targets as the loss reads them."""
        loss, m = self.plan.network.loss, len(chosen)
        X: Matrix
        if is_sparse(rows.X):
            X = rows.X[chosen]
        else:
            X = np.take(rows.X, chosen, axis=0, out=self.X[:m], mode="clip")  # "raise" would copy through a buffer
        Y = as_targets(rows.Y[chosen], loss, self.plan.network.outputs, self.Y.dtype, out=self.Y[:m])
        return Rows(X, Y, None if rows.weights is None else rows.weights[chosen])

    def step(self, engine: Engine, rows: Rows, chosen: Array) -> None:
        """One training step: forward, cost, backward, update."""
        batch = self.gather(rows, chosen)
        self.update(batch, self.look(engine, batch))

    def look(self, engine: Engine, batch: Rows) -> float:
        """The cost of a batch; the gradient is left here."""
        self.mode.step = self.state.step
        np.copyto(self.running_before, self.state.running)
        return engine.value_and_gradient(self.parameters, batch, self.mode, self.gradients)

    def update(self, batch: Rows, J: float) -> None:
        """The rest of the step: clip the gradient, go along it."""
        place = self.advance(J, len(batch.Y), batch.total_weight())
        if place is not None:
            raise self._undone(batch, place)

    def advance(self, J: float, rows: int, weight: float) -> str | None:
        """Take the step along the gradient that is here, and count it; where it cannot be taken, what is not finite.

        Args:
            J: the cost.
            rows: of the batch. weight: their sum of weights.
        """
        plan, state, gradient = self.plan, self.state, self.gradients.theta
        if not (math.isfinite(J) and _finite(gradient)):
            return "the cost itself"
        plan.clipping.clip(gradient)
        alpha = state.learning_rate(plan)
        np.copyto(self.slots_before, state.slots)
        for group in plan.network.layout.groups:
            theta, slope, slots = state.theta[group.part], gradient[group.part], state.slots[:, group.part]
            at = Step(theta, slope, slots, state.step + 1, alpha * group.rate, group.decayed, group.decay)
            plan.optimizer.change(at, self.theta[group.part])
        self.theta += state.theta
        if not _finite(self.theta):
            np.copyto(state.slots, self.slots_before)
            return "the step along the gradient"
        np.copyto(state.theta, self.theta)
        state.step += 1
        state.rows_done += rows
        state.cost_sum += J * weight
        state.weight_sum += weight
        return None

    def _undone(self, batch: Rows, otherwise: str) -> Diverged:
        """The error for the present step, of which only running statistics have changed; they are put back."""
        np.copyto(self.state.running, self.running_before)
        return diverged(self.plan, self.state, self.parameters, self.gradients, batch, self.mode, otherwise)


def checked_order(order: Array) -> Array:
    """Indices of rows as engines read them."""
    if order.ndim != 1 or (len(order) and order.dtype.kind not in "iu"):
        raise InvalidInput("an order must be whole numbers (m,)", f"{order.dtype} {order.shape}", "use order(state)")
    return contiguous(order, np.int64)


def _finite(gradient: Array) -> bool:
    # One product tells in most cases; a finite gradient whose square overflows may go on.
    return math.isfinite(float(gradient @ gradient)) or bool(np.isfinite(gradient).all())
