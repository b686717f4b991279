"""Every random number: which generator serves what, each from an explicit seed, the same bits in every version.

| stream | generator | function |
|---|---|---|
| first weights | NumPy's PCG64 (O'Neill 2014) | :func:`generator` |
| the rows a diagnosis or an explanation looks at | PCG64 with seed 0 | :func:`sampled_rows` |
| the order of the rows in an epoch | Philox (Salmon et al. 2011), keyed by (seed, epoch) | :func:`epoch_order` |
| the rows held out | Philox, keyed by (seed, 2^64 - 1) | :func:`holdout_bits` |
| the order of a stream's slices, and in each buffer | Philox as above, its seed by the buffer | :func:`buffer_seed` |
| the rows held out of a stream | SplitMix64 (Steele, Lea, Flood 2014) of seed and row | :func:`holdout_keys` |
| dropout's masks | a hash of (seed, step, layer, row, unit), after Wellons 2018 | :func:`random_bits` |
| the values kept for a column's quantiles | SplitMix64 of the row | :func:`sampling_keys` |
| the seed of an estimator's training | the Mersenne Twister of its ``random_state`` | :func:`drawn_seed` |

Philox and the hashes compute their bits from the arguments alone, so nothing is carried from one draw to the next:
epoch 7 needs no epochs 0 to 6, a training can stop anywhere and split its rows over any number of threads. The kernels
compute the same orders and masks; this file is their specification.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.errors import InvalidInput

Bits = NDArray[np.uint32]
Word = Any  # a number, or an array of uint64: the low 32 bits of a product are the same

_HOLDOUT = 2**64 - 1  # the second key of Philox; no epoch has this number
_ODD, _MIX_1, _MIX_2 = 0x9E3779B9, 0x7FEB352D, 0x846CA68B
_WORD = 0xFFFFFFFF


def generator(seed: int) -> np.random.Generator:
    """NumPy's default generator, PCG64."""
    return np.random.default_rng(seed)


def sampled_rows(rows: int, most: int) -> NDArray[np.int64]:
    """The numbers of all rows, or of ``most`` drawn without replacement; sorted, and always the same.

    >>> sampled_rows(3, 5), sampled_rows(100, 5)
    (array([0, 1, 2]), array([26, 30, 50, 61, 81]))
    """
    return np.arange(rows) if rows <= most else _drawn(rows, most)


@lru_cache(maxsize=8)
def _drawn(rows: int, most: int) -> NDArray[np.int64]:
    drawn = np.sort(generator(0).choice(rows, most, replace=False))
    drawn.flags.writeable = False
    return drawn


def mersenne_twister(seed: int) -> np.random.RandomState:
    """NumPy's legacy generator, which scikit-learn's ``random_state`` means.

    It is ``RandomState(seed)``, which asks the system for a seed of its own first and takes three times as long.

    >>> mersenne_twister(7).randint(100) == np.random.RandomState(7).randint(100)
    True
    """
    random = np.random.RandomState(np.random.MT19937(_UNSEEDED))
    random.seed(seed)
    return random


class _Unseeded(np.random.SeedSequence):
    """For a generator that is seeded later."""

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[Any]:
        return [0] * n_words  # type: ignore[return-value]  # read one by one, ten times as fast as from an array


_UNSEEDED = _Unseeded(0)


def drawn_seed(random_state: np.random.RandomState) -> int:
    """A seed for the streams below, drawn from scikit-learn's ``random_state``; see ``check_random_state``."""
    return int(random_state.randint(2**31 - 1))


# -- Philox: the order of an epoch, the rows held out ---------------------------------------------------------------


def member_seed(seed: int, number: int) -> int:
    """The seed of one of several trainings, from 0, below 2^63; of the first it is ``seed``.

    >>> member_seed(7, 0), member_seed(7, 1) != member_seed(8, 0)
    (7, True)
    """
    return (seed + number * 0x9E3779B97F4A7C15) % 2**63  # steps of the golden ratio: far from each other


def buffer_seed(seed: int, buffer: int) -> int:
    """The seed of the order in a buffer of a stream, below 2^63: of the first it is ``seed``.

    So rows that fit into one buffer have the order that they would have in memory.

    >>> buffer_seed(7, 0), buffer_seed(7, 1) != buffer_seed(7, 2)
    (7, True)
    """
    key = int(sampling_keys(np.array([buffer]))[0]) if buffer else 0
    return (seed ^ key) % 2**63


def epoch_order(m: int, seed: int, epoch: int, shuffle: bool = True) -> NDArray[np.int64]:
    """The order in which an epoch visits the rows.

    Rows are swapped by raw bits (Fisher, Yates 1938), not by NumPy's permutation: only the bits of a generator are
    promised to stay the same from version to version.

    Args:
        m: number of rows, below 2^32.
        seed: of the run, 0 to 2^64 - 1.
        epoch: its number, from 0.
        shuffle: False keeps the rows as they are.

    Returns:
        A permutation of 0 ... m - 1, (m,).

    Raises:
        InvalidInput: a number out of its range.

    >>> epoch_order(5, seed=0, epoch=3)
    array([3, 4, 1, 2, 0])
    """
    check_epoch(m, seed, epoch)
    if not shuffle:
        return np.arange(m, dtype=np.int64)
    order = list(range(m))
    # From the last place down, each is swapped with one up to it; lists do that faster than arrays.
    for i, j in zip(reversed(range(m)), _below(_philox(m, seed, epoch)[::-1]), strict=True):
        order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)


def check_epoch(m: int, seed: int, epoch: int) -> None:
    """Raises InvalidInput for a number of rows, a seed or an epoch that has no order."""
    check_whole("m", m, 0, 2**32)
    check_whole("seed", seed, 0, 2**64)
    check_whole("epoch", epoch, 0, _HOLDOUT)


