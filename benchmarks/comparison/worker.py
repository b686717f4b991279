"""The process that fits one method on splits of one set, and prints a record for each: ``python -m comparison.worker``.

A process of its own, since numbers of threads are settings of processes, and one library's crash must not end the run.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from comparison.methods import METHODS, Method, Setup
from comparison.sets import Table, read, split

BINS = 15


def measures(table: Table, truth: np.ndarray, predicted: np.ndarray, chances: np.ndarray | None) -> dict[str, float]:
    """How wrong predictions are: ``error`` is what is compared, the share of wrong classes, or the root mean squared
    error in standard deviations of the target."""
    if not table.classifies:
        rmse = float(np.sqrt(np.mean((np.asarray(predicted, np.float64).reshape(-1) - truth) ** 2)))
        return {"error": rmse / float(table.y.std()), "rmse": rmse}
    wrong = float(np.mean(np.asarray(predicted).reshape(-1).astype(int) != truth))
    if chances is None or chances.shape[1] != table.y.max() + 1:  # a class that the training rows lack
        return {"error": wrong}
    own = np.clip(chances[np.arange(len(truth)), truth], 1e-15, 1.0)
    return {"error": wrong, "log_loss": float(-np.log(own).mean()), "calibration": calibration_error(truth, chances)}


def calibration_error(truth: np.ndarray, chances: np.ndarray) -> float:
    """How far the largest probability is from how often it is right, in bins of equal width, weighted by their rows.

    >>> calibration_error(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    0.5
    """
    largest, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    bins = np.minimum((largest * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=right - largest, minlength=BINS)
    return float(np.abs(gaps).sum() / len(truth))


def fit_one(table: Table, number: int, method: Method, threads: int) -> dict[str, Any]:
    """Fit, predict and judge one split."""
    learned, tested = split(table, number)
    setup = Setup(table.classifies, number, threads, table.categorical)
    parts = (table.X.iloc[rows].reset_index(drop=True) for rows in (learned, tested))
    X, X_test = method.prepare(*parts, setup.words)
    estimator = method.make(setup)
    started, busy = time.perf_counter(), time.process_time()
    estimator.fit(X, table.y[learned], **method.fits(setup))
    fitted, busy = time.perf_counter(), time.process_time() - busy
    predicted = estimator.predict(X_test)
    ended = time.perf_counter()
    chances = np.asarray(estimator.predict_proba(X_test)) if table.classifies else None
    return {
        "rows": len(learned),
        "test_rows": len(tested),
        "columns": table.X.shape[1],
        "fit_seconds": fitted - started,
        "processor_seconds": busy,
        "predict_seconds": ended - fitted,
        **measures(table, table.y[tested], predicted, chances),
    }


def main(folder: str, name: str, method: str, threads: str, *splits: str) -> None:
    """Print a line for each split: what was measured, or what failed."""
    warnings.simplefilter("ignore")
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # some libraries print
    table = read(Path(folder), name)
    for number in map(int, splits):
        load = os.getloadavg()[0]
        try:
            found = fit_one(table, number, METHODS[method], int(threads))
        except Exception as error:
            found = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps({"split": number, "load": round(load, 2), **found}), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
