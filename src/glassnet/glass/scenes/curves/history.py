"""The history of a training as curves by epoch: training rows solid, validation rows dashed, the best epoch marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.scenes.curves.plot import Curve, Mark, Panel
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Elided, Key, below
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Circle, Point
from glassnet.glass.scenes.table import Table
from glassnet.text import counted, format_number

VALIDATION = "validation_"
DRAWN = 300  # blocks of epochs
LISTED = 12  # epochs in the table
LARGEST = 1e300  # on the axis, whose length is a number too
LOGARITHMIC = 100.0  # a curve that falls further is drawn on a logarithmic axis
STYLES = (("forward", False), ("backward", True))  # role, dash


@dataclass(frozen=True)
class HistoryCurves:
    """One column of a history, and that of the validation rows.

    Args:
        metric: the column's name.
        columns: name -> an entry an epoch; that of validation rows last.
        best: the best epoch, from 1.
        drawn: blocks of epochs; of each the lowest and the highest entry are drawn.
    """

    metric: str
    columns: Mapping[str, Sequence[float]]
    best: int
    drawn: int = DRAWN

    @classmethod
    def of(cls, history: Mapping[str, Sequence[float]], metric: str = "cost", best: int | None = None) -> HistoryCurves:
        """The column ``metric``; see :func:`history_curves`."""
        if not any(len(column) for column in history.values()):
            raise InvalidInput("there is no history to draw", remedy="train the model first")
        wanted = [name for name in (metric, VALIDATION + metric) if len(history.get(name, ()))]
        if not wanted:
            raise unknown_name("column in the history", metric, history)
        columns = {name: [*map(float, history[name])] for name in wanted}
        if not any(isfinite(value) for values in columns.values() for value in values):
            raise InvalidInput(f"no {clean(metric)} in the history is a finite number", remedy="diagnose the training")
        best = _best(columns, "cost" in metric or "loss" in metric) if best is None else best
        found = cls(metric, columns, best)
        if not 1 <= best <= found.epochs:
            seen, remedy = counted(found.epochs, "epoch"), f"choose one from 1 to {found.epochs}"
            raise InvalidInput(f"there is no epoch {best} in the history", seen=seen, remedy=remedy)
        return found

    @property
    def epochs(self) -> int:
        return max(map(len, self.columns.values()))

    @property
    def title(self) -> str:
        return f"{clean(self.metric.replace('_', ' '))} by epoch"

    @property
    def named(self) -> dict[str, Sequence[float]]:
        """The columns by the rows they are of."""
        rows = {self.metric: "training rows", VALIDATION + self.metric: "validation rows"}
        return {rows[name]: values for name, values in self.columns.items()}

    def note(self, digits: int = 4) -> str:
        """The best epoch and its entry."""
        judged = [*self.columns.values()][-1]
        return f"best in epoch {self.best}: {format_number(judged[min(self.best, len(judged)) - 1], digits)}"

    @cached_property
    def panel(self) -> Panel:
        """The plot."""
        finite = [value for values in self.columns.values() for value in values if isfinite(value)]
        finite = [min(max(value, -LARGEST), LARGEST) for value in finite]
        low, high = min(finite), max(finite)
        log = low > 0 and high > LOGARITHMIC * low
        curves = [
            Curve(rows, list(_thinned(values, self.drawn)), role, dash)
            for (role, dash), (rows, values) in zip(STYLES, self.named.items(), strict=False)
        ]
        return Panel(
            self.title[:1].upper() + self.title[1:],
            self.note(),
            curves,
            x=(1.0, float(self.epochs)) if self.epochs > 1 else (0.5, 1.5),
            y=(low / 1.5, high * 1.5) if log else _range(low, high),
            labels=("epoch", self.metric.replace("_", " ")),
            marks=list(self._marks()),
            width=460.0,
            height=240.0,
            whole=True,
            log=log,
        )

    def _marks(self) -> Iterator[Mark]:
        """The best epoch on the curve it was judged by; of a single epoch every curve's point."""
        judged = [*self.named][-1]
        for rows, values in self.named.items():
            epoch = min(self.best, len(values))
            if (rows == judged or len(values) == 1) and isfinite(value := values[epoch - 1]):
                yield Mark(float(epoch), value, f"best epoch {epoch}, {rows}: {format_number(value)}")


def history_curves(
    history: Mapping[str, Sequence[float]], *, metric: str = "cost", best: int | None = None, digits: int = 4
) -> Scene:
    """One column of a history by epoch, with that of the validation rows.

    Args:
        history: columns by name, an entry an epoch, as training records them.
        metric: the column.
        best: the epoch to be marked, from 1; None looks for the lowest cost, or the highest of another metric.
        digits: significant digits.

    Raises:
        InvalidInput: no epochs, no finite number, or a best epoch that is not there.
        UnknownName: no such column.

    >>> print(history_curves({"cost": [0.9, 0.4, 0.3], "validation_cost": [1.0, 0.5, 0.6]}).sentence)
    cost by epoch, 3 epochs: training rows from 0.9 to 0.3, validation rows from 1 to 0.6; best in epoch 2: 0.5.
    """
    checked_digits(digits)
    data = HistoryCurves.of(history, metric, best)
    keys = [Key(rows, role, dash) for (role, dash), rows in zip(STYLES, data.named, strict=False)]
    keys.append(Key(f"best epoch, {data.best}", "highlight", mark=Circle(0, 0, 4.5, "highlight", 2)))
    ways = (
        f"{rows} from {format_number(values[0], digits)} to {format_number(values[-1], digits)}"
        for rows, values in data.named.items()
    )
    sentence = f"{data.title}, {counted(data.epochs, 'epoch')}: {', '.join(ways)}; {data.note(digits)}."
    return Scene("history", data.title, sentence, (_table(data, digits),), below([data.panel.at(0, 0)], keys))


def _best(columns: Mapping[str, Sequence[float]], low: bool) -> int:
    """By the validation rows, where there are some."""
    finite = [values for values in columns.values() if any(map(isfinite, values))]
    values = np.array(finite[-1])
    return int(np.nanargmin(np.where(np.isfinite(values), values if low else -values, np.inf))) + 1


def _range(low: float, high: float) -> tuple[float, float]:
    """The y axis: from 0, unless all is far from it."""
    low = 0.0 if 0 <= low < 0.5 * high else low
    space = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    return low - space, high + space


def _thinned(values: Sequence[float], count: int) -> Iterator[Point]:
    """The epochs with their entries; of many, the lowest and the highest of each of ``count`` blocks, in order."""
    numbers, epochs = np.asarray(values, np.float64), np.arange(len(values))
    if len(values) > 2 * count:
        blocks = ((b, numbers[b]) for b in np.array_split(epochs, count))
        found = [sorted({*b[[0, int(here.argmin()), int(here.argmax()), -1]].tolist()}) for b, here in blocks]
        epochs = np.concatenate(found)
    yield from ((float(i + 1), values[i]) for i in epochs.tolist())


def _table(data: HistoryCurves, digits: int) -> Table:
    listed = sorted({i + 1 for i in Elided.of(data.epochs, LISTED).drawn} | {data.best})
    rows = ([e, *(values[e - 1] if e <= len(values) else None for values in data.named.values())] for e in listed)
    return Table.of("By epoch", ["epoch", *data.named], rows, digits)
