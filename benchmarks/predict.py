"""One row at a time through a 20-100-1 network, against scikit-learn: what a call takes, its checks included.

    python benchmarks/predict.py
    python benchmarks/predict.py --rounds 2000 --calls 50

Both estimators hold the same weights and answer in turn in one process, so that whatever else the machine does meets
both alike; ``predictor()`` is ours frozen, without checks. The least time tells what the code can do, the median what a
busy machine makes of it. The exit code is 1 where a target is missed: a quarter of scikit-learn's time, frozen a tenth.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

INPUTS, HIDDEN = 20, (100,)
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # unset, so that BLAS chooses its kernels itself, for both alike
TARGETS = {"glassnet": 1 / 4, "predictor()": 1 / 10}  # of scikit-learn's time
PEER = "scikit-learn"


def contenders() -> dict[str, Any]:
    """Classifiers of two classes with equal weights, and ours frozen."""
    import sklearn.neural_network

    import glassnet

    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, INPUTS))
    y = X[:, 0] > 0
    mine = glassnet.MLPClassifier(HIDDEN, random_state=0, max_iter=20)
    peer = sklearn.neural_network.MLPClassifier(HIDDEN, random_state=0, max_iter=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine.fit(X, y), peer.fit(X, y)
    mine.coefs_, mine.intercepts_ = peer.coefs_, peer.intercepts_
    np.testing.assert_allclose(mine.predict_proba(X), peer.predict_proba(X), rtol=1e-9)
    return {"glassnet": mine, "predictor()": mine.predictor(), PEER: peer}


def microseconds(act: Callable[[Any], object], row: np.ndarray, calls: int) -> float:
    """How long one call takes, the mean over some right after each other."""
    started = time.perf_counter()
    for _ in range(calls):
        act(row)
    return 1e6 * (time.perf_counter() - started) / calls


def measure(models: dict[str, Any], method: str, rounds: int, calls: int) -> dict[str, np.ndarray]:
    """Microseconds a call for each contender, round by round; the first tenth of the rounds is for warming up."""
    row = np.random.default_rng(1).normal(size=(1, INPUTS))
    took: dict[str, list[float]] = {name: [] for name in models}
    for number in range(rounds + rounds // 10):
        for name in models if number % 2 else reversed(models):
            took[name].append(microseconds(getattr(models[name], method), row, calls))
    return {name: np.array(times[rounds // 10 :]) for name, times in took.items()}


def report(method: str, took: dict[str, np.ndarray]) -> bool:
    """A line for each contender; True where every target is met, by the least times."""
    met = True
    print(f"\n{method:16}{'least':>9}{'median':>9}   microseconds a call")
    for name, times in took.items():
        print(f"{name:16}{times.min():9.2f}{np.median(times):9.2f}", end="")
        if name in TARGETS:
            least, median = times.min() / took[PEER].min(), np.median(times) / np.median(took[PEER])
            met &= bool(least <= TARGETS[name])
            print(f"   {least:.3f} (least) and {median:.3f} (median) of {PEER}'s; target {TARGETS[name]:g}", end="")
        print()
    return met


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000, help="rounds measured")
    parser.add_argument("--calls", type=int, default=20, help="calls of each contender in a round")
    asked = parser.parse_args()
    if any(pin in os.environ for pin in PINS):  # NumPy is loaded already, and with it BLAS
        environment = {name: value for name, value in os.environ.items() if name not in PINS}
        return subprocess.call([sys.executable, *sys.argv], env=environment)
    sizes = "-".join(map(str, (INPUTS, *HIDDEN, 1)))
    print(f"{sizes}, two classes, float64, one row, {asked.rounds} rounds of {asked.calls} calls each, in turn")
    models = contenders()
    met = [
        report(method, measure(models, method, asked.rounds, asked.calls)) for method in ("predict", "predict_proba")
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
