"""``benchmarks/cluster.py``: the simulation of many workers does what its formula says."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from math import exp, log, sqrt
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

# By its path: the folder of the cluster's tests has the same name.
SPEC = spec_from_file_location("benchmark_of_a_cluster", BENCHMARKS / "cluster.py")
assert SPEC is not None and SPEC.loader is not None
MODULE = sys.modules[SPEC.name] = module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)
Assumed, Measured, round_seconds, table = MODULE.Assumed, MODULE.Measured, MODULE.round_seconds, MODULE.table

ONE = Measured("30-64-64-2", 10_000, 3, 8, own=0.01, round=0.0125)


def test_the_formula_at_a_hundred_workers() -> None:
    assumed = Assumed(bandwidth=1e9, latency=1e-3, spread=0.1, task=2e-4)
    down = 7 * (1e-3 + 3 * 10_000 * 4 / 1e9)
    up = 2 * (1e-3 + 16 * 3 * 10_000 * 8 / 1e9)
    expected = 0.01 * exp(0.1 * sqrt(2 * log(100))) + 100 * 2e-4 + down + up
    assert round_seconds(ONE, 100, assumed) == pytest.approx(expected, rel=1e-12)


def test_a_gradient_is_one_vector() -> None:
    assumed = Assumed()
    assert round_seconds(replace(ONE, steps=1), 8, assumed) < round_seconds(ONE, 8, assumed)


def test_the_table() -> None:
    *_, row = table([ONE], Assumed(task=0.0, latency=0.0, spread=0.0, bandwidth=1e30)).splitlines()
    assert row == "| 30-64-64-2 | 8 | 10.00 | 12.50 | 80% | 100% | 100% | 100% | 100% |"