def check_whole(name: str, value: object, low: int, below: int | None = None) -> None:
    """Raises InvalidInput unless ``value`` is a whole number of at least ``low``, and below ``below``."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < low or (below is not None and value >= below):  # type: ignore[operator]
        upper = f" and below {below}" if below is not None else ""
        raise InvalidInput(f"{name}={value!r} is not usable", remedy=f"pass a whole number of at least {low}{upper}")


def holdout_bits(m: int, seed: int) -> NDArray[np.uint64]:
    """64 random bits for each of m rows, (m,): those with the smallest are held out (data/holdout.py)."""
    check_whole("m", m, 0)
    check_whole("seed", seed, 0, 2**64)
    return _philox(m, seed, _HOLDOUT)


def _philox(m: int, seed: int, purpose: int) -> NDArray[np.uint64]:
    return np.random.Philox(key=np.array([seed, purpose], dtype=np.uint64)).random_raw(m)


def _below(bits: NDArray[np.uint64]) -> list[int]:
    """A number below each of m, m - 1, ..., 1: its product with 64 random bits, divided by 2^64."""
    n = np.arange(len(bits), 0, -1, dtype=np.uint64)
    half = np.uint64(32)
    high, low = bits >> half, bits & np.uint64(2**32 - 1)
    chosen: list[int] = ((high * n + (low * n >> half)) >> half).tolist()
    return chosen


# -- SplitMix64: which values of a column are kept ------------------------------------------------------------------


def sampling_keys(rows: NDArray[np.integer]) -> NDArray[np.uint64]:
    """64 random bits for each row number: SplitMix64.

    >>> sampling_keys(np.arange(3)) == sampling_keys(np.arange(10))[:3]
    array([ True,  True,  True])
    """
    return _mixed_64((rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))


def holdout_keys(rows: NDArray[np.integer], seed: int) -> NDArray[np.uint64]:
    """64 random bits for each row number, which need no other row: those below a share of 2^64 are held out.

    >>> holdout_keys(np.arange(3), seed=1) == holdout_keys(np.arange(10), seed=1)[:3]
    array([ True,  True,  True])
    """
    start = _mixed_64(np.array([seed ^ _ODD], np.uint64))  # a stream of its own for each seed
    return _mixed_64(sampling_keys(rows) + start)


def _mixed_64(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


# -- Wellons' hash: dropout -----------------------------------------------------------------------------------------


def _mix(x: Word) -> Word:
    x ^= x >> 16
    x = x * _MIX_1 & _WORD
    x ^= x >> 15
    x = x * _MIX_2 & _WORD
    return x ^ x >> 16


def keys(seed: int, step: int, layer: int) -> tuple[int, int]:
    """Two 32-bit keys for the masks of one layer in one step, each mixed from all three numbers."""
    seed, step, layer = int(seed), int(step), int(layer)  # a numpy.int64 would overflow
    words = (seed, seed >> 32, step, step >> 32, layer)
    return _key(0, words), _key(_MIX_1, words)


def keys_of_steps(seed: int, first: int, count: int, layer: int) -> NDArray[np.int64]:
    """The :func:`keys` of so many steps one after the other, (count, 2).

    >>> keys_of_steps(7, 3, 2, 1).tolist() == [list(keys(7, 3, 1)), list(keys(7, 4, 1))]
    True
    """
    steps = np.arange(first, first + count, dtype=np.uint64)
    words = (int(seed), int(seed) >> 32, steps, steps >> np.uint64(32), int(layer))
    return np.stack([_key(0, words), _key(_MIX_1, words)], axis=1).astype(np.int64)


def _key(key: Word, words: tuple[Word, ...]) -> Word:
    for word in words:
        key = _mix((key ^ word) + _ODD & _WORD)
    return key


def random_bits(seed: int, step: int, layer: int, rows: int, units: int) -> Bits:
    """32 random bits for each of (rows, units), by integer arithmetic on 32 bits: multiply, xor, shift.

    The mixing is the finalizer of Wellons 2018, *Prospecting for hash functions*.

    >>> bits = random_bits(seed=1, step=0, layer=2, rows=2, units=3)
    >>> bool((bits == random_bits(1, 0, 2, 4, 3)[:2]).all())
    True
    """
    key, key_2 = keys(seed, step, layer)
    x = np.arange(rows * units, dtype=np.uint32)
    scratch = np.empty_like(x)
    x *= np.uint32(_ODD)
    x ^= np.uint32(key)
    _shift_xor(x, 16, scratch)
    x *= np.uint32(_MIX_1)
    x ^= np.uint32(key_2)
    _shift_xor(x, 15, scratch)
    x *= np.uint32(_MIX_2)
    _shift_xor(x, 16, scratch)
    return x.reshape(rows, units)


def mixed(x: Word, key: Word, key_2: Word) -> Word:
    """:func:`random_bits` of counters, computed in 64-bit integers, for libraries without unsigned integers of 32 bits.

    >>> bool((mixed(np.arange(6), *keys(1, 0, 2)) == random_bits(1, 0, 2, 2, 3).ravel()).all())
    True
    """
    x = x * _ODD & _WORD ^ key
    x = (x ^ x >> 16) * _MIX_1 & _WORD ^ key_2
    x = (x ^ x >> 15) * _MIX_2 & _WORD
    return x ^ x >> 16


def keep_threshold(rate: float) -> np.uint32:
    """Bits at or above this are kept, so that a share ``rate`` of them is not."""
    return np.uint32(min(_WORD, round(rate * 2**32)))


def _shift_xor(x: Bits, shift: int, scratch: Bits) -> None:
    np.right_shift(x, np.uint32(shift), out=scratch)
    x ^= scratch
