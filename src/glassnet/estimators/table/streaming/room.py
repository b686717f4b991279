"""What fits where: how a training's memory is shared among buffers, rows validated on, and reading."""

from __future__ import annotations

from typing import NamedTuple

from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput

ALONE = 260_000_000  # bytes that Python and its libraries take
OTHER_BYTES = 32  # bytes a row apart from its inputs: target and place, also as the kernels read them
FOR_BUFFERS, FOR_VALIDATION = 0.45, 0.08  # shares of what is left; reading takes the rest
SLICES, MORE_SLICES = 8, 64  # of a buffer; of one of a sorted table, so far as that costs little
NETWORK_VECTORS = 12  # of the parameters' length: they, their gradient, slots, what is kept of the best, and copies


class Room(NamedTuple):
    """How many rows are where.

    Args:
        buffer: in a buffer, of which there are two.
        validation: validated on, at most.
    """

    buffer: int
    validation: int

    @classmethod
    def of(cls, memory: int, width: int, itemsize: int) -> Room:
        """Of a training that may take so many bytes, on rows of so many inputs.

        >>> Room.of(1_000_000_000, width=30, itemsize=4)
        Room(buffer=1095394, validation=389473)
        """
        left = memory - ALONE
        row = width * itemsize + OTHER_BYTES
        return cls(int(left * FOR_BUFFERS / 2 / row), int(left * FOR_VALIDATION / row))

    def check(self, plan: Plan, memory: int, itemsize: int) -> None:
        """Raise where a network or its batches do not fit.

        Raises:
            InvalidInput: with what was given.
        """
        given = f"{memory / 1e6:,.0f} MB given"
        if plan.network.size * itemsize * NETWORK_VECTORS > (memory - ALONE) / 3:
            what = f"a network of {plan.network.size:,} parameters takes too much of the memory"
            raise InvalidInput(what, given, "give more (memory=, --memory), or choose smaller layers")
        if self.buffer < SLICES * plan.batch_rows and plan.examples > self.buffer:
            what = f"the buffer holds {self.buffer:,} rows, too few to shuffle batches of {plan.batch_rows:,}"
            raise InvalidInput(what, given, "give more (memory=, --memory), or take a smaller batch_size")
