"""Trainings of one plan as one: their vectors are stacked, and each step takes a step of every one of them.

One small network leaves a GPU idle; a stack of them fills it. Everything that a step reads and writes is memory of
fixed size and place, so that it can be captured: the order of the rows, learning rates and keys of all steps are
copied there beforehand, and the step itself counts on. A step that meets a number that is not finite changes nothing,
and so do all after it: the training it belongs to stands before that step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.torch.capture import captured
from glassnet.engines.torch.package import Tensor, on_device, torch
from glassnet.engines.torch.program import Clock, Program, Vectors
from glassnet.engines.torch.resident import Resident
from glassnet.engines.whole_epochs import alphas
from glassnet.randomness import keys_of_steps

CALL_SECONDS = 0.05  # after which the caller is asked whether to stop
VECTORS = Vectors._fields


class Training(NamedTuple):
    """One of a stack: its plan, where it stands, and the rows it is to take steps over, in this order."""

    plan: Plan
    state: State
    rows: Rows
    order: Array


class Stack:
    """Memory and steps for so many trainings.

    Args:
        program: what all of them compute; their learning rates and seeds are their own.
        parts: the rows of each, of the same number.
        steps: the most in one call.
    """

    def __init__(self, program: Program, parts: Sequence[Rows], steps: int) -> None:
        plan, device, count = program.plan, program.device, len(parts)
        self.program, self.parts, self.steps, self._pace = program, list(parts), steps, 8

        def empty(*shape: int, dtype: object = torch.float64) -> Tensor:
            return torch.zeros((count, *shape), dtype=dtype, device=device)

        n, r, s = plan.network.size, plan.network.running_layout.size, len(plan.optimizer.slots)
        shapes = zip(VECTORS, ((n,), (s, n), (r,)), strict=True)
        self.vectors = Vectors(**{name: empty(*shape, dtype=program.dtype) for name, shape in shapes})
        distinct = list({id(part): part for part in parts}.values())
        self.resident = Resident(plan, device, distinct)
        where = {id(part): start for part, start in zip(distinct, self.resident.starts.tolist(), strict=True)}
        self._starts = np.array([where[id(part)] for part in parts])[:, None]
        self._order = empty(steps * plan.batch_rows, dtype=torch.int64)
        self._alphas, self._numbers = empty(steps), empty(steps)
        self._keys = empty(steps, len(program.drawing), 2, dtype=torch.int64)
        self._alive, self._done = empty(dtype=torch.bool), empty(dtype=torch.int64)
        self._costs, self._weights = empty(), empty()
        self._at = torch.zeros((2, 1), dtype=torch.int64, device=device)  # rows and steps of the call so far
        self._replays: dict[int, Callable[[], None]] = {}

    def train(self, trainings: Sequence[Training], stop: Callable[[], bool], seconds: float) -> list[bool]:
        """Steps over the orders, which are of one length, until they end, or seconds are over, or ``stop`` says so.

        Brings the states up to date; returns which of the trainings diverged: those stand before the bad step.
        """
        size, length = self.program.plan.batch_rows, len(trainings[0].order)
        sizes = [size] * (length // size) + ([length % size] if length % size else [])
        replays = [self._replay(rows) for rows in sizes]  # captured before there is anything to spoil
        self._load(trainings)
        done, until = 0, time.perf_counter() + seconds
        while done < len(sizes) and not stop() and not (done and time.perf_counter() > until):
            begun, some = time.perf_counter(), replays[done : done + self._pace]
            for replay in some:
                replay()
            done += len(some)
            alive = bool(self._alive.any())  # waits for the device
            self._keep_pace(time.perf_counter() - begun)
            if not alive:
                break
        return self._save(trainings, done)

    def _keep_pace(self, took: float) -> None:
        """As many steps at a time as take a moment."""
        if took < CALL_SECONDS / 2:
            self._pace *= 2
        elif took > CALL_SECONDS:
            self._pace = max(1, self._pace // 2)

    # -- the step ----------------------------------------------------------------------------------------------------

    def _replay(self, rows: int) -> Callable[[], None]:
        """A step of batches of so many rows; the last one of an epoch has a size, and a capture, of its own."""
        if rows not in self._replays:
            self._alive.zero_()
            self._at.zero_()
            self._replays[rows] = captured(self._step_of(rows), self.program.device)
        return self._replays[rows]

    def _step_of(self, rows: int) -> Callable[[], None]:
        places, ones = torch.arange(rows, device=self.program.device), torch.ones_like(self._at)
        ones[0] = rows
        mapped = torch.func.vmap(self._one)

        def step() -> None:
            at = self._at[1]
            chosen = self._order.index_select(1, self._at[0] + places)
            clock = Clock(*(part.index_select(1, at)[:, 0] for part in (self._alphas, self._numbers, self._keys)))
            after, J, weight, good = mapped(self.vectors, chosen, clock)
            good &= self._alive
            for mine, new in zip(self.vectors, after, strict=True):
                mine.copy_(torch.where(good.reshape(-1, *[1] * (mine.ndim - 1)), new, mine))
            self._alive.copy_(good)
            self._done += good
            self._costs += torch.where(good, J * weight, 0.0)
            self._weights += torch.where(good, weight, 0.0)
            self._at += ones

        return step

    def _one(self, vectors: Vectors, chosen: Tensor, clock: Clock) -> tuple[Vectors, Tensor, Tensor, Tensor]:
        return self.program.step(vectors, self.resident.batch(chosen), clock)

    # -- to the device and back --------------------------------------------------------------------------------------

    def _load(self, trainings: Sequence[Training]) -> None:
        device, drawing = self.program.device, self.program.drawing
        for name, mine in zip(VECTORS, self.vectors, strict=True):
            mine.copy_(on_device(np.stack([getattr(t.state, name) for t in trainings]), device))
        orders = np.stack([t.order for t in trainings]) + self._starts
        self._order[:, : orders.shape[1]] = on_device(orders, device)
        steps = -(-orders.shape[1] // self.program.plan.batch_rows)
        self._alphas[:, :steps] = on_device([alphas(t.plan, t.state, steps) for t in trainings], device)
        self._numbers[:, :steps] = on_device([t.state.step + np.arange(1.0, steps + 1) for t in trainings], device)
        for at, l in enumerate(drawing):
            keys = [keys_of_steps(t.state.seed, t.state.step, steps, l) for t in trainings]
            self._keys[:, :steps, at] = on_device(keys, device)
        self._alive.fill_(True)
        for counter in (self._at, self._done, self._costs, self._weights):
            counter.zero_()

    def _save(self, trainings: Sequence[Training], steps: int) -> list[bool]:
        own = [x.cpu().numpy() for x in (*self.vectors, self._done, self._costs, self._weights)]
        for k, training in enumerate(trainings):
            state, (*vectors, done, cost, weight) = training.state, (x[k] for x in own)
            for name, vector in zip(VECTORS, vectors, strict=True):
                getattr(state, name)[...] = vector
            state.step += int(done)
            state.rows_done += min(int(done) * self.program.plan.batch_rows, len(training.order))
            state.cost_sum += float(cost)
            state.weight_sum += float(weight)
        return [int(done) < steps for done in own[3]]
