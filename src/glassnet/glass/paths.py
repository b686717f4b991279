"""Every path from a weight to the cost, and the product of the derivatives along it: their sum is the gradient.

``dJ/dw12[1]`` is the sum over all paths of ``x2 g'(z1[1]) w11[2] g'(z1[2]) ... dz1[L]``. Back propagation computes the
same sum without walking the paths one by one (*Intro to Neural Networks*, Chain rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.engines.step_record import LayerRecord
from glassnet.errors import InvalidInput
from glassnet.glass.ledger.terms import product
from glassnet.glass.notation import edge, of, parameters_named, place_at, scores
from glassnet.glass.tracing.record import Trace
from glassnet.network.layer import IDENTITY
from glassnet.text import counted, format_number

MOST = 10_000  # paths that are walked


@dataclass(frozen=True)
class Walk:
    """One path.

    Args:
        units: the numbers of its units from 0, one a layer, from the weight's own to the last.
        symbols, factors: the derivatives along it.
        product: of them.
    """

    units: tuple[int, ...]
    symbols: tuple[str, ...]
    factors: tuple[float, ...]
    product: float

    def text(self, digits: int) -> str:
        """``x2 w11[2] dz1[2] = 2*0.8*(-0.55) = -0.88``."""
        numbers = product(*self.factors).text(digits)
        return f"{' '.join(self.symbols)} = {numbers} = {format_number(self.product, digits)}"


@dataclass(frozen=True, eq=False)
class Paths:
    """The paths of one number of ``W[l]`` or ``b[l]`` to the cost of one example.

    Args:
        step: the traced step. row: the example, from 1.
        key: of the parameter. l, j: its layer, and its unit there, from 0.
        first: what its sum ``z`` takes it times: the symbol and the number; a bias is taken once.
        gradient: dJ/d of it, by back propagation: over all examples, penalties in.
        products: of every path, by the units that it goes through behind layer l, (n[l+1], ..., n[L]).
    """

    step: Trace
    row: int
    key: str
    l: int
    j: int
    first: tuple[str, float] | None
    gradient: float
    products: Array

    @property
    def total(self) -> float:
        """The sum over all paths: the example's part of the gradient, and all of it where there is no other part."""
        return float(self.products.sum())

    def largest(self, count: int) -> list[Walk]:
        """So many, the largest products first."""
        order = np.argsort(-np.abs(np.nan_to_num(self.products.ravel(), nan=np.inf)), kind="stable")[:count]
        return [self._walk(tuple(map(int, np.unravel_index(at, self.products.shape)))) for at in order]

    def _walk(self, behind: tuple[int, ...]) -> Walk:
        units, factors = (self.j, *behind), [self.first] if self.first else []
        for place, j in enumerate(units):
            t = self.step.layers[self.l + place - 1]
            if place:
                k = units[place - 1]
                factors.append((edge("w", j, k, t.l), float(self.step.before.W[t.l][j, k])))
            if t.layer.g is not None and t.layer.g is not IDENTITY:
                factors.append((f"{t.layer.g.name}'({of('z', j, t.l)})", float(slopes(t, self.row)[j])))
        end = f"d{scores(self.step.plan.network)}"
        factors.append((of(end, units[-1], self.step.L), float(_of_row(self.step.layers[-1].dA, self.row)[units[-1]])))
        symbols, numbers = zip(*factors, strict=True)
        return Walk(units, symbols, numbers, float(self.products[behind]))

    def __str__(self) -> str:
        said = counted(self.products.size, "path")
        return f"{self.key} reaches the cost of row {self.step.rows[self.row - 1]} by {said}: {self.total:.6g} in all"


def paths(step: Trace, key: str, row: int = 1) -> Paths:
    """Every path from a weight or bias to the cost, with the product along it.

    Args:
        step: a traced step of a network whose layers behind the parameter are all dense.
        key: of the parameter, ``w12[1]`` or ``b1[2]``.
        row: the example, 1 ... m.

    Raises:
        InvalidInput: no such parameter or row, a layer that is not dense on the way, or too many paths.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(2, [Dense(2, "tanh"), Dense(1)])
    >>> step = trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize(seed=0))
    >>> found = paths(step, "w12[1]")
    >>> found.products.shape, bool(np.isclose(found.total, step.dW[1][0, 1]))
    ((1,), True)
    """
    at = parameters_named(step.plan.network.layout, key)
    place = place_at(step.plan.network.layout, at[0])
    if len(at) > 1 or place.parameter.name not in ("W", "b"):
        raise InvalidInput("paths begin at one weight or bias", repr(key), "pass a key such as 'w12[1]' or 'b1[1]'")
    if not 1 <= row <= step.m:
        raise InvalidInput(f"there is no row {row!r} in this step", counted(step.m, "row"), f"pass 1 ... {step.m}")
    behind = step.layers[place.layer - 1 :]
    _check(step, behind)
    where = np.argwhere(place.view(np.arange(step.plan.network.size)) == at[0])[0].tolist()
    j, l, first = where[0], place.layer, None
    if len(where) > 1:
        k = where[1]
        first = of("a", k, l - 1), float(_of_row(behind[0].A_prev, row)[k])
    products = np.asarray((first[1] if first else 1.0) * slopes(behind[0], row)[j])
    for t in behind[1:]:
        W = np.asarray(step.before.W[t.l], np.float64) * slopes(t, row)[:, None]
        products = products[..., None] * (W[:, j] if t is behind[1] else W.T)
    end = _of_row(step.layers[-1].dA, row)
    products = products * (end if len(behind) > 1 else end[j])
    return Paths(step, row, key, l, j, first, float(step.gradients.theta[at[0]]), products)


def _check(step: Trace, behind: tuple[LayerRecord, ...]) -> None:
    for t in behind:
        if not (t.layer.affine and t.Z is not None and t.l in step.before.W):
            seen, remedy = f"layer {t.l} is {step.plan.network.kind(t.l)}", "choose a weight behind it"
            raise InvalidInput("paths are walked through dense layers alone", seen, remedy)
    widths = [t.A.shape[1] for t in behind[1:]]
    if prod(widths) > MOST:
        remedy = "choose a weight nearer to the cost"
        raise InvalidInput(f"at most {MOST:,} paths are walked", f"{prod(widths):,}", remedy)


def slopes(t: LayerRecord, row: int) -> Array:
    """``g'(z)`` of the units of a layer, (n[l],)."""
    assert t.layer.g is not None and t.Z is not None
    Z, A = (np.asarray(array[[row - 1]], np.float64) for array in (t.Z, t.A))
    found = np.empty_like(Z)
    t.layer.g.derivative(Z, A, found)
    return found[0]


def _of_row(array: object, row: int) -> Array:
    return np.asarray(dense(array[[row - 1]]), np.float64).ravel()  # type: ignore[index]
