"""Expressions of pieces written down: the operations of ``Operations`` with formulas for values.

>>> p, y = leaf("y^1", 3.0), leaf("y1", -1.0)
>>> half_square = 0.5 * (p - y) ** 2
>>> half_square.symbols, half_square.numbers.text(4), half_square.numbers.value(4)
('0.5 (y^1 - y1)^2', '0.5*(3 - (-1))^2', 8.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from glassnet.errors import Unsupported
from glassnet.glass.ledger.terms import Formula, Number, Term, long_sum
from glassnet.pieces.expressions import NUMPY, Operations

CHOICE, SUM, PRODUCT, POWER, ATOM = range(5)  # how tightly the outermost operation binds


@dataclass(frozen=True, eq=False)
class Written(NDArrayOperatorsMixin):
    """A formula in symbols and with numbers put in; operators and NumPy's functions on it write further ones.

    Args:
        symbols: the formula in symbols.
        numbers: the formula with numbers; of a matrix the symbols again.
        number: what it comes to in full precision; None for a matrix.
        binds: how tightly its outermost operation binds.
    """

    symbols: str
    numbers: Term
    number: float | None
    binds: int = ATOM

    def __array_ufunc__(self, function: np.ufunc, method: str, *parts: Any) -> Any:
        if function not in WAYS:
            remedy = "use the operations of pieces/expressions.py"
            raise Unsupported(f"a ledger cannot write np.{function.__name__}", remedy=remedy)
        return _written(WAYS[function], function, *parts)


@dataclass(frozen=True)
class _Text:
    """A part of a formula that is only read: a symbol, or what stands in brackets."""

    words: str

    def text(self, digits: int) -> str:
        return self.words

    def value(self, digits: int) -> float:
        return np.nan


class Way(NamedTuple):
    """How an operation is written.

    Args:
        numbers: a template for the numbers.
        binds: how tightly it binds.
        least: a part that binds less tightly stands in brackets, the first by the first of these.
        symbols: a template for the symbols where it is another.
    """

    numbers: str
    binds: int = ATOM
    least: Sequence[int] = (CHOICE, CHOICE)
    symbols: str = ""


def leaf(symbol: str, number: float) -> Written:
    """A number that has a symbol."""
    return Written(symbol, Number(float(number)), np.float64(number))


def matrix(symbol: str) -> Written:
    """A whole matrix: a symbol without a number."""
    return Written(symbol, _Text(symbol), None)


def by_name(name: str, x: Written | float) -> Written:
    """A setting, or an intermediate result, by its name alone."""
    x = _as_written(x)
    return matrix(name) if x.number is None else leaf(name, x.number)


def _as_written(x: Written | float) -> Written:
    return x if isinstance(x, Written) else leaf(f"{x:g}", x)


def _written(way: Way, function: Callable[..., Any], *parts: Written | float) -> Any:
    """``function`` of ``parts`` written in that way; a comparison of numbers is True or False."""
    given = [_as_written(part) for part in parts]
    apart = [part.binds < least for part, least in zip(given, way.least, strict=False)]
    texts = [f"({part.symbols})" if alone else part.symbols for part, alone in zip(given, apart, strict=True)]
    names = tuple(map(_Text, texts))
    symbols = Formula(way.symbols or way.numbers, function, names).text(1)
    numbers = [part.number for part in given if part.number is not None]
    if len(numbers) < len(given):
        return Written(symbols, _Text(symbols), None, way.binds)
    with np.errstate(all="ignore"):
        number = function(*numbers)
    if way.binds == CHOICE:
        return bool(number)
    terms = tuple(_bracketed(part.numbers) if alone else part.numbers for part, alone in zip(given, apart, strict=True))
    return Written(symbols, Formula(way.numbers, function, terms), number, way.binds)


def _bracketed(term: Term) -> Term:
    return Formula("({0})", lambda x: x, (term,))


def _where(condition: Written | bool, x: Written | float, y: Written | float) -> Written:
    """The branch taken; of matrices both."""
    if isinstance(condition, Written):
        return matrix(f"({_as_written(x).symbols} if {condition.symbols} else {_as_written(y).symbols})")
    return _as_written(x if condition else y)


def _softmax(scores: Sequence[Written]) -> list[Written]:
    """With the largest score taken out of all where their powers would overflow; that changes no quotient."""
    Z = np.array([score.number for score in scores])
    Z = Z - Z.max() if np.abs(Z).max() > 700 else Z
    powers = [np.exp(leaf(score.symbols, z)) for score, z in zip(scores, Z, strict=True)]
    total = _sum(powers)
    return [power / total for power in powers]


def _sum(parts: Sequence[Written]) -> Written:
    numbers = np.array([part.number for part in parts])
    return Written(f"sum_j {parts[0].symbols}", long_sum(numbers, lambda j: parts[j].numbers), numbers.sum(), SUM)


def _y_ln_x(y: float, x: float) -> float:
    return 0.0 if y == 0 else y * np.log(x)


WAYS: dict[Any, Way] = {
    np.add: Way("{0}{1:+}", SUM, (SUM, SUM)),
    np.subtract: Way("{0} - {1:-}", SUM, (SUM, PRODUCT)),
    np.multiply: Way("{0}*{1:-}", PRODUCT, (PRODUCT, PRODUCT), "{0} {1:-}"),
    np.true_divide: Way("{0}/{1:-}", PRODUCT, (PRODUCT, POWER)),
    np.power: Way("{0:-}^{1:-}", POWER, (ATOM, ATOM)),
    np.negative: Way("-{0:-}", SUM, (PRODUCT,)),
    np.less: Way("{0} < {1}", CHOICE),
    np.less_equal: Way("{0} <= {1}", CHOICE),
    np.greater: Way("{0} > {1}", CHOICE),
    np.greater_equal: Way("{0} >= {1}", CHOICE),
    np.exp: Way("e^{0:-}", POWER, (ATOM,)),
    np.expm1: Way("e^{0:-} - 1", SUM, (ATOM,)),
    np.log: Way("ln({0})"),
    np.sqrt: Way("sqrt({0})"),
    np.abs: Way("|{0}|"),
    np.sign: Way("sign({0})"),
    np.tanh: Way("tanh({0})"),
    np.maximum: Way("max({0}, {1})"),
    np.minimum: Way("min({0}, {1})"),
    _y_ln_x: Way("{0}*ln({1})", PRODUCT, (PRODUCT, CHOICE), "{0} ln({1})"),
    NUMPY.sigmoid: Way("sigmoid({0})"),
    NUMPY.cos_turns: Way("cos(2 pi {0})", ATOM, (PRODUCT,)),
    NUMPY.softplus: Way("softplus({0})"),
    NUMPY.normal_cdf: Way("Phi({0})"),
}

WRITING = Operations(
    xlogy=lambda y, x: _written(WAYS[_y_ln_x], _y_ln_x, y, x),
    sigmoid=lambda x: _written(WAYS[NUMPY.sigmoid], NUMPY.sigmoid, x),
    cos_turns=lambda x: _written(WAYS[NUMPY.cos_turns], NUMPY.cos_turns, x),
    softplus=lambda x: _written(WAYS[NUMPY.softplus], NUMPY.softplus, x),
    normal_cdf=lambda x: _written(WAYS[NUMPY.normal_cdf], NUMPY.normal_cdf, x),
    where=_where,
    softmax=_softmax,
    named=by_name,
)
