"""What this process may use of the machine: processors, threads, memory."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from glassnet import control_groups
from glassnet.errors import InvalidInput

VARIABLE = "GLASSNET_NUM_THREADS"
ALWAYS_THERE = 50_000_000  # bytes: so few are not worth a look at the machine's memory
MOST_COUNTED = 1 << 62  # bytes
_MEMINFO = Path("/proc/meminfo")


def thread_count(wanted: int | None = None) -> int:
    """The number of threads to use, at most one a processor.

    Args:
        wanted: what the caller asked for. None is what ``GLASSNET_NUM_THREADS`` says, or else all processors, but no
            more than ``OMP_NUM_THREADS``, and one in a child process, whose siblings (joblib's workers, say) use the
            other processors.

    Raises:
        InvalidInput: ``GLASSNET_NUM_THREADS`` is not a number.

    >>> thread_count(1)
    1
    """
    if wanted is None and (text := os.environ.get(VARIABLE, "").strip()):
        if not text.isdecimal() or int(text) < 1:
            raise InvalidInput(f"{VARIABLE} is not a number of threads", repr(text), "set it to 1 or more, or unset it")
        wanted = int(text)
    if wanted is None:
        wanted = 1 if is_child() else _default_threads()
    return max(1, min(wanted, processors()))


def is_child() -> bool:
    """Whether another process made this one by ``multiprocessing``, which is loaded then."""
    return getattr(sys.modules.get("multiprocessing"), "parent_process", lambda: None)() is not None


def processors() -> int:
    """The processors this process may run on: its affinity and its control group's quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _quota()))


_quota = cache(control_groups.processors)


def _default_threads() -> int:
    """``OMP_NUM_THREADS``, which other numerical libraries follow too, or all processors."""
    text = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(text) if text.isdecimal() and int(text) > 0 else processors()


def available_memory() -> int | None:
    """Bytes that can be allocated without swapping, within all limits; None where the system does not say."""
    left = min(control_groups.memory_left(), _address_space())
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
        return min(left, int(lines["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        return None if left >= MOST_COUNTED else left


def _address_space() -> int:
    """Bytes that ``ulimit -v`` leaves; a very large number where there is no such limit."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return control_groups.UNLIMITED if most < 0 else max(0, most - pages * resource.getpagesize())
    except (ImportError, OSError, ValueError):
        return control_groups.UNLIMITED


def refuse_too_large(what: str, size: int, remedy: str) -> None:
    """Raise where ``what`` needs more memory than is available.

    Args:
        what: such as "a network of 10 parameters".
        size: bytes; -1 for more than can be counted.
        remedy: how to need less.

    Raises:
        InvalidInput: with both sizes.

    >>> refuse_too_large("a small array", 4096, remedy="")
    """
    if 0 <= size < ALWAYS_THERE:
        return
    size = -1 if size > MOST_COUNTED else size
    available = available_memory()
    if 0 <= size <= (size if available is None else available):
        return
    needed = "more bytes than can be counted" if size < 0 else f"{size / 1e9:,.1f} GB needed"
    seen = needed if available is None else f"{needed}, {available / 1e9:,.1f} GB available"
    raise InvalidInput(f"{what} does not fit in memory", seen, remedy)
