"""The networks to train: five from the smallest useful one to the largest usual on a CPU, and a sweep of widths."""

from __future__ import annotations

from glassnet.bench.task import Task

# Enough steps that an epoch of the fastest contender takes longer than the overhead of a turn.
NETWORKS = {
    "2-8-8-2": Task((2, 8, 8, 2), batch=32, steps=2000),
    "30-64-64-2": Task((30, 64, 64, 2), batch=128, steps=1000),
    "54-256x3-7": Task((54, 256, 256, 256, 7), batch=256, steps=60),
    "784-128-64-10": Task((784, 128, 64, 10), batch=128, steps=100),
    "784-1024x2-10": Task((784, 1024, 1024, 10), batch=512, steps=8),
}

SWEPT_WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def swept(width: int) -> Task:
    """Two hidden layers of one ``width`` on as many inputs; narrower ones take more steps an epoch.

    >>> swept(8).steps, swept(512).steps
    (1000, 40)
    """
    return Task((width, width, width, 10), batch=128, steps=min(1000, 20_480 // width))
