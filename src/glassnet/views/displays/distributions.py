"""How weights and gradients are distributed, by layer, and by epoch where a recorder watched the training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, series_color
from glassnet.views.displays.display import Display
from glassnet.views.displays.recorders import (
    GRADIENT_ROWS,
    QUANTILES,
    DistributionRecorder,
    Quantiles,
    gradient_of,
    quantiles_by_layer,
)
from glassnet.views.subject import Subject, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("weights", "gradients")


class DistributionsDisplay(Display):
    """Quantiles (1, 25, 50, 75 and 99 %) of the weights and of the cost's gradient in each layer.

    Args:
        weights: for each epoch l -> (5,). gradients: likewise; empty where no rows were given.
        epochs: their numbers; None where there is only the trained model.

    >>> from glassnet import Network
    >>> network = Network.mlp(4, [3], 1)
    >>> display = DistributionsDisplay.from_estimator((network, network.initialize()))
    >>> list(display.weights[0]), display.gradients
    ([1, 2], [])
    """

    def __init__(
        self, weights: Sequence[Quantiles], gradients: Sequence[Quantiles] = (), epochs: Sequence[int] | None = None
    ) -> None:
        self.weights, self.gradients = [*weights], [*gradients]
        self.epochs = None if epochs is None else [*epochs]

    @classmethod
    def from_estimator(cls, model: object, X: TableLike | None = None, y: TableLike | None = None) -> Self:
        """Of a fitted model; without rows of the weights alone.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels or numbers, for the gradient of the cost over them.
        """
        subject = Subject(model)
        weights = [quantiles_by_layer(subject.parameters)]
        if X is None:
            return cls(weights)
        rows, truth, _ = judged(subject, X, y, GRADIENT_ROWS)
        gradient = gradient_of(
            subject.network, subject.parameters, subject.encode(rows), subject.fitted.answers.encode(truth)
        )
        return cls(weights, [quantiles_by_layer(gradient)])

    @classmethod
    def from_recorder(cls, recorder: DistributionRecorder) -> Self:
        """Of a training that a recorder watched.

        Raises:
            InvalidInput: no epoch was recorded.
        """
        if not recorder.epochs:
            raise InvalidInput("the recorder has recorded no epoch", remedy="pass it to a training as a callback")
        return cls(recorder.weights, recorder.gradients, recorder.epochs)

    @property
    def title(self) -> str:
        what = " and ".join(NAMES[: 1 + bool(self.gradients)])
        by = "layer" if self.epochs is None else "layer and epoch"
        return f"{what} by {by}: median, middle half, and all but 1 % on each side"

    @property
    def tables(self) -> tuple[Table, ...]:
        heads = ("layer", *(f"{100 * share:g} %" for share in QUANTILES))
        after = "" if self.epochs is None else f" after epoch {self.epochs[-1]}"
        return tuple(
            Table.of(f"Quantiles of the {name}{after}", heads, ([l, *q] for l, q in series[-1].items()))
            for name, series in self._series
        )

    @property
    def _series(self) -> list[tuple[str, list[Quantiles]]]:
        return [(name, series) for name, series in zip(NAMES, (self.weights, self.gradients), strict=True) if series]

    def _size(self) -> tuple[float, float]:
        panels = 1 + bool(self.gradients)
        return (4.2 * panels, 3.8) if self.epochs is None else (4.6 * panels, 1.9 * len(self.weights[0]) + 0.8)

    def _draw(self, ax: Axes) -> None:
        kinds = self._series
        if self.epochs is None:
            for panel, (name, series) in zip(self._panels(ax, len(kinds), len(kinds)), kinds, strict=True):
                _boxes(panel, name, series[-1])
            return
        layers = list(self.weights[0])
        panels = iter(self._panels(ax, len(layers) * len(kinds), len(kinds)))
        for l in layers:
            for name, series in kinds:
                _fan(next(panels), f"{name}, layer {l}", self.epochs, series, l)


def _boxes(ax: Axes, name: str, quantiles: Quantiles) -> None:
    """One box for each layer."""
    keys = ("whislo", "q1", "med", "q3", "whishi")
    boxes = [{**dict(zip(keys, q.tolist(), strict=True)), "label": str(l)} for l, q in quantiles.items()]
    ink = {"color": color("ink")}
    box = {"facecolor": series_color(0), "edgecolor": color("ink")}
    ax.bxp(boxes, showfliers=False, patch_artist=True, boxprops=box,
           medianprops={**ink, "linewidth": 2}, whiskerprops=ink, capprops=ink)  # fmt: skip
    ax.axhline(0, color=color("quiet"), linewidth=0.6, linestyle=":")
    ax.set(title=name, xlabel="layer")


def _fan(ax: Axes, title: str, epochs: Sequence[int], series: Sequence[Quantiles], l: int) -> None:
    """The median with its bands, epoch by epoch."""
    q = np.array([quantiles[l] for quantiles in series])
    assert q.shape[1] == len(QUANTILES)
    ax.fill_between(epochs, q[:, 0], q[:, 4], color=series_color(0), alpha=0.2, linewidth=0)
    ax.fill_between(epochs, q[:, 1], q[:, 3], color=series_color(0), alpha=0.45, linewidth=0)
    ax.plot(epochs, q[:, 2], color=color("ink"), marker="" if len(epochs) > 1 else "o")
    ax.set_title(title, fontsize="small")
    ax.set_xlabel("epoch")
