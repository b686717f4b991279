"""What a picture of blocks says of a layer: its parameters with shapes, its formulas forward and backward."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.network.reading import check_network, layer_words
from glassnet.glass.scenes.sanitize import clean
from glassnet.network.equations import equations
from glassnet.network.network import Network


@dataclass(frozen=True)
class LayerFacts:
    """What is drawn of layer ``l``.

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
    forward, backward = equations(network, l)
    own = [*(["Z"] if layer.g is not None else []), *layer.cached(1, n_out)]
    cache = [f"{name}[{l}]" for name in own]
    if own in ([], ["Z"]):
        cache.append(f"A[{l - 1}]")
    needed = [line for line in backward if line.symbol != "dA[0]"]  # no weight needs it
    texts = (tuple(clean(str(line)) for line in lines) for lines in (forward, needed, cache))
    return LayerFacts(l, layer_words(network, l), n_in, n_out, shapes, size, *texts)


def drawn_layers(network: Network, most: int) -> tuple[list[LayerFacts | None], int]:
    """The facts of at most ``most`` layers, None where some are left out, and how many those are.

    Raises:
        InvalidInput, InvalidType: not a network, or ``most`` is out of range.
    """
    check_network(network)
    elided = Elided.of(len(network.layers), most)
    return [None if i is None else layer_facts(network, i + 1) for i in elided.places], elided.hidden
