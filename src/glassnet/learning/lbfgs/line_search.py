"""How far to go along a direction: the line search of Moré and Thuente.

Along the direction ``d`` the cost is a function of one number, ``phi(t) = J(theta + t d)``. A step ``t`` is taken where
both strong Wolfe conditions hold:

    phi(t) <= phi(0) + LOWER t phi'(0)      it lowers the cost enough
    |phi'(t)| <= FLAT |phi'(0)|             and goes far enough for the slope to have flattened

The search keeps the best step so far and, as soon as it knows one, a step on the far side of a minimum. It tries the
minima of parabolas and cubics through what it has seen of phi.

Source: Moré, Thuente 1994, Line search algorithms with guaranteed sufficient decrease; the constants are those of
L-BFGS-B (Zhu, Byrd, Lu, Nocedal 1997), which SciPy and so scikit-learn use.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf, isfinite, sqrt
from typing import NamedTuple

LOWER, FLAT = 1e-3, 0.9
MOST = 20  # evaluations
LONGEST = 1e10
NARROW = 0.1  # of its far end: a bracket not worth narrowing
NEARER, FARTHER = 1.1, 4.0  # times the last advance: where the next trial lies, before there is a bracket
SHRINK = 0.66  # of its width: a bracket has to lose as much in two trials
BACK = 0.1  # of the way to where the cost was not finite


class Sample(NamedTuple):
    """phi at a step.

    Args:
        step: t.
        J: phi(t).
        slope: phi'(t).
    """

    step: float
    J: float
    slope: float

    def tilted(self, slope: float) -> Sample:
        """The same of ``phi(t) - slope t``."""
        return Sample(self.step, self.J - slope * self.step, self.slope - slope)


def line_search(phi: Callable[[float], tuple[float, float]], start: Sample, step: float) -> Sample | None:
    """A step where both conditions hold, or the best where rounding is in the way; the last that ``phi`` was asked for.

    Args:
        phi: of a step its cost and slope.
        start: at step 0; its slope is below 0.
        step: the first to try.

    Returns:
        None where there is no such step among the first ``MOST``.

    >>> line_search(lambda t: ((t - 3) ** 2, 2 * (t - 3)), Sample(0, 9, -6), step=0.1)
    Sample(step=0.5, J=6.25, slope=-5.0)
    """
    best = far = start
    low, high = 0.0, step + FARTHER * step
    widths, bracketed, early = (2 * LONGEST, LONGEST), False, True
    for _ in range(MOST):
        at = Sample(step, *phi(step))
        if not (isfinite(at.J) and isfinite(at.slope)):
            step = best.step + BACK * (step - best.step)
            continue
        line = start.J + LOWER * step * start.slope
        is_lower = line >= at.J
        if step == best.step or (is_lower and (abs(at.slope) <= -FLAT * start.slope or step == LONGEST)):
            return at
        early = early and not (is_lower and at.slope >= 0)
        # At first the minimum of how far phi is below that line is looked for: a step there lowers the cost enough.
        tilt = LOWER * start.slope if early and line < at.J <= best.J else 0.0
        step, best, far, bracketed = _narrowed(best, far, at, tilt, bracketed, (low, high))
        if bracketed:
            if abs(far.step - best.step) >= SHRINK * widths[0]:
                step = (best.step + far.step) / 2
            widths = widths[1], abs(far.step - best.step)
            low, high = sorted((best.step, far.step))
            if not low < step < high or high - low <= NARROW * high:  # nothing between is worth a try
                step = best.step
        else:
            low, high = (step + times * (step - best.step) for times in (NEARER, FARTHER))
            step = min(max(step, 0.0), LONGEST)
    return None


def _narrowed(
    best: Sample, far: Sample, at: Sample, tilt: float, bracketed: bool, limits: tuple[float, float]
) -> tuple[float, Sample, Sample, bool]:
    """The next step to try, the new ends of the interval, and whether a minimum is known to be in it."""
    b, f, a = (sample.tilted(tilt) for sample in (best, far, at))
    step = _trial(b, f, a, bracketed, *limits)
    if not isfinite(step):
        step = (best.step + at.step) / 2
    if a.J > b.J:
        return step, best, at, True
    if _opposite(a, b):
        return step, at, best, True
    return step, at, far, bracketed


def _trial(best: Sample, far: Sample, at: Sample, bracketed: bool, low: float, high: float) -> float:
    """The next step: the four cases of section 4."""
    t, advance = at.step, at.step - best.step
    if at.J > best.J:  # a minimum between; the nearer to the best, unless the parabola says that is far too near
        cubic, parabola = best.step + _cubic(best, at) * advance, best.step + _parabola(best, at) * advance
        return cubic if abs(cubic - best.step) <= abs(parabola - best.step) else (cubic + parabola) / 2
    beyond = high if advance > 0 else low
    if abs(at.slope) >= abs(best.slope) and not _opposite(at, best):  # it falls ever more steeply
        return t + _cubic(at, far) * (far.step - t) if bracketed else beyond
    share = _cubic(at, best)
    cubic, secant = t - share * advance, t - at.slope / (at.slope - best.slope) * advance
    if _opposite(at, best):  # a minimum between
        return max(cubic, secant, key=lambda step: abs(step - t))
    if share >= 0:  # the cubic has no minimum ahead
        cubic = beyond
    if not bracketed:
        return min(max(max(cubic, secant, key=lambda step: abs(step - t)), low), high)
    limit = t + SHRINK * (far.step - t)
    nearer = min(cubic, secant, key=lambda step: abs(step - t))
    return min(limit, nearer) if advance > 0 else max(limit, nearer)


def _opposite(a: Sample, b: Sample) -> bool:
    return a.slope > 0 > b.slope or a.slope < 0 < b.slope


def _cubic(a: Sample, b: Sample) -> float:
    """The share of the way from a to b at which the cubic of both costs and slopes has its minimum, if it has one."""
    theta = 3 * (a.J - b.J) / (b.step - a.step) + a.slope + b.slope
    scale = max(abs(theta), abs(a.slope), abs(b.slope)) or 1.0
    square = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)
    if not square > 0:
        return inf
    gamma = copysign(scale * sqrt(square), b.step - a.step)
    divisor = gamma - a.slope + gamma + b.slope
    return (gamma - a.slope + theta) / divisor if divisor else inf


def _parabola(a: Sample, b: Sample) -> float:
    """The same of the parabola of both costs and the slope at a."""
    return a.slope / ((a.J - b.J) / (b.step - a.step) + a.slope) / 2
