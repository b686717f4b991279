"""Every schedule: values by hand, ends, warm-up before any."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from glassnet.pieces.schedules import (
    SCHEDULES,
    Clock,
    Constant,
    Cosine,
    CosLog,
    Exponential,
    FlatCosine,
    InverseScaling,
    OneCycle,
    Step,
)

every = pytest.mark.parametrize("cls", [SCHEDULES[name].cls for name in SCHEDULES], ids=list(SCHEDULES))
clocks = st.builds(Clock, *[st.integers(0, 10**7)] * 4)

BY_HAND = [
    (Constant(), Clock(7, 3, 90, 10), 1),
    (InverseScaling(), Clock(0, 0, 0, 10), 1),
    (InverseScaling(), Clock(9, 1, 99, 10), 0.1),
    (InverseScaling(power=0), Clock(9, 1, 99, 10), 1),
    (InverseScaling(power=2), Clock(9, 1, 9, 10), 0.01),
    (Exponential(rate=0.5), Clock(9, 0, 0, 10), 1),
    (Exponential(rate=0.5), Clock(9, 3, 0, 10), 0.125),
    (Step(every=2, rate=0.1), Clock(0, 1, 0, 10), 1),
    (Step(every=2, rate=0.1), Clock(0, 2, 0, 10), 0.1),
    (Step(every=2, rate=0.1), Clock(0, 5, 0, 10), 0.01),
    (Cosine(), Clock(0, 0, 0, 5), 1),
    (Cosine(), Clock(1, 0, 0, 5), 0.8535533905932737),
    (Cosine(), Clock(2, 0, 0, 5), 0.5),
    (Cosine(), Clock(4, 0, 0, 5), 0),
    (Cosine(floor=0.2), Clock(2, 0, 0, 5), 0.6),
    (Cosine(floor=0.2), Clock(40, 0, 0, 5), 0.2),
    (OneCycle(start=0.1, rise=0.5, end=0.01), Clock(0, 0, 0, 9), 0.1),
    (OneCycle(start=0.1, rise=0.5, end=0.01), Clock(2, 0, 0, 9), 0.55),
    (OneCycle(start=0.1, rise=0.5, end=0.01), Clock(4, 0, 0, 9), 1),
    (OneCycle(start=0.1, rise=0.5, end=0.01), Clock(6, 0, 0, 9), 0.505),
    (OneCycle(start=0.1, rise=0.5, end=0.01), Clock(8, 0, 0, 9), 0.01),
    (FlatCosine(), Clock(2, 0, 0, 5), 1),
    (FlatCosine(), Clock(3, 0, 0, 5), 0.5),
    (FlatCosine(), Clock(4, 0, 0, 5), 0),
    (FlatCosine(flat=0), Clock(1, 0, 0, 5), 0.8535533905932737),
    (CosLog(cycles=1), Clock(0, 0, 0, 1), 0.930430970431205),
    (CosLog(), Clock(0, 0, 0, 1), 0.07361893418585597),
    (CosLog(), Clock(1, 0, 0, 3), 0.07361893418585597),
]


@pytest.mark.parametrize(("schedule", "clock", "factor"), BY_HAND, ids=lambda value: str(value)[:40])
def test_by_hand(schedule, clock, factor):
    assert schedule(clock) == pytest.approx(factor, rel=1e-14, abs=1e-16)


@every
@given(data=st.data(), clock=clocks)
def test_as_its_formula(cls, data, clock):
    schedule = replace(data.draw(oracles.records(cls)), warmup=0)
    settings = {name: value for name, value in schedule.settings().items() if name != "warmup"}
    progress = min(1, clock.step / max(1, clock.total_steps - 1))
    if cls is CosLog:  # of the middle of the step
        progress = min(1, (2 * clock.step + 1) / (2 * max(1, clock.total_steps)))
    factor = oracles.witness(oracles.SCHEDULES, cls.name)(progress, clock.epoch, clock.examples, **settings)
    assert schedule(clock) == pytest.approx(factor, rel=1e-7, abs=1e-12)


@every
@given(data=st.data(), clock=clocks)
def test_a_share_of_the_rate_at_any_time(cls, data, clock):
    schedule = data.draw(oracles.records(cls))
    factor = schedule(clock)
    assert type(factor) is float
    assert 0 <= factor <= 1
    assert factor == schedule(clock)


@every
@given(data=st.data(), clock=clocks, warmup=st.integers(1, 1000))
def test_warmup_before_any(cls, data, clock, warmup):
    cold = replace(data.draw(oracles.records(cls)), warmup=0)
    warm = replace(cold, warmup=warmup)
    climbing = min(1, (clock.step + 1) / (warmup + 1))
    assert warm(clock) == pytest.approx(climbing * cold(clock), rel=1e-15)


@every
def test_warmup_climbs_in_a_straight_line(cls):
    cold, warm = cls(), cls(warmup=4)
    clocks = [Clock(step, 0, 0, 100) for step in range(7)]
    shares = [warm(clock) / cold(clock) for clock in clocks]
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1, 1])


@every
@pytest.mark.parametrize("total_steps", [0, 1])
def test_shortest_trainings(cls, total_steps):
    assert 0 < cls()(Clock(0, 0, 0, total_steps)) <= 1


@pytest.mark.parametrize(("step", "total", "progress"), [(0, 0, 0), (0, 1, 0), (3, 4, 1), (1, 3, 0.5), (9, 4, 1)])
def test_progress(step, total, progress):
    assert Clock(step, 0, 0, total).progress == progress


@pytest.mark.parametrize("total", [1500, 3000])
def test_coslog_comes_down_where_its_cycles_end(total):
    """There, and nowhere else; up to 1 in between."""
    schedule = CosLog()
    assert schedule.cycle_ends == pytest.approx([1 / 15, 3 / 15, 7 / 15, 1])
    factors = [schedule(Clock(step, 0, 0, total)) for step in range(total)]
    low = [i for i in range(1, total - 1) if factors[i - 1] > factors[i] < factors[i + 1] or factors[i] == 0]
    assert [i / total for i in low] + [1] == pytest.approx(schedule.cycle_ends, abs=1 / total)
    for start, stop in zip([0, *low], [*low, total], strict=True):
        assert max(factors[start:stop]) == pytest.approx(1, abs=1e-2)


def test_cycle_ends():
    """The others settle once, at the end."""
    assert [SCHEDULES.make(name).cycle_ends for name in ("constant", "cosine", "flat_cosine")] == [(1.0,)] * 3
    assert CosLog(cycles=1).cycle_ends == (1.0,)


def test_aliases():
    assert SCHEDULES["coslog4"].cls is CosLog and SCHEDULES["flat_cos"].cls is FlatCosine
    assert SCHEDULES["invscaling"].cls is InverseScaling
