"""The one clock: how far a run has come, down to the single operation of a step."""

from __future__ import annotations

from dataclasses import dataclass

GRAINS = ("operation", "example", "batch", "epoch")


@dataclass(frozen=True)
class Clock:
    """Where a run is looked at.

    Args:
        step: so many steps are done; what is seen is the next one.
        operation: so many of its operations are done; None for all of them, its update included.
        grain: what a step of the clock is: one of ``GRAINS``.
        playing: whether it goes on by itself.
        steps: the last step that was reached, where the scrubber ends.
        operations: how many operations a step has.

    >>> Clock(3, None, operations=46).done
    46
    """

    step: int = 0
    operation: int | None = None
    grain: str = "batch"
    playing: bool = False
    steps: int = 0
    operations: int = 0

    @property
    def done(self) -> int:
        """The operations done, as a number."""
        return self.operations if self.operation is None else min(self.operation, self.operations)
