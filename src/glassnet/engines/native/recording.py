"""A training step of the native engine, number by number: taken in a session that keeps them, then copied out of it."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.kernels.interface import Recorded
from glassnet.engines.native.lowering import lowered_steps
from glassnet.engines.native.session import Examples, Session, check_memory
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import LayerRecord, StepRecord
from glassnet.hardware import thread_count
from glassnet.network.targets import as_targets

SMALL = 1_000_000  # rows times parameters, up to which a thread takes longer to wake than to compute its part
CACHED = {"mask": Recorded.mask, "scale": Recorded.scale, "N": Recorded.N}  # by their names in a layer's cache


def record_in_kernels(plan: Plan, state: State, rows: Rows) -> StepRecord | None:
    """The step that the kernels take from ``state`` on all rows; None where it diverges.

    Two passes over the same numbers: the first for the gradient as it is before clipping, the second is the step.
    """
    m = len(rows.Y)
    check_memory(plan, m, recording=True)
    threads = thread_count(plan.n_threads) if m * plan.network.size > SMALL else 1
    session = Session(plan, m, threads, recording=True)
    copied, examples = Copied(plan, session, m), Examples(plan, rows)
    session.load(state.theta, state.slots, state.running)
    gradient, scratch = np.empty_like(state.theta), np.empty_like(state.theta)
    cost = session.gradient(examples, state.seed, state.step, session.threads, gradient)
    after = None if plan.optimizer.whole_batch else state.apart()
    if after is not None:
        order, alpha = np.arange(m, dtype=np.int64), np.array([state.learning_rate(plan)])
        if session.train(examples, lowered_steps(state, order, m, alpha, session.threads)):
            return None
        session.save(after)
    targets = np.empty((m, plan.network.outputs), plan.numpy_dtype)
    as_targets(rows.Y, plan.network.loss, plan.network.outputs, plan.dtype, out=targets)
    clips = plan.clipping and after is not None
    return StepRecord(
        engine="native",
        rows=Rows(
            copied(0, Recorded.A, m, plan.network.inputs),
            targets,
            None if rows.weights is None else np.array(rows.weights),
        ),
        layers=copied.layers(),
        predictions=copied(0, Recorded.predictions, m, plan.network.outputs),
        losses=copied(0, Recorded.losses, m),
        shares=copied(0, Recorded.shares, m),
        cost=cost,
        penalty=float(session.recorded(0, Recorded.penalty, np.empty(1))[0]),
        gradient=gradient,
        clipped=copied(0, Recorded.clipped, gradient.size) if clips else gradient,
        after=after,
        # Last: it overwrites what was recorded. The session's parameters are those after the step.
        cost_after=None
        if after is None
        else session.gradient(examples, state.seed, state.step, session.threads, scratch),
    )


class Copied:
    """Arrays of the plan's dtype, copied out of a session under the workshop's names."""

    def __init__(self, plan: Plan, session: Session, m: int) -> None:
        self.plan, self.session, self.m = plan, session, m

    def __call__(self, l: int, what: Recorded, *shape: int) -> Array:
        """What the step left in layer l."""
        return self.session.recorded(l, what, np.empty(shape, self.plan.numpy_dtype))

    def layers(self) -> tuple[LayerRecord, ...]:
        """All layers; the output of one is the input of the next, and so are their gradients."""
        m, network = self.m, self.plan.network
        A = [self(l, Recorded.A, m, n) for l, n in enumerate(network.widths)]
        dA = [self(l, Recorded.dA, m, n) for l, n in enumerate(network.widths)]
        made = []
        for l, layer in enumerate(network.layers, start=1):
            Z = dZ = None
            if layer.g is not None:
                Z, dZ = (self(l, what, *A[l].shape) for what in (Recorded.Z, Recorded.dZ))
            cached = {name: self(l, CACHED[name], *shape) for name, shape in layer.cached(*A[l].shape).items()}
            made.append(LayerRecord(l, layer, A[l - 1], A[l], Z, dA[l - 1], dA[l], dZ, cached))
        return tuple(made)
