"""The cost surface over a plane of parameters, with the path of a descent on it (workshop, *Gradient descent*)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array, dense
from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.glass.gradients.cost import Cost
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.matplotlib_file import mathtext
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import SIZED, color, key_below
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets
from glassnet.text import format_number
from glassnet.views.displays.descent_path import EDGED, descended
from glassnet.views.displays.display import Display, grid_table
from glassnet.views.displays.slices import Axes, Chosen, chosen_axes, on_plane
from glassnet.views.subject import Subject, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Panel

COST_ROWS = 2000  # the cost is taken over: the surface takes as many passes as it has points
LISTED = 12  # steps of the path in the table
LEFT = 0.02  # of the range of J on the path: a slice that differs by more does not hold the path
WINDOW = 0.35  # of the extent of what is in view: what is seen around it


class Settings(TypedDict, total=False):
    """How a slice is chosen; see :meth:`CostSurfaceDisplay.from_network`."""

    directions: Chosen
    reach: float | None
    resolution: int
    seed: int


@dataclass(eq=False, repr=False)
class CostSurfaceDisplay(Display):
    """J over two directions: a slice of the cost surface.

    Args:
        a, b: coordinates along the two axes, (r,) each.
        cost: J, (r, r), rows along b.
        axes: what the two directions are.
        chosen: how they were chosen.
        parameters: how many parameters the network has.
        path: coordinates of a descent, (t, 2), or None; path_cost: J on it (t,), at the true parameters.
        below: J where the path falls on the slice, (t,).
        ending: how the descent ended, for the title.

    >>> from sklearn.datasets import load_iris
    >>> from glassnet import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((4,), tol=0.01, random_state=0).fit(X, y)
    >>> CostSurfaceDisplay.from_estimator(model, X, y, resolution=5).cost.shape
    (5, 5)
    """

    size = (6.6, 5.2)

    a: Array
    b: Array
    cost: Array
    axes: Axes
    chosen: str
    parameters: int
    path: Array | None = None
    path_cost: Array | None = None
    below: Array | None = None
    ending: str = ""

    @classmethod
    def from_network(
        cls,
        network: Network,
        parameters: Parameters,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        directions: Chosen = None,
        path: Array | None = None,
        reach: float | None = None,
        resolution: int = 41,
        seed: int = 0,
        ending: str = "",
        window: Array | None = None,
    ) -> Self:
        """Around the ``parameters`` of a network.

        Args:
            network, parameters: the center of the slice.
            X, Y: rows (m, n[0]) and targets as the loss reads them.
            directions: a name from ``DIRECTIONS``, or two parameters such as ``("w11[1]", "b1[1]")``. None takes
                the only two parameters, else the plane of the path, else two random directions.
            path: parameters on the way of a descent, (t, n), drawn where they fall on the plane.
            reach: how far the axes go from the center, in lengths of the directions; None is 1, or as far as the
                parameter is large, and in any case as far as the path.
            resolution: points a side.
            seed: of random directions.
            ending: how the descent ended, for the title.
            window: the parameters (t, n) around which the axes go; None takes the path.

        Raises:
            InvalidInput, UnknownName: directions or parameters that do not exist.

        Source: the ``source`` of each entry of ``DIRECTIONS``.

        >>> network = Network.mlp(1, [], 1)
        >>> parameters = network.initialize()
        >>> parameters.theta[:] = [2, 0]
        >>> X = np.array([[-1.0], [1.0]])
        >>> display = CostSurfaceDisplay.from_network(network, parameters, X, 2 * X)
        >>> float(display.cost.min()), display.title
        (0.0, 'a slice of the cost J through w11[1] and b1[1]')
        """
        theta = parameters.theta.astype(np.float64)
        inputs = dense(network.check_inputs(X, np.float64))
        plan = Plan(network, examples=len(inputs), dtype="float64")
        targets = as_targets(Y, network.loss, network.outputs, np.float64)
        J = Cost(plan, theta, parameters.running.astype(np.float64), inputs, targets, None, "reference", training=False)
        way = None if path is None else np.asarray(path, np.float64)
        axes, chosen = chosen_axes(J, directions, way, np.random.default_rng(seed))
        coordinates = None if way is None else on_plane(way - theta, axes)
        if resolution < 2:
            seen, remedy = f"resolution={resolution}", "leave it out"
            raise InvalidInput("a surface has at least 2 points a side", seen, remedy)
        around = coordinates if window is None else on_plane(window - theta, axes)
        a, b = (_ticks(axes[i].start, reach, resolution, around, i, window is not None) for i in (0, 1))
        cost = np.array([[J(theta + s * axes[0].d + t * axes[1].d) for s in a] for t in b])
        path_cost = None if way is None else np.array([J(point) for point in way])
        starts = np.array([axis.start for axis in axes])
        found = cls(a + starts[0], b + starts[1], cost, axes, chosen, theta.size, path_cost=path_cost, ending=ending)
        if coordinates is not None:
            found.path = coordinates + starts
            found.below = np.array([J(theta + s * axes[0].d + t * axes[1].d) for s, t in coordinates])
        return found

    @classmethod
    def from_estimator(
        cls, model: object, X: TableLike, y: TableLike | None = None, **settings: Unpack[Settings]
    ) -> Self:
        """Around a fitted model's parameters, over the cost of its rows without penalties.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels or numbers; of a ``TableModel`` a table that has the target too.
            settings: as in :meth:`from_network`.
        """
        subject = Subject(model)
        rows, truth, words = judged(subject, X, y, COST_ROWS)
        inputs, targets = subject.encode(rows), subject.fitted.answers.encode(truth)
        display = cls.from_network(subject.network, subject.parameters, inputs, targets, **settings)
        if subject.fitted.row_digests is not None:  # else there is nothing to say of them
            display.judged = f"over {len(truth):,} rows: {words}"
        return display

    @classmethod
    def from_descent(
        cls,
        network: Network,
        parameters: Parameters,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        alpha: float,
        steps: int = 50,
        **settings: Unpack[Settings],
    ) -> Self:
        """Of gradient descent from the ``parameters``, which stay as they are; the slice is centered where it ends.

        Args:
            network, parameters, X, Y: as in :meth:`from_network`.
            alpha: the learning rate.
            steps: how many at most; a descent that diverges is stopped, and the title says so.
            settings: as in :meth:`from_network`.
        """
        path, ending = descended(network, parameters, X, Y, alpha, steps)
        best = network.parameters(path[-1] if not ending.startswith("diverged") else path[0], parameters.running.copy())
        ended = f"gradient descent, learning rate {alpha:g}: {ending}"
        return cls.from_network(network, best, X, Y, path=path, ending=ended, **settings)

    @property
    def title(self) -> str:
        fixed = self.parameters - 2 if "through" in self.chosen else 0
        rest = f"; the other {fixed:,} parameters are fixed" if fixed else ""
        left = "; the path leaves the slice" if self.leaves else ""
        ending = f"; {self.ending}" if self.ending else ""
        return f"a slice of the cost J {self.chosen}{rest}{self._judging()}{ending}{left}"

    @property
    def leaves(self) -> bool:
        """Whether J on the path is another than on the slice: then the slice does not show the descent."""
        if self.path_cost is None or self.below is None:
            return False
        known = np.isfinite(self.path_cost) & np.isfinite(self.below)
        on_path, on_slice = self.path_cost[known], self.below[known]
        return len(on_path) > 0 and bool(np.abs(on_path - on_slice).max() > LEFT * float(np.ptp(on_path)))

    @property
    def diverged(self) -> bool:
        """Whether the descent went up."""
        return self.ending != "" and "diverged" in self.ending

    @property
    def tables(self) -> tuple[Table, ...]:
        first, second = (axis.name for axis in self.axes)
        grid = grid_table("J on a coarse grid", (first, second), self.a, self.b, self.cost)
        if self.path is None or self.path_cost is None:
            return (grid,)
        steps = Elided.of(len(self.path), LISTED).drawn
        rows = ((t, *self.path[t], self.path_cost[t]) for t in steps)
        return Table.of("Along the path", ("step", first, second, "cost J"), rows), grid

    def _size(self) -> tuple[float, float]:
        return (10.4, self.size[1]) if self.leaves else self.size

    def _draw(self, ax: Panel) -> None:
        panel, second = self._panels(ax, 2) if self.leaves else (ax, None)
        self.draw_slice(panel)
        self._draw_path(panel)
        panel.set(xlabel=mathtext(self.axes[0].name), ylabel=mathtext(self.axes[1].name))
        if second is None:
            self._entitle(panel)
        else:
            self._draw_costs(second)

    def _draw_costs(self, ax: Panel) -> None:
        """J step by step: what the descent saw, and what the slice says of the places below it."""
        assert self.path_cost is not None and self.below is not None
        ax.plot(self.path_cost, label="along the path")
        ax.plot(self.below, "--", label="on the slice below it")
        known = self.path_cost[np.isfinite(self.path_cost)]
        low, high = float(known.min()), float(known.max())
        ax.set(xlabel="step", ylabel="cost J", yscale="log" if low > 0 and high > 30 * low else "linear")
        key_below(ax)

    def draw_slice(self, ax: Panel, bar: bool = True) -> None:
        """The surface alone, its color bar where asked for; nothing where it is not finite.

        Levels lie at equal ratios where the cost is steep, else at equal distances.
        """
        from matplotlib.colors import LogNorm

        if not np.isfinite(self.cost).any():
            return
        cost = np.where(np.isfinite(self.cost), self.cost, np.nan)
        low, high = float(np.nanmin(cost)), float(np.nanmax(cost))
        steep = low > 0 and high > 30 * low
        levels = np.geomspace(low, high, 21) if steep else np.linspace(low, high if high > low else low + 1, 21)
        norm = LogNorm(low, high) if steep else None
        drawn = ax.contourf(self.a, self.b, cost, levels=levels, cmap=SIZED, norm=norm)
        ax.contour(self.a, self.b, cost, levels=levels, colors=[color("paper")], linewidths=0.3, norm=norm)
        if bar:
            marks = ax.figure.colorbar(drawn, ax=ax, label="cost J")
            marks.set_ticks(levels[::4].tolist(), labels=[format_number(level, 3) for level in levels[::4]])

    def _draw_path(self, ax: Panel) -> None:
        """The path with both its ends; without one the place of the parameters."""
        middle = np.array([[self.a[[0, -1]].mean(), self.b[[0, -1]].mean()]])
        path = middle if self.path is None else self.path
        if self.path is None:
            marks = [(path[0], "*", "the parameters")]
        else:
            ax.plot(*path.T, "-", color="#000000", linewidth=2.4)
            ax.plot(*path.T, "o-", markersize=3.5, linewidth=1, markeredgewidth=0.5, **EDGED)
            marks = [(path[0], "s", "start")]
            if all(t[0] <= at <= t[-1] for at, t in zip(path[-1], (self.a, self.b), strict=True)):  # else it leaves
                marks.append((path[-1], "X", "diverged") if self.diverged else (path[-1], "*", "end"))
        for point, marker, label in marks:
            ax.plot(*point, marker, markersize=11, linestyle="", label=label, **EDGED)
        ax.set(xlim=(self.a[0], self.a[-1]), ylim=(self.b[0], self.b[-1]))
        key_below(ax)


def _ticks(start: float, reach: float | None, resolution: int, path: Array | None, i: int, only: bool) -> Array:
    """As far as ``reach`` and the path; ``only`` as far as the path, and what is near."""
    if only and path is not None:
        margin = WINDOW * max(float(np.ptp(path[:, i])), 0.5 * float(np.ptp(path[:, 1 - i])), 1e-9)
        return np.linspace(path[:, i].min() - margin, path[:, i].max() + margin, resolution)
    size = max(1.0, abs(start)) if reach is None else reach
    low, high = -size, size
    if path is not None:
        margin = 0.1 * float(np.ptp(path[:, i]))
        low, high = min(low, path[:, i].min() - margin), max(high, path[:, i].max() + margin)
    return np.linspace(low, high, resolution)
