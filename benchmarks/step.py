"""Training steps on digits-sized images, beside scikit-learn: what a step of Adam takes, everything around it included.

    python benchmarks/step.py                    # 784-128-64-10, batches of 128, float32
    python benchmarks/step.py --rows 2000 --epochs 3

Both train the same network on the same rows through the public estimator, epoch by epoch in turn in one process, so
that whatever else the machine does meets both alike. An epoch is a call of ``partial_fit``: its checks, the shuffle and
the gathering of batches count. The least time tells what the code can do, the median what a busy machine makes of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

INPUTS, HIDDEN, CLASSES = 784, (128, 64), 10
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # unset, so that BLAS chooses its kernels itself, for both alike


def rows(m: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of noise, as sparse as handwritten digits, and their classes: float32 (m, 784), (m,)."""
    rng = np.random.default_rng(0)
    X = rng.random((m, INPUTS), dtype=np.float32) * (rng.random((m, INPUTS)) < 0.2)
    return X, np.arange(m) % CLASSES


def contenders(batch: int) -> dict[str, Any]:
    """Estimators with equal settings."""
    import sklearn.neural_network

    import glassnet

    settings = {"hidden_layer_sizes": HIDDEN, "batch_size": batch, "random_state": 0}
    return {
        "glassnet": glassnet.MLPClassifier(**settings),
        "scikit-learn": sklearn.neural_network.MLPClassifier(**settings),
    }


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def measure(m: int, epochs: int, batch: int) -> dict[str, np.ndarray]:
    """Microseconds a step for each contender, epoch by epoch; the first epoch of each is for warming up."""
    X, y = rows(m)
    models, classes = contenders(batch), np.arange(CLASSES)
    took: dict[str, list[float]] = {name: [] for name in models}
    for epoch in range(epochs + 1):
        order = list(models) if epoch % 2 else list(reversed(models))
        for name in order:
            model = models[name]
            took[name].append(seconds(lambda model=model: model.partial_fit(X, y, classes=classes)))
    steps = -(-m // batch)
    return {name: 1e6 * np.array(times[1:]) / steps for name, times in took.items()}


def report(took: dict[str, np.ndarray], peer: str = "scikit-learn") -> None:
    """A line for each contender, and how many times faster than the peer it is."""
    print(f"{'':14}{'least':>10}{'median':>10}   microseconds a step")
    for name, times in took.items():
        print(f"{name:14}{times.min():10.0f}{np.median(times):10.0f}")
    for name, times in took.items():
        if name != peer:
            least, median = took[peer].min() / times.min(), np.median(took[peer]) / np.median(times)
            print(f"{name} is {least:.2f} (least) and {median:.2f} (median) times as fast as {peer}")


def main() -> int:
    """Run what the command line asks for; the exit code is 1 where the peer is faster."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=12_800, help="rows of the table (12800: 100 steps an epoch)")
    parser.add_argument("--epochs", type=int, default=15, help="epochs measured, for each contender")
    parser.add_argument("--batch", type=int, default=128, help="rows of a mini-batch")
    asked = parser.parse_args()
    if any(pin in os.environ for pin in PINS):  # NumPy is loaded already, and with it BLAS
        environment = {name: value for name, value in os.environ.items() if name not in PINS}
        return subprocess.call([sys.executable, *sys.argv], env=environment)
    sizes = "-".join(map(str, (INPUTS, *HIDDEN, CLASSES)))
    print(f"{sizes}, Adam, batches of {asked.batch}, float32, {asked.rows} rows, {asked.epochs} epochs each, in turn")
    took = measure(asked.rows, asked.epochs, asked.batch)
    report(took)
    return 0 if took["glassnet"].min() <= took["scikit-learn"].min() else 1


if __name__ == "__main__":
    sys.exit(main())
