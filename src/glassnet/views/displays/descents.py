"""The same descent with several learning rates on one cost surface: good, too slow, diverging (workshop, *Gradient
descent*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.matplotlib_file import mathtext
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import format_number
from glassnet.views.displays.descent_path import EDGED, descended
from glassnet.views.displays.display import Display
from glassnet.views.displays.slices import Chosen
from glassnet.views.displays.surface import CostSurfaceDisplay

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SLOW = 0.05  # of what the best descent gained: who still lacks more is too slow


@dataclass(frozen=True, eq=False)
class Descent:
    """One learning rate.

    Args:
        alpha: the learning rate. path: where it went on the plane, (t, 2). cost: J on the way, (t,).
        verdict: what came of it.
    """

    alpha: float
    path: Array
    cost: Array
    verdict: str


class DescentsDisplay(Display):
    """Descents with several learning rates, from one start, on one slice of the cost.

    Args:
        surface: the slice. descents: one of each learning rate.

    >>> network = Network.mlp(1, [], 1)
    >>> X = np.linspace(-1, 1, 9).reshape(-1, 1)
    >>> display = DescentsDisplay.from_network(network, network.initialize(), X, X, alphas=(0.01, 1.5, 9), resolution=5)
    >>> [descent.verdict.split(":")[0] for descent in display.descents]
    ['too slow', 'good', 'too large']
    """

    def __init__(self, surface: CostSurfaceDisplay, descents: Sequence[Descent]) -> None:
        self.surface, self.descents = surface, tuple(descents)

    @classmethod
    def from_network(
        cls,
        network: Network,
        parameters: Parameters,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        alphas: Sequence[float],
        steps: int = 30,
        directions: Chosen = None,
        resolution: int = 41,
    ) -> Self:
        """From the same ``parameters``, which stay as they are.

        Args:
            network, parameters, X, Y: as in :meth:`CostSurfaceDisplay.from_network`.
            alphas: the learning rates, at least one.
            steps: of each descent, at most.
            directions, resolution: of the slice, which is laid through the best descent.

        Raises:
            InvalidInput: no learning rate, or directions that do not exist.
        """
        if not len(alphas):
            raise InvalidInput("a descent needs a learning rate", "alphas is empty", "pass some, as in alphas=(0.1,)")
        ways = [descended(network, parameters, X, Y, float(alpha), steps) for alpha in alphas]
        ended = [
            network.cost(network.forward(X, network.parameters(way[-1], parameters.running)), Y) for way, _ in ways
        ]
        held = [cost if not end.startswith("diverged") else np.inf for cost, (_, end) in zip(ended, ways, strict=True)]
        best = int(np.argmin(held))
        center = network.parameters(ways[best][0][-1].copy(), parameters.running.copy())
        every = np.concatenate([way for way, _ in ways])
        lengths = np.cumsum([0, *(len(way) for way, _ in ways)])
        seen = [way for way, end in ways if not end.startswith("diverged")] or [ways[best][0][:2]]
        window = np.concatenate(seen)
        surface = CostSurfaceDisplay.from_network(
            network, center, X, Y, directions=directions, path=every, resolution=resolution, window=window
        )
        assert surface.path is not None and surface.path_cost is not None
        first = float(surface.path_cost[0])
        least = min(held)
        descents = []
        for alpha, (_, end), start, stop in zip(alphas, ways, lengths, lengths[1:], strict=False):
            cost = surface.path_cost[start:stop]
            verdict = _verdict(end, float(cost[-1]), first, least, int(stop - start) - 1)
            descents.append(Descent(float(alpha), surface.path[start:stop], cost, verdict))
        surface.path = surface.path_cost = surface.below = None
        return cls(surface, descents)

    @property
    def title(self) -> str:
        return f"gradient descent with {len(self.descents)} learning rates, from the same start"

    @property
    def tables(self) -> tuple[Table, ...]:
        heads = ("alpha", "what came of it", "J at first", "J at the end", "steps")
        rows = ((d.alpha, d.verdict, d.cost[0], d.cost[-1], len(d.cost) - 1) for d in self.descents)
        ways = []
        for descent in self.descents:
            some = Elided.of(len(descent.cost), 12).drawn
            ways.append(Table.of(f"alpha = {descent.alpha:g}", ("step", "J"), ((t, descent.cost[t]) for t in some)))
        return (Table.of("Learning rates", heads, rows), *ways, *self.surface.tables)

    def _size(self) -> tuple[float, float]:
        return 3.9 * len(self.descents) + 0.5, 6.0

    def _draw(self, ax: Axes) -> None:
        n = len(self.descents)
        panels = self._panels(ax, 2 * n, n, heights=(3, 1.1))
        costs = np.concatenate([descent.cost for descent in self.descents])
        known = costs[np.isfinite(costs) & (costs > 0)]
        for i, descent in enumerate(self.descents):
            above, below = panels[i], panels[n + i]
            self.surface.draw_slice(above, bar=i == n - 1)
            self._draw_way(above, descent)
            above.set_title(f"α = {descent.alpha:g}: {descent.verdict}", fontsize="small")
            below.plot(descent.cost, "o-", color=color("ink"), markersize=2.5, linewidth=1.2)
            below.set(xlabel="step", yscale="log", ylim=(known.min() / 2, min(known.max(), 1e3 * known.max()) * 2))
            below.yaxis.set_major_formatter(lambda cost, _: format_number(cost, 2))  # raised powers would be small
            if i == 0:
                below.set_ylabel("cost J")

    def _draw_way(self, ax: Axes, descent: Descent) -> None:
        """The path as far as it is in view, its start, and its end or where it leaves."""
        ax.plot(*descent.path.T, "-", color="#000000", linewidth=2.6)
        ax.plot(*descent.path.T, "o-", markersize=4, linewidth=1.1, markeredgewidth=0.5, **EDGED)
        ax.plot(*descent.path[0], "s", markersize=10, **EDGED)
        if not descent.verdict.startswith("too large"):
            ax.plot(*descent.path[-1], "*", markersize=14, **EDGED)
        a, b = self.surface.a, self.surface.b
        across, up = (mathtext(axis.name) for axis in self.surface.axes)
        ax.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]), xlabel=across, ylabel=up)


def _verdict(end: str, cost: float, first: float, least: float, steps: int) -> str:
    if end.startswith("diverged"):
        return "too large: it diverges"
    if cost - least > SLOW * max(first - least, 0.0):
        return f"too slow: J = {format_number(cost, 3)} after {steps} steps"
    return f"good: J = {format_number(cost, 3)} after {steps} steps"
