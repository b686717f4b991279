"""How a network follows when the units of its inputs and answers move under it.

Two things can be meant by "what was learned": the function of the user's rows, or that of rows as they lie among
recent ones. Where a sensor drifts and the truth with it, the second goes on to be right; where rows wander to another
part of the same truth, the first. Neither is safe alone (``docs/scale.md`` has the measurements), so the rows decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.estimators.mlp.scaling import Moments, Scaling
from glassnet.network.network import Network

NEWS = 0.1  # the weight of a batch in the evidence
MOST = 1e6  # what the cost of a batch counts as at most


def same_function(network: Network, theta: Array, before: Scaling, after: Scaling) -> Array:
    """Parameters (n,) that compute in the units of ``after`` what ``theta`` computes in those of ``before``.

    ``W := W s'/s`` and ``b := b + W (c' - c)/s`` in the first layer, the reverse in the last. The weights of a column
    that was constant so far, of which nothing could be learned, stay as they are.

    Args:
        network: its first and last layer with parameters are dense.
        theta: parameters.
        before, after: means c and scales s of inputs and targets.
    """
    theta = theta.copy()
    old, new, (first, last) = before.inputs, after.inputs, _ends(network, theta)
    scale = _known_scale(old, new)
    first.b += first.W @ ((new.mean - old.mean) / scale)
    first.W *= new.scale / scale
    if before.targets is not None and after.targets is not None:
        was, now = before.targets, after.targets
        last.W *= (was.scale / now.scale)[:, None]
        last.b[...] = (last.b * was.scale + was.mean - now.mean) / now.scale
    return theta


def same_gradients(network: Network, slots: Array, powers: Sequence[int], before: Scaling, after: Scaling) -> None:
    """Bring what an optimizer remembers of gradients to the units of ``after``, as :func:`same_function` parameters.

    With ``q = s/s'`` of the targets a gradient is ``q^2`` times as large, in the last layer ``q``, as of the squared
    error; in the first layer ``dW := (dW - db (c' - c)/s) s/s'``. What grows with its square has no shift.

    Args:
        network: of the parameters.
        slots: changed in place (s, n).
        powers: of the gradient that each grows with.
        before, after: means c and scales s of inputs and targets.
    """
    factors = np.ones(network.size)
    first, last = _ends(network, factors)
    if before.targets is not None and after.targets is not None:
        q = before.targets.scale / after.targets.scale
        factors[...] = np.mean(q**2)
        last.W[...], last.b[...] = q[:, None], q
    scale = _known_scale(before.inputs, after.inputs)
    first.W /= after.inputs.scale / scale
    for slot, power in zip(slots, powers, strict=False):  # an optimizer of the user's own may not say
        if power == 1:
            own, _ = _ends(network, slot)
            own.W -= np.outer(own.b, (after.inputs.mean - before.inputs.mean) / scale)
        slot *= factors**power


def _ends(network: Network, theta: Array) -> tuple[SimpleNamespace, SimpleNamespace]:
    """The first and the last layer with weights, views into ``theta``."""
    layers = [layer for layer in network.layout.views(theta) if hasattr(layer, "W")]
    return layers[0], layers[-1]


def _known_scale(before: Moments, after: Moments) -> Array:
    """The scale until now (n,); of a column that was constant so far the one from now on."""
    return np.where(before.variance > 0, before.scale, after.scale)


def followed(plan: Plan, state: State, before: Scaling | None, after: Scaling | None, rows: Rows) -> Scaling | None:
    """``after`` with the evidence of a batch; the state is brought to its units where that speaks for it.

    Both ways of following are tried on the batch before it is learned from: parameters as they are, and
    :func:`same_function`. The evidence is by how much the cost is lower the second way, a mean over recent batches.

    Args:
        plan: of the training.
        state: changed in place.
        before, after: the units until now and from now on; None for the user's own, which nothing has to decide on.
        rows: the batch, in the units of ``after``.
    """
    if before is None or after is None:
        if known := before or after:
            _move(plan, state, before or known.plain, after or known.plain)
        return after
    moved = same_function(plan.network, state.theta, before, after)
    costs = [_cost(plan.network, theta, state.running, rows) for theta in (state.theta, moved)]
    evidence = before.evidence + NEWS * (costs[0] - costs[1] - before.evidence)
    if evidence > 0:
        _move(plan, state, before, after)
    return replace(after, evidence=evidence)


def _move(plan: Plan, state: State, before: Scaling, after: Scaling) -> None:
    best = None if state.best is None else state.best.theta
    for theta in (state.theta,) if best is None else (state.theta, best):
        theta[...] = same_function(plan.network, theta, before, after)
    same_gradients(plan.network, state.slots, plan.optimizer.powers, before, after)


def _cost(network: Network, theta: Array, running: Array, rows: Rows) -> float:
    with np.errstate(all="ignore"):
        J = network.cost(network.forward(rows.X, network.parameters(theta, running)), rows.Y, rows.weights)
    return min(J, MOST) if J == J else MOST
