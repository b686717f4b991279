"""Expressions of pieces written down: the operations of ``Operations`` with formulas for values.

>>> p, y = leaf("y^1", 3.0), leaf("y1", -1.0)
>>> half_square = 0.5 * (p - y) ** 2
>>> half_square.symbols, half_square.term.text(4), half_square.term.value(4)
('0.5 (y^1 - y1)^2', '0.5*(3 - (-1))^2', 8.0)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.glass.ledger.terms import Formula, Number, Sum, Term, long_sum
from glassnet.pieces.expressions import NUMPY, Operations

CHOICE, SUM, PRODUCT, POWER, ATOM = range(5)  # how tightly the outermost operation binds


@dataclass(frozen=True, eq=False)
class Written:
    """A formula in symbols and with numbers put in.

    Args:
        symbols: the formula in symbols.
        binds: how tightly its outermost operation binds.
        term: the formula with numbers; a matrix has none.
        number: what it comes to in full precision; nan for a matrix.
    """

    symbols: str
    binds: int
    term: Term | None = None
    number: float = np.nan

    @property
    def numbers(self) -> Term:
        """The formula with numbers."""
        assert self.term is not None, "a matrix has no numbers"
        return self.term

    def __add__(self, other: Operand) -> Written:
        """``a + -b`` is written ``a - b``."""
        other = constant(other)
        symbols = Sum((_Symbol(self.symbols), _Symbol(other.symbols))).text(1)
        if self.term is None or other.term is None:
            return Written(symbols, SUM)
        return Written(symbols, SUM, Sum((self.term, other.term)), self.number + other.number)

    def __radd__(self, other: float) -> Written:
        return constant(other) + self

    def __sub__(self, other: Operand) -> Written:
        return _joined(SUM, " - ", " - ", operator.sub, self, other, PRODUCT)

    def __rsub__(self, other: float) -> Written:
        return constant(other) - self

    def __mul__(self, other: Operand) -> Written:
        return _joined(PRODUCT, " ", "*", operator.mul, self, other)

    def __rmul__(self, other: float) -> Written:
        return constant(other) * self

    def __truediv__(self, other: Operand) -> Written:
        return _joined(PRODUCT, "/", "/", operator.truediv, self, other, POWER)

    def __rtruediv__(self, other: float) -> Written:
        return constant(other) / self

    def __pow__(self, other: Operand) -> Written:
        return _joined(ATOM, "^", "^", operator.pow, self, other)

    def __neg__(self) -> Written:
        return _called("-({0})" if self.binds < PRODUCT else "-{0:-}", operator.neg, self, binds=SUM)

    def __lt__(self, other: Operand) -> Any:
        return _compared("<", operator.lt, self, other)

    def __le__(self, other: Operand) -> Any:
        return _compared("<=", operator.le, self, other)

    def __gt__(self, other: Operand) -> Any:
        return _compared(">", operator.gt, self, other)

    def __ge__(self, other: Operand) -> Any:
        return _compared(">=", operator.ge, self, other)


Operand = Written | float


def leaf(symbol: str, number: float) -> Written:
    """A number that has a symbol."""
    return Written(symbol, ATOM, Number(float(number)), np.float64(number))


def matrix(symbol: str) -> Written:
    """A whole matrix: a symbol without a number."""
    return Written(symbol, ATOM)


def constant(x: Operand) -> Written:
    """A number of the formula itself."""
    return x if isinstance(x, Written) else leaf(f"{x:g}", x)


def _joined(
    binds: int,
    sign: str,
    sign_of_numbers: str,
    function: Callable[..., float],
    left: Operand,
    right: Operand,
    right_binds: int = 0,
) -> Written:
    """``left sign right``, in brackets what binds less tightly than ``binds``, on the right than ``right_binds``."""
    left, right = constant(left), constant(right)
    first = "({0})" if left.binds < binds else "{0:-}" if binds == ATOM else "{0}"
    second = "({1})" if right.binds < (right_binds or binds) else "{1:-}"
    return _called(
        first + sign_of_numbers + second, function, left, right, binds=min(binds, POWER), symbols=first + sign + second
    )


def _called(
    template: str, function: Callable[..., Any], *parts: Operand, binds: int = ATOM, symbols: str = ""
) -> Written:
    """A function of ``parts`` as ``template`` writes it, with symbols as ``symbols`` does where that differs."""
    written = [constant(part) for part in parts]
    text = Formula(symbols or template, function, tuple(_Symbol(part.symbols) for part in written)).text(1)
    terms = [part.term for part in written if part.term is not None]
    if len(terms) < len(written):
        return Written(text, binds)
    with np.errstate(all="ignore"):
        number = function(*(part.number for part in written))
    return Written(text, binds, Formula(template, function, tuple(terms)), number)


@dataclass(frozen=True)
class _Symbol:
    """A symbol where a formula has a number."""

    symbol: str

    def text(self, digits: int) -> str:
        return self.symbol

    def value(self, digits: int) -> float:
        return np.nan


def _compared(sign: str, function: Callable[[float, float], bool], left: Written, right: Operand) -> Any:
    """True or False of numbers; of matrices the condition as text."""
    right = constant(right)
    if left.term is None or right.term is None:
        return Written(f"{left.symbols} {sign} {right.symbols}", CHOICE)
    return bool(function(left.number, right.number))


def _where(condition: Any, x: Operand, y: Operand) -> Written:
    """The branch taken; of matrices both."""
    if isinstance(condition, Written):
        return Written(f"{constant(x).symbols} if {condition.symbols} else {constant(y).symbols}", CHOICE)
    return constant(x if condition else y)


def _exp(x: Operand) -> Written:
    return _called("e^{0:()}", np.exp, x, binds=POWER)


def _xlogy(y: Operand, x: Operand) -> Written:
    y = constant(y)
    first = "({0})" if y.binds < PRODUCT else "{0}"
    return _called(f"{first}*ln({{1}})", _y_ln_x, y, x, binds=PRODUCT, symbols=f"{first} ln({{1}})")


def _y_ln_x(y: float, x: float) -> float:
    return 0.0 if y == 0 else y * np.log(x)


def _softmax(scores: Sequence[Written]) -> list[Written]:
    """With the largest score taken out of all where their powers would overflow; that changes no quotient."""
    Z = np.array([score.number for score in scores])
    Z = Z - Z.max() if np.abs(Z).max() > 700 else Z
    powers = [_exp(leaf(score.symbols, z)) for score, z in zip(scores, Z, strict=True)]
    total = _sum(powers)
    return [power / total for power in powers]


def _sum(parts: Sequence[Written], axis: int = -1, keepdims: bool = False) -> Written:
    numbers = np.array([part.number for part in parts])
    return Written(f"sum_j {parts[0].symbols}", SUM, long_sum(numbers, lambda j: parts[j].numbers), numbers.sum())


def _function(name: str, function: Callable[[Any], Any]) -> Callable[[Operand], Written]:
    return lambda x: _called(f"{name}({{0}})", function, x)


def by_name(name: str, x: Operand) -> Written:
    """A setting, or an intermediate result, by its name alone."""
    x = constant(x)
    return Written(name, ATOM, None if x.term is None else Number(float(x.number)), x.number)


WRITING = Operations(
    exp=_exp,
    expm1=lambda x: _exp(x) - 1,
    log=_function("ln", np.log),
    sqrt=_function("sqrt", np.sqrt),
    tanh=_function("tanh", np.tanh),
    abs=lambda x: _called("|{0}|", np.abs, x),
    sign=_function("sign", np.sign),
    sigmoid=_function("sigmoid", NUMPY.sigmoid),
    softplus=_function("softplus", NUMPY.softplus),
    normal_cdf=_function("Phi", NUMPY.normal_cdf),
    maximum=lambda x, y: _called("max({0}, {1})", np.maximum, x, y),
    minimum=lambda x, y: _called("min({0}, {1})", np.minimum, x, y),
    xlogy=_xlogy,
    where=_where,
    softmax=_softmax,
    log_softmax=lambda scores: [_function("ln", np.log)(share) for share in _softmax(scores)],
    sum=_sum,
    mean=lambda parts, axis=-1, keepdims=False: _sum(parts) / len(parts),
    named=by_name,
)
