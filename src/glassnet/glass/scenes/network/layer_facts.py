"""What a picture of blocks says of a layer: its parameters with shapes, its formulas forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from glassnet.glass.scenes.network.reading import layer_words, pulled_symbol
from glassnet.glass.scenes.sanitize import clean
from glassnet.network.network import Network
from glassnet.pieces.activations import ACTIVATIONS


@dataclass(frozen=True)
class LayerFacts:
    """Layer ``l`` in words.

    Args:
        l: its number.
        words: kind and activation.
        n_in, n_out: its widths.
        shapes: its parameters: name -> shape, as the layer sees them.
        size: the number of its parameters.
        forward, backward: formulas, a line each.
        cache: the names of what forward keeps for backward.
    """

    l: int
    words: str
    n_in: int
    n_out: int
    shapes: dict[str, tuple[int, ...]]
    size: int
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    cache: tuple[str, ...]


def layer_facts(network: Network, l: int) -> LayerFacts:
    """The facts of layer ``l`` of ``network``."""
    layer, (n_in, n_out) = network.layers[l - 1], network.widths[l - 1 : l + 1]
    asked = layer.parameters(n_in)
    shapes = {clean(p.name): p.shape[::-1] if p.transposed else p.shape for p in asked}
    size = sum(place.stop - place.start for place in network.layout.places if place.layer == l)
    forward, backward, cache = FORMULAS.get(layer.name, _any)(network, l)
    return LayerFacts(l, layer_words(network, l), n_in, n_out, shapes, size, forward, backward, cache)


Formulas = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # forward, backward, cache


def _dense(network: Network, l: int) -> Formulas:
    forward = (f"Z[{l}] = A[{l - 1}] W[{l}]^T + b[{l}]", f"A[{l}] = {_g(network, l)}(Z[{l}])")
    backward = (
        *_dZ(network, l),
        f"dW[{l}] = dZ[{l}]^T A[{l - 1}]",
        f"db[{l}] = sum of dZ[{l}]'s rows",
        *([f"dA[{l - 1}] = dZ[{l}] W[{l}]"] if l > 1 else []),
    )
    return forward, backward, (f"Z[{l}]", f"A[{l - 1}]")


def _norm(network: Network, l: int) -> Formulas:
    forward = (
        f"N[{l}] = (A[{l - 1}] - mean) / spread",
        f"Z[{l}] = gamma[{l}] * N[{l}] + beta[{l}]",
        f"A[{l}] = {_g(network, l)}(Z[{l}])",
    )
    backward = (
        *_dZ(network, l),
        f"dgamma[{l}] = sum of (dZ[{l}] * N[{l}])'s rows",
        f"dbeta[{l}] = sum of dZ[{l}]'s rows",
        *([f"dA[{l - 1}] = through the mean and the spread"] if l > 1 else []),
    )
    return forward, backward, (f"Z[{l}]", f"N[{l}]")


def _dropout(network: Network, l: int) -> Formulas:
    backward = (f"dA[{l - 1}] = dA[{l}] * kept[{l}]",) if l > 1 else ()
    return (f"A[{l}] = A[{l - 1}] * kept[{l}]",), backward, (f"kept[{l}]",)


def _any(network: Network, l: int) -> Formulas:
    """A layer of one's own: a function of the previous activations."""
    backward = (f"dA[{l - 1}] = from dA[{l}]",) if l > 1 else ()
    return (f"A[{l}] = f[{l}](A[{l - 1}])",), backward, (f"A[{l - 1}]",)


FORMULAS: dict[str, Callable[[Network, int], Formulas]] = {
    "dense": _dense,
    "dropout": _dropout,
    "batch_norm": _norm,
    "layer_norm": _norm,
}


def _g(network: Network, l: int) -> str:
    activation = getattr(network.layers[l - 1], "activation", None)
    if activation is not None:
        return clean(ACTIVATIONS.find(activation).name)
    return network.link.name if l == len(network.layers) else "identity"


def _dZ(network: Network, l: int) -> tuple[str, ...]:
    """At the end ``dZ[L]`` comes from the loss, which takes the scores."""
    return () if pulled_symbol(network, l) == "dZ" else (f"dZ[{l}] = dA[{l}] * {_g(network, l)}'(Z[{l}])",)
