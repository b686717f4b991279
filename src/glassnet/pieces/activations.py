"""Activations ``a = g(z)``: the neuron's threshold (Intro to Neural Networks, *Activation Functions*).

One record each. ``value(z, out)`` and ``derivative(z, a, out)`` write into ``out``, an array of the shape of ``z``;
the derivative gets both ``z`` and ``a = g(z)``, so sigmoid and tanh spare an exponential and gelu, silu fit as well.
All are finite and right at ``|z| = 1e4`` in float32.

>>> float(ACTIVATIONS["relu"](-2.0))
0.0
"""

from __future__ import annotations

from math import inf, pi, sqrt

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.activation import Activation
from glassnet.pieces.expressions import Operations, Value, normal_cdf
from glassnet.pieces.tables import Table

__all__ = ["ACTIVATIONS", "Activation"]


@np.errstate(over="ignore")  # exp(1e4) = inf is right: 1 / inf = 0. As a decorator it takes half the time
def _sigmoid(z: Array, out: Array) -> None:
    # Not 0.5 (1 + tanh(z/2)): that has no relative precision where the answer is near 0.
    np.exp(np.negative(z, out=out), out=out)
    out += 1
    np.reciprocal(out, out=out)


def _sigmoid_derivative(z: Array, a: Array, out: Array) -> None:
    np.subtract(1, a, out=out)
    out *= a


