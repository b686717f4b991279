"""``benchmarks/small_tables.py``: the README's table has the least time of each library in its place."""

from __future__ import annotations

from small_tables import markdown, rows_of


def test_the_least_times_side_by_side() -> None:
    lines = [
        {"contender": "scikit-learn", "threads": 1, "least_us": 1234.5},
        {"contender": "estimator", "threads": 1, "least_us": 10.0},
        {"contender": "estimator", "threads": 2, "least_us": 9.876},
        {"contender": "jax", "threads": 1, "not_available": "it is not installed"},
    ]
    sections = [{"case": "wine, float64, 300 epochs", "unit": "an epoch", "contenders": lines}]
    *_, row = markdown(rows_of(sections)).splitlines()
    assert row == "| 300 epochs, an epoch, float64 |  | 9.88 / 1,234 |  |  |  |"
