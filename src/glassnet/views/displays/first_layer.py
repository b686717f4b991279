"""The first layer's weights as images: which pixels a unit looks for (workshop, *Feature learning*)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, signed
from glassnet.views.displays.display import Display
from glassnet.views.subject import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_UNITS = 36


class FirstLayerDisplay(Display):
    """One image for each unit of the first layer, those with the largest weights first.

    Args:
        images: (units, rows, columns), NaN where a pixel is not an input.
        units: their numbers, from 1.
        of: how many units the layer has.

    >>> from glassnet import Network
    >>> network = Network.mlp(6, [3], 1)
    >>> FirstLayerDisplay.from_estimator((network, network.initialize()), shape=(2, 3)).images.shape
    (3, 2, 3)
    """

    def __init__(self, images: Array, units: Array, of: int) -> None:
        self.images, self.units, self.of = images, units, of

    @classmethod
    def from_estimator(cls, model: object, shape: tuple[int, int] | None = None, most: int = MOST_UNITS) -> Self:
        """From a fitted model.

        Args:
            model: an estimator, a ``TableModel`` (pixels are columns named ..._row_column, or in the order of the
                table), or ``(network, parameters)``.
            shape: rows and columns of the image; None takes a square.
            most: how many units at most.

        Raises:
            InvalidInput: inputs that are not an image of that shape.
        """
        subject = Subject(model)
        if 1 not in subject.parameters.W:
            raise InvalidInput(
                "the first layer has no weights to draw",
                remedy="begin the network with Dense, or show another of several (--member)",
            )
        W, pixels, (height, width) = subject.parameters.W[1], *_pixels(subject, shape)
        size = np.linalg.norm(W, axis=1)
        units = np.argsort(-size, kind="stable")[:most]
        images = np.full((len(units), height * width), np.nan)
        images[:, pixels] = W[units]
        return cls(images.reshape(-1, height, width), units + 1, len(W))

    @property
    def title(self) -> str:
        shown = f"{len(self.units)} of {self.of}" if len(self.units) < self.of else f"all {self.of}"
        return f"what {shown} units of the first layer look for: weights as images, sign by color"

    @property
    def tables(self) -> tuple[Table, ...]:
        rows = (
            (unit, np.sqrt(np.nansum(image**2)), np.nanmin(image), np.nanmax(image))
            for unit, image in zip(self.units, self.images, strict=True)
        )
        return (Table.of("Weights by unit", ("unit", "length", "smallest", "largest"), rows),)

    def _size(self) -> tuple[float, float]:
        columns = math.ceil(math.sqrt(len(self.images)))
        return max(4.5, 1.3 * columns + 1), 1.3 * math.ceil(len(self.images) / columns) + 0.6

    def _draw(self, ax: Axes) -> None:
        largest = max(float(np.nanmax(np.abs(self.images))), 1e-12)
        panels, colors = self._panels(ax, len(self.images)), signed()
        for panel, image, unit in zip(panels, self.images, self.units, strict=True):
            if np.isnan(image).any():  # white would be 0
                panel.patch.set(hatch="////", edgecolor=color("quiet"), linewidth=0)
            drawn = panel.imshow(image, cmap=colors, vmin=-largest, vmax=largest)
            panel.set_xticks([])
            panel.set_yticks([])
            panel.set_title(f"unit {unit}", fontsize="small", pad=2)
        holes = "; hatched: no input" if np.isnan(self.images).any() else ""
        ax.figure.colorbar(drawn, ax=panels, label=f"weight{holes}", shrink=0.8)


def _pixels(subject: Subject, shape: tuple[int, int] | None) -> tuple[Array, tuple[int, int]]:
    """The place of each input in the image, row by row, and the image's shape."""
    n = subject.network.inputs
    if shape is None:
        parts = [name.rsplit("_", 2)[1:] for name in subject.columns]
        if len(subject.columns) == n and all(len(p) == 2 and p[0].isdigit() and p[1].isdigit() for p in parts):
            places = np.array(parts, dtype=int)
            height, width = places.max(axis=0) + 1
            if height * width <= 4 * n:
                return places[:, 0] * width + places[:, 1], (int(height), int(width))
    side = math.isqrt(n)
    shape = (side, side) if shape is None else shape
    if shape[0] * shape[1] != n:
        raise InvalidInput(
            f"{n} inputs are not an image of {shape[0]} by {shape[1]}",
            remedy="say its rows and columns, as in shape=(8, 8) (--shape 8x8)",
        )
    return np.arange(n), (int(shape[0]), int(shape[1]))
