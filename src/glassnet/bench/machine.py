"""The machine: the processor, how much of it may be used, and the versions of the libraries."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.environment import cleared
from glassnet.hardware import processors
from glassnet.version import __version__

INSTRUCTIONS = {"avx512f": "AVX-512", "avx2": "AVX2", "asimd": "NEON"}  # as Linux calls them, the widest first


def thread_counts(available: int) -> tuple[int, ...]:
    """One, half of all (two threads may share a core), all.

    >>> thread_counts(1), thread_counts(2), thread_counts(3), thread_counts(64)
    ((1,), (1, 2), (1, 3), (1, 32, 64))
    """
    return tuple(sorted({1, available // 2 or 1, available}))


def missing(packages: Iterable[str]) -> list[str]:
    """The packages that are not installed."""
    return [name for name in packages if _version(name) is None]


def described(contenders: Iterable[str]) -> dict[str, Any]:
    """The machine, and the versions of the packages that the contenders need."""
    found_set = cleared()  # before other libraries set something themselves
    packages = ["numpy", *(name for contender in contenders for name in CONTENDERS[contender].packages)]
    model, instructions = _processor()
    return {
        "glassnet": __version__,
        "processor": {"name": model, "instructions": instructions, "available": processors()},
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version()}
        | {name: found for name in packages if (found := _version(name)) is not None},
        "cleared": found_set,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> tuple[str, str]:
    """Its name and its widest vector instructions, as far as the system reports them."""
    lines: dict[str, str] = {}
    if sys.platform == "linux":
        with suppress(OSError):
            for line in Path("/proc/cpuinfo").read_text().splitlines():
                name, _, value = line.partition(":")
                lines.setdefault(name.strip(), value.strip())
    flags = lines.get("flags", lines.get("Features", "")).split()
    widest = next((name for flag, name in INSTRUCTIONS.items() if flag in flags), "")
    return lines.get("model name") or platform.processor() or platform.machine(), widest
