"""Small tables, those that scikit-learn brings along, through the estimators: what most people train."""

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
TOGETHER = 8  # trainings of other seeds at once

# What is done -> what is counted, and how many of them there are; of an entry without a number, the epochs.
WORKS: Mapping[str, tuple[str, int | None]] = {
    "fit": ("an epoch", None),
    "l_bfgs": ("a fit", 1),
    "search": ("a search", 1),
    "together": ("a training", TOGETHER),
    "predict_row": ("a call", 1),
    "predict_all": ("a call", 1),
}


@dataclass(frozen=True)
class TableTask:
    """A network on a bundled table, its columns standardized.

    Args:
        table: "iris", "wine", "breast_cancer", "digits" (classes) or "diabetes" (a number, standardized too).
        dtype: of the rows.
        epochs: of a fit.
        threads: how many the contender may use.
        work: one of ``WORKS``: a fit by Adam, or by L-BFGS with scikit-learn's defaults; a grid search of 40 fits;
            several trainings at once, or one after the other; calls that predict one row, or all.

    >>> task = TableTask("iris", "float32", 300)
    >>> task.X.shape, task.classification, task.unit
    ((150, 4), True, 'an epoch')
    """

    table: str
    dtype: str
    epochs: int
    threads: int = 1
    work: str = "fit"

    @property
    def classification(self) -> bool:
        """Whether the target is a class."""
        return self.table != "diabetes"

    @property
    def unit(self) -> str:
        """What is counted."""
        return "a fit" if self.units == 1 and self.work == "fit" else WORKS[self.work][0]

    @property
    def units(self) -> int:
        """How many are done at once."""
        return WORKS[self.work][1] or self.epochs

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
        fitting = SEARCHED if self.work == "search" else {"hidden_layer_sizes": HIDDEN, "max_iter": self.epochs}
        if self.work == "l_bfgs":
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
    "digits, float64, a grid search of 40 fits": TableTask("digits", "float64", 60, work="search"),
    "digits, float32, 8 trainings at once": TableTask("digits", "float32", 60, work="together"),
    **{
        f"{table}, float64, a fit by L-BFGS": TableTask(table, "float64", ITERATIONS, work="l_bfgs")
        for table in ("iris", "wine", "diabetes", "breast_cancer", "digits")
    },
    **{
        f"{table}, {dtype}, predictions of {rows}": TableTask(table, dtype, 20, work=work)
        for table in ("iris", "digits")
        for rows, work in (("one row", "predict_row"), ("all rows", "predict_all"))
        for dtype in ("float32", "float64")
    },
}
