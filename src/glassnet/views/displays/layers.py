"""What each layer adds to the one below, on data: the rows as every layer sees them (workshop, *Abstracting layers* and
*Deep neural networks*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, key_of_all
from glassnet.text import counted, format_number
from glassnet.views.displays.classes import draw_classes
from glassnet.views.displays.display import Display
from glassnet.views.subject import Subject, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 600
LATTICE = 9  # lines of the grid in each direction
ROUNDS = 20  # of a search for the best straight lines
RIDGE = 1e-6  # of the largest variance: what keeps the straight line's equations solvable
JITTER = 0.04  # of the range: so that rows with the same number do not hide each other


@dataclass(frozen=True, eq=False)
class Seen:
    """The rows as one layer sees them.

    Args:
        l: the layer, 0 for the input. width: its units.
        points: (m, 2), its two units, or the two main directions of more.
        share: of the rows that straight lines in this layer tell apart; of a regression, R2 of a plane.
        lattice: lines (q, 2) of a grid over the inputs as they lie here; () where there are not two inputs.
        line: the next layer's decision, two points; None where it is not a line here.
    """

    l: int
    width: int
    points: Array
    share: float
    lattice: tuple[Array, ...] = ()
    line: Array | None = None


class LayersDisplay(Display):
    """The rows in every layer, from the input to the output, and how well a straight line would do there.

    Args:
        layers: of each layer what is seen. labels: of the rows (m,). names: label -> what it is called.
        classifies: whether the labels are classes.

    >>> from glassnet import MLPClassifier
    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
    >>> bent = MLPClassifier((2,), activation="logistic", solver="lbfgs", random_state=5).fit(X, y)
    >>> [seen.share for seen in LayersDisplay.from_estimator(bent, X, y).layers]
    [0.75, 1.0, 1.0]
    """

    def __init__(self, layers: Sequence[Seen], labels: Array, names: dict[object, str], classifies: bool) -> None:
        self.layers, self.labels, self.names, self.classifies = tuple(layers), labels, names, classifies

    @classmethod
    def from_estimator(cls, model: object, X: TableLike, y: TableLike | None = None) -> Self:
        """From a fitted model.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels or numbers; of a ``TableModel`` a table that has the target too.
        """
        subject = Subject(model)
        rows = judged(subject, X, y, MOST_ROWS)
        cells, truth = rows.rows, rows.truth
        inputs, classifies = subject.encode(cells), subject.fitted.classifies and np.ndim(truth) == 1
        known = np.unique(truth) if classifies else np.array([])
        wanted = (
            (truth[:, None] == known).astype(float) if classifies else np.reshape(truth, (len(truth), -1)).astype(float)
        )
        lattice = _lattice(inputs)
        both = np.concatenate([inputs, *lattice])
        outputs = _outputs(subject, both)
        found = []
        for l, A in enumerate(outputs):
            points = _plane(A, len(inputs))
            lines = np.split(points[len(inputs) :], len(lattice)) if lattice else []
            line = _decision(subject, l, points[: len(inputs)]) if classifies else None
            share = _score_of_plane(A[: len(inputs)], wanted, classifies)
            found.append(Seen(l, A.shape[1], points[: len(inputs)], share, tuple(lines), line))
        display = cls(found, truth, {label: str(label) for label in known.tolist()}, bool(classifies))
        display.judged = rows.shown
        return display

    @property
    def title(self) -> str:
        what = "what each layer adds: the rows as every layer sees them, and how well straight lines would do there"
        return what + self._judging()

    @property
    def tables(self) -> tuple[Table, ...]:
        score = "separated by straight lines, %" if self.classifies else "R2 of a plane"
        rows = ((self._name(seen), seen.width, self._share(seen)) for seen in self.layers)
        return (Table.of("Layers", ("layer", "units", score), rows),)

    def _share(self, seen: Seen) -> float:
        return 100 * seen.share if self.classifies else seen.share

    def _name(self, seen: Seen) -> str:
        return "input" if seen.l == 0 else "output" if seen.l == len(self.layers) - 1 else f"layer {seen.l}"

    def _size(self) -> tuple[float, float]:
        columns = min(len(self.layers), 5)
        return 3.1 * columns + 0.3, 3.3 * -(-len(self.layers) // columns) + 0.7

    def _draw(self, ax: Axes) -> None:
        panels = self._panels(ax, len(self.layers), min(len(self.layers), 5))
        for panel, seen in zip(panels, self.layers, strict=True):
            self._draw_layer(panel, seen)
        if self.classifies:
            key_of_all(panels[0])

    def _draw_layer(self, ax: Axes, seen: Seen) -> None:
        for line in seen.lattice if seen.width > 1 else ():
            ax.plot(*line.T, color=color("quiet"), linewidth=0.5, zorder=1)
        if self.classifies:
            draw_classes(ax, seen.points, self.labels, self.names, size=26 if len(self.labels) < 100 else 12)
        else:
            ax.scatter(seen.points[:, 0], seen.points[:, 1], c=np.asarray(self.labels, float), s=10)
        if seen.line is not None:
            limits = {"xlim": ax.get_xlim(), "ylim": ax.get_ylim()}
            ax.plot(*seen.line.T, color=color("ink"), linewidth=1.4)
            ax.set(**limits)
        score = f"{format_number(self._share(seen), 3)} %" if self.classifies else f"R2 {format_number(seen.share, 3)}"
        ax.set_title(f"{self._name(seen)}, {counted(seen.width, 'unit')}: {score}", fontsize="small")
        heads = ("x1", "x2") if seen.l == 0 else (f"a1[{seen.l}]", f"a2[{seen.l}]")
        if seen.width > 2:
            heads = ("first direction", "second direction")
        ax.set(xlabel=heads[0], ylabel=heads[1] if seen.width > 1 else "")
        ax.tick_params(labelsize="small")
        if seen.width == 1:
            ax.set_yticks([])


def _outputs(subject: Subject, X: Array) -> list[Array]:
    """``A[0] ... A[L]``, the last after the link."""
    forward_pass = subject.network.forward(X, subject.parameters)
    L = len(subject.network.layers)
    return [np.asarray(forward_pass.A[l], float) for l in range(L)] + [subject.network.predictions(forward_pass.scores)]


def _lattice(inputs: Array) -> list[Array]:
    """Lines over the plane of two inputs; none where there are more."""
    if inputs.shape[1] != 2 or not len(inputs):
        return []
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    margin = 0.15 * (high - low)
    along = np.linspace(low - margin, high + margin, 41)
    fixed = np.linspace(low - margin, high + margin, LATTICE)
    across = [np.stack([along[:, 0], np.full(41, y)], axis=1) for y in fixed[:, 1]]
    return across + [np.stack([np.full(41, x), along[:, 1]], axis=1) for x in fixed[:, 0]]


def _plane(A: Array, m: int) -> Array:
    """Each row's two units; of more the two main directions of the first ``m`` rows, of one the number and jitter."""
    if A.shape[1] == 2:
        return A
    if A.shape[1] == 1:
        heights = np.where(np.arange(len(A)) < m, np.arange(len(A)) % 7 - 3, 0) * JITTER
        return np.stack([A[:, 0], heights], axis=1)
    mean = A[:m].mean(axis=0)
    _, _, rows = np.linalg.svd(A[:m] - mean, full_matrices=False)
    signs = np.where(rows[:2].sum(axis=1) < 0, -1.0, 1.0)  # a direction and its opposite are one: always the same
    plane = (A - mean) @ (rows[:2] * signs[:, None]).T
    return plane if plane.shape[1] == 2 else np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))


