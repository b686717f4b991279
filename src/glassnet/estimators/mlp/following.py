"""How a network follows when the units of its inputs and answers move under it.

Two things can be meant by "what was learned": the function of the user's rows, or that of rows as they lie among the
late ones. Where a sensor drifts and the truth with it, the second goes on to be right; where rows wander to another
part of the same truth, the first. Neither is safe alone (``docs/scale.md`` has the measurements), so the rows decide.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.estimators.mlp.scaling import Scaling
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
    layers = [layer for layer in network.parameters(theta).layers if hasattr(layer, "W")]
    old, new, first, last = before.inputs, after.inputs, layers[0], layers[-1]
    scale = np.where(old.variance > 0, old.scale, new.scale)
    first.b += first.W @ ((new.mean - old.mean) / scale)
    first.W *= new.scale / scale
    if before.targets is not None and after.targets is not None:
        was, now = before.targets, after.targets
        last.W *= (was.scale / now.scale)[:, None]
        last.b[...] = (last.b * was.scale + was.mean - now.mean) / now.scale
    return theta


def followed(
    network: Network, state: State, before: Scaling | None, after: Scaling | None, rows: Rows
) -> Scaling | None:
    """``after`` with the evidence of a batch; the state's parameters are brought to its units where that speaks for it.

    Both ways of following are tried on the batch before it is learned from: parameters as they are, and
    :func:`same_function`. The evidence is by how much the cost is lower the second way, a mean over late batches.

    Args:
        network: what is trained.
        state: changed in place.
        before, after: the units until now and from now on; None for the user's own, which nothing has to decide on.
        rows: the batch, in the units of ``after``.
    """
    if before is None or after is None:
        if known := before or after:
            _move(network, state, before or known.plain, after or known.plain)
        return after
    moved = same_function(network, state.theta, before, after)
    costs = [_cost(network, theta, state.running, rows) for theta in (state.theta, moved)]
    evidence = before.evidence + NEWS * (costs[0] - costs[1] - before.evidence)
    if evidence > 0:
        _move(network, state, before, after)
    return replace(after, evidence=evidence)


def _move(network: Network, state: State, before: Scaling, after: Scaling) -> None:
    best = None if state.best is None else state.best.theta
    for theta in (state.theta,) if best is None else (state.theta, best):
        theta[...] = same_function(network, theta, before, after)


def _cost(network: Network, theta: Array, running: Array, rows: Rows) -> float:
    with np.errstate(all="ignore"):
        J = network.cost(network.forward(rows.X, network.parameters(theta, running)), rows.Y, rows.weights)
    return min(J, MOST) if J == J else MOST
