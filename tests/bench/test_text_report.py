"""What the report says of numbers that are known."""

from __future__ import annotations

import pytest

from glassnet.bench.report import Line, Report, Section
from glassnet.bench.text_report import report_parts

MACHINE = {
    "glassnet": "1.0",
    "processor": {"name": "Abacus", "instructions": "", "available": 2},
    "system": "Wood",
    "versions": {"python": "3"},
}


def line(name: str, threads: int, *microseconds: float, failed: str = "") -> Line:
    turns = [1e-6 * t for t in microseconds]
    return Line(name, threads, turns, units=10 * len(turns), flops=1_000_000, failed=failed)


@pytest.fixture
def report() -> Report:
    """Ours takes 10 at best, scikit-learn 40, PyTorch 5; JAX has failed."""
    lines = [
        line("reference", 1, 20, 30, 40),
        line("reference", 2, 10, 20, 30),
        line("scikit-learn", 1, 40, 60, 80),
        line("pytorch", 1, 5, 10, 15),
        line("pytorch", 2, 50, 60, 70),
        line("jax", 1, failed="its process ended by signal 9"),
    ]
    sections = [
        Section("training", name, {"batch": 32}, lines, f"{name}, batches of 32") for name in ("2-8-8-2", "30-64-64-2")
    ]
    return Report(MACHINE, {1: 250.0, 2: 400.0}, "by counting", {"onnxruntime": "onnx not installed"}, sections)


def text(report: Report) -> str:
    parts = list(report_parts(report))
    return "\n".join(part.above + "\n" + "\n".join(" | ".join(row) for row in part.rows) for part in parts)


def test_ratios_are_to_the_best_of_ours(report: Report) -> None:
    printed = text(report)
    assert "glassnet NumPy (2 threads) is so many times as fast" in printed
    assert "scikit-learn | 1 | 40 | 60 | 25 | 10 % | 4.00 | 3.00" in printed
    assert "PyTorch | 1 | 5 | 10 | 200 | 80 % | 0.50 | 0.50" in printed  # a loss is shown like a win
    assert "glassnet NumPy | 2 | 10 | 20 | 100 | 25 % | 1.00 | 1.00" in printed


def test_the_summary_takes_the_best_of_each(report: Report) -> None:
    assert "PyTorch | 0.50 | 0.50" in text(report)


def test_an_absent_library_is_named_once(report: Report) -> None:
    printed = text(report)
    assert printed.count("JAX: not available: its process ended by signal 9") == 1
    assert printed.count("onnxruntime: not available: onnx not installed") == 1
    assert "stopped by Ctrl-C" not in printed


def test_for_programs(report: Report) -> None:
    facts = report.facts()
    first, jax = facts["training"][0]["contenders"][0], facts["training"][0]["contenders"][-1]
    assert first["least_us"] == pytest.approx(20)
    assert first["median_us"] == pytest.approx(30)
    assert first["gflops"] == pytest.approx(50)
    assert first["share_of_peak"] == pytest.approx(0.2)
    assert first["times_as_fast"] == pytest.approx((2, 1.5))
    assert (first["units"], first["turns"]) == (30, 3)
    assert jax == {"contender": "jax", "threads": 1, "not_available": "its process ended by signal 9"}


def test_without_any_of_ours_there_is_nothing_to_compare(report: Report) -> None:
    for section in report.sections:
        section.lines = [line for line in section.lines if not line.ours]
    printed = text(report)
    assert "so many times" not in printed
    assert "scikit-learn | 1 | 40 | 60 | 25 | 10 % |  | " in printed


@pytest.mark.parametrize(("two", "said"), [(10.4, "never slower by over 5 %"), (10.6, "at width 8")])
def test_the_sweep_has_a_verdict(two: float, said: str) -> None:
    sections = [
        Section("widths", "8", lines=[line("native", 1, 10), line("native", 2, two)]),
        Section("widths", "64", lines=[line("native", 1, 10), line("native", 2, 6)]),
    ]
    printed = text(Report(MACHINE, sections=sections))
    assert said in printed
    assert "64 | 10 | 6 | 0.60" in printed


def test_nothing_was_measured() -> None:
    printed = text(Report(MACHINE, interrupted=2))
    assert "Abacus" in printed
    assert "stopped by Ctrl-C" in printed
