"""History: what training recorded, one entry an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glassnet.engines.state import State
from glassnet.notebook_hook import Displayable

MOST_EPOCHS, FORGOTTEN = 10_000, 1_000  # of a stream: kept, and the oldest that are left out together


def recorded_epochs(state: State) -> int:
    """How many epochs the history of a state holds; of a stream of batches the latest alone."""
    return max(map(len, state.history.values()), default=state.epoch)


def may_hold(epochs: int, done: int) -> bool:
    """Whether a history of so many epochs can be that of a training which has done ``done``."""
    return min(done, MOST_EPOCHS - FORGOTTEN) <= epochs <= done


def forget_oldest(state: State) -> None:
    """Make room for another epoch in the history of a stream, whose memory must not grow."""
    for column in state.history.values():
        if len(column) >= MOST_EPOCHS:
            del column[:FORGOTTEN]


class History(Displayable, Mapping[str, list[float]]):
    """Columns of numbers by name, one entry an epoch: ``cost``, ``validation_cost``, metrics, ``learning_rate``,
    ``seconds`` (of the epoch).

    Args:
        columns: the columns, not copied.

    >>> history = History({"cost": [0.9, 0.4], "seconds": [0.1, 0.1]})
    >>> len(history), history.epochs, history.last()["cost"]
    (2, 2, 0.4)
    >>> print(history)
    epoch        cost     seconds
        1         0.9         0.1
        2         0.4         0.1
    """

    def __init__(self, columns: Mapping[str, list[float]]) -> None:
        self.columns = columns

    @classmethod
    def of(cls, state: State) -> History:
        """The history in a state."""
        return cls(state.history)

    def __getitem__(self, name: str) -> list[float]:
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def epochs(self) -> int:
        """How many epochs are recorded."""
        return max(map(len, self.columns.values()), default=0)

    def last(self) -> dict[str, float]:
        """The last epoch's entries."""
        return {name: column[-1] for name, column in self.columns.items() if column}

    def __str__(self) -> str:
        lines = ["epoch" + "".join(f"{name:>{_width(name)}}" for name in self)]
        for epoch in range(self.epochs):
            cells = (f"{column[epoch]:>{_width(name)}.4g}" for name, column in self.items())
            lines.append(f"{epoch + 1:5}" + "".join(cells))
        return "\n".join(lines)


def _width(name: str) -> int:
    return max(12, len(name) + 2)
