"""The native engine: whole chunks of mini-batches in one call of fused C++ (``kernels/``).

The numbers are the reference engine's up to rounding, and the same bits for any number of threads and on any processor
with fused multiply-add. Parameters, slots and counters are the state's, so a training can change engines.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.engines.engine import Engine, Stop, checked_order
from glassnet.engines.forward import Forward
from glassnet.engines.judging import Sums
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import Status, StepsStruct
from glassnet.engines.native.lowering import lowered_steps, only_python_knows
from glassnet.engines.native.pace import Pace, pace_of
from glassnet.engines.native.recording import record_in_kernels
from glassnet.engines.native.session import Examples, JudgedRows, Session
from glassnet.engines.native.whole_epochs import KernelEpochs
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.engines.whole_epochs import Between, WholeEpochs, alphas
from glassnet.errors import InvalidInput
from glassnet.hardware import thread_count
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients, Parameters


class Native(Engine):
    """Fused C++. Runs what the tables of ``pieces`` hold, on dense rows."""

    name = "native"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._training: Session | None = None
        self._predicting: Session | None = None
        self._examples: list[tuple[Rows, Examples]] = []  # the latest two: of training, and held out

    @cached_property
    def _reference(self) -> Reference:
        """For what the kernels do not do; it takes memory, so only where it is needed."""
        return Reference(self.plan)

    @classmethod
    def supports(cls, plan: Plan, X: Any = None) -> str | None:
        if is_sparse(X):
            return "rows are sparse"
        return library.missing() or only_python_knows(plan)

    def train(self, state: State, rows: Rows, order: Array, stop: Stop | None = None, seconds: float = math.inf) -> int:
        if self._needs_reference(rows.X, state.theta, state.slots, state.running):
            return self._reference.train(state, rows, order, stop, seconds)
        state.check(self.plan)
        size, done, until = self.plan.batch_rows, 0, time.perf_counter() + seconds
        session = self._session(size)
        examples, order = self._examples_of(rows), checked_order(order)
        pace = self._pace(session)
        session.load(state.theta, state.slots, state.running)
        counted = replace(state)  # the state itself stays as it was until all went well
        while done < len(order) and not (stop is not None and stop.is_set()):
            threads, steps = pace.next(until - time.perf_counter())
            piece, begun = order[done : done + steps * size], time.perf_counter()
            record = self._steps(counted, piece, threads)
            status = session.train(examples, record)
            if status != Status.done:
                self._fail(status, session, examples, state, rows, order, done // size + record.steps_done)
            pace.took(threads, record.steps_done, time.perf_counter() - begun)
            _count(counted, record)
            done += len(piece)
            if time.perf_counter() > until:
                break
        session.save(state)
        state.step, state.rows_done = counted.step, counted.rows_done
        state.cost_sum, state.weight_sum = counted.cost_sum, counted.weight_sum
        return done

    def train_epochs(self, state: State, rows: Rows, most: int, seconds: float, between: Between) -> WholeEpochs | None:
        odd = self._needs_reference(rows.X, state.theta, state.slots, state.running)
        if odd or any(judge is not None and is_sparse(judge.rows.X) for judge in between[:2]):
            return None  # rows must be judged by the same functions however the epochs are divided
        state.check(self.plan)
        session = self._session(self.plan.batch_rows)
        judged = [None if judge is None else self._judged(judge.rows) for judge in between[:2]]
        epochs = KernelEpochs(self.plan, session, self._examples_of(rows), self._pace(session), *judged)
        return epochs.take(state, most, seconds, between)

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        odd = self._needs_reference(rows.X, parameters.theta, parameters.running, gradients.theta)
        if odd or not mode.training or mode.learn_running or mode.input_gradient or not len(rows.Y):
            return self._reference.value_and_gradient(parameters, rows, mode, gradients)
        session = self._session(len(rows.Y))
        examples, pace = self._examples_of(rows), self._pace(session)
        session.load(parameters.theta, None, parameters.running)
        (threads, _), begun = pace.next(), time.perf_counter()
        J = session.gradient(examples, mode.seed, mode.step, threads, gradients.theta)
        pace.took(threads, 1, time.perf_counter() - begun)
        return J

    def scores(self, parameters: Parameters, X: Any) -> Array:
        return self._forward(parameters, X, link=False)

    def predict(self, parameters: Parameters, X: Any) -> Array:
        return self._forward(parameters, X, link=True)

    def judge(self, parameters: Parameters, rows: Rows) -> Sums:
        if self._needs_reference(rows.X, parameters.theta, parameters.running):
            return self._reference.judge(parameters, rows)
        return self._loaded(parameters).judge(self._judged(rows))

    def ready(self, parameters: Parameters, *, frozen: bool = False) -> tuple[Forward, Forward]:
        if self._needs_reference(None, parameters.theta, parameters.running):
            return self._reference.ready(parameters, frozen=frozen)
        session = Session(self.plan, 0, thread_count(self.plan.n_threads))
        session.load(parameters.theta, None, parameters.running)
        reload = None if frozen else parameters
        return session.predictor(False, reload), session.predictor(True, reload)

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        if self._needs_reference(rows.X, state.theta, state.slots, state.running) or not len(rows.Y):
            return self._reference.record_step(state, rows)
        recorded = record_in_kernels(self.plan, state, rows)
        if recorded is None:
            raise self._reference.diverged_at(state, rows, np.arange(len(rows.Y)))
        return recorded

    def _forward(self, parameters: Parameters, X: Any, *, link: bool) -> Array:
        if self._needs_reference(X, parameters.theta, parameters.running):
            other = self._reference
            return other.predict(parameters, X) if link else other.scores(parameters, X)
        return self._loaded(parameters).predict(X, link)

    def _loaded(self, parameters: Parameters) -> Session:
        """The session for predictions, with these parameters."""
        threads = self._threads()
        if self._predicting is None or self._predicting.threads < threads:
            self._predicting = Session(self.plan, 0, threads)
        self._predicting.load(parameters.theta, None, parameters.running)
        return self._predicting

    def _threads(self) -> int:
        """How many may be used now: the plan's, or those that other trainings leave free."""
        most = thread_count(self.plan.n_threads)
        return most if self.free_threads is None else min(most, self.free_threads())

    def _needs_reference(self, X: Any, *vectors: Array) -> bool:
        """Sparse rows, or vectors that are not as the plan says: the kernels would read other numbers, or too far."""
        dtype = self.plan.numpy_dtype
        return is_sparse(X) or any(a.dtype != dtype or not a.flags.c_contiguous for a in vectors)

    def _session(self, rows: int) -> Session:
        """The session for training, made anew where a batch is larger than any before, or there are more threads."""
        threads = self._threads()  # one step on one thread is slower in a session made for more
        if self._training is None or self._training.rows < rows or self._training.threads < threads:
            self._training = Session(self.plan, rows, threads)
        return self._training

    def _pace(self, session: Session) -> Pace:
        return pace_of(tuple(self.plan.network.widths), session.rows, self.plan.dtype, session.threads)

    def _examples_of(self, rows: Rows) -> Examples:
        for known, examples in self._examples:
            if known is rows:
                return examples
        self._examples = [*self._examples[-1:], (rows, Examples(self.plan, rows))]
        return self._examples[-1][1]

    def _judged(self, rows: Rows) -> JudgedRows:
        return JudgedRows(self._examples_of(rows))

    def _steps(self, state: State, order: Array, threads: int) -> StepsStruct:
        size = self.plan.batch_rows
        return lowered_steps(state, order, size, alphas(self.plan, state, -(-len(order) // size)), threads)

    def _fail(
        self, status: int, session: Session, examples: Examples, state: State, rows: Rows, order: Array, good: int
    ) -> None:
        """Raise what went wrong after ``good`` steps, which are taken again: the state is as before the bad one."""
        if status == Status.bad_row:
            seen = f"{order.min()} ... {order.max()}"
            raise InvalidInput(
                "an order must name rows that exist", seen, f"pass numbers from 0 to {rows.X.shape[0] - 1}"
            )
        size = self.plan.batch_rows
        if good:
            session.load(state.theta, state.slots, state.running)
            record = self._steps(state, order[: good * size], 1)
            session.train(examples, record)
            session.save(state)
            _count(state, record)
        raise self._reference.diverged_at(state, rows, order[good * size : (good + 1) * size])


def _count(state: State, record: StepsStruct) -> None:
    """Count the steps that were taken."""
    state.step += record.steps_done
    state.rows_done += record.rows_done
    state.cost_sum, state.weight_sum = record.cost_sum, record.weight_sum
