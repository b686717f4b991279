"""Reading a network, its parameters and a pass for a picture: checked, one example, and only what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.scenes.sanitize import clean
from glassnet.network.layer import Activated
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Parameter, Parameters
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.text import counted


def layer_words(network: Network, l: int) -> str:
    """Layer ``l`` in two words, its activation the last layer's link where it names none.

    >>> layer_words(Network(3, [Dense(1)], loss="binary_cross_entropy"), 1)
    'dense sigmoid'
    """
    layer = network.layers[l - 1]
    activation = getattr(layer, "activation", None)
    if activation is not None:
        return clean(f"{layer.name} {ACTIVATIONS.find(activation).name}")
    otherwise = network.link.name if l == len(network.layers) else "identity"
    named = isinstance(layer, Dense) or (l == len(network.layers) and otherwise != "identity")
    return clean(f"{layer.name} {otherwise}" if named else layer.name)


def check_network(network: Network) -> None:
    """An error where ``network`` is none."""
    if not isinstance(network, Network):
        raise InvalidType(
            "this picture is drawn of a glassnet.Network",
            seen=type(network).__name__,
            remedy="a fitted estimator has one: its network_",
        )


def check_parameters(network: Network, parameters: Parameters, what: str = "parameters") -> None:
    """An error where ``parameters`` are not of ``network``."""
    if not isinstance(parameters, Parameters):
        raise InvalidType(f"{what} are a glassnet.Parameters", seen=type(parameters).__name__)
    if _shapes(parameters) != [(place.layer, place.parameter) for place in network.layout.places]:
        raise InvalidInput(
            f"the {what} are those of another network",
            seen=f"{parameters.theta.size:,} numbers, this network has {network.size:,} parameters",
        )


def _shapes(parameters: Parameters) -> list[tuple[int, Parameter]]:
    return [(place.layer, place.parameter) for place in parameters.layout.places]


def check_pass(network: Network, forward_pass: Any, row: int) -> None:
    """An error where ``forward_pass`` is no pass or trace of ``network``, or has no example ``row``."""
    A = getattr(forward_pass, "A", None)
    if not isinstance(A, Mapping) or not isinstance(getattr(forward_pass, "Z", None), Mapping):
        raise InvalidType(
            "forward_pass is a pass, what network.forward returns, or a trace", seen=type(forward_pass).__name__
        )
    widths = [A[l].shape[1] for l in sorted(A)]
    if widths != network.widths:
        raise InvalidInput(
            "the pass is one of another network", seen=f"widths {_few(widths)}, this network has {_few(network.widths)}"
        )
    m = int(A[0].shape[0])
    if isinstance(row, bool) or not isinstance(row, (int, np.integer)) or not 0 <= row < m:
        raise InvalidInput(f"there is no row {row!r} in this pass", seen=f"{counted(m, 'row')}, numbered from 0")


def row_number(forward_pass: Any, row: int) -> int:
    """What example ``row`` of a pass is called: its number in the user's table where a trace knows it."""
    rows: Sequence[int] = getattr(forward_pass, "rows", ())
    return int(rows[row]) if rows else row


def derivatives(forward_pass: Any, l: int) -> Array | None:
    """``dJ/dA[l]`` of a pass that was pulled back, or of a trace; of the last layer by its scores."""
    if l == 0:
        return None
    if hasattr(forward_pass, "dA"):
        return forward_pass.dA[l]
    return getattr(forward_pass.caches[l - 1], "dA", None)


def pulled_symbol(network: Network, l: int) -> str:
    """What back propagation brings to layer ``l``: ``dA``; to the last ``dZ``, for the loss takes its ``Z``.

    Where the last layer has an activation that is no link, the loss takes its ``A``; where it has no ``Z`` but a link
    follows, the gradient is by its scores, ``dS``.

    >>> [pulled_symbol(Network(3, [Dense(1, g)]), 1) for g in (None, "identity", "tanh")]
    ['dZ', 'dZ', 'dA']
    """
    layer = network.layers[l - 1]
    if l < len(network.layers) or getattr(layer, "activation", None) is not None:
        return "dA"
    if isinstance(layer, Activated):
        return "dZ"
    return "dA" if network.link.name == "identity" else "dS"


def seen_in(trace: Any) -> dict[str, Any]:
    """What pictures take of a trace, by the names of their arguments; see ``draw_from``."""
    network = trace.plan.network
    return {
        "network": network,
        "parameters": trace.before,
        "forward_pass": trace,
        "gradients": trace.gradients,
        "names": trace.columns,
        "outputs": output_names(network, trace.classes),
        "m": trace.m,
    }


def output_names(network: Network, classes: Sequence[object] | None) -> list[str] | None:
    """The class of each output, where there is one for each; the one output of two classes stands for the second.

    >>> output_names(Network(3, [Dense(1)], loss="binary_cross_entropy"), ["skip", "goto_class"])
    ['goto_class']
    """
    named = [] if classes is None else [str(name) for name in classes]
    named = named[1:] if len(named) == 2 and network.outputs == 1 else named
    return named if len(named) == network.outputs else None


def _few(widths: Sequence[int]) -> str:
    return "-".join(map(str, widths[:8])) + ("-..." if len(widths) > 8 else "")


def example(array: Any, row: int) -> Array:
    """Row ``row`` of a matrix, sparse ones too, as a vector."""
    values = array[row]
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values).reshape(-1)


def unit_names(names: Sequence[object] | None, n: int, symbol: str, what: str) -> list[str]:
    """``names`` forward_pass fit for pictures, or ``x1, x2, ...``.

    Raises:
        InvalidInput: another number of names than ``n``.
    """
    if names is None:
        return [symbol] if n == 1 and symbol == "y^" else [f"{symbol}{i}" for i in range(1, n + 1)]
    given = [names] if isinstance(names, str) else list(names)
    if len(given) != n:
        raise InvalidInput(f"{what} needs one name for each of the {n:,}", seen=f"{len(given):,} names")
    return [clean(name) or f"{symbol}{i}" for i, name in enumerate(given, 1)]
