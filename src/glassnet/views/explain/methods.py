"""The methods: three ways to attribute the change of a score to the columns, as a table of records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from glassnet.arrays import Array
from glassnet.glass.score import Score
from glassnet.pieces.tables import Table
from glassnet.views.explain.integrated_gradients import integrated_gradients
from glassnet.views.explain.layerwise import layerwise


@dataclass(frozen=True)
class Method:
    """One way to attribute the change of a score from the baseline to the row.

    Args:
        name: its name.
        label: the head of its column in tables.
        by_input: from (score, row, baseline) to the contribution of each input, (n,).
        formula: as people write it.
        adds_up: whether the contributions must add up to the change; what is missing is shown in any case.
        source: where it comes from.
    """

    name: str
    label: str
    by_input: Callable[[Score, Array, Array], Array]
    formula: str
    adds_up: bool
    source: str


def _gradient(score: Score, x: Array, baseline: Array) -> Array:
    return score(x[None])[1][0] * (x - baseline)


def _layerwise(score: Score, x: Array, baseline: Array) -> Array:
    return score.factor * layerwise(score.network, score.parameters, x, baseline, score.output).units[0]


METHODS: Table[Method] = Table(
    "method",
    [
        Method("integrated", "integrated", integrated_gradients,
               "integrated gradients, (x - x') times the mean gradient on the straight line from the baseline x' to x",
               True, "Sundararajan, Taly, Yan 2017, arXiv 1703.01365"),
        Method("gradient", "gradient", _gradient, "gradient times input, (x - x') dS/dx at x; it need not add up",
               False, "Shrikumar, Greenside, Shcherbina, Kundaje 2016, arXiv 1605.01713"),
        Method("layerwise", "by layer", _layerwise,
               "back from the score along every edge, m[k] W[k, j] (a[j] - a'[j]) (DeepLIFT, rescale rule)",
               True, "Shrikumar, Greenside, Kundaje 2017, arXiv 1704.02685"),
    ],
)  # fmt: skip
"""Every method, the most trustworthy first."""
