"""The record of a step, made of what the engine showed of it."""

from __future__ import annotations

from types import MappingProxyType

from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.engines.step_record import LayerRecord, StepRecord
from glassnet.glass.tracing.record import LayerTrace, Trace, read_only
from glassnet.network.parameters import Gradients, Parameters


def record_of(plan: Plan, state: State, seen: StepRecord) -> Trace:
    """The trace of the step that was seen, which ``plan`` took from ``state``."""
    network, rows, after = plan.network, seen.rows, seen.after
    before = network.parameters(read_only(state.theta.copy()), read_only(state.running.copy()))
    gradients = _gradients(plan, seen.gradient)
    return Trace(
        plan=plan,
        X=read_only(rows.X),
        Y=read_only(rows.Y),
        weights=None if rows.weights is None else read_only(rows.weights),
        layers=tuple(_layer(l, plan, layer, before, gradients) for l, layer in enumerate(seen.layers, start=1)),
        scores=read_only(seen.layers[-1].A),
        predictions=read_only(seen.predictions),
        losses=read_only(seen.losses),
        shares=read_only(seen.shares),
        cost=seen.cost,
        penalty=seen.penalty,
        cost_after=seen.cost_after,
        gradients=gradients,
        clipped=_gradients(plan, seen.clipped),
        alpha=state.learning_rate(plan),
        number=state.step + 1,
        before=before,
        after=None if after is None else network.parameters(read_only(after.theta), read_only(after.running)),
        slots_before=_slots(plan, state.slots.copy()),
        slots_after=MappingProxyType({}) if after is None else _slots(plan, after.slots),
        engine=seen.engine,
    )


def _layer(l: int, plan: Plan, seen: LayerRecord, before: Parameters, gradients: Gradients) -> LayerTrace:
    return LayerTrace(
        l=l,
        layer=plan.network.layers[l - 1],
        A_prev=read_only(seen.A_prev),
        A=read_only(seen.A),
        Z=None if seen.Z is None else read_only(seen.Z),
        dA_prev=read_only(seen.dA_prev),
        dA=read_only(seen.dA),
        dZ=None if seen.dZ is None else read_only(seen.dZ),
        cached=MappingProxyType({name: read_only(array) for name, array in seen.cached.items()}),
        p=before.layers[l - 1],
        g=gradients.layers[l - 1],
    )


def _gradients(plan: Plan, vector: Array) -> Gradients:
    layouts = plan.network.layout, plan.network.running_layout
    return Gradients(*layouts, read_only(vector), read_only(layouts[1].new()))


def _slots(plan: Plan, slots: Array) -> MappingProxyType[str, Parameters]:
    return MappingProxyType(
        {name: _gradients(plan, slot) for name, slot in zip(plan.optimizer.slots, slots, strict=True)}
    )
