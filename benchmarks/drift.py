"""Learning from a stream whose columns drift: what follows them best, and what is safe.

    python benchmarks/drift.py                    # a table for numbers, one for classes
    python benchmarks/drift.py --batches 300      # shorter

Each batch of 32 rows is predicted first and then learned from (six columns of different units, a network of 32 units,
Adam at 0.005). Of numbers the error is the root of the mean squared error in deviations of the truth, of classes the
share of wrong answers, both over the last three quarters of the stream. No clock is read: load changes nothing.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor
from glassnet.estimators.mlp.scaling import Moments

CENTER, UNIT = np.array([0, 100, -50, 3, 0.5, 1000.0]), np.array([1, 10, 0.01, 2, 0.1, 50.0])
ROWS, SEEDS = 32, (0, 1)

# How far the columns have moved, in their first deviations, and how wide they are, at a share u of the stream.
DRIFTS: dict[str, Callable[[float], tuple[float, float]]] = {
    "none": lambda u: (0.0, 1.0),
    "slow": lambda u: (3 * u, 1.0),
    "fast": lambda u: (50 * u, 1.0),
    "wider": lambda u: (0.0, 100.0**u),
    "narrower": lambda u: (0.0, 100.0**-u),
    "a jump": lambda u: (20.0, 5.0) if u > 0.5 else (0.0, 1.0),
    "seasons": lambda u: (5 * np.sin(12 * np.pi * u), 1.0),
    "outliers": lambda u: (0.0, 1.0),
}
Batch = tuple[np.ndarray, np.ndarray]


def stream(drift: str, moves_along: bool, classes: bool, seed: int, batches: int) -> Iterator[Batch]:
    """Batches of rows and truth; the truth is one of the columns as they are, or ``moves_along`` with them."""
    rng = np.random.default_rng(seed)
    w, direction = rng.normal(size=6) / np.sqrt(6), rng.choice([-1, 1], 6)
    across = w - direction * (w @ direction) / 6  # a drift that led away from the border would leave a single class
    mixed = (np.linalg.qr(rng.normal(size=(6, 6)))[0] + np.eye(6)) / 2
    for t in range(batches):
        moved, width = DRIFTS[drift](t / batches)
        z = rng.normal(size=(ROWS, 6)) @ mixed
        x = moved * direction + width * z
        known = z if moves_along else x
        if classes:
            y = (known @ across + np.sin(known[:, 0]) > 0).astype(int)
        else:
            y = 7 + 300 * (known @ w + 1.5 * np.sin(known[:, 0]) + np.abs(known[:, 1]) + 0.1 * rng.normal(size=ROWS))
        if drift == "outliers" and 0.5 < t / batches < 0.51:
            x = np.where(rng.random(x.shape) < 0.02, 1000 * x, x)
        yield CENTER + UNIT * x, y


class Apart:
    """A scaler before the network (and behind it), which follows the rows while the network knows nothing of it."""

    def __init__(self, model: MLPClassifier | MLPRegressor, half_life: float) -> None:
        self.model, self.half_life = model, half_life
        self.numbers = isinstance(model, MLPRegressor)
        self.X, self.y = self._start(6), self._start(1)

    def _start(self, n: int) -> StandardScaler | Moments:
        return StandardScaler() if self.half_life == np.inf else Moments.start(n)

    def _learned(self, scaler: StandardScaler | Moments, rows: np.ndarray) -> StandardScaler | Moments:
        if isinstance(scaler, StandardScaler):
            return scaler.partial_fit(rows)
        known = scaler.learned(rows, half_life=self.half_life)
        return Moments(known.rows, known.mean, known.variance, np.sqrt(known.variance))

    def partial_fit(self, X: np.ndarray, y: np.ndarray, **classes: np.ndarray) -> None:
        """Learn."""
        self.X = self._learned(self.X, X)
        if self.numbers:
            self.y = self._learned(self.y, y[:, None])
            y = _applied(self.y, y[:, None])[:, 0]
        self.model.partial_fit(_applied(self.X, X), y, **classes)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Answer."""
        answers = self.model.predict(_applied(self.X, X))
        if not self.numbers:
            return answers
        return (self.y.undo if isinstance(self.y, Moments) else self.y.inverse_transform)(answers[:, None])[:, 0]


def _applied(scaler: StandardScaler | Moments, rows: np.ndarray) -> np.ndarray:
    return scaler.apply(rows) if isinstance(scaler, Moments) else scaler.transform(rows)


def error(make: Callable[[int], object], classes: bool, drift: str, moves_along: bool, batches: int) -> float:
    """Of a model on streams of several seeds."""
    found = []
    for seed in SEEDS:
        model: object = make(seed)
        given = {"classes": np.array([0, 1])} if classes else {}
        errors = []
        for t, (X, y) in enumerate(stream(drift, moves_along, classes, seed, batches)):
            if 4 * t >= batches:
                wrong = model.predict(X) != y if classes else (model.predict(X) - y) ** 2 / y.var()
                errors.append(wrong.mean())
            model.partial_fit(X, y, **given)
        found.append(np.mean(errors) if classes else np.sqrt(np.mean(errors)))
    return float(np.mean(found))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=1500)
    batches = parser.parse_args().batches
    warnings.simplefilter("ignore")
    for cls, classes in ((MLPRegressor, False), (MLPClassifier, True)):
        network = partial(cls, hidden_layer_sizes=(32,), learning_rate_init=0.005, n_threads=1)
        contenders = {
            "never forgets": lambda seed, make=network: Apart(make(random_state=seed), np.inf),
            "half-life 1,000": lambda seed, make=network: Apart(make(random_state=seed), 1000),
            "standardize=True": lambda seed, make=network: make(random_state=seed, standardize=True),
        }
        print(f"\n| {cls.__name__}: drift | truth | " + " | ".join(contenders) + " |\n" + "|---" * 5 + "|", flush=True)
        for drift in DRIFTS:
            for moves_along in (False, True):
                cells = [error(make, classes, drift, moves_along, batches) for make in contenders.values()]
                words = "moves along" if moves_along else "stays"
                print(f"| {drift} | {words} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
