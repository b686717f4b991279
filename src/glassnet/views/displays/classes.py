"""Rows as points, a marker and a color for each class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.style import MARKERS, color, series_color

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_classes(
    ax: Axes, points: Array, labels: Array, names: Mapping[Any, str], wrong: Array | None = None, size: float = 34
) -> None:
    """Points (q, 2) with labels (q,), the classes ``names`` in order; those that are ``wrong`` (q,) in a ring."""
    style: dict[str, Any] = {"s": size, "edgecolors": color("paper"), "linewidths": 0.6, "zorder": 3}
    for k, (label, name) in enumerate(names.items()):  # also of those not among the rows: colors are the classes' own
        x, y = points[labels == label].T
        if len(x):
            ax.scatter(x, y, marker=MARKERS[k % len(MARKERS)], color=series_color(k), label=name, **style)
    if wrong is not None and np.any(wrong):
        x, y = points[wrong].T
        said = f"wrong: {int(np.sum(wrong))} of {len(wrong)}"
        style = {"s": 6 * size, "facecolors": "none", "edgecolors": color("ink"), "linewidths": 1.4, "zorder": 4}
        ax.scatter(x, y, label=said, **style)
