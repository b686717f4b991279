"""Random bits from a counter: fixed for ever, the same as in plain integers, and random enough for dropout."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.randomness import keep_threshold, keys, random_bits

words = st.integers(0, 2**64 - 1)


# --- the specification in plain integers, for every other implementation to be held against ---------------------------


def mixed(x):
    x = (x ^ x >> 16) * 0x7FEB352D % 2**32
    x = (x ^ x >> 15) * 0x846CA68B % 2**32
    return x ^ x >> 16


def key_pair(seed, step, layer):
    first, second = 0, 0x7FEB352D
    for word in (seed % 2**32, seed // 2**32, step % 2**32, step // 2**32, layer):
        first, second = (mixed(((key ^ word) + 0x9E3779B9) % 2**32) for key in (first, second))
    return first, second


def one_draw(seed, step, layer, row, unit, units):
    first, second = key_pair(seed, step, layer)
    x = (row * units + unit) * 0x9E3779B9 % 2**32 ^ first
    x = (x ^ x >> 16) * 0x7FEB352D % 2**32 ^ second
    x = (x ^ x >> 15) * 0x846CA68B % 2**32
    return x ^ x >> 16


@given(seed=words, step=words, layer=st.integers(0, 2**32 - 1), rows=st.integers(0, 5), units=st.integers(0, 5))
def test_same_as_plain_integers(seed, step, layer, rows, units):
    assert keys(seed, step, layer) == key_pair(seed, step, layer)
    expected = [[one_draw(seed, step, layer, row, unit, units) for unit in range(units)] for row in range(rows)]
    bits = random_bits(seed, step, layer, rows, units)
    assert bits.dtype == np.uint32 and bits.shape == (rows, units)
    assert bits.tolist() == expected


def test_golden_values():
    """Kept for ever: a training resumed by a later version must see the same masks."""
    assert keys(0, 0, 0) == (0x7C111966, 0x996204E8)
    assert keys(2**64 - 1, 2**40, 7) == (0xAE7B8C4A, 0x2763E36A)
    assert random_bits(1, 2, 3, 2, 3).tolist() == [
        [0x43052358, 0xE84AD94A, 0xB573FBC4],
        [0x5F135B0B, 0x412331C9, 0x40E620EB],
    ]


@given(seed=words, step=st.integers(0, 2**62))
def test_numpy_integers_count_like_python_s(seed, step):
    assert keys(np.uint64(seed), np.int64(step), np.int64(1)) == keys(seed, step, 1)
    assert all(type(key) is int for key in keys(np.uint64(seed), np.int64(step), np.int32(1)))


# --- rows, and what they do not depend on -----------------------------------------------------------------------------


@given(seed=words, rows=st.integers(0, 20), more=st.integers(0, 20), units=st.integers(1, 9))
def test_more_rows_leave_the_first_as_they_were(seed, rows, more, units):
    few, many = random_bits(seed, 3, 1, rows, units), random_bits(seed, 3, 1, rows + more, units)
    assert np.array_equal(few, many[:rows])


@pytest.mark.parametrize("rate", [0.0, 1e-3, 0.1, 0.5, 0.9])
def test_share_kept(rate):
    kept = random_bits(5, 6, 7, 1000, 500) >= keep_threshold(rate)
    assert abs(kept.mean() - (1 - rate)) <= 5 * sqrt(rate * (1 - rate) / kept.size)


@pytest.mark.parametrize("axis", [0, 1])
def test_share_kept_in_each_row_and_column(axis):
    kept = random_bits(5, 6, 7, 1000, 500) >= keep_threshold(0.5)
    assert np.abs(kept.mean(axis=axis) - 0.5).max() <= 5 * 0.5 / sqrt(kept.shape[axis])


def test_threshold():
    assert [int(keep_threshold(rate)) for rate in (0.0, 0.25, 0.5, 1.0)] == [0, 2**30, 2**31, 2**32 - 1]
    assert keep_threshold(0.3).dtype == np.uint32


# --- independence -----------------------------------------------------------------------------------------------------

ROWS, UNITS = 256, 256


def centred(seed=11, step=12, layer=13):
    """Uniform numbers with mean 0 and variance 1."""
    return (random_bits(seed, step, layer, ROWS, UNITS) / 2**32 - 0.5) * sqrt(12)


def assert_uncorrelated(a, b):
    assert abs((a * b).mean()) <= 5 / sqrt(a.size)


@pytest.mark.parametrize(
    "other",
    [
        *[{"seed": 12}, {"seed": 11 + 2**32}, {"seed": 11 + 2**63}, {"step": 13}, {"step": 12 + 2**32}, {"layer": 14}],
        *[{"seed": 12, "step": 11}, {"step": 13, "layer": 12}, {"seed": 13, "layer": 11}],
    ],
    ids=str,
)
def test_other_counters_other_numbers(other):
    assert_uncorrelated(centred(), centred(**other))
    assert_uncorrelated(centred() ** 2 - 1, centred(**other) ** 2 - 1)


@pytest.mark.parametrize("lag", [1, 2, 3, 16, 64, 128])
def test_rows_and_units_do_not_know_each_other(lag):
    u = centred()
    assert_uncorrelated(u[lag:], u[:-lag])
    assert_uncorrelated(u[:, lag:], u[:, :-lag])
    assert_uncorrelated(u[lag:, lag:], u[:-lag, :-lag])


def test_consecutive_steps_as_a_whole():
    """A unit's fate over many steps: even shares, no memory of the step before."""
    fates = np.array([random_bits(0, step, 1, 1, 64)[0] >= keep_threshold(0.5) for step in range(4096)])
    assert np.abs(fates.mean(axis=0) - 0.5).max() <= 5 * 0.5 / sqrt(len(fates))
    signs = 2.0 * fates - 1
    assert np.abs((signs[1:] * signs[:-1]).mean(axis=0)).max() <= 5 / sqrt(len(fates))