def _tanh_derivative(z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


LEAK = 0.01


def _leaky_relu(z: Array, out: Array) -> None:
    np.multiply(z, LEAK, out=out)
    np.maximum(z, out, out=out)


def _leaky_relu_derivative(z: Array, a: Array, out: Array) -> None:
    out[...] = LEAK
    np.copyto(out, 1, where=z > 0)


def _elu(z: Array, out: Array) -> None:
    np.expm1(np.minimum(z, 0, out=out), out=out)
    np.maximum(z, out, out=out)  # e^z - 1 >= z everywhere, so the larger of the two is the right branch


def _elu_derivative(z: Array, a: Array, out: Array) -> None:
    np.minimum(a, 0, out=out)
    out += 1


# The fixed point of mean 0 and variance 1, from the paper's appendix.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _selu(z: Array, out: Array) -> None:
    np.expm1(np.minimum(z, 0, out=out), out=out)
    out *= SELU_SCALE * SELU_ALPHA
    np.multiply(z, SELU_SCALE, out=out, where=z > 0)


def _selu_derivative(z: Array, a: Array, out: Array) -> None:
    np.add(a, SELU_SCALE * SELU_ALPHA, out=out)
    np.copyto(out, SELU_SCALE, where=z > 0)


def _gelu(z: Array, out: Array) -> None:
    normal_cdf(z, out)
    out *= z


def _gelu_derivative(z: Array, a: Array, out: Array) -> None:
    density = np.exp(-0.5 * z * z) / sqrt(2 * pi)
    normal_cdf(z, out)
    out += z * density


def _silu(z: Array, out: Array) -> None:
    _sigmoid(z, out)
    out *= z


def _silu_derivative(z: Array, a: Array, out: Array) -> None:
    # Not sigma + a (1 - sigma) rearranged to use `a` alone: for large z that subtracts two huge numbers.
    _sigmoid(z, out)
    out *= 1 + z * (1 - out)


def _softplus(z: Array, out: Array) -> None:
    np.logaddexp(z, 0, out=out)


def _softplus_derivative(z: Array, a: Array, out: Array) -> None:
    np.expm1(np.negative(a, out=out), out=out)  # sigma(z) = 1 - e^-a
    np.negative(out, out=out)


def _mish(z: Array, out: Array) -> None:
    _softplus(z, out)
    np.tanh(out, out=out)
    out *= z


def _mish_derivative(z: Array, a: Array, out: Array) -> None:
    _softplus(z, out)
    t = np.tanh(out)
    _sigmoid(z, out)
    out *= z * (1 - t * t)
    out += t


def _expm1_below(ns: Operations, z: Value) -> Value:
    # Not expm1(min(z, 0)): at z = 0 the graph would halve its derivative. Not expm1(z): it overflows.
    return ns.expm1(ns.where(z > 0, 0.0, z))


ACTIVATIONS = Table(
    "activation",
    [
        Activation(
            "identity",
            lambda z, out: np.copyto(out, z),
            lambda z, a, out: out.fill(1),
            expression=lambda ns, z: z,
            range=(-inf, inf),
            formula="z",
            derivative_formula="1",
            source="Intro to Neural Networks, Linear Activation Functions",
        ),
        Activation(
            "sigmoid",
            _sigmoid,
            _sigmoid_derivative,
            expression=lambda ns, z: ns.sigmoid(z),
            range=(0, 1),
            formula="1 / (1 + e^-z)",
            derivative_formula="a (1 - a)",
            source="Intro to Neural Networks, Activation Functions",
            aliases=("logistic",),
        ),
        Activation(
            "tanh",
            lambda z, out: np.tanh(z, out=out),
            _tanh_derivative,
            expression=lambda ns, z: ns.tanh(z),
            range=(-1, 1),
            formula="tanh z",
            derivative_formula="1 - a^2",
            source="Intro to Neural Networks, Activation Functions",
        ),
        Activation(
            "relu",
            lambda z, out: np.maximum(z, 0, out=out),
            lambda z, a, out: np.greater(z, 0, out=out),
            expression=lambda ns, z: ns.relu(z),
            range=(0, inf),
            formula="max(0, z)",
            derivative_formula="1 if z > 0 else 0",
            initializer="he_uniform",
            source="Intro to Neural Networks, Activation Functions; the derivative at 0, which it leaves open, is 0",
        ),
        Activation(
            "leaky_relu",
            _leaky_relu,
            _leaky_relu_derivative,
            expression=lambda ns, z: ns.where(z > 0, z, LEAK * z),
            range=(-inf, inf),
            formula="z if z > 0 else 0.01 z",
            derivative_formula="1 if z > 0 else 0.01",
            initializer="he_uniform",
            source="Maas, Hannun, Ng 2013, Rectifier nonlinearities improve neural network acoustic models",
        ),
        Activation(
            "elu",
            _elu,
            _elu_derivative,
            expression=lambda ns, z: ns.where(z > 0, z, _expm1_below(ns, z)),
            range=(-1, inf),
            formula="z if z > 0 else e^z - 1",
            derivative_formula="1 if z > 0 else a + 1",
            initializer="he_uniform",
            source="Clevert, Unterthiner, Hochreiter 2016, arXiv 1511.07289, with alpha = 1",
        ),
        Activation(
            "selu",
            _selu,
            _selu_derivative,
            expression=lambda ns, z: SELU_SCALE * ns.where(z > 0, z, SELU_ALPHA * _expm1_below(ns, z)),
            range=(-SELU_SCALE * SELU_ALPHA, inf),
            formula="1.0507 z if z > 0 else 1.7581 (e^z - 1)",
            derivative_formula="1.0507 if z > 0 else a + 1.7581",
            initializer="lecun_normal",
            source="Klambauer et al. 2017, arXiv 1706.02515",
        ),
        Activation(
            "gelu",
            _gelu,
            _gelu_derivative,
            expression=lambda ns, z: z * ns.normal_cdf(z),
            range=(-0.17, inf),
            formula="z Phi(z)",
            derivative_formula="Phi(z) + z phi(z)",
            initializer="he_uniform",
            source="Hendrycks, Gimpel 2016, arXiv 1606.08415; exact, not its tanh approximation",
        ),
        Activation(
            "silu",
            _silu,
            _silu_derivative,
            expression=lambda ns, z: z * ns.sigmoid(z),
            range=(-0.2785, inf),
            formula="z sigma(z)",
            derivative_formula="sigma(z) (1 + z (1 - sigma(z)))",
            initializer="he_uniform",
            source="Elfwing, Uchibe, Doya 2017, arXiv 1702.03118; also called swish",
            aliases=("swish",),
        ),
        Activation(
            "mish",
            _mish,
            _mish_derivative,
            expression=lambda ns, z: z * ns.tanh(ns.softplus(z)),
            range=(-0.3089, inf),
            formula="z tanh(ln(1 + e^z))",
            derivative_formula="t + z sigma(z) (1 - t^2), t = tanh(ln(1 + e^z))",
            initializer="he_uniform",
            source="Misra 2019, arXiv 1908.08681",
        ),
        Activation(
            "softplus",
            _softplus,
            _softplus_derivative,
            expression=lambda ns, z: ns.softplus(z),
            range=(0, inf),
            formula="ln(1 + e^z)",
            derivative_formula="sigma(z) = 1 - e^-a",
            initializer="he_uniform",
            source="Dugas et al. 2001, Incorporating second-order functional knowledge for better option pricing",
        ),
    ],
)
