"""The independent witness: a network's cost written anew as a computation graph, from the formulas of the tables.

Nothing here calls what is being checked: activations, losses and layers are written once more, in functions that the
graph derives. What is a user's own is called as it stands, on nodes.
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
from glassnet.network.layer import Activated, Layer
from glassnet.network.layers import Dense, Dropout
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activation import Activation
from glassnet.pieces.losses import Loss

Node = Any  # a node of the graph, or an array


def _selu(z: Node) -> Node:
    below = 1.0507009873554805 * 1.6732632423543772 * (np.exp(np.minimum(z, 0.0)) - 1)
    return np.where(z > 0, 1.0507009873554805 * z, below)


ACTIVATION_GRAPHS: dict[str, Callable[[Node], Node]] = {
    "identity": lambda z: z,
    "sigmoid": graph.sigmoid,
    "tanh": np.tanh,
    "relu": graph.relu,
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0.0)) - 1),
    "selu": _selu,
    "gelu": lambda z: z * graph.ndtr(z),
    "silu": lambda z: z * graph.sigmoid(z),
    "mish": lambda z: z * np.tanh(graph.softplus(z)),
    "softplus": graph.softplus,
}


def _binary(S: Node, Y: Array, loss: Any) -> Node:
    y = Y * (1 - loss.label_smoothing) + loss.label_smoothing / 2
    return np.sum(y * graph.softplus(-S) + (1 - y) * graph.softplus(S), axis=1)


def _cross(S: Node, Y: Array, loss: Any) -> Node:
    y = Y * (1 - loss.label_smoothing) + loss.label_smoothing / Y.shape[1]
    return -np.sum(y * graph.log_softmax(S, axis=1), axis=1)


def _huber(S: Node, Y: Array, loss: Any) -> Node:
    e = np.abs(S - Y)
    return np.sum(np.where(e <= loss.delta, e * e / 2, loss.delta * (e - loss.delta / 2)), axis=1)


def _quantile(S: Node, Y: Array, loss: Any) -> Node:
    return np.sum(np.where(Y > S, loss.level * (Y - S), (1 - loss.level) * (S - Y)), axis=1)


def _poisson(S: Node, Y: Array, loss: Any) -> Node:
    some = np.where(Y > 0, Y, 1)
    return np.sum(np.exp(S) - Y + Y * (np.log(some) - S), axis=1)


# From the scores S (m, k) and the targets to the loss of each example (m,).
LOSS_GRAPHS: dict[str, Callable[[Node, Array, Any], Node]] = {
    "squared_error": lambda S, Y, loss: np.sum((S - Y) ** 2, axis=1) / 2,
    "absolute_error": lambda S, Y, loss: np.sum(np.abs(S - Y), axis=1),
    "huber": _huber,
    "quantile": _quantile,
    "poisson": _poisson,
    "binary_cross_entropy": _binary,
    "cross_entropy": _cross,
}


def _dense(layer: Any, A: Node, p: SimpleNamespace, c: Cache) -> Node:
    return activated(layer, A @ p.W.T + p.b)


def _dropout(layer: Any, A: Node, p: SimpleNamespace, c: Cache) -> Node:
    return A * c.kept if layer.rate else A  # the same mask: it is drawn, not computed


def _norm(layer: Any, A: Node, p: SimpleNamespace, c: Cache) -> Node:
    axis = 0 if isinstance(layer, BatchNorm) else 1
    apart = A - np.mean(A, axis=axis, keepdims=True)
    N = apart / np.sqrt(np.mean(apart**2, axis=axis, keepdims=True) + layer.epsilon)
    return activated(layer, p.gamma * N + p.beta)


# From a layer, its input, its parameters and what its pass drew to its output.
LAYER_GRAPHS: dict[type[Layer], Callable[[Any, Node, SimpleNamespace, Cache], Node]] = {
    Dense: _dense,
    Dropout: _dropout,
    BatchNorm: _norm,
    LayerNorm: _norm,
}


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
    """``A[l]`` of ``A[l-1]``."""
    write = next((LAYER_GRAPHS[cls] for cls in type(layer).__mro__ if cls in LAYER_GRAPHS), None)
    if write is not None:
        return write(layer, A, p, c)
    fresh = Cache(c.l, c.mode, c.running)
    return _tried(f"layer {layer.name!r}", lambda: layer.forward(A, p, fresh))


def activated(layer: Activated, Z: Node) -> Node:
    """``g(Z)``."""
    g = layer.g
    if g.name in ACTIVATION_GRAPHS:
        return ACTIVATION_GRAPHS[g.name](Z)
    return _tried(f"activation {g.name!r}", lambda: own_function(g)(Z))


def own_function(g: Activation) -> Callable[[Node], Node]:
    """The plain function behind a user's own activation.

    Raises:
        Unsupported: a record that was not made of one.
    """
    value = g.value
    plain = [part for part in getattr(value, "args", ()) if callable(part)]
    if not (isinstance(value, partial) and plain):
        raise Unsupported("its record writes into an array instead of being made by own_activation")
    return plain[-1]


def losses(loss: Loss, S: Node, Y: Array) -> Node:
    """The loss of each example (m,), of the scores."""
    if loss.name in LOSS_GRAPHS:
        return LOSS_GRAPHS[loss.name](S, Y, loss)
    return _tried(f"loss {loss.name!r}", lambda: loss.value(S, Y))


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
        raise Unsupported(f"the graph cannot derive {what}: {reason}") from error