def test_every_bit_is_even():
    bits = np.unpackbits(random_bits(1, 1, 1, ROWS, UNITS).view(np.uint8).reshape(-1, 4), axis=1)
    assert np.abs(bits.mean(axis=0) - 0.5).max() <= 5 * 0.5 / sqrt(len(bits))


def test_shares_of_the_interval_are_even():
    counts = np.bincount(random_bits(2, 3, 4, ROWS, UNITS).ravel() >> 24, minlength=256)
    expected = ROWS * UNITS / 256
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_squared - 255) <= 5 * sqrt(2 * 255)


@pytest.mark.parametrize("place", range(3), ids=["seed", "step", "layer"])
def test_one_bit_of_a_counter_changes_half_of_the_bits(place):
    width = 32 if place == 2 else 64
    flips = []
    for bit in range(width):
        counters = [123, 45, 6]
        counters[place] ^= 1 << bit
        flips.append(np.bitwise_count(random_bits(123, 45, 6, 16, 16) ^ random_bits(*counters, 16, 16)).mean())
    assert np.abs(np.array(flips) - 16).max() <= 5 * sqrt(8 / 256)


def many_keys(seeds=2, steps=100_000, layers=8):
    """Both keys of each of so many counters."""
    counters = (np.arange(n, dtype=np.uint64) for n in (seeds, steps, layers))
    return (key.ravel() for key in key_pair(*np.meshgrid(*counters)))


def test_layers_steps_and_seeds_do_not_repeat_keys():
    """1.6 million counters, no two alike: of numbers of 64 bits drawn by lot, two would be once in 14 million tries."""
    first, second = many_keys()
    assert np.unique(first << 32 | second).size == first.size


@pytest.mark.parametrize("turned", [False, True])
def test_both_keys_know_all_of_the_counter(turned):
    """Where one key repeats, as 32 bits must, the other goes its own way."""
    first, second = reversed(list(many_keys())) if turned else many_keys()
    order = np.argsort(first, kind="stable")
    alike = np.flatnonzero(np.diff(first[order]) == 0)
    assert alike.size > 20
    assert (second[order][alike] != second[order][alike + 1]).all()
