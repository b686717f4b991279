"""What is handed to C: every pointer is made here, from an array whose shape, dtype and layout are checked."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from glassnet.arrays import Array
from glassnet.engines.kernels.interface import VectorsStruct
from glassnet.errors import InvalidInput

_CHAR = ctypes.c_char


def address(array: Array, shape: Sequence[int], dtype: DTypeLike, *, written: bool = False) -> int:
    """Where an array's numbers begin.

    Args:
        array: alive as long as C reads it.
        shape: that it must have.
        dtype: of its numbers, in the byte order of this machine.
        written: True where C writes into it.

    Raises:
        InvalidInput: it is not so, and C would read or write other memory.

    >>> address(np.zeros(3), (4,), float)
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: an array is not as kernels need it (seen: float64 (3,), not float64 (4,)); copy it.
    """
    flags = array.flags
    writeable = flags.writeable
    if array.shape != shape or array.dtype != dtype or not (flags.c_contiguous and flags.aligned):
        raise InvalidInput(
            "an array is not as kernels need it",
            seen=f"{array.dtype} {array.shape}, not {np.dtype(dtype)} {tuple(shape)}",
            remedy="copy it",
        )
    if written and not writeable:
        raise InvalidInput("an array to be written into is read-only", f"shape {array.shape}", "pass a copy of it")
    if writeable and array.size:
        return ctypes.addressof(_CHAR.from_buffer(array))  # type: ignore[arg-type]  # a third of the time
    return int(array.__array_interface__["data"][0])


def vectors(theta: Array, slots: Array | None, running: Array, *, written: bool = False) -> VectorsStruct:
    """The record of parameters (n,), slots (s, n) and running statistics (r,); C compares their sizes with its plan."""
    dtype = theta.dtype
    record = VectorsStruct(
        address(theta, theta.shape, dtype, written=written),
        None if slots is None else address(slots, slots.shape, dtype, written=written),
        address(running, running.shape, dtype, written=written),
        theta.size,
        0 if slots is None else slots.size,
        running.size,
    )
    record.keepalive = theta, slots, running
    return record
