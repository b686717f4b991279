"""Contributions layer by layer and edge by edge: how the change of the score from baseline to row came about.

DeepLIFT's rescale rule (Shrikumar, Greenside, Kundaje 2017, Learning important features through propagating activation
differences, arXiv 1704.02685), back from the score, with ``d`` the difference between row and baseline:

    dense:       C[k, j] = m_Z[k] W[k, j] da[j]      the edge from unit j to unit k
    activation:  m_Z = m_A da / dz                   (g'(z) where dz is next to 0)

Units of every layer add up to the whole change, nothing is left for the biases. A layer of another kind (layer
normalization, a custom one) is crossed by integrated gradients through it alone, which add up too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType, SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache, Mode
from glassnet.network.layer import IDENTITY, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.activation import Activation
from glassnet.views.explain.integrated_gradients import integrated_gradients

NEXT_TO_0 = 1e-7  # |dz|: below it rounding would make the quotient


@dataclass(frozen=True, eq=False)
class Layerwise:
    """What each unit and each edge contributes to the change of a score.

    Args:
        units: l = 0 ... L -> (n[l],), each adding up to the change; l = 0 are the inputs.
        edges: l -> (n[l], n[l-1]) of the dense layers, row k adding up to what unit k is given.
    """

    units: MappingProxyType[int, Array]
    edges: MappingProxyType[int, Array]

    def scaled(self, factor: float) -> Layerwise:
        """In another unit."""
        return Layerwise(
            *(_read_only({l: factor * array for l, array in part.items()}) for part in (self.units, self.edges))
        )


def layerwise(network: Network, parameters: Parameters, x: Array, baseline: Array, output: int) -> Layerwise:
    """The contributions to ``S(x) - S(baseline)`` of one output's score.

    Args:
        network, parameters: of the model.
        x, baseline: (n[0],).
        output: which output, from 0.

    >>> network = Network.mlp(2, [3], 1, activation="tanh")
    >>> parameters = network.initialize(seed=0)
    >>> x, zero = np.array([1.0, 2.0]), np.zeros(2)
    >>> found, S = layerwise(network, parameters, x, zero, 0), network.forward([x, zero], parameters).scores[:, 0]
    >>> all(np.isclose(found.units[l].sum(), S[0] - S[1]) for l in (0, 1, 2))
    True
    """
    forward_pass = network.forward(np.stack([x, baseline]), parameters)
    m = np.zeros(network.outputs)
    m[output] = 1.0
    units, edges = {len(network.layers): m * _change(forward_pass.scores)}, {}
    for layer, p, c in zip(
        reversed(network.layers), reversed(parameters.layers), reversed(forward_pass.caches), strict=True
    ):
        if layer.affine:
            m = m * _quotient(layer.g or IDENTITY, c)
            if hasattr(p, "W"):
                edges[c.l] = m[:, None] * p.W * _change(c.A_prev)
            m = _linear(layer, p, c, m)
        else:
            m = _through(layer, p, c, m)
        units[c.l - 1] = m * _change(c.A_prev)
    return Layerwise(_read_only(units), _read_only(edges))


def _read_only(arrays: dict[int, Array]) -> MappingProxyType[int, Array]:
    """By layer, from the first on, read-only."""
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(dict(sorted(arrays.items())))


def _change(both: Array) -> Array:
    return both[0] - both[1]


def _quotient(g: Activation, c: Cache) -> Array:
    """``da / dz``, the mean derivative of the activation between baseline and row, (n[l],)."""
    dz, da = _change(c.Z), _change(c.A)
    near = np.abs(dz) < NEXT_TO_0
    return np.where(near, g.prime(c.Z.mean(axis=0)), da / np.where(near, 1.0, dz))


def _linear(layer: Layer, p: SimpleNamespace, c: Cache, m: Array) -> Array:
    """``m`` propagated back through what comes before the activation."""
    plain, cache = replace(layer, activation=None), Cache(c.l, Mode(input_gradient=True), c.running)
    cache.A_prev = c.A_prev[:1]
    cache.A = plain.forward(cache.A_prev, p, cache)
    return _propagated(plain, p, cache, m[None])[0]


def _through(layer: Layer, p: SimpleNamespace, c: Cache, m: Array) -> Array:
    """The mean gradient of ``m . f`` on the straight line through a layer's input, (n[l-1],)."""

    def score(A_prev: Array) -> tuple[Array, Array]:
        cache = Cache(c.l, Mode(input_gradient=True), c.running)
        cache.A_prev = A_prev
        cache.A = layer.forward(A_prev, p, cache)
        return cache.A @ m, _propagated(layer, p, cache, np.tile(m, (len(A_prev), 1)))

    step = _change(c.A_prev)
    parts = integrated_gradients(score, c.A_prev[0], c.A_prev[1])
    still = step == 0
    return np.where(still, score(c.A_prev[:1])[1][0], parts / np.where(still, 1.0, step))


def _propagated(layer: Layer, p: SimpleNamespace, c: Cache, dA: Array) -> Array:
    unused = SimpleNamespace(**{name: np.zeros_like(array) for name, array in vars(p).items()})
    dA_prev = layer.backward(dA, p, unused, c)
    assert dA_prev is not None
    return dA_prev
