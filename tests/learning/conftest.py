"""A small problem to learn, and ways to compare two trainings bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.network.layers import Dense
from glassnet.network.network import Network

M = 53  # no multiple of any batch size used

MakePlan = Callable[..., Plan]
MakeRows = Callable[..., Rows]
Numbers = Callable[[State], dict[str, Any]]


@pytest.fixture
def plan() -> MakePlan:
    """A plan for the rows below; keyword arguments are the plan's."""

    def made(network: Network | None = None, **settings: Any) -> Plan:
        network = network or Network(4, [Dense(8, "tanh"), Dense(3)], "cross_entropy")
        return Plan(network, **{"examples": M, "batch_size": 8, "epochs": 4, **settings})

    return made


@pytest.fixture
def rows() -> MakeRows:
    """Rows of three classes that a small network can tell apart."""

    def made(dtype: str = "float32", weights: bool = False, m: int = M, seed: int = 5) -> Rows:
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(m, 4)).astype(dtype)
        Y = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] ** 2 > 1)
        return Rows(X, Y, rng.uniform(0, 2, m).astype(dtype) if weights else None)

    return made


@pytest.fixture(scope="session")
def numbers() -> Numbers:
    """All numbers of a state but the seconds, arrays as bytes: equal numbers are the same bits."""

    def found(state: State) -> dict[str, Any]:
        best = None
        if state.best is not None:
            theta = None if state.best.theta is None else state.best.theta.tobytes()
            best = (state.best.score, state.best.epoch, theta)
        known = state.curvature
        curvature = known and (known.evaluations, known.drop, [(s.tobytes(), y.tobytes()) for s, y, _ in known.pairs])
        return {
            "curvature": curvature,
            "theta": state.theta.tobytes(),
            "running": state.running.tobytes(),
            "slots": state.slots.tobytes(),
            "counters": (state.seed, state.step, state.epoch, state.rows_done, state.examples, state.stale),
            "amounts": (state.cost_sum, state.weight_sum, state.rate_scale),
            "best": best,
            "history": {name: column for name, column in state.history.items() if name != "seconds"},
        }

    return found