def _score_of_plane(A: Array, wanted: Array, classifies: bool) -> float:
    """What straight lines on the layer's units achieve: the share of rows classified rightly, or R2 of a plane.

    Lines are found by least squares, again and again with less weight on the rows that are wrong: the best are kept.
    """
    inputs, m = np.column_stack([A, np.ones(len(A))]), len(A)
    ridge = RIDGE * m * max(float((A**2).mean()) if A.size else 1.0, 1e-12) * np.eye(inputs.shape[1])
    weights = 1 + 4 * np.arange(m) / max(m, 1) if classifies else np.ones(m)  # rows that pull evenly come to no line
    best = 0.0
    for _ in range(ROUNDS if classifies else 1):
        weighed = inputs * weights[:, None]
        found = inputs @ np.linalg.solve(weighed.T @ inputs + ridge, weighed.T @ wanted)
        if not classifies:
            left = float(((wanted - found) ** 2).sum())
            return 1 - left / (float(((wanted - wanted.mean(axis=0)) ** 2).sum()) or 1.0)
        right = found.argmax(axis=1) == wanted.argmax(axis=1)
        best = max(best, float(right.mean()))
        weights = np.where(right, weights, 0.7 * weights)
    return best


def _decision(subject: Subject, l: int, points: Array) -> Array | None:
    """The line of the last layer in the plane of two units before it."""
    network = subject.network
    if l != len(network.layers) - 1 or network.outputs != 1 or points.shape[1] != 2 or network.widths[l] != 2:
        return None
    if l + 1 not in subject.parameters.W:
        return None
    (w,), b = (
        subject.parameters.W[l + 1],
        float(subject.parameters.b[l + 1][0]) if l + 1 in subject.parameters.b else 0.0,
    )
    if not (w @ w) > 0:
        return None
    middle, along = -b * w / (w @ w), np.array([-w[1], w[0]]) / np.sqrt(w @ w)
    reach = 3 * float(np.ptp(points, axis=0).max() + np.abs(middle).max() + 1)
    return np.stack([middle - reach * along, middle + reach * along])
