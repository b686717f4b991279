"""Turns are fair, and go on without contenders that fail."""

from __future__ import annotations

import os

import pytest

from bench.conftest import Make
from glassnet.bench.interleaved import Workers
from glassnet.bench.measures import BenchOptions, run
from glassnet.bench.report import Line, Report
from glassnet.bench.task import Task

SMALL = Task((2, 8, 8, 2), batch=32, steps=3)


def measured(names: list[str], rounds: int) -> list[Line]:
    lines = [Line(name, 1, flops=SMALL.flops) for name in names]
    with Workers((name, 1) for name in names) as workers:
        assert workers.start() == {}
        for line in lines:
            workers.prepare(line, SMALL)
        workers.take_turns(lines, 0, rounds, lambda: None)
        workers.measure_costs(lines)
    return lines


def test_every_library_takes_the_same_number_of_steps(made: Make) -> None:
    lines = measured([made("one"), made("another")], rounds=4)
    assert [(len(line.turns), line.units) for line in lines] == [(4, 12), (4, 12)]
    for line in lines:
        assert 0 < line.least <= line.median
        assert line.gflops == pytest.approx(SMALL.flops / line.least / 1e9)
        assert line.cost is not None and line.cost > 0


def test_one_works_at_a_time(made: Make, tmp_path) -> None:
    """Each writes down when it begins and ends; none begins within another's turn."""
    log = tmp_path / "log"
    code = f"open({str(log)!r}, 'a').write('('); time.sleep(0.01); open({str(log)!r}, 'a').write(')')"
    measured([made("first", code), made("second", code), made("third", code)], rounds=4)
    written = log.read_text()
    assert written == "()" * (len(written) // 2)
    assert len(written) // 2 == 3 * (1 + 4)  # one epoch each to warm up


def test_turns_go_on_without_a_contender_that_fails(made: Make) -> None:
    """It falls in its third turn: one epoch was to warm up."""
    falling = made("falling", "self.epochs < 4 or os._exit(9)")
    fallen, other = measured([falling, made("other")], rounds=5)
    assert fallen.failed == "its process ended with exit code 9"
    assert len(fallen.turns) == 2
    assert (len(other.turns), other.failed) == (5, "")


def test_a_place_without_a_contender_is_reported(made: Make) -> None:
    report, broken = Report(), made("broken", "raise ValueError('no')")
    run(report, BenchOptions(("2-8-8-2",), ((broken, 1), (made("fine"), 1)), 0, 2, 1), ["training"])
    (section,) = report.sections
    failed, fine = section.lines
    assert (failed.failed, failed.turns) == ("ValueError: no", [])
    assert len(fine.turns) == 2
    assert report.peak[1] > 0


@pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")
def test_no_process_is_left_behind(made: Make) -> None:
    with Workers([(made("idle"), 1)]) as workers:
        pid = next(iter(workers.workers.values())).started()["pid"]
        os.kill(pid, 0)  # it is there
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
