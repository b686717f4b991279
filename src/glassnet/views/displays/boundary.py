"""The decision boundary in the plane of two columns; of the whole network, or of a single unit inside it.

The other columns stay at their median, or at the most common cell. Workshop, *Why nonlinear: XOR*: the boundary of a
logistic regression next to that of a network; and how hidden units, each with a straight line, make up the curved one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import SIZED, blend, color, key_of_all, series_color, signed
from glassnet.views.displays.display import Display, grid_table
from glassnet.views.displays.plane import Features, Plane
from glassnet.views.subject import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

MOST_UNITS = 15
NO_SCORE = 1e-9  # a score nearer to 0 is rounding


@dataclass(eq=False, repr=False)
class DecisionBoundaryDisplay(Display):
    """The answer over the plane of two columns.

    Args:
        plane: the two columns.
        response: the probability of the second of two classes, the number of the likeliest class, the number predicted,
            or the activation of a unit, (r, r).
        kind: which of these: "probability", "class", "number" or "unit".
        unit: layer and unit (l, j) of a hidden unit, else None.
        boundary: where it is 0 the decision changes, (r, r); None where there is no such line.

    >>> from glassnet import LogisticRegression
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> display = DecisionBoundaryDisplay.from_estimator(LogisticRegression().fit(X, X[:, 0]), X, X[:, 0])
    >>> display.kind, display.response.shape
    ('probability', (121, 121))
    """

    plane: Plane
    response: Array
    kind: str
    unit: tuple[int, int] | None = None
    boundary: Array | None = None

    @classmethod
    def from_estimator(
        cls,
        model: object,
        X: TableLike,
        y: TableLike | None = None,
        *,
        features: Features | None = None,
        unit: tuple[int, int] | None = None,
        resolution: int = 121,
    ) -> Self:
        """From a fitted model.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X: rows (m, n) around which it is drawn, and which are drawn on it.
            y: their labels (m,), or None.
            features: the two columns, by name or number; None for the first two of numbers.
            unit: (l, j) draws unit j of layer l, both from 1, instead of the answer.
            resolution: points a side.

        Raises:
            InvalidInput: columns or a unit that are not there.
        """
        return cls.over(Plane.of(model, X, y, features, resolution), unit)

    @classmethod
    def over(cls, plane: Plane, unit: tuple[int, int] | None = None) -> Self:
        """Over a plane that was laid before, with its model as it is now.

        Args:
            plane: the plane.
            unit: (l, j) for unit j of layer l, instead of the answer.
        """
        return cls._of_answer(plane) if unit is None else cls._of_unit(plane, *unit)

    @classmethod
    def _of_answer(cls, plane: Plane) -> Self:
        subject = plane.subject
        scores = subject.scores(plane.inputs)
        predictions = subject.network.predictions(scores)
        if subject.network.loss.targets == "classes":
            return cls(plane, plane.squared(predictions.argmax(axis=1)), "class")
        if subject.fitted.classifies:
            return cls(plane, plane.squared(predictions[:, 0]), "probability", None, plane.squared(scores[:, 0]))
        return cls(plane, plane.squared(predictions[:, 0] * subject.scale + subject.center), "number")

    @classmethod
    def _of_unit(cls, plane: Plane, l: int, j: int) -> Self:
        subject = plane.subject
        widths = subject.network.widths
        if not 1 <= l < len(widths) or not 1 <= j <= widths[l]:
            seen = f"layers 1 to {len(widths) - 1} have {', '.join(map(str, widths[1:]))} units"
            raise InvalidInput(f"there is no unit {j} in a layer {l}", seen, remedy="choose one of these")
        forward_pass = subject.network.forward(plane.inputs, subject.parameters)
        Z = forward_pass.Z.get(l)
        boundary = None if Z is None else plane.squared(Z[:, j - 1])
        return cls(plane, plane.squared(forward_pass.A[l][:, j - 1]), "unit", (l, j), boundary)

    @property
    def title(self) -> str:
        of = "the answer"
        if self.unit is not None:
            of = f"unit {self.unit[1]} of layer {self.unit[0]}"
        elif self.kind == "probability":
            of = f"probability of {_second(self.plane.subject)}"
        elif self.kind == "number":
            of = self.plane.subject.answer
        none = "; no boundary in view" if self.boundary is not None and not self._bounded else ""
        return f"{of} over {self.plane.names[0]} and {self.plane.names[1]}{self.plane.notes}{none}"

    @property
    def tables(self) -> tuple[Table, ...]:
        plane, classes = self.plane, self.plane.subject.classes
        values = self.response if classes is None or self.kind != "class" else classes[self.response]
        return (grid_table(f"The {self.kind} on a coarse grid", plane.names, plane.x, plane.y, values),)

    @property
    def _measured(self) -> str:
        """What the colors are."""
        if self.unit is not None:
            return "activation a"
        return (
            f"probability of {_second(self.plane.subject)}" if self.kind == "probability" else self.plane.subject.answer
        )

    @property
    def _bounded(self) -> bool:
        """Whether the decision changes in view, by more than rounding."""
        z = self.boundary
        return z is not None and float(z.min()) < -NO_SCORE and float(z.max()) > NO_SCORE

    def _draw(self, ax: Axes) -> None:
        mappable = self._fill(ax)
        colored = None if mappable is None or self.kind != "number" else {"cmap": mappable.cmap, "norm": mappable.norm}
        self.plane.draw_points(ax, colored=colored)
        self._entitle(ax)
        if mappable is not None:
            ax.figure.colorbar(mappable, ax=ax, label=self._measured)

    def _fill(self, ax: Axes, ends: tuple[float, float] | None = None) -> AxesImage | None:
        """The area, numbers in colors between ``ends``; what a color bar explains, or None."""
        from matplotlib.colors import Colormap, ListedColormap

        colors: Colormap | str

        plane, r = self.plane, self.response
        low, high = ends or self.ends
        around = (plane.x[0], plane.x[-1], plane.y[0], plane.y[-1])
        how: dict[str, Any] = {"extent": around, "origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
        if self.kind == "class":
            k = plane.subject.network.outputs
            colors = ListedColormap([series_color(i) for i in range(k)])
            ax.imshow(r, cmap=colors, vmin=-0.5, vmax=k - 0.5, alpha=0.45, **how | {"interpolation": "nearest"})
            mappable = None
        elif self.kind == "probability":
            colors = blend(series_color(0), color("paper"), series_color(1))
            mappable = ax.imshow(r, cmap=colors, vmin=0, vmax=1, alpha=0.6, **how)
        else:
            colors = signed() if self.kind == "unit" and low < 0 else SIZED
            mappable = ax.imshow(r, cmap=colors, vmin=low, vmax=high, **how)
        if self._bounded:
            edge = color("paper") if self.kind == "unit" and low >= 0 else color("ink")
            ax.contour(plane.x, plane.y, self.boundary, levels=[0], colors=[edge], linewidths=1.6)
        return mappable

    @property
    def ends(self) -> tuple[float, float]:
        """Of the colors of numbers, those of the rows too; around 0 where a unit is below it."""
        numbers = [self.response.ravel()]
        if self.kind == "number" and self.plane.labels is not None:
            numbers.append(self.plane.labels.astype(float))
        every = np.concatenate(numbers)
        low, high = float(np.nanmin(every)), float(np.nanmax(every))
        far = max(abs(low), abs(high), 1e-12)
        return (-far, far) if self.kind == "unit" and low < 0 else (low, high)


class UnitBoundariesDisplay(Display):
    """The boundary of every unit of a hidden layer, and of the whole network they make up.

    Args:
        panels: one of each unit, the network's last.
        layer: l.
        left_out: how many units are not drawn.

    >>> from sklearn.datasets import load_iris
    >>> from glassnet import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((3,), tol=0.01, random_state=0).fit(X[:, :2], y == 0)
    >>> len(UnitBoundariesDisplay.from_estimator(model, X[:, :2], y == 0).panels)
    4
    """

    def __init__(self, panels: list[DecisionBoundaryDisplay], layer: int, left_out: int) -> None:
        self.panels, self.layer, self.left_out = panels, layer, left_out

    @classmethod
    def from_estimator(
        cls,
        model: object,
        X: TableLike,
        y: TableLike | None = None,
        *,
        layer: int = 1,
        features: Features | None = None,
        resolution: int = 81,
    ) -> Self:
        """From a fitted model; see :meth:`DecisionBoundaryDisplay.from_estimator`.

        Args:
            layer: l, from 1.
        """
        plane = Plane.of(model, X, y, features, resolution)
        widths = plane.subject.network.widths
        if not 1 <= layer < len(widths):
            seen = f"layers 1 to {len(widths) - 1}"
            raise InvalidInput(f"there is no layer {layer}", seen, remedy="choose one of these")
        drawn_units = min(widths[layer], MOST_UNITS)
        panels = [DecisionBoundaryDisplay._of_unit(plane, layer, j) for j in range(1, drawn_units + 1)]
        return cls([*panels, DecisionBoundaryDisplay._of_answer(plane)], layer, widths[layer] - drawn_units)

    @property
    def title(self) -> str:
        more = f" ({self.left_out} more are not drawn)" if self.left_out else ""
        return f"the units of layer {self.layer}{more}, and the network they make up{self.panels[0].plane.notes}"

    @property
    def tables(self) -> tuple[Table, ...]:
        rows = (
            (panel.unit[1], panel.response.min(), panel.response.max(), "yes" if panel._bounded else "no")
            for panel in self.panels
            if panel.unit is not None
        )
        heads = ("unit", "smallest activation", "largest activation", "boundary in view")
        return (Table.of(f"Units of layer {self.layer}", heads, rows), *self.panels[-1].tables)

    def _size(self) -> tuple[float, float]:
        columns = _columns(len(self.panels))
        return 3.0 * columns + 1.0, 2.8 * int(np.ceil(len(self.panels) / columns)) + 0.4

    def _draw(self, ax: Axes) -> None:
        panels, units = self._panels(ax, len(self.panels), _columns(len(self.panels))), self.panels[:-1]
        low, high = (extreme(panel.ends[i] for panel in units) for i, extreme in enumerate((min, max)))
        ends = (-max(-low, high), max(-low, high)) if low < 0 else (low, high)
        for panel, display in zip(panels, self.panels, strict=True):
            whole = display.unit is None
            drawn = display._fill(panel, None if whole else ends)
            display.plane.draw_points(panel, key=False)
            panel.set_title("the network" if display.unit is None else f"unit {display.unit[1]}", fontsize="medium")
            if drawn is not None and display is units[-1]:
                panel.figure.colorbar(drawn, ax=panels, label=display._measured, shrink=0.9)
        key_of_all(panels[-1])


def _columns(panels: int) -> int:
    """Of a grid: few in one row."""
    return panels if panels < 4 else int(np.ceil(np.sqrt(panels)))


def _second(subject: Subject) -> str:
    classes = subject.classes
    return "output 1" if classes is None or len(classes) != 2 else str(classes[1])
