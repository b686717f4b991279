"""A plan lowered to the plain records that the native engine reads (``kernels/interface.h``), or the reason why not."""

from __future__ import annotations

import ctypes as c
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.network.layer import Activated, Layer
from glassnet.network.layers import Dense, Dropout
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.settings import Record

KINDS: dict[type[Layer], int] = {Dense: 1, Dropout: 2, BatchNorm: 3, LayerNorm: 4}


class LayerStruct(c.Structure):
    """``gn_layer``."""

    _fields_ = (
        *[(name, c.c_int64) for name in ("kind", "activation", "inputs", "outputs")],
        *[(name, c.c_double) for name in ("rate", "epsilon", "momentum")],
    )


class PlanStruct(c.Structure):
    """``gn_plan``."""

    _fields_ = (
        ("bytes", c.c_int64),
        ("count", c.c_int64),
        ("layers", c.POINTER(LayerStruct)),
        ("loss", c.c_int64),
        ("loss_setting", c.c_double),
        ("optimizer", c.c_int64),
        ("settings", c.c_double * 4),
        ("l1", c.c_double),
        ("l2", c.c_double),
        ("per_example", c.c_int64),
        ("clip_norm", c.c_double),
        ("clip_value", c.c_double),
        ("rows", c.c_int64),
        ("threads", c.c_int64),
        ("factors", c.c_void_p),
        ("seen", c.c_int64),
    )


class RowsStruct(c.Structure):
    """``gn_rows``."""

    _fields_ = (
        ("X", c.c_void_p),
        ("ld", c.c_int64),
        ("count", c.c_int64),
        ("Y", c.c_void_p),
        ("labels", c.c_void_p),
        ("weights", c.c_void_p),
    )


class StepsStruct(c.Structure):
    """``gn_steps``."""

    _fields_ = (
        ("order", c.c_void_p),
        ("count", c.c_int64),
        ("batch", c.c_int64),
        ("threads", c.c_int64),
        ("alphas", c.c_void_p),
        ("seed", c.c_uint64),
        ("step", c.c_int64),
        ("steps_done", c.c_int64),
        ("rows_done", c.c_int64),
        ("cost_sum", c.c_double),
        ("weight_sum", c.c_double),
    )


def only_python_knows(plan: Plan) -> str | None:
    """What in the plan has no number in the native engine, in words; None where everything has.

    >>> from glassnet.network.network import Network
    >>> only_python_knows(Plan(Network.mlp(2, [3], 1), examples=10)) is None
    True
    """
    network = plan.network
    for l, layer in enumerate(network.layers, start=1):
        if type(layer) not in KINDS:
            return f"layer {l} ({layer.name}) is known to Python only"
        if isinstance(layer, Activated) and not _known(layer.g):
            return f"activation {layer.g.name!r} of layer {l} is known to Python only"
    if not _code(network.loss):
        return f"loss {network.loss.name!r} is known to Python only"
    if not (_code(plan.optimizer) or plan.optimizer.whole_batch):
        return f"optimizer {plan.optimizer.name!r} is known to Python only"
    return None


def lowered(plan: Plan, rows: int, threads: int, seen: bool = False) -> PlanStruct:
    """The record of a plan that :func:`only_python_knows` has nothing against.

    Args:
        plan: what is to run.
        rows: of the largest batch; 0 for a session that only predicts.
        threads: how many.
        seen: True for a session that keeps every number of its last step.
    """
    network, dtype = plan.network, plan.numpy_dtype
    layers = (LayerStruct * len(network.layers))(
        *(_layer(layer, *network.widths[l : l + 2]) for l, layer in enumerate(network.layers))
    )
    stepwise = not plan.optimizer.whole_batch
    record = PlanStruct(
        bytes=dtype.itemsize,
        count=len(layers),
        layers=layers,
        loss=network.loss.code,
        loss_setting=next(iter(network.loss.settings().values()), 0.0),
        optimizer=plan.optimizer.code if stepwise else 1,
        settings=(c.c_double * 4)(*(_settings(plan.optimizer) if stepwise else ())),
        l1=plan.penalties.l1,
        l2=plan.penalties.l2,
        per_example=plan.penalties.per_example,
        clip_norm=plan.clipping.norm,
        clip_value=plan.clipping.value,
        rows=rows,
        threads=threads,
        seen=seen,
    )
    if plan.penalty_factors is not None and rows:
        factors = np.ones(network.size, dtype)
        factors[: network.layout.weights] = plan.penalty_factors
        record.factors, record.kept = address(factors), factors  # read while the session is made
    return record


def address(array: Array) -> int:
    """Where an array's numbers begin."""
    return int(array.__array_interface__["data"][0])


def _layer(layer: Layer, n_in: int, n_out: int) -> LayerStruct:
    given = layer.settings()
    numbers = {name: given.get(name, 0.0) for name in ("rate", "epsilon", "momentum")}
    activation = layer.g.code if isinstance(layer, Activated) else 0
    return LayerStruct(KINDS[type(layer)], activation, n_in, n_out, **numbers)


def _known(activation: Any) -> bool:
    return activation.code > 0 and ACTIVATIONS.get(activation.name) is activation


def _code(record: Any) -> int:
    """A class below one of the tables' inherits its number, but not its arithmetic."""
    return int(vars(type(record)).get("code", 0))


def _settings(optimizer: Record) -> list[float]:
    return [value for name, value in optimizer.settings().items() if name != "learning_rate"]
