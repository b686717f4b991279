"""Where a training that left the finite numbers began to: the first layer, forward or backward, and what to try."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import is_sparse
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import Diverged
from glassnet.network.cache import Mode
from glassnet.network.parameters import Parameters


def diverged(
    plan: Plan,
    state: State,
    parameters: Parameters,
    gradients: Parameters,
    batch: Rows,
    mode: Mode,
    otherwise: str = "the cost itself",
) -> Diverged:
    """The error for a step that met a number which is not finite; ``otherwise`` says where, if in no layer."""
    where = _forward(plan, parameters, batch, mode) or _backward(plan, gradients) or otherwise
    largest_input = (abs(batch.X) if is_sparse(batch.X) else np.abs(batch.X)).max()
    return Diverged(
        f"training diverged at step {state.step + 1} (epoch {state.epoch + 1}): {where} is not finite",
        seen=f"learning rate {state.learning_rate(plan):.3g}, "
        f"largest parameter {np.abs(state.theta).max(initial=0):.3g}, largest input {largest_input:.3g}",
        remedy="try a smaller learning rate, inputs (and a numeric target) scaled to about 1, or clipped gradients",
    )


def _forward(plan: Plan, parameters: Parameters, batch: Rows, mode: Mode) -> str | None:
    network = plan.network
    caches = network.caches(parameters, Mode(training=True, seed=mode.seed, step=mode.step))
    with np.errstate(all="ignore"):
        network.scores(batch.X, parameters, caches)
    for layer, cache in zip(network.layers, caches, strict=True):
        if not np.isfinite(cache.A).all():
            return f"the output of layer {cache.l} ({layer.name}) in forward propagation"
    return None


def _backward(plan: Plan, gradients: Parameters) -> str | None:
    views = list(enumerate(zip(plan.network.layers, gradients.layers, strict=True), start=1))
    for l, (layer, g) in reversed(views):
        if not all(np.isfinite(array).all() for array in vars(g).values()):
            return f"the gradient of layer {l} ({layer.name}) in back propagation"
    return None
