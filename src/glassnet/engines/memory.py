"""Whether what a training wants to keep in memory is there to be had."""

from __future__ import annotations

from pathlib import Path

from glassnet.engines.plan import Plan
from glassnet.errors import Unsupported

_MEMINFO = Path("/proc/meminfo")
_NEVER_MISSED = 50_000_000  # bytes that are not worth looking for


def available() -> int | None:
    """Bytes that can be taken without swapping; None where the system does not tell."""
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def refuse_too_large(plan: Plan, size: int) -> None:
    """Raise where ``size`` bytes (-1: too many to count) are more than there are.

    Raises:
        Unsupported: with both sizes.

    >>> from glassnet.network.network import Network
    >>> refuse_too_large(Plan(Network.mlp(2, [3], 1), examples=10), 4096)
    """
    if 0 <= size < _NEVER_MISSED:
        return
    there = available()
    if 0 <= size <= (size if there is None else there):
        return
    needed = "more bytes than can be counted" if size < 0 else f"{size / 1e9:.1f} GB needed"
    raise Unsupported(
        f"a training of {plan.network.size} parameters in batches of {min(plan.batch_size, plan.examples)} rows "
        "does not fit in memory",
        seen=needed if there is None else f"{needed}, {there / 1e9:.1f} GB available",
        remedy="take a smaller batch_size or narrower layers",
    )
