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
    paper = color("paper")
    for k, (label, name) in enumerate(names.items()):  # also of those not among the rows: colors are the classes' own
        of_class = points[labels == label]
        if len(of_class):
            ax.scatter(of_class[:, 0], of_class[:, 1], s=size, marker=MARKERS[k % len(MARKERS)], color=series_color(k), edgecolors=paper,
                       linewidths=0.6, label=name, zorder=3)  # fmt: skip
    if wrong is not None and np.any(wrong):
        said = f"wrong: {int(np.sum(wrong))} of {len(wrong)}"
        ax.scatter(points[wrong, 0], points[wrong, 1], s=6 * size, facecolors="none", edgecolors=color("ink"), linewidths=1.4,
                   label=said, zorder=4)  # fmt: skip
