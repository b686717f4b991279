"""How many threads are used, and that it is learned from how long steps take which number is faster."""

import multiprocessing
import os
from dataclasses import replace

import pytest

import isas
from glassnet import control_groups, hardware
from glassnet.engines.native import pace
from glassnet.engines.native.engine import Native
from glassnet.engines.native.pace import Pace
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.hardware import thread_count
from glassnet.network.network import Network


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with so many processors, a quota and environment variables."""

    def set_up(allowed=8, quota="max 100000", **variables):
        for name in ("GLASSNET_NUM_THREADS", "OMP_NUM_THREADS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(allowed)), raising=False)
        (tmp_path / "cpu.max").write_text(quota)
        monkeypatch.setattr(control_groups, "ROOT", tmp_path)
        monkeypatch.setattr(control_groups, "OWN", tmp_path / "none")
        hardware._quota.cache_clear()

    yield set_up
    hardware._quota.cache_clear()


@pytest.mark.parametrize(
    ("settings", "wanted", "number"),
    [
        ({}, None, 8),
        ({}, 3, 3),
        ({}, 100, 8),
        ({"allowed": 1}, 3, 1),
        ({"quota": "200000 100000"}, None, 2),
        ({"quota": "150000 100000"}, None, 2),
        ({"quota": "50000 100000"}, 8, 1),
        ({"quota": "no numbers here"}, None, 8),
        ({"GLASSNET_NUM_THREADS": "5"}, None, 5),
        ({"GLASSNET_NUM_THREADS": "5"}, 2, 2),
        ({"GLASSNET_NUM_THREADS": "500"}, None, 8),
        ({"GLASSNET_NUM_THREADS": " "}, None, 8),
        ({"OMP_NUM_THREADS": "3"}, None, 3),
        ({"OMP_NUM_THREADS": "3,2"}, None, 3),
        ({"OMP_NUM_THREADS": "many"}, None, 8),
        ({"OMP_NUM_THREADS": "3"}, 6, 6),
        ({"OMP_NUM_THREADS": "3", "GLASSNET_NUM_THREADS": "4"}, None, 4),
    ],
)
def test_never_more_than_the_process_may_use(settings, wanted, number, machine):
    machine(**settings)
    assert thread_count(wanted) == number


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_variable_that_is_no_number(value, machine):
    machine(GLASSNET_NUM_THREADS=value)
    with pytest.raises(InvalidInput, match=rf"GLASSNET_NUM_THREADS is not a number of threads \(seen: '{value}'"):
        thread_count()


def test_one_in_a_child_process_unless_set(machine, monkeypatch):
    machine()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "a process")
    assert thread_count() == 1
    assert thread_count(2) == 2
    machine(GLASSNET_NUM_THREADS="3")
    assert thread_count() == 3


@isas.built
def test_a_plan_says_how_many(machine):
    machine(allowed=3)
    plan = Plan(Network.mlp(2, [3], 1), examples=10, n_threads=2)
    assert Native(plan)._session(10).threads == 2
    assert Native(replace(plan, n_threads=9))._session(10).threads == 3
    assert Native(replace(plan, n_threads=None))._session(10).threads == 3


def run(one, calls, seconds):
    """What ``one`` pace chooses in so many calls, and how long each takes; a step takes ``seconds[threads]``."""
    chosen = []
    for _ in range(calls):
        threads, steps = one.next()
        chosen.append((threads, steps * seconds[threads]))
        one.took(threads, steps, chosen[-1][1])
    return chosen


def share(chosen, threads):
    """Of the time."""
    return sum(took for number, took in chosen if number == threads) / sum(took for _, took in chosen)


@pytest.mark.parametrize(
    ("seconds", "faster", "slower"),
    [({1: 2e-6, 2: 9e-6}, 1, 2), ({1: 2e-4, 2: 1e-4}, 2, 1), ({1: 0.05, 2: 0.025}, 2, 1)],
)
def test_the_faster_number_is_kept_to(seconds, faster, slower):
    """The other is tried again now and then, in the end at less than a hundredth of what the rest costs."""
    one = Pace(2)
    run(one, 60, seconds)
    later = run(one, 600, seconds)
    assert 0 < share(later, slower) < 0.02
    assert share(later, faster) > 0.98


def test_what_is_hopeless_at_first_is_tried_once():
    tried = [threads for threads, _ in run(Pace(2), 2 * pace.TRIALS, {1: 0.05, 2: 0.025})]
    assert tried.count(1) == 1


def test_threads_that_take_long_to_wake_are_not_given_up():
    """The very first step with two takes a millisecond or two, however short they are."""
    one = Pace(2)
    for seconds in (2e-3, 6e-5):
        threads, steps = one.next()
        assert steps == 1
        one.took(threads, steps, seconds)
    later = run(one, 100, {1: 6e-5, 2: 3.5e-5})
    assert share(later, 2) > 0.9


def test_what_has_become_faster_is_noticed():
    one = Pace(2)
    run(one, 50, {1: 2e-4, 2: 1e-4})
    assert share(run(one, 600, {1: 2e-4, 2: 9e-4})[-100:], 1) > 0.96


def test_a_call_takes_no_longer_than_a_look_at_the_clock_should():
    one = Pace(1)
    assert one.next() == (1, 1)  # not known yet
    one.took(1, 1, 2 * pace.PIECE_SECONDS)
    assert one.next() == (1, 1)
    assert all(threads == 1 for threads, _ in run(one, 20, {1: 1e-5}))
    assert pace.PIECE_SECONDS / 2 < one.next()[1] * 1e-5 <= pace.PIECE_SECONDS * 1.01
