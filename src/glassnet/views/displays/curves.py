"""Displays of curves: the history of a training, and activations; the data are those of the scenes of these names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.scenes.curves.activations import activation_panel, activations_of, values
from glassnet.glass.scenes.curves.history import HistoryCurves, history_curves
from glassnet.glass.scenes.curves.plot import Panel
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, key_below
from glassnet.learning.fitted import fitted_of
from glassnet.pieces.activation import Activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.views.displays.display import Display

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class HistoryDisplay(Display):
    """One column of a history by epoch, with that of the validation rows.

    Args:
        data: the curves and the best epoch.

    >>> display = HistoryDisplay.from_history({"cost": [0.9, 0.4]})
    >>> display.title, display.best_epoch
    ('cost by epoch; best in epoch 2: 0.4', 2)
    """

    def __init__(self, data: HistoryCurves) -> None:
        self.data = data

    @classmethod
    def from_history(
        cls, history: Mapping[str, Sequence[float]], metric: str = "cost", best: int | None = None
    ) -> Self:
        """From columns by name; the arguments are those of ``draw("history", ...)``."""
        return cls(HistoryCurves.of(history, metric, best))

    @classmethod
    def from_estimator(cls, model: object, metric: str = "cost") -> Self:
        """From a fitted model.

        Args:
            model: an estimator, a ``TableModel``, or a pipeline that ends in an estimator.
            metric: the column to draw, with the one of validation rows.
        """
        return cls.from_history(fitted_of(model).history or {}, metric)

    @property
    def curves(self) -> dict[str, Array]:
        """Name of a column -> its values, an entry an epoch (e,)."""
        return {name: np.asarray(column) for name, column in self.data.columns.items()}

    @property
    def best_epoch(self) -> int:
        """Counted from 1."""
        return self.data.best

    @property
    def title(self) -> str:
        return f"{self.data.title}; {self.data.note()}"

    @property
    def tables(self) -> tuple[Table, ...]:
        return history_curves(self.data.columns, metric=self.data.metric, best=self.data.best).tables

    def _draw(self, ax: Axes) -> None:
        draw_panel(ax, self.data.panel)
        self._entitle(ax)
        key_below(ax)


class ActivationsDisplay(Display):
    """``a = g(z)`` and its derivative ``g'(z)``, a panel for each activation.

    Args:
        activations: the records.
        z: where they are drawn, (q,) sorted; None is -4 ... 4.

    >>> display = ActivationsDisplay.from_names(["relu", "tanh"])
    >>> float(display.derivatives["tanh"].max())
    1.0
    """

    def __init__(self, activations: Iterable[Activation], z: Array | None = None) -> None:
        self.activations = tuple(activations)
        self.z = np.linspace(-4, 4, 401) if z is None else np.asarray(z, np.float64)
        both = {g.name: values(g, self.z) for g in self.activations}
        self.values = {name: g for name, (g, _) in both.items()}
        self.derivatives = {name: derivative for name, (_, derivative) in both.items()}

    @classmethod
    def from_names(cls, names: Iterable[str | Activation] | None = None, z: Array | None = None) -> Self:
        """Of some activations by name, or of all there are.

        Args:
            names: names or records; None takes the whole table.
            z: where they are drawn, (q,) sorted; None is -4 ... 4.

        Raises:
            UnknownName: there is no such activation.
        """
        return cls([ACTIVATIONS.find(name) for name in (ACTIVATIONS if names is None else names)], z)

    @classmethod
    def from_estimator(cls, model: object) -> Self:
        """Of those that a model uses, its output's among them.

        Args:
            model: a fitted estimator, a ``TableModel``, or ``(network, parameters)``.
        """
        return cls(activations_of(fitted_of(model).network))

    @property
    def title(self) -> str:
        return "activations a = g(z) and their derivatives g'(z)"

    @property
    def tables(self) -> tuple[Table, ...]:
        at = np.linspace(0, len(self.z) - 1, min(9, len(self.z))).round().astype(int)
        return tuple(
            Table.of(name, ("z", "g(z)", "g'(z)"), zip(self.z[at], g[at], self.derivatives[name][at], strict=True))
            for name, g in self.values.items()
        )

    def _size(self) -> tuple[float, float]:
        columns = int(np.ceil(np.sqrt(len(self.activations))))
        return 3.2 * columns, 2.5 * int(np.ceil(len(self.activations) / columns)) + 0.3

    def _draw(self, ax: Axes) -> None:
        for panel, g in zip(self._panels(ax, len(self.activations)), self.activations, strict=True):
            draw_panel(panel, activation_panel(g, self.z))
            panel.set_title(g.name)
        self.axes_[0].legend(loc="upper left")


def draw_panel(ax: Axes, panel: Panel) -> None:
    """Draw the plot into ``ax``, its marks last."""
    for curve in panel.curves:
        x, y = zip(*curve.points, strict=True)
        marker = "o" if len(x) == 1 else ""
        ax.plot(x, y, "--" if curve.dash else "-", color=color(curve.role), label=curve.name, marker=marker)
    if panel.x[0] < 0 < panel.x[1]:
        ax.axvline(0, color=color("quiet"), linewidth=0.6)
    if panel.y[0] < 0 < panel.y[1]:
        ax.axhline(0, color=color("quiet"), linewidth=0.6)
    for mark in panel.marks:
        ax.plot([mark.x], [mark.y], "D", color=color("ink"), label=mark.title, clip_on=False)
    ax.set(xlim=panel.x, ylim=panel.y, xlabel=panel.labels[0], ylabel=panel.labels[1])
    ax.set_yscale("log" if panel.log else "linear")
