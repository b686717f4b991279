"""The independent witness: a network's cost as a computation graph, from the expressions of its pieces and layers.

Nothing here calls what is being checked: values and derivatives written by hand. A user's own function is its own
expression and runs on nodes as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from glassnet import graph
from glassnet.arrays import Array, dense
from glassnet.errors import GlassnetError, Unsupported
from glassnet.glass.gradients.cost import Cost
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer
from glassnet.pieces.expressions import graph_operations
from glassnet.pieces.losses import Loss

Node = Any  # a node of the graph, or an array


def graph_gradient(cost: Cost) -> Array:
    """The gradient (n,) of the cost by the graph.

    Raises:
        Unsupported: a user's own piece that the graph cannot derive; says which and why.
    """
    return np.asarray(graph.grad(partial(_cost, cost))(cost.theta))


def _cost(cost: Cost, theta: Node) -> Node:
    network, A = cost.network, dense(cost.X)
    own = _parameters(cost, theta)
    for layer, p, c in zip(network.layers, own, cost.caches(), strict=True):
        A = layer_output(layer, A, p, c)
    J = np.sum(losses(network.loss, A, cost.Y) * cost.shares)
    return J + _penalty(cost, theta)


def _parameters(cost: Cost, theta: Node) -> list[SimpleNamespace]:
    """For each layer its parameters as nodes."""
    layers = [SimpleNamespace() for _ in cost.network.layers]
    for place in cost.network.layout.places:
        view = np.reshape(theta[place.start : place.stop], place.parameter.shape)
        setattr(layers[place.layer - 1], place.parameter.name, view.T if place.parameter.transposed else view)
    return layers


def layer_output(layer: Layer, A: Node, p: SimpleNamespace, c: Cache) -> Node:
    """``A[l]`` of ``A[l-1]``; ``Z[l]`` is left in ``c`` where the layer has one."""
    g = layer.activation_record
    what = f"layer {layer.name!r}" if g is None else f"layer {layer.name!r} with activation {g.name!r}"
    return _tried(what, lambda: layer.expression(graph_operations(), A, p, c))


def losses(loss: Loss, S: Node, Y: Array) -> Node:
    """The loss of each example (m,), of the scores."""
    return _tried(f"loss {loss.name!r}", lambda: loss.expression(graph_operations(), S, Y))


def _penalty(cost: Cost, theta: Node) -> Node:
    penalties = cost.plan.penalties
    w = theta[: cost.network.layout.weights]
    w = w if cost.plan.penalty_factors is None else w * cost.plan.penalty_factors
    J = penalties.l1 * np.sum(np.abs(w)) + penalties.l2 / 2 * np.sum(w * w)
    return J / cost.total_weight if penalties.per_example else J


def _tried(what: str, call: Callable[[], Node]) -> Node:
    """A user's own piece on nodes; whatever it raises becomes the reason why the graph cannot be a witness."""
    try:
        return call()
    except Exception as error:
        reason = error.cause if isinstance(error, GlassnetError) else f"{type(error).__name__}: {error}"
        remedy = "write it with NumPy's functions, not into given arrays, to have the graph as a witness"
        raise Unsupported(f"the graph cannot derive {what}: {reason}", remedy=remedy) from error
