"""L-BFGS: every iteration goes down along ``d = -H g``, and is an epoch.

``H`` is the inverse of the curvature that the steps before have shown (:mod:`~glassnet.engines.curvature`), which the
state holds: a stopped training goes on to the same bits. Along ``d`` the cost is lowered by a line search
(:mod:`~glassnet.learning.lbfgs.line_search`). Constants and stopping rules are those of L-BFGS-B without bounds, which
scikit-learn trains by.

Source: Nocedal, Wright 2006, Numerical Optimization, algorithm 7.5.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.curvature import Curvature, Pair, dot, newton_direction
from glassnet.engines.threads import suitable_threads
from glassnet.learning.lbfgs.bounded import descend_with_l1
from glassnet.learning.lbfgs.cost import NO_LOWER, USED_UP, Cost
from glassnet.learning.lbfgs.line_search import Sample, line_search
from glassnet.learning.run import Run
from glassnet.pieces.optimizers import LBFGS

EPSILON = float(np.finfo(np.float64).eps)


def run_lbfgs(run: Run) -> None:
    """Run L-BFGS from ``run.state`` until it converges, ``run.until`` epochs are done or a stop is asked for.

    Raises:
        Diverged: the cost at the start, or its gradient, is not finite.
    """
    plan, optimizer = run.plan, run.plan.optimizer
    assert isinstance(optimizer, LBFGS)
    if run.state.epoch >= run.until or run.is_set():
        return
    with np.errstate(all="ignore"), suitable_threads(plan.network, plan.examples):
        if plan.penalties.l1:
            descend_with_l1(run, optimizer)
        else:
            descend(Cost(run, optimizer, run.engine))


class Place(NamedTuple):
    """Where the descent is: the cost and its gradient (n,)."""

    J: float
    g: Array


def descend(cost: Cost) -> None:
    """Iterate from the state's parameters."""
    run, state, optimizer = cost.run, cost.run.state, cost.optimizer
    cost.update_running()
    here = Place(*cost.at(state.theta))
    if state.curvature is not None:
        cost.evaluations = state.curvature.evaluations  # with this one
    while state.epoch < run.until and not run.is_set():
        known = state.curvature or Curvature((), 0, inf)
        if known.evaluations > optimizer.max_evaluations:
            return cost.stop(USED_UP)
        if abs(here.g).max(initial=0) <= optimizer.tolerance or known.drop <= optimizer.improvement:
            return cost.converged()
        pairs = known.pairs
        there = _lower(cost, here, pairs)
        if there is None and pairs:  # what they say of the curvature does not hold here
            pairs = ()
            there = _lower(cost, here, pairs)
        if there is None:
            return cost.stop(NO_LOWER)
        here = _arrive(cost, here, there, pairs)
    return None


def _lower(cost: Cost, here: Place, pairs: tuple[Pair, ...]) -> Place | None:
    """The place along ``-H g`` that the line search finds."""
    theta, there = cost.run.state.theta, here
    d = newton_direction(pairs, here.g)

    def phi(t: float) -> tuple[float, float]:
        nonlocal there
        there = Place(*cost.at(theta + t * d))
        return there.J, dot(there.g, d)

    start = Sample(0.0, here.J, dot(here.g, d))
    first = 1.0 if cost.run.state.curvature else 1 / sqrt(dot(d, d))
    return there if start.slope < 0 and line_search(phi, start, first) else None


def _arrive(cost: Cost, here: Place, there: Place, pairs: tuple[Pair, ...]) -> Place:
    """Move the state there, remember the curvature on the way, and end the iteration."""
    state = cost.run.state
    s, y = cost.theta.astype(np.float64) - state.theta, there.g - here.g
    if dot(s, y) > -EPSILON * dot(s, here.g):  # else the cost is not curved upwards there, and has no minimum
        pairs = (*pairs, Pair.of(s, y))[-cost.optimizer.history :]
    drop = (here.J - there.J) / max(abs(here.J), abs(there.J), 1.0)
    state.theta[...] = cost.theta
    state.curvature = Curvature(pairs, cost.evaluations, drop)
    cost.end_iteration(there.J)
    return there
