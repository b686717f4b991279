"""Values in a few characters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from glassnet.arrays import Array
from glassnet.graph.node import Index, Value

DIGITS = 6
WRITTEN_OUT = 6  # arrays of at most so many numbers are written out


def format_value(x: Value) -> str:
    """A number with six digits, a small vector or matrix of one row written out, a larger array by its shape.

    >>> format_value(-2.0), format_value([0.5, 1 / 3]), format_value([[0.5]]), format_value([[1.0] * 9])
    ('-2', '[0.5, 0.333333]', '[[0.5]]', 'array (1, 9)')
    """
    x = np.asarray(x)
    if x.ndim == 0:
        return f"{x[()] + 0.0:.{DIGITS}g}" if x.dtype.kind == "f" else str(x)  # + 0.0: no minus before zero
    if _is_written_out(x):
        return f"[{', '.join(map(format_value, x))}]"
    return f"array {x.shape}"


def are_rounded(values: Iterable[Value]) -> bool:
    """Whether one of the numbers is not what :func:`format_value` writes.

    >>> are_rounded([0.5, 2.0]), are_rounded([1 / 3])
    (False, True)
    """
    return any(map(_is_rounded, values))


def _is_rounded(x: Value) -> bool:
    x = np.asarray(x)
    written = x.ravel().tolist() if x.ndim == 0 or _is_written_out(x) else []
    return any(float(f"{number:.{DIGITS}g}") != number for number in written if number == number)


def _is_written_out(x: Array) -> bool:
    return x.size <= WRITTEN_OUT and (x.ndim == 1 or (x.ndim == 2 and len(x) == 1))


def format_index(index: Index) -> str:
    """An index as it was written.

    >>> format_index((slice(None, 2), 0, None, ...)), format_index(slice(None, None, -1))
    (':2, 0, None, ...', '::-1')
    """
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(map(_format_part, parts))


def _format_part(part: Value) -> str:
    if part is Ellipsis:
        return "..."
    if part is None:
        return "None"
    if not isinstance(part, slice):
        return format_value(part)
    start, stop, step = ("" if end is None else str(end) for end in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
