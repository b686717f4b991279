"""What the records say: over sets, never over rows. Each set counts once, with its mean error over the splits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

LEAST_ERROR = 0.002  # smaller errors count as this: below it a ratio compares single rows
SURE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over sets, with its confidence interval.

    Args:
        value: the estimate.
        low, high: the ends of the interval; infinite where one set cannot say.
        sets: how many there are.
    """

    value: float
    low: float
    high: float
    sets: int


def mean_errors(records: Iterable[dict[str, Any]], measure: str = "error") -> dict[str, dict[str, float]]:
    """From each set to each method's mean over the splits that all methods of the set have.

    >>> mean_errors([{"set": "a", "split": 0, "method": "x", "error": 0.5}])
    {'a': {'x': 0.5}}
    """
    found: dict[str, dict[str, dict[int, float]]] = {}
    for record in records:
        if record.get(measure) is not None:
            found.setdefault(record["set"], {}).setdefault(record["method"], {})[record["split"]] = record[measure]
    means = {}
    for name, methods in found.items():
        common = set.intersection(*(set(splits) for splits in methods.values()))
        means[name] = {
            m: float(np.mean([splits[k] for k in sorted(common or splits)])) for m, splits in methods.items()
        }
    return means


def ratio(errors: dict[str, dict[str, float]], method: str, base: str) -> Estimate | None:
    """The geometric mean over sets of the error of one method to that of another."""
    logs = [np.log(floored(of[method]) / floored(of[base])) for of in errors.values() if method in of and base in of]
    found = interval(logs)
    if found is None:
        return None
    return Estimate(*(float(np.exp(x)) for x in (found.value, found.low, found.high)), found.sets)


def ranks(errors: dict[str, dict[str, float]], methods: Sequence[str]) -> dict[str, Estimate]:
    """The average rank of each method, over the sets that all of them have; equal errors share their ranks."""
    whole = [of for of in errors.values() if all(method in of for method in methods)]
    table = np.array([stats.rankdata([floored(of[method]) for method in methods]) for of in whole])
    found = {method: interval(table[:, i]) for i, method in enumerate(methods)} if len(table) else {}
    return {method: estimate for method, estimate in found.items() if estimate is not None}


def wins(errors: dict[str, dict[str, float]], method: str, base: str) -> Estimate | None:
    """The share of sets on which one method is better than another, equal ones counting half; Wilson's interval."""
    pairs = [(floored(of[method]), floored(of[base])) for of in errors.values() if method in of and base in of]
    if not pairs:
        return None
    n, share = len(pairs), float(np.mean([1.0 if a < b else 0.5 if a == b else 0.0 for a, b in pairs]))
    z = float(stats.norm.ppf((1 + SURE) / 2))
    center, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(share, float((center - half) / (1 + z * z / n)), float((center + half) / (1 + z * z / n)), n)


def interval(values: Sequence[float] | np.ndarray) -> Estimate | None:
    """The mean with Student's interval; None of nothing."""
    n = len(values)
    if not n:
        return None
    mean = float(np.mean(values))
    half = float(stats.t.ppf((1 + SURE) / 2, n - 1) * np.std(values, ddof=1) / np.sqrt(n)) if n > 1 else np.inf
    return Estimate(mean, mean - half, mean + half, n)


def floored(error: float) -> float:
    """The error, at least ``LEAST_ERROR``."""
    return max(error, LEAST_ERROR)
