"""The names of single numbers, as on the blackboard: ledger, pictures, gradient check and messages read them here.

Layers, units, inputs and parameters are counted from 1: ``w13[1]`` goes to unit 1 of layer 1 from input 3, ``b2[1]`` is
the bias of unit 2. Numbers of two digits are kept apart, ``w1,12[1]``; ``w1k[1]`` are all weights of unit 1.
"""

from __future__ import annotations

import re

import numpy as np

from glassnet.errors import InvalidInput
from glassnet.network.layer import IDENTITY
from glassnet.network.network import Network
from glassnet.network.parameters import Layout, Place
from glassnet.pieces.links import IDENTITY as LINK_IDENTITY
from glassnet.text import listed

_NAME = re.compile(r"\s*(?P<name>[A-Za-z]\w*?)_?(?P<index>\d+(?:,\d+)*)?\[(?P<layer>\d+)\]\s*")
_PYTHON = re.compile(r"\s*(?P<name>\w+)\[(?P<layer>\d+)\](?:\[(?P<index>\d+(?:\s*,\s*\d+)*)\])?\s*")


def indexed(*indices: int | str) -> str:
    """Indices behind a letter: numbers from 0 as they are counted from 1, letters as they are.

    >>> indexed(0, 2), indexed(0, 11), indexed(11, "k")
    ('13', '1,12', '12,k')
    """
    texts = [index if isinstance(index, str) else str(index + 1) for index in indices]
    return ("," if any(len(text) > 1 for text in texts) else "").join(texts)


def of(name: str, j: int, l: int) -> str:
    """The symbol of unit ``j`` (from 0) of layer ``l``: ``z1[1]``; the inputs are ``x1``, answers ``y^1``."""
    if name == "y^":
        return f"{name}{j + 1}"
    return f"{name[:-1]}x{j + 1}" if l == 0 and name[-1:] == "a" else f"{name}{j + 1}[{l}]"


def scores(network: Network) -> str:
    """The letter of what the link takes: "z" where the last layer ends in a plain ``Z[L]``, else "a"."""
    return "z" if network.layers[-1].g is IDENTITY else "a"


def answer(network: Network) -> str:
    """The letter of the last layer's units: "y^", or "a" where that is the answer and no link follows.

    >>> from glassnet import Dense
    >>> [answer(Network(3, [Dense(1, g)])) for g in ("identity", "tanh")]
    ['y^', 'a']
    """
    return "a" if network.link is LINK_IDENTITY and scores(network) == "a" else "y^"


def edge(name: str, j: int | str, k: int | str, l: int) -> str:
    """The symbol of an edge to unit ``j`` from unit ``k``: ``w12[1]``, or ``w1,12[1]``."""
    return f"{name}{indexed(j, k)}[{l}]"


def parameter(place: Place, index: tuple[int | str, ...]) -> str:
    """The symbol of one number of a parameter: ``w13[1]``; of the parameter ``W2``, ``w2_13[1]``.

    Args:
        place: of the parameter.
        index: as the layer sees it, from 0; a letter stands for all.
    """
    name = place.parameter.name.lower()
    return f"{name}{'_' if name[-1:].isdigit() and index else ''}{indexed(*index)}[{place.layer}]"


def key(symbol: str) -> str:
    """The key of the number that a symbol stands for: the same in ledger, picture, text twin, and equations.

    It is the symbol, without the row that a loss is of; the terms of a sum, as the ledger writes them, have none where
    another line has their name.

    >>> key("w12[1]"), key("L(row 3)"), key("+ b1[1]"), key("...")
    ('w12[1]', 'L', '', '')
    """
    return "" if symbol[:1] in "+." else "L" if symbol.startswith("L(") else symbol


def place_at(layout: Layout, at: int) -> Place:
    """The array that holds the number at a place of the flat vector, from 0."""
    return next(place for place in layout.places if place.start <= at < place.stop)


def parameter_at(layout: Layout, at: int) -> str:
    """The symbol of the number at a place of the flat vector, from 0."""
    place = place_at(layout, at)
    index = np.unravel_index(at - place.start, place.parameter.shape)
    return parameter(place, tuple(map(int, index[::-1] if place.parameter.transposed else index)))


def parameters_named(layout: Layout, name: str) -> list[int]:
    """Where in the flat vector the number ``"w13[1]"``, or all those of ``"W[1]"``, are; also as Python indexes them.

    Raises:
        InvalidInput: none of that name.

    >>> from glassnet.network.network import Network
    >>> layout = Network.mlp(3, [2], 1).layout
    >>> parameters_named(layout, "w13[1]") == parameters_named(layout, "W[1][0, 2]")
    True
    """
    python, own = _PYTHON.fullmatch(str(name)), _NAME.fullmatch(str(name))
    for place in layout.places:
        flat = place.view(np.arange(layout.size))
        if python and (python["name"], int(python["layer"])) == (place.parameter.name, place.layer):
            index = tuple(map(int, python["index"].split(","))) if python["index"] else ()
            if not python["index"] or (len(index) == flat.ndim and all(map(int.__lt__, index, flat.shape))):
                return [int(at) for at in np.ravel(flat[index])]
        elif own and own["index"] and (own["name"], int(own["layer"])) == (place.parameter.name.lower(), place.layer):
            index = _read(own["index"], flat.ndim)
            if len(index) == flat.ndim and all(0 <= i < size for i, size in zip(index, flat.shape, strict=True)):
                return [int(flat[index])]
    arrays = {f"{p.parameter.name}[{p.layer}]": p.view(np.empty(layout.size)).shape for p in layout.places}
    seen = listed(f"{array} {shape}" for array, shape in arrays.items())
    first = parameter_at(layout, 0)
    raise InvalidInput(f"the network has no parameter {name!r}", seen, f"choose in these, counted from 1, as {first}")


def _read(digits: str, ndim: int) -> tuple[int, ...]:
    """``"13"`` of a matrix -> (0, 2), of a vector -> (12,)."""
    parts = digits.split(",") if "," in digits else [digits] if ndim == 1 else list(digits)
    return tuple(int(part) - 1 for part in parts)
