"""How long it takes to look: a trace and its ledger of 784-1024-1024-10 on 256 rows (the aim: a trace within a second).

python benchmarks/trace.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from glassnet import Network, Plan, State, ledger, trace


def least(do: Callable[[], object], times: int = 5) -> float:
    """The least of some times, in seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    rng = np.random.default_rng(0)
    plan = Plan(Network.mlp(784, [1024, 1024], 10, loss="cross_entropy"), 256, batch_size=256)
    state, X, y = State.new(plan), rng.normal(size=(256, 784)), rng.integers(0, 10, 256)
    step = trace(plan, X, y, state=state)
    print(f"trace   {least(lambda: trace(plan, X, y, state=state)):.3f} s")
    print(f"ledger  {least(lambda: str(ledger(step))):.3f} s")


if __name__ == "__main__":
    main()
