"""How a trace is taken: the reference engine takes its step on a copy of the state, and what it computed is kept."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from glassnet.engines.engine import Workspace
from glassnet.engines.plan import Plan
from glassnet.engines.reference import Reference
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.engines.threads import suitable_threads
from glassnet.glass.trace_record import LayerTrace, Trace, read_only
from glassnet.network.cache import Cache, Mode
from glassnet.network.layer import Activated, Layer
from glassnet.network.parameters import Gradients, Parameters
from glassnet.network.targets import shares
from glassnet.pieces.activations import Array

KEPT_BY_THE_NETWORK = {"l", "mode", "running", "A_prev", "A", "Z", "dA"}


class Recorder(Reference):
    """The engine that trains, which holds on to the caches and the gradient of its last step."""

    rows: Rows
    caches: list[Cache]
    cost_seen: float
    gradient: Array

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        mode.input_gradient = True
        self.cost_seen = super().value_and_gradient(parameters, rows, mode, gradients)
        self.rows, self.caches = rows, self._caches_of(parameters, mode)
        # The workspace clips in place, after this.
        self.gradient = gradients.theta.copy() if self.plan.clipping else gradients.theta
        return self.cost_seen

    @property
    def dX(self) -> Array:
        """The slope of the cost by the inputs."""
        assert self._dX is not None
        return self._dX


def recorded(plan: Plan, state: State, rows: Rows) -> Trace:
    """The trace of the step that ``plan`` takes next from ``state`` on all of ``rows``; neither is changed.

    Raises:
        Diverged: a cost or gradient that is not finite.
    """
    now = _copy(state)
    m, engine = len(rows.Y), Recorder(plan)
    workspace = Workspace(replace(plan, examples=m, batch_size=m), now)
    workspace.plan = plan  # memory for these rows, but the learning rate of the plan itself
    alpha, number = state.learning_rate(plan), state.step + 1
    with np.errstate(all="ignore"), suitable_threads(plan.network, plan.batch_size):  # as in training
        if plan.optimizer.whole_batch:
            _look(workspace, engine, rows)
        else:
            workspace.step(engine, rows, np.arange(m))
        return _record(plan, state, now, engine, workspace.gradients, alpha, number)


def _copy(state: State) -> State:
    """What a step changes, copied; what it reads, shared."""
    return replace(
        state, theta=state.theta.copy(), running=state.running.copy(), slots=state.slots.copy(), history={}, best=None
    )


def _look(workspace: Workspace, engine: Recorder, rows: Rows) -> None:
    """Cost and gradient, for an optimizer that finds its steps by itself."""
    batch = workspace.gather(rows, np.arange(len(rows.Y)))
    workspace.mode.step = workspace.state.step
    engine.value_and_gradient(workspace.parameters, batch, workspace.mode, workspace.gradients)


def _record(
    plan: Plan, state: State, now: State, engine: Recorder, clipped: Gradients, alpha: float, number: int
) -> Trace:
    network, rows = plan.network, engine.rows
    stepped = not plan.optimizer.whole_batch
    before = network.parameters(read_only(state.theta.copy()), read_only(state.running.copy()))
    after = network.parameters(read_only(now.theta), read_only(now.running)) if stepped else None
    S = engine.caches[-1].A
    losses, share = network.loss.value(S, rows.Y), shares(rows.weights, S)
    gradients = _gradients(plan, engine.gradient)
    return Trace(
        plan=plan,
        X=read_only(rows.X),
        Y=read_only(rows.Y),
        weights=None if rows.weights is None else read_only(rows.weights),
        layers=_layers(engine, before, gradients),
        scores=read_only(S),
        predictions=read_only(network.predictions(S)),
        losses=read_only(losses),
        shares=read_only(share),
        cost=engine.cost_seen,
        penalty=_penalty(plan, before, rows),
        cost_after=None if after is None else _cost(plan, after, rows, share, engine.caches[0].mode),
        gradients=gradients,
        clipped=_gradients(plan, clipped.theta),
        alpha=alpha,
        number=number,
        before=before,
        after=after,
        slots_before=_slots(plan, state.slots.copy()),
        slots_after=_slots(plan, now.slots) if stepped else MappingProxyType({}),
    )


def _layers(engine: Recorder, before: Parameters, gradients: Gradients) -> tuple[LayerTrace, ...]:
    caches = engine.caches
    arriving = [engine.dX, *(c.dA for c in caches)]
    of_each = zip(engine.plan.network.row, caches, arriving, before.layers, gradients.layers, strict=False)
    return tuple(
        LayerTrace(
            l=c.l,
            layer=layer,
            A_prev=read_only(c.A_prev),
            A=read_only(c.A),
            Z=read_only(c.Z) if hasattr(c, "Z") else None,
            dA_prev=read_only(dA_prev),
            dA=read_only(c.dA),
            dZ=_dZ(layer, c),
            cached=_cached(c),
            p=p,
            g=g,
        )
        for layer, c, dA_prev, p, g in of_each
    )


def _dZ(layer: Layer, c: Cache) -> Array | None:
    """dJ/dZ: into the memory where the pass had it, with the same bits; or what a user's own layer keeps as such."""
    if isinstance(layer, Activated) and hasattr(c, "Z"):
        return read_only(layer.dZ(c.dA, c))
    kept = vars(c).get("dZ")
    return read_only(kept) if isinstance(kept, np.ndarray) else None


def _cached(c: Cache) -> MappingProxyType[str, Array]:
    """What the layer itself keeps in its cache."""
    own = {name: value for name, value in vars(c).items() if name not in KEPT_BY_THE_NETWORK and name[:1] != "_"}
    return MappingProxyType({name: read_only(value) for name, value in own.items() if isinstance(value, np.ndarray)})


def _gradients(plan: Plan, vector: Array) -> Gradients:
    layouts = plan.network.layout, plan.network.running_layout
    return Gradients(*layouts, read_only(vector), read_only(layouts[1].new()))


def _slots(plan: Plan, slots: Array) -> MappingProxyType[str, Parameters]:
    return MappingProxyType(
        {name: _gradients(plan, slot) for name, slot in zip(plan.optimizer.slots, slots, strict=True)}
    )


def _penalty(plan: Plan, parameters: Parameters, rows: Rows) -> float:
    if not plan.penalties:
        return 0.0
    return plan.penalties.value(parameters.weights, rows.total_weight() or 1.0, plan.penalty_factors)


def _cost(plan: Plan, after: Parameters, rows: Rows, share: Array, mode: Any) -> float:
    """J of the same step with other parameters: the same masks, and no running statistics learned."""
    network = plan.network
    caches = network.caches(after, replace(mode, learn_running=False))
    S = network.scores(rows.X, after, caches)
    return float(network.loss.value(S, rows.Y) @ share) + _penalty(plan, after, rows)
