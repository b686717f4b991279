"""A plan lowered to the plain records that the native engine reads (``kernels/interface.h``), or the reason why not."""

from __future__ import annotations

import ctypes as c
import dataclasses
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import GroupStruct, LayerStruct, PlanStruct, StepsStruct
from glassnet.engines.native.pointers import address
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.network.layer import Layer
from glassnet.network.layers import LAYERS
from glassnet.network.network import Network
from glassnet.network.parameters import Group
from glassnet.pieces.activation import Activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, GradientDescent, Optimizer
from glassnet.pieces.settings import Record
from glassnet.pieces.tables import Family

S = TypeVar("S", bound=c.Structure)
NO_ACTIVATION = -1
# By each step, by a layer's record, by the groups of parameters.
PASSED_OTHERWISE = {"learning_rate", "units", "activation", "initializer", "columns", "sigma"}
PASSED_OTHERWISE |= {"rate_factor", "bias_rate_factor", "decay_factor", "ntk"}


def only_python_knows(plan: Plan) -> str | None:
    """What in the plan the native library does not know; None where it knows everything.

    >>> from glassnet.network.network import Network
    >>> library.missing() is not None or only_python_knows(Plan(Network.mlp(2, [3], 1), examples=10)) is None
    True
    """
    if (unknown := _lowered_network(plan.network).unknown) is not None:
        return unknown
    if not (plan.optimizer.whole_batch or _knows_optimizer(plan.optimizer)):
        return f"optimizer {plan.optimizer.name!r} is known to Python only"
    return None


def lowered(plan: Plan, rows: int, threads: int, recording: bool = False) -> PlanStruct:
    """The record of a plan that :func:`only_python_knows` has nothing against.

    Args:
        plan: what is to run.
        rows: of the largest batch; 0 for a session that only predicts.
        threads: how many.
        recording: True for a session that keeps every number of its last step.
    """
    network, dtype, own = plan.network, plan.numpy_dtype, _lowered_network(plan.network)
    stepwise = GradientDescent() if plan.optimizer.whole_batch else plan.optimizer  # no step is asked of it
    settings = own.settings + _settings("optimizer", stepwise)
    record = PlanStruct(
        bytes=dtype.itemsize,
        count=len(own.layers),
        layers=own.layers,
        loss=library.rules("loss")[network.loss.name].place,
        optimizer=library.rules("optimizer")[stepwise.name].place,
        settings=(c.c_double * len(settings))(*settings),
        settings_count=len(settings),
        l1=plan.penalties.l1,
        l2=plan.penalties.l2,
        per_example=plan.penalties.per_example,
        clip_norm=plan.clipping.norm,
        clip_value=plan.clipping.value,
        rows=rows,
        threads=threads,
        groups=own.groups,
        groups_count=len(own.groups),
        recording=recording,
    )
    if plan.penalty_factors is not None and rows:
        factors = np.ones(network.size, dtype)
        factors[: network.layout.weights] = plan.penalty_factors
        record.factors, record.factors_count = address(factors, factors.shape, dtype), factors.size
        record.keepalive = factors  # read while the session is made
    return record


def lowered_steps(state: State, order: Array, batch: int, alphas: Array, threads: int) -> StepsStruct:
    """The record of steps that go on from ``state``.

    Args:
        state: what is counted so far.
        order: indices of rows, batch after batch.
        batch: rows of a mini-batch.
        alphas: the learning rate of each step.
        threads: how many.
    """
    record = StepsStruct(
        order=address(order, order.shape, np.int64),
        count=len(order),
        batch=batch,
        threads=threads,
        alphas=address(alphas, alphas.shape, np.float64),
        alphas_count=len(alphas),
        seed=state.seed,
        step=state.step,
        cost_sum=state.cost_sum,
        weight_sum=state.weight_sum,
    )
    record.keepalive = order, alphas
    return record


class LoweredNetwork(NamedTuple):
    """What follows from a network alone: made once, since many trainings have the same one.

    Args:
        rules: of layers, those of the library it is lowered for.
        unknown: what that library does not know; None where it knows everything.
        layers, groups: records.
        settings: of the layers and the loss.
    """

    rules: dict[str, library.Rule]
    unknown: str | None
    layers: c.Array[LayerStruct]
    groups: c.Array[GroupStruct]
    settings: list[float]


_LOWERED: WeakKeyDictionary[Network, LoweredNetwork] = WeakKeyDictionary()


def _lowered_network(network: Network) -> LoweredNetwork:
    rules, known = library.rules("layer"), _LOWERED.get(network)
    if known is None or known.rules is not rules:
        layers, unknown = network.layers, _unknown(network)
        known = _LOWERED[network] = LoweredNetwork(
            rules,
            unknown,
            _array(LayerStruct, [] if unknown else map(_layer, layers, network.widths, network.widths[1:])),
            _array(GroupStruct, map(_group, network.layout.groups)),
            []
            if unknown
            else [*chain(*(_settings("layer", each) for each in layers)), *_settings("loss", network.loss)],
        )
    return known


def _unknown(network: Network) -> str | None:
    for l, layer in enumerate(network.layers, start=1):
        if _known("layer", LAYERS, layer) is None:
            return f"layer {l} ({layer.name}) is known to Python only"
        g = layer.activation_record
        if g is not None and not _knows_activation(g):
            return f"activation {g.name!r} of layer {l} is known to Python only"
    return None if _knows_loss(network.loss) else f"loss {network.loss.name!r} is known to Python only"


def _array(kind: type[S], records: Iterable[S]) -> c.Array[S]:
    listed = [*records]
    return (kind * len(listed))(*listed)


def _layer(layer: Layer, n_in: int, n_out: int) -> LayerStruct:
    known, g = library.rules("activation"), layer.activation_record
    activation = known[g.name].place if g is not None else NO_ACTIVATION
    return LayerStruct(library.rules("layer")[layer.name].place, activation, n_in, n_out)


def _group(group: Group) -> GroupStruct:
    return GroupStruct(group.start + group.decayed, group.stop, group.rate, group.decay)


def _known(kind: str, table: Family[Any], record: Record) -> library.Rule | None:
    """The library's rule of that name, where it computes what the record says.

    Your own record may have the name of a built-in one, but not its arithmetic: its class must be the table's.
    """
    rule = library.rules(kind).get(record.name)
    if rule is None or record.name not in table or table[record.name].cls is not type(record):
        return None
    return rule if set(rule.settings) == _own_settings(type(record)) else None


@lru_cache(maxsize=128)
def _own_settings(cls: type[Record]) -> set[str]:
    return {field.name for field in dataclasses.fields(cls)} - PASSED_OTHERWISE


def _knows_loss(loss: Loss) -> bool:
    rule = _known("loss", LOSSES, loss)
    return rule is not None and rule.link == loss.link


def _knows_optimizer(optimizer: Optimizer) -> bool:
    rule = _known("optimizer", OPTIMIZERS, optimizer)
    return rule is not None and len(rule.slots) == len(optimizer.slots)


def _knows_activation(activation: Activation) -> bool:
    own = activation.name in ACTIVATIONS and ACTIVATIONS[activation.name] is activation
    return own and activation.name in library.rules("activation")


def _settings(kind: str, record: Record) -> list[float]:
    """The settings that the library asks for, in its order."""
    return [float(getattr(record, name)) for name in library.rules(kind)[record.name].settings]
