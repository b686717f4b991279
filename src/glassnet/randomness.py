"""Random bits from a counter: the same (seed, step, layer, row, unit) gives the same bits, in any engine and order.

Dropout draws its masks here. Nothing is carried from one draw to the next, so a training can stop anywhere, split its
rows over any number of threads, and still see the same masks. The mixing is integer arithmetic on 32 bits
(multiply, xor, shift: the finaliser found by Wellons 2018, *Prospecting for hash functions*), the same in C.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint32]

_ODD, _MIX_1, _MIX_2 = 0x9E3779B9, 0x7FEB352D, 0x846CA68B
_WORD = 0xFFFFFFFF


def _mix(x: int) -> int:
    x ^= x >> 16
    x = x * _MIX_1 & _WORD
    x ^= x >> 15
    x = x * _MIX_2 & _WORD
    return x ^ x >> 16


def keys(seed: int, step: int, layer: int) -> tuple[int, int]:
    """Two 32-bit keys for the draws of one layer in one step, each mixed from all of it."""
    seed, step, layer = int(seed), int(step), int(layer)  # a numpy.int64 would overflow
    words = (seed, seed >> 32, step, step >> 32, layer)
    return _key(0, words), _key(_MIX_1, words)


def _key(key: int, words: tuple[int, ...]) -> int:
    for word in words:
        key = _mix((key ^ word) + _ODD & _WORD)
    return key


def random_bits(seed: int, step: int, layer: int, rows: int, units: int) -> Bits:
    """32 random bits for each of (rows, units).

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


def keep_threshold(rate: float) -> np.uint32:
    """Bits at or above this are kept, so that a share ``rate`` of them is not."""
    return np.uint32(min(_WORD, round(rate * 2**32)))


def _shift_xor(x: Bits, shift: int, scratch: Bits) -> None:
    np.right_shift(x, np.uint32(shift), out=scratch)
    x ^= scratch
