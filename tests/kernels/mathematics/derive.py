"""Where the tables of ``mathematics.h`` come from: ``python derive.py`` prints them as they stand there.

Each is the polynomial whose largest weighted error is least (Remez's exchange, 60 digits), then rounded to the type.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpmath import cos, erfc, exp, expm1, linspace, log, lu_solve, matrix, mpf, pi, polyval, sin, sqrt, workdps

Function = Callable[[mpf], mpf]


# --- what is approximated ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """A polynomial for ``of`` on ``[low, high]``; ``weight`` turns its error into the error of the final result."""

    name: str
    of: Function
    weight: Function
    low: mpf
    high: mpf
    degree: int


def exponential(r: mpf) -> mpf:
    """``(e^r - 1 - r) / r^2``."""
    return (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -15 else mpf(1) / 2 + r / 6


def logarithm(s2: mpf) -> mpf:
    """``(log((1 + s) / (1 - s)) / s - 2) / s^2``."""
    s = sqrt(s2)
    return (log((1 + s) / (1 - s)) / s - 2) / s2 if s2 > mpf(10) ** -15 else mpf(2) / 3 + s2 * 2 / 5


K = mpf("4.25")  # needs the lowest degree, and rounds least


def tail(q: mpf) -> mpf:
    """``(x + k) e^(x^2 / 2) Phi(-x)``, with ``q = (x - k) / (x + k)``."""
    x = K * (1 + q) / (1 - q)
    return (x + K) * exp(x * x / 2) * erfc(x / sqrt(2)) / 2


def turn(s2: mpf, head: float) -> mpf:
    """``sin(2 pi s) / s - head``, ``head`` being 2 pi rounded to the type."""
    s = sqrt(s2)
    return (sin(2 * pi * s) / s if s2 > mpf(10) ** -30 else 2 * pi) - mpf(head)


def fits(exp_: int, log_: int, log_of_sum: int, tail_: int, turn_: int, furthest: float, head: float) -> list[Fit]:
    """By the degrees, the largest ``x`` with ``Phi(-x) > 0``, and 2 pi as the type has it."""
    wider, tiny = mpf("1.0001"), mpf(10) ** -20  # reduction may miss its interval by a rounding
    half = log(2) / 2 * wider
    root, third = (3 - 2 * sqrt(2)) ** 2 * wider, mpf(1) / 9 * wider  # s^2 at 1 + f = sqrt 2 and at 2
    end = (furthest - K) / (furthest + K)
    return [
        Fit("kExp", exponential, lambda r: abs(r**2 / expm1(r)) if r else tiny, -half, half, exp_),
        Fit("kLog", logarithm, lambda s2: s2 / 2, tiny, root, log_),
        Fit("kLogOfSum", logarithm, lambda s2: s2 / 2, tiny, third, log_of_sum),
        Fit("kTail", tail, lambda q: 1 / tail(q), mpf(-1), end, tail_),
        Fit(
            "kTurn", lambda s2: turn(s2, head), lambda s2: 1 / (turn(s2, head) + head), tiny, mpf(1) / 16 * wider, turn_
        ),
    ]


# --- the polynomial ---------------------------------------------------------------------------------------------------


def nodes(fit: Fit, n: int) -> list[mpf]:
    """Chebyshev's: closer together near the ends."""
    return [(fit.low + fit.high + (fit.high - fit.low) * cos(pi * t)) / 2 for t in linspace(1, 0, n)]


def remez(fit: Fit, rounds: int = 12) -> list[mpf]:
    """Coefficients, highest power first."""
    n = fit.degree + 2
    grid = nodes(fit, 40 * n)
    value, weight = [fit.of(x) for x in grid], [fit.weight(x) for x in grid]
    chosen = [round(j * (len(grid) - 1) / (n - 1)) for j in range(n)]
    coefficients: list[mpf] = []
    for _ in range(rounds):
        rows = [[grid[i] ** k for k in range(n - 2, -1, -1)] + [(-1) ** j / weight[i]] for j, i in enumerate(chosen)]
        coefficients = list(lu_solve(matrix(rows), matrix([value[i] for i in chosen])))[:-1]
        error = [w * (polyval(coefficients, x) - f) for x, f, w in zip(grid, value, weight, strict=True)]
        before, chosen = chosen, extremes(error, n)
        if chosen == before:
            break
    return coefficients


def extremes(error: list[mpf], wanted: int) -> list[int]:
    """Where the error is largest in each stretch of one sign; of too many, those at the weaker end go."""
    peaks: list[int] = []
    for i, e in enumerate(error):
        if not peaks or (e > 0) != (error[peaks[-1]] > 0):
            peaks.append(i)
        elif abs(e) > abs(error[peaks[-1]]):
            peaks[-1] = i
    while len(peaks) > wanted:
        peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
    assert len(peaks) == wanted, "the error does not alternate often enough: a finer grid, or another first guess"
    return peaks


def rounded(fit: Fit, dtype: type[np.floating]) -> list[mpf]:
    """Coefficients as numbers of the type: the lowest power first, the higher ones make up for its rounding."""
    free, fixed = remez(fit), []
    points = nodes(fit, 6 * len(free))
    while free:
        fixed.insert(0, mpf(float(dtype(str(free.pop())))))
        if free:
            powers = range(fit.degree, fit.degree - len(free), -1)
            rows = [[fit.weight(x) * x**k for k in powers] for x in points]
            left = [fit.weight(x) * (fit.of(x) - polyval(fixed, x)) for x in points]
            free = list(lu_solve(matrix(rows), matrix(left)))  # least squares
    return fixed


# --- as C++ -----------------------------------------------------------------------------------------------------------


def table(fit: Fit, dtype: type[np.floating]) -> str:
    """The array of coefficients, and the largest weighted error in units of the type's epsilon."""
    coefficients = rounded(fit, dtype)
    error = max(abs(fit.weight(x) * (fit.of(x) - polyval(coefficients, x))) for x in nodes(fit, 300))
    kind, suffix = ("float", "f") if dtype is np.float32 else ("double", "")
    digits = [f"{np.format_float_scientific(dtype(float(c)), trim='0')}{suffix}" for c in coefficients]
    body = textwrap.fill(", ".join(digits) + "};", width=116, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return f"  static constexpr {kind} {fit.name}[] = {{  // {float(error) / np.finfo(dtype).eps:.1g} eps\n{body}"


@workdps(60)
def tables() -> str:
    """All of them, for float and for double."""
    heads = [float(np.float32(2 * np.pi)), 2 * np.pi]
    single = [table(fit, np.float32) for fit in fits(4, 2, 3, 9, 4, furthest=15, head=heads[0])]
    double = [table(fit, np.float64) for fit in fits(9, 6, 9, 22, 8, furthest=39, head=heads[1])]
    return "\n".join([*single, "", *double])


if __name__ == "__main__":
    print(tables())
