"""Whole fits of small tables, those that scikit-learn brings along: what most people train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.arrays import Array

HIDDEN, BATCH = (32,), 200  # scikit-learn's batches
EPOCHS, ITERATIONS = 300, 200  # the second: of L-BFGS at most, which ends where it has converged
GRID = {"alpha": [1e-4, 1e-3], "learning_rate_init": [1e-3, 3e-3, 1e-2, 3e-2]}  # 40 fits in five folds
SEARCHED = {"hidden_layer_sizes": (64, 64), "max_iter": 60}


@dataclass(frozen=True)
class TableTask:
    """A network to fit on a bundled table, its columns standardized.

    Args:
        table: "iris", "wine", "breast_cancer", "digits" (classes) or "diabetes" (a number, standardized too).
        dtype: of the rows.
        epochs: of a fit; 0 for a grid search of 40 fits instead.
        threads: how many the contender may use.
        solver: "adam", or "lbfgs" for a fit by L-BFGS, with scikit-learn's defaults.

    >>> task = TableTask("iris", "float32", 300)
    >>> task.X.shape, task.classification, task.unit
    ((150, 4), True, 'an epoch')
    """

    table: str
    dtype: str
    epochs: int
    threads: int = 1
    solver: str = "adam"

    @property
    def classification(self) -> bool:
        """Whether the target is a class."""
        return self.table != "diabetes"

    @property
    def unit(self) -> str:
        """What is counted."""
        return "an epoch" if self.units > 1 else "a fit" if self.epochs else "a search"

    @property
    def units(self) -> int:
        """How many are in a fit, or in a search."""
        return 1 if self.solver == "lbfgs" else max(1, self.epochs)

    @cached_property
    def _rows(self) -> tuple[Array, Array]:
        import sklearn.datasets

        X, y = getattr(sklearn.datasets, f"load_{self.table}")(return_X_y=True)
        X = ((X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-12)).astype(self.dtype)
        return X, y if self.classification else ((y - y.mean()) / y.std()).astype(self.dtype)

    @property
    def X(self) -> Array:
        """(m, n)."""
        return self._rows[0]

    @property
    def y(self) -> Array:
        """(m,)."""
        return self._rows[1]

    @property
    def settings(self) -> dict[str, Any]:
        """An estimator's: nothing stops early, but for L-BFGS."""
        fitting = SEARCHED if self.epochs == 0 else {"hidden_layer_sizes": HIDDEN, "max_iter": self.epochs}
        if self.solver == "lbfgs":
            return {**fitting, "solver": "lbfgs", "random_state": 0}
        return {**fitting, "tol": 0.0, "n_iter_no_change": 10**6, "alpha": 0.0, "random_state": 0}

    def described(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return asdict(self)


TABLES: Mapping[str, TableTask] = {
    f"{table}, {dtype}, {'a fit of one epoch' if epochs == 1 else f'{epochs} epochs'}": TableTask(table, dtype, epochs)
    for table in ("iris", "wine", "diabetes", "breast_cancer")
    for epochs in (EPOCHS, 1)
    for dtype in ("float32", "float64")
} | {
    "digits, float64, a grid search of 40 fits": TableTask("digits", "float64", 0),
    **{
        f"{table}, float64, a fit by L-BFGS": TableTask(table, "float64", ITERATIONS, solver="lbfgs")
        for table in ("iris", "wine", "diabetes", "breast_cancer", "digits")
    },
}
