"""The numbers of one moment of a network, and the frame that a picture shows of them: all that changes step by step.

The picture is laid out once; a frame is small and quick, and is patched into it by key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import ceil, isfinite, isnan
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.errors import InvalidInput
from glassnet.glass.formula import marked
from glassnet.glass.scenes.network.diagram_data import Diagram
from glassnet.glass.scenes.network.reading import Pass, derivatives, example
from glassnet.glass.tracing.record import Trace
from glassnet.network.parameters import Gradients, Parameters
from glassnet.pieces.tables import Table

Numbers = list[float | None]  # None where there is none


class Lens(NamedTuple):
    """Which number stands on each edge.

    Args:
        name: what it is called.
        symbol: what it shows of the weight ``w``.
        prefix: what the key of such a number begins with, before that of its weight; the change has none of its own.
    """

    name: str
    symbol: str
    prefix: str


LENSES = Table(
    "lens",
    [Lens("values", "w", ""), Lens("gradients", "dJ/dw", "d"), Lens("change", "the change of w in this step", "")],
)


class Moment(NamedTuple):
    """What the numbers are read from; None for what there is not.

    Args:
        parameters: weights and biases.
        forward_pass: a pass or a trace.
        gradients: dJ/dtheta.
        row: the example of the pass, from 1.
    """

    parameters: Parameters
    forward_pass: Pass | None = None
    gradients: Gradients | None = None
    row: int = 1

    @classmethod
    def of(cls, step: Trace, row: int = 1) -> Moment:
        """A traced step, before its update."""
        return cls(step.before, step, step.gradients, row)


@dataclass(frozen=True)
class Values:
    """The numbers of a moment, in the order of a diagram's units and edges.

    Args:
        a, z, gradient: of each unit: its activation, its sum, and the derivative of the cost that arrives there.
        edges: of each edge by lens.
    """

    a: Numbers
    z: Numbers
    gradient: Numbers
    edges: dict[str, Numbers]

    def seen(self, lens: Lens) -> Numbers:
        """What stands on the edges.

        Raises:
            InvalidInput: the moment has no such numbers.
        """
        if lens.name not in self.edges:
            remedy = "draw a step of gradient descent: rows whose truth is known, or a trace with its gradients"
            raise InvalidInput(f"the lens {lens.name!r} shows {lens.symbol}, which is not known here", remedy=remedy)
        return self.edges[lens.name]


@dataclass(frozen=True)
class Frame:
    """What a picture shows at one moment.

    Args:
        texts: of its numbers, in the order of the structure's keys.
        shares: how large the number of each edge is within its layer, in hundredths, with its sign; None where it has
            none, or it is not a number.
    """

    texts: list[str]
    shares: list[int | None]

    def as_sent(self) -> str:
        """Compact JSON; the texts as ``glass/formula.py`` sets them, so that a page knows no notation."""
        texts = list(map(_set, self.texts))
        return json.dumps([texts, self.shares], ensure_ascii=False, separators=(",", ":"))


def _set(text: str) -> str:
    """``marked``, quicker: of a number, or of a symbol and a number."""
    symbol, equals, number = text.rpartition(" = ")
    digits, _, power = number.replace("-", "−").partition("e")
    return f"{_symbol(symbol)}{equals}{digits}{f'·10^{{{power}}}' if power else ''}"


_symbol = cache(marked)


def values(data: Diagram, places: np.ndarray, moment: Moment) -> Values:
    """The numbers of ``moment``; ``places`` says of each edge where its weight lies, -1 where it has none."""
    vectors = {"values": moment.parameters.theta}
    if moment.gradients is not None:
        vectors["gradients"] = moment.gradients.theta
    if isinstance(moment.forward_pass, Trace) and moment.forward_pass.after is not None:
        vectors["change"] = moment.forward_pass.after.theta - moment.forward_pass.before.theta
    edges = {name: _at(vector, places) for name, vector in vectors.items()}
    forward_pass = moment.forward_pass
    if forward_pass is None:
        none: Numbers = [None] * sum(len(column.js) for column in data.columns)
        return Values(none, none, none, edges)
    A, Z = forward_pass.A, forward_pass.Z
    a, z = ([x for column in data.columns for x in _of(arrays.get(column.l), column.js, moment)] for arrays in (A, Z))
    backward = moment.gradients is not None
    slopes = ((column, derivatives(forward_pass, column.l) if backward else None) for column in data.columns)
    return Values(a, z, [x for column, dA in slopes for x in _of(dA, column.js, moment)], edges)


def _at(vector: Array, places: np.ndarray) -> Numbers:
    """The numbers at some places of a vector."""
    if not len(vector):
        return [None] * len(places)
    return [None if at < 0 else x for at, x in zip(places.tolist(), vector[places].tolist(), strict=True)]


def _of(array: Matrix | None, js: list[int], moment: Moment) -> Numbers:
    """The example's numbers of some units."""
    if array is None:
        return [None] * len(js)
    numbers: Numbers = example(array, moment.row - 1)[js].tolist()
    return numbers


def shares(numbers: Numbers, layers: list[int]) -> list[int | None]:
    """How large each number is within its layer, in hundredths and rounded away from 0; ``layers`` are their counts."""
    found: list[int | None] = []
    start = 0
    for count in layers:
        some = numbers[start : start + count]
        start += count
        largest = max((abs(x) for x in some if x is not None and isfinite(x)), default=0.0) or 1.0
        found += [None if x is None else _hundredths(x / largest) for x in some]
    return found


def _hundredths(share: float) -> int | None:
    if not isfinite(share):
        return None if isnan(share) else 100 if share > 0 else -100
    return ceil(100 * share) if share > 0 else -ceil(-100 * share)
