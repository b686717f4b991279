"""The limits of the control groups (containers, batch systems) that a process runs in, versions 1 and 2 of Linux.

Groups are nested, and the narrowest limit of all that a process is within holds.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
UNLIMITED = sys.maxsize
HUGE = 1 << 60  # bytes; version 1 writes "no limit" as the largest multiple of a page


def memory_left() -> int:
    """Bytes that may still be allocated before the first limit; a very large number where there is none."""
    left = [UNLIMITED]
    for group in _groups("memory"):
        for limit, used in (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")):
            most, now = _number(group / limit), _number(group / used) or 0
            if most is not None and most < HUGE:
                left.append(max(0, most - now + _reclaimable(group)))
    return min(left)


def processors() -> int:
    """Whole processors that the quotas allow; a very large number where there is none."""
    allowed = [UNLIMITED]
    for group in _groups("cpu"):
        quota, period = [*_words(group / "cpu.max"), "", ""][:2]
        if not quota:
            quota, period = (" ".join(_words(group / f"cpu.cfs_{name}_us")) for name in ("quota", "period"))
        if quota.isdecimal() and period.isdecimal() and int(period):
            allowed.append(math.ceil(int(quota) / int(period)))
    return max(1, min(allowed))


def _groups(controller: str) -> Iterator[Path]:
    """The folders of this process's groups that limit ``controller``, from its own up to the root of each hierarchy.

    In a container the group's name is often that of the machine outside, while its folder is the root itself.
    """
    for line in [*_lines(OWN), "0::/", f"0:{controller}:/"]:
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if names and controller not in names.split(","):
            continue
        root = ROOT / controller if names else ROOT
        own = root / path.strip("/")
        for folder in (own, *own.parents):
            yield folder
            if folder == root:
                break


def _reclaimable(group: Path) -> int:
    """Bytes of files that the group keeps in memory and frees when it needs to."""
    lines = dict(line.split(" ", 1) for line in _lines(group / "memory.stat") if " " in line)
    text = lines.get("total_inactive_file", lines.get("inactive_file", "0"))
    return int(text) if text.isdecimal() else 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (OSError, ValueError):  # no such file, no limit
        return []


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _number(path: Path) -> int | None:
    words = _words(path)
    return int(words[0]) if words and words[0].isdecimal() else None
