"""Normalization: mean 0 and variance 1, then a learned scale ``gamma`` and shift ``beta``.

The two layers differ in the axis of the mean: batch normalization takes it over the examples of a batch, unit by unit;
layer normalization over the units of a layer, example by example. Both compute

    N = (A_prev - mean) / sqrt(variance + epsilon),  Z = gamma N + beta,  A = g(Z);

backward, with means over the same axis,

    dN = gamma dZ,  dA_prev = (dN - mean dN - N mean(dN N)) / sqrt(variance + epsilon).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer, activate, activation_expression, activation_gradient
from glassnet.network.parameters import Parameter
from glassnet.network.writer import Writer
from glassnet.pieces.activation import Activation, ActivationChoice
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.settings import setting


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch normalization; variances are biased (divided by m), in the running ones too.

    Args:
        activation: a name, a record, a function ``z -> g(z)`` or None for identity; applied after the shift.
        momentum: how fast the running mean and variance, used for predictions, follow the batches.
        epsilon: keeps the division finite.

    Source: Ioffe, Szegedy 2015, arXiv 1502.03167.

    >>> [parameter.name for parameter in BatchNorm().parameters(3)]
    ['gamma', 'beta']
    """

    activation: ActivationChoice | None = None
    momentum: float = setting(0.1, low=0, high=1, above=True, help="how fast running statistics follow the batches")
    epsilon: float = setting(1e-5, low=0, above=True, help="keeps the division finite")

    name = "batch_norm"
    affine = True

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return _parameters(n_in)

    def running(self, n_in: int) -> Sequence[Parameter]:
        return Parameter("mean", (n_in,)), Parameter("variance", (n_in,), fill=1.0, low=0.0)

    def cached(self, m: int, n_out: int) -> Mapping[str, tuple[int, int]]:
        return {"scale": (1, n_out), "N": (m, n_out)}

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        if c.mode.training:
            mean, variance = _statistics(A_prev, 0)
            self._learn(mean[0], variance[0], c)
        else:
            mean, variance = c.running.mean, c.running.variance
        return _forward(A_prev, mean, variance, self.epsilon, self.g, p, c)

    def _learn(self, mean: Array, variance: Array, c: Cache) -> None:
        """Move the running statistics towards those of the batch."""
        if c.mode.learn_running:
            share = 1.0 if c.mode.replace_running else self.momentum
            c.running.mean += share * (mean - c.running.mean)
            c.running.variance += share * (variance - c.running.variance)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array:
        dZ = activation_gradient(self.g, dA, c)
        return _backward(dZ, p, g, c, 0 if c.mode.training else None)

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        if c.mode.training:
            mean, variance = _mean_and_variance(ns, A_prev, 0)
            self._learn(mean[0], variance[0], c)
        else:
            mean, variance = c.running.mean, c.running.variance
        c.Z = _expression(ns, A_prev, mean, variance, self.epsilon, p)
        return activation_expression(self.g, ns, c.Z)

    def write_forward(self, w: Writer) -> None:
        _write_forward(w, 0, self.epsilon)

    def write_backward(self, w: Writer) -> None:
        _write_backward(w, 0)


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Layer normalization: the same in training and prediction, and for any batch size.

    Args:
        activation: a name, a record, a function ``z -> g(z)`` or None for identity; applied after the shift.
        epsilon: keeps the division finite.

    Source: Ba, Kiros, Hinton 2016, arXiv 1607.06450.

    >>> [parameter.shape for parameter in LayerNorm("relu").parameters(3)]
    [(3,), (3,)]
    """

    activation: ActivationChoice | None = None
    epsilon: float = setting(1e-5, low=0, above=True, help="keeps the division finite")

    name = "layer_norm"

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return _parameters(n_in)

    def cached(self, m: int, n_out: int) -> Mapping[str, tuple[int, int]]:
        return {"scale": (m, 1), "N": (m, n_out)}

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        return _forward(A_prev, *_statistics(A_prev, 1), self.epsilon, self.g, p, c)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array:
        return _backward(activation_gradient(self.g, dA, c), p, g, c, 1)

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        c.Z = _expression(ns, A_prev, *_mean_and_variance(ns, A_prev, 1), self.epsilon, p)
        return activation_expression(self.g, ns, c.Z)

    def write_forward(self, w: Writer) -> None:
        _write_forward(w, 1, self.epsilon)

    def write_backward(self, w: Writer) -> None:
        _write_backward(w, 1)


# -- what both compute -----------------------------------------------------------------------------------------------


def _parameters(n_in: int) -> Sequence[Parameter]:
    return Parameter("gamma", (n_in,), fill=1.0), Parameter("beta", (n_in,))


def _statistics(A_prev: Array, axis: int) -> tuple[Array, Array]:
    """Mean and variance over the axis, (1, n) or (m, 1)."""
    return A_prev.mean(axis=axis, keepdims=True), A_prev.var(axis=axis, keepdims=True)


def _forward(
    A_prev: Array, mean: Array, variance: Array, epsilon: float, g: Activation | None, p: SimpleNamespace, c: Cache
) -> Array:
    c.scale = 1 / np.sqrt(variance + epsilon)
    c.N = np.subtract(A_prev, mean, out=c.array("N", A_prev))
    c.N *= c.scale
    c.Z = np.multiply(c.N, p.gamma, out=c.array("Z", A_prev))
    c.Z += p.beta
    return activate(g, c)


def _backward(dZ: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache, axis: int | None) -> Array:
    """``dA_prev`` (m, n); axis None where mean and variance do not depend on the rows of this pass."""
    dN = np.multiply(dZ, c.N, out=c.array("dN", dZ))
    np.sum(dN, axis=0, out=g.gamma)
    np.sum(dZ, axis=0, out=g.beta)
    np.multiply(dZ, p.gamma, out=dN)
    if axis is not None:
        along_N = (dN * c.N).mean(axis=axis, keepdims=True)
        dN -= dN.mean(axis=axis, keepdims=True)
        dN -= c.N * along_N
    dN *= c.scale
    return dN


def _mean_and_variance(ns: Operations, A_prev: Value, axis: int) -> tuple[Value, Value]:
    mean = ns.mean(A_prev, axis=axis, keepdims=True)
    return mean, ns.mean((A_prev - mean) ** 2, axis=axis, keepdims=True)


def _expression(
    ns: Operations, A_prev: Value, mean: Value, variance: Value, epsilon: float, p: SimpleNamespace
) -> Value:
    return p.gamma * ((A_prev - mean) / ns.sqrt(variance + epsilon)) + p.beta


# -- how both are written --------------------------------------------------------------------------------------------


def _write_forward(w: Writer, axis: int, epsilon: float) -> None:
    w.mean("mean[l]", axis, "A[l-1]")
    w.elements("C[l]", "A[l-1] - mean[l]", lambda A_prev, mean: A_prev - mean)
    w.mean("variance[l]", axis, "C[l]", "C[l]")
    w.elements(
        "scale[l]",
        "1/sqrt(variance[l] + eps)",
        lambda ns, variance: 1 / ns.sqrt(variance + ns.named("eps", epsilon)),
    )
    w.elements("N[l]", "C[l] * scale[l]", lambda C, scale: C * scale)
    w.elements("Z[l]", "gamma[l] * N[l] + beta[l]", lambda gamma, N, beta: gamma * N + beta)
    w.activation()


def _write_backward(w: Writer, axis: int) -> None:
    w.activation_gradient()
    w.sum_over_examples("dgamma[l]", "dZ[l]", "N[l]")
    w.sum_over_examples("dbeta[l]", "dZ[l]")
    w.elements("dN[l]", "dZ[l] * gamma[l]", lambda dZ, gamma: dZ * gamma)
    w.mean("mean_dN[l]", axis, "dN[l]")
    w.mean("mean_dNN[l]", axis, "dN[l]", "N[l]")
    w.elements(
        "dA[l-1]",
        "(dN[l] - mean_dN[l] - N[l] * mean_dNN[l]) * scale[l]",
        lambda dN, mean_dN, N, mean_dNN, scale: (dN - mean_dN - N * mean_dNN) * scale,
    )
