"""Our L-BFGS and SciPy's L-BFGS-B without bounds: the same places looked at, on functions hard to go down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize, rosen, rosen_der

from glassnet.arrays import Array
from glassnet.engines.choice import choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.lbfgs.cost import Cost
from glassnet.learning.lbfgs.descent import descend
from glassnet.learning.run import Run
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import LBFGS

Function = Callable[[Array], tuple[float, Array]]


class Looks(Cost):
    """Another function than the cost; every place it was asked for is noted."""

    def __init__(self, f: Function, run: Run, optimizer: LBFGS) -> None:
        super().__init__(run, optimizer, run.engine)
        self.f, self.looks = f, list[Array]()

    def at(self, theta: Array) -> tuple[float, Array]:
        self.theta[...] = theta
        self.looks.append(self.theta.copy())
        self.evaluations += 1
        return self.f(theta)


def both(f: Function, start: Array, **settings: Any) -> tuple[Run, list[Array], Any, list[Array]]:
    """Ours with the places it looked at, and SciPy's with its own."""
    optimizer, n = LBFGS(**settings), len(start)
    plan = Plan(Network(n - 1, [Dense(1)]), 2, optimizer, dtype="float64", epochs=1000)
    state = State.new(plan)
    state.theta[...] = start
    run = Run(plan, state, Rows(np.zeros((2, n - 1)), np.zeros(2)), choose(plan), until=plan.epochs)
    cost = Looks(f, run, optimizer)
    descend(cost)
    looks: list[Array] = []
    options = {"maxcor": optimizer.history, "gtol": optimizer.tolerance, "ftol": optimizer.improvement, "maxiter": 1000}
    theirs = minimize(lambda x: (looks.append(x.copy()), f(x))[1], start, jac=True, method="L-BFGS-B", options=options)
    return run, cost.looks, theirs, looks


@given(
    n=st.integers(2, 12),
    seed=st.integers(0, 999),
    condition=st.sampled_from([1.0, 10.0, 1e4]),
    history=st.sampled_from([1, 3, 10]),
)
def test_quadratics(n: int, seed: int, condition: float, history: int) -> None:
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    A, b = Q @ np.diag(np.geomspace(1, condition, n)) @ Q.T, rng.normal(size=n)
    f = lambda x: (float(x @ A @ x) / 2 - float(b @ x), A @ x - b)  # noqa: E731
    run, looks, theirs, their_looks = both(f, rng.normal(size=n), history=history)
    first = min(8, len(looks), len(their_looks))
    np.testing.assert_allclose(looks[:first], their_looks[:first], rtol=1e-6, atol=1e-8)
    assert run.converged and theirs.success
    if condition == 1e4:  # in a narrow valley rounding decides where each ends, both as near the lowest place
        lowest = -float(b @ np.linalg.solve(A, b)) / 2
        assert max(f(run.state.theta)[0], theirs.fun) - lowest < 5e-5
        return
    assert f(run.state.theta)[0] == pytest.approx(theirs.fun, rel=1e-6, abs=1e-6)
    assert abs(run.state.epoch - theirs.nit) <= max(2, 0.3 * theirs.nit)  # rounding grows


@pytest.mark.parametrize("history", [1, 5, 10])
@pytest.mark.parametrize("n", [2, 3, 10])
def test_a_bent_valley(n: int, history: int) -> None:
    f = lambda x: (float(rosen(x)), rosen_der(x))  # noqa: E731
    run, looks, theirs, their_looks = both(f, np.resize([-1.2, 1.0], n), history=history, improvement=1e-14)
    np.testing.assert_allclose(looks[:15], their_looks[:15], rtol=1e-7, atol=1e-9)
    assert run.converged and theirs.success
    assert f(run.state.theta)[0] == pytest.approx(theirs.fun, abs=1e-7)
    assert abs(run.state.epoch - theirs.nit) <= 0.3 * theirs.nit


@given(
    c=st.lists(st.floats(-3, 3), min_size=4, max_size=4),
    waves=st.lists(st.floats(0.1, 10), min_size=2, max_size=2),
    start=st.floats(-5, 5),
)
def test_functions_with_many_valleys(c: list[float], waves: list[float], start: float) -> None:
    """What the line search meets here it meets in no quadratic: every case of its trials."""

    def f(x: Array) -> tuple[float, Array]:
        t, u = x
        a, b = waves
        value = c[0] * np.sin(a * t) + c[1] * np.cos(b * t) + t**2 / 8 + 0.01 * t**4 + u**2 * (1.5 + np.sin(c[2] * t))
        slope = c[0] * a * np.cos(a * t) - c[1] * b * np.sin(b * t) + t / 4 + 0.04 * t**3
        slope += u**2 * c[2] * np.cos(c[2] * t)
        return float(value), np.array([slope, 2 * u * (1.5 + np.sin(c[2] * t))])

    _, looks, _, their_looks = both(f, np.array([start, c[3]]))
    first = min(6, len(looks), len(their_looks))
    np.testing.assert_allclose(looks[:first], their_looks[:first], rtol=1e-5, atol=1e-6)


def test_a_start_at_the_bottom_takes_no_step() -> None:
    run, looks, theirs, _ = both(lambda x: (float(x @ x), 2 * x), np.zeros(3))
    assert (run.state.epoch, len(looks), theirs.nit) == (0, 1, 0)
    assert run.reason == "L-BFGS converged after 0 iterations"


def test_a_slope_that_is_wrong_ends_it() -> None:
    """The cost rises wherever the gradient says it falls: no step is found, with SciPy neither."""
    run, looks, theirs, _ = both(lambda x: (float(x @ x), -2 * x), np.ones(3))
    assert run.reason == "L-BFGS stopped after 0 iterations: no step lowers the cost further"
    assert (theirs.status, theirs.nit) == (2, 0)
    assert len(looks) == 21
    assert run.state.theta.tolist() == [1, 1, 1]


def test_a_wall_is_stepped_back_from() -> None:
    """Where the cost is not finite it is not stepped to, however near."""

    def f(x: Array) -> tuple[float, Array]:
        t = float(x[0])
        return (
            (-1e3 * t - np.log(1e-3 - t), np.array([-1e3 + 1 / (1e-3 - t), 0.0])) if t < 1e-3 else (np.nan, x + np.inf)
        )

    run, *_ = both(f, np.array([-1.0, 0.0]))
    assert run.state.theta[0] < 1e-3
    assert f(run.state.theta)[0] < f(np.array([-0.01, 0]))[0]
