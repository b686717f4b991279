"""Reading a network, its parameters and a pass for a picture: checked, one example, and only what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.arrays import Array, Matrix, dense
from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.tracing.record import Trace
from glassnet.network.forward_pass import ForwardPass
from glassnet.network.network import Network
from glassnet.network.parameters import Parameter, Parameters
from glassnet.text import counted

Pass = ForwardPass | Trace


def layer_words(network: Network, l: int) -> str:
    """Layer ``l`` in two words, its activation the last layer's link where it names none.

    >>> from glassnet import Dense
    >>> layer_words(Network(3, [Dense(1)], loss="binary_cross_entropy"), 1)
    'dense sigmoid'
    """
    return clean(network.kind(l))


def check_network(network: Network) -> None:
    """An error where ``network`` is not a network."""
    if not isinstance(network, Network):
        raise InvalidType(
            "this picture is drawn of a glassnet.Network",
            seen=type(network).__name__,
            remedy="a fitted estimator has one: its network_",
        )


def check_parameters(network: Network, parameters: Parameters, what: str = "parameters") -> None:
    """An error where ``parameters`` are not of ``network``."""
    if not isinstance(parameters, Parameters):
        raise InvalidType(
            f"{what} are a glassnet.Parameters",
            type(parameters).__name__,
            "pass network.initialize() or model.parameters_",
        )
    if _shapes(parameters) != [(place.layer, place.parameter) for place in network.layout.places]:
        raise InvalidInput(
            f"the {what} are those of another network",
            f"{parameters.theta.size:,} numbers, this network has {network.size:,} parameters",
            "pass those of this network",
        )


def _shapes(parameters: Parameters) -> list[tuple[int, Parameter]]:
    return [(place.layer, place.parameter) for place in parameters.layout.places]


def check_pass(network: Network, forward_pass: Pass, row: int) -> None:
    """An error where ``forward_pass`` is not one of ``network``, or has no example ``row``."""
    if not isinstance(forward_pass, (ForwardPass, Trace)):
        raise InvalidType(
            "forward_pass is a forward pass or a trace",
            seen=type(forward_pass).__name__,
            remedy="pass what network.forward(X, parameters) or trace(...) returned",
        )
    A = forward_pass.A
    widths = [A[l].shape[1] for l in sorted(A)]
    if widths != network.widths:
        raise InvalidInput(
            "the forward pass is one of another network",
            seen=f"widths {_few(widths)}, this network has {_few(network.widths)}",
            remedy="pass what network.forward(X, parameters) of this network returned",
        )
    m = int(A[0].shape[0])
    if isinstance(row, bool) or not isinstance(row, (int, np.integer)) or not 1 <= row <= m:
        raise InvalidInput(
            f"there is no row {row!r} in this pass",
            seen=f"{counted(m, 'row')}, numbered from 1",
            remedy=f"choose a row from 1 to {m}",
        )


def row_number(forward_pass: Pass, row: int) -> int:
    """The number of example ``row`` in the user's table, where a trace knows it."""
    return forward_pass.rows[row - 1] if isinstance(forward_pass, Trace) and forward_pass.rows else row


def derivatives(forward_pass: Pass, l: int) -> Array | None:
    """``dJ/dA[l]`` after a backward pass; of the last layer with respect to its scores."""
    if l == 0:
        return None
    if isinstance(forward_pass, Trace):
        return forward_pass.layers[l - 1].dA
    return getattr(forward_pass.caches[l - 1], "dA", None)


def output_names(network: Network, classes: Sequence[object] | None) -> list[str] | None:
    """The class of each output, where there is one for each; the one output of two classes stands for the second.

    >>> from glassnet import Dense
    >>> output_names(Network(3, [Dense(1)], loss="binary_cross_entropy"), ["skip", "goto_class"])
    ['goto_class']
    """
    named = [] if classes is None else [str(name) for name in classes]
    named = named[1:] if len(named) == 2 and network.outputs == 1 else named
    return named if len(named) == network.outputs else None


def _few(widths: Sequence[int]) -> str:
    return "-".join(map(str, widths[:8])) + ("-..." if len(widths) > 8 else "")


def example(array: Matrix, row: int) -> Array:
    """Row ``row`` of a matrix as a vector."""
    return dense(array[[row]]).reshape(-1)


def unit_names(names: Sequence[object] | None, n: int, symbol: str, what: str) -> list[str]:
    """``names`` on one line each, or ``x1, x2, ...``.

    Raises:
        InvalidInput: another number of names than ``n``.
    """
    if names is None:
        return [symbol] if n == 1 and symbol == "y^" else [f"{symbol}{i}" for i in range(1, n + 1)]
    given = [names] if isinstance(names, str) else list(names)
    if len(given) != n:
        raise InvalidInput(
            f"{what} needs one name for each of the {n:,}", seen=f"{len(given):,} names", remedy="or leave it out"
        )
    return [clean(name) or f"{symbol}{i}" for i, name in enumerate(given, 1)]
