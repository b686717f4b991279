"""The trace of a step, from the engine's record."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.engines.step_record import LayerRecord, StepRecord
from glassnet.glass.tracing.record import Trace, read_only
from glassnet.network.parameters import Gradients, Parameters


def record_of(plan: Plan, state: State, recorded: StepRecord) -> Trace:
    """The trace of a recorded step, which ``plan`` took from ``state``."""
    network, rows, after = plan.network, recorded.rows, recorded.after
    before = network.parameters(read_only(state.theta.copy()), read_only(state.running.copy()))
    gradients = _gradients(plan, recorded.gradient)
    return Trace(
        plan=plan,
        X=read_only(rows.X),
        Y=read_only(rows.Y),
        weights=None if rows.weights is None else read_only(rows.weights),
        layers=tuple(map(_layer, recorded.layers)),
        scores=read_only(recorded.layers[-1].A),
        predictions=read_only(recorded.predictions),
        losses=read_only(recorded.losses),
        shares=read_only(recorded.shares),
        cost=recorded.cost,
        penalty=recorded.penalty,
        cost_after=recorded.cost_after,
        gradients=gradients,
        clipped=_gradients(plan, recorded.clipped),
        alpha=state.learning_rate(plan),
        number=state.step + 1,
        before=before,
        after=None if after is None else network.parameters(read_only(after.theta), read_only(after.running)),
        slots_before=_slots(plan, state.slots.copy()),
        slots_after=MappingProxyType({}) if after is None else _slots(plan, after.slots),
        engine=recorded.engine,
    )


def _layer(layer: LayerRecord) -> LayerRecord:
    """The same, read-only."""
    arrays = {name: read_only(array) for name, array in vars(layer).items() if hasattr(array, "shape")}
    cached = MappingProxyType({name: read_only(array) for name, array in layer.cached.items()})
    return replace(layer, **arrays, cached=cached)


def _gradients(plan: Plan, vector: Array) -> Gradients:
    layouts = plan.network.layout, plan.network.running_layout
    return Gradients(*layouts, read_only(vector), read_only(layouts[1].new()))


def _slots(plan: Plan, slots: Array) -> MappingProxyType[str, Parameters]:
    return MappingProxyType(
        {name: _gradients(plan, slot) for name, slot in zip(plan.optimizer.slots, slots, strict=True)}
    )
