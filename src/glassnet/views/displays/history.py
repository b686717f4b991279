"""The history of a training as curves: the cost on training rows and on held-out rows, the best epoch marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.style import LINES, tone
from glassnet.text import format_number
from glassnet.views.displays.display import Display

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOGARITHMIC = 100.0  # a curve that falls further is drawn on a logarithmic scale
HELD_OUT = "validation_"


class HistoryDisplay(Display):
    """Curves of a history.

    Args:
        curves: name of a column -> its values, an entry an epoch (e,).
        best_epoch: whose parameters were kept, from 1; None where none is best.

    >>> display = HistoryDisplay({"cost": np.array([0.9, 0.4])}, best_epoch=2)
    >>> display.title
    'cost by epoch: 0.4 after 2 epochs'
    """

    def __init__(self, curves: Mapping[str, Array], best_epoch: int | None = None) -> None:
        self.curves, self.best_epoch = dict(curves), best_epoch

    @classmethod
    def from_history(cls, history: Mapping[str, Sequence[float]], metric: str = "cost") -> HistoryDisplay:
        """From columns by name.

        Args:
            history: as training records it.
            metric: the column to draw, with the one of held-out rows.

        Raises:
            InvalidInput: an empty history.
            UnknownName: no such column.
        """
        wanted = [name for name in (metric, HELD_OUT + metric) if len(history.get(name, ()))]
        if not len(history):
            raise InvalidInput("there is no history to draw", remedy="train the model first")
        if not wanted:
            raise unknown_name("column in the history", metric, history)
        curves = {name: np.asarray(history[name], np.float64) for name in wanted}
        return cls(curves, _best(curves[wanted[-1]], "cost" in metric or "loss" in metric))

    @classmethod
    def from_estimator(cls, model: Any, metric: str = "cost") -> HistoryDisplay:
        """From a fitted model.

        Args:
            model: an estimator, a ``TableModel``, or a pipeline that ends in an estimator.
            metric: the column to draw, with the one of held-out rows.
        """
        model = model[-1] if hasattr(model, "steps") else model
        history = getattr(model, "history_", getattr(model, "history", None))
        if history is None:
            raise InvalidInput(f"a {type(model).__name__} has no history", remedy="fit it first")
        made = cls.from_history(history, metric)
        if metric == "cost" and isinstance(best := getattr(model, "best_epoch", None), int):
            made.best_epoch = best
        return made

    @property
    def title(self) -> str:
        name, values = next(iter(self.curves.items()))
        return f"{name.replace('_', ' ')} by epoch: {format_number(values[-1])} after {len(values)} epochs"

    def _draw(self, ax: Axes) -> None:
        for i, (name, values) in enumerate(self.curves.items()):
            label = "held-out rows" if name.startswith(HELD_OUT) else "training rows"
            ax.plot(
                np.arange(1, len(values) + 1), values, LINES[i], label=label, marker="o" if len(values) == 1 else ""
            )
        if self.best_epoch is not None:
            values = [*self.curves.values()][-1]
            best = float(values[min(self.best_epoch, len(values)) - 1])
            ax.axvline(self.best_epoch, color=tone("faint"), linewidth=1, linestyle=":")
            ax.plot(
                [self.best_epoch],
                [best],
                "D",
                color=tone("ink"),
                label=f"best epoch {self.best_epoch}: {format_number(best)}",
            )
        every = np.concatenate([*self.curves.values()])
        every = every[np.isfinite(every)]
        if len(every) and every.min() > 0 and every.max() > LOGARITHMIC * every.min():
            ax.set_yscale("log")
        name = next(iter(self.curves)).removeprefix(HELD_OUT).replace("_", " ")
        ax.set(xlabel="epoch", ylabel=name)
        self._entitle(ax)
        ax.legend()


def _best(values: Array, low: bool) -> int | None:
    """The epoch of the lowest, or highest, number."""
    if not np.isfinite(values).any():
        return None
    return int(np.nanargmin(values) if low else np.nanargmax(values)) + 1
