"""How many threads the native engine may use: never more than the process has processors to run them on."""

from __future__ import annotations

import math
import multiprocessing
import os
import sys
from functools import cache
from pathlib import Path

from glassnet.errors import InvalidInput

VARIABLE = "GLASSNET_NUM_THREADS"
_CGROUP = Path("/sys/fs/cgroup/cpu.max")  # "quota period" in microseconds, or "max period"


def suitable_number(wanted: int | None = None) -> int:
    """The number of threads to use.

    Args:
        wanted: what the caller asked for; None for what ``GLASSNET_NUM_THREADS`` says, or else all processors, but one
            in a child process, whose siblings (joblib's workers, say) use the others, and no more than
            ``OMP_NUM_THREADS``.

    Raises:
        InvalidInput: a number in the environment that is none.

    >>> suitable_number(1)
    1
    """
    if wanted is None and (named := os.environ.get(VARIABLE, "").strip()):
        if not named.isdecimal() or int(named) < 1:
            raise InvalidInput(f"{VARIABLE} must be a whole number, at least 1", seen=repr(named))
        wanted = int(named)
    if wanted is None:
        wanted = 1 if multiprocessing.parent_process() is not None else _polite()
    return max(1, min(wanted, processors()))


def processors() -> int:
    """The processors this process may run on: its affinity and its control group's quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _quota()))


@cache
def _quota() -> int:
    try:
        quota, period = _CGROUP.read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no such file, no quota
        return sys.maxsize


def _polite() -> int:
    """What other numerical libraries were told, where they were."""
    told = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(told) if told.isdecimal() and int(told) > 0 else processors()
