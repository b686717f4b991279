"""What every display is: data on an object, drawn by ``plot(ax=...)`` in scikit-learn's Display manner."""

from __future__ import annotations

import io
import math
import os
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from glassnet.archive import replace_atomically
from glassnet.arrays import Array
from glassnet.errors import unknown_name
from glassnet.glass.scenes.presentation import without_styles
from glassnet.glass.scenes.table import Table
from glassnet.glass.scenes.twin import as_html, as_text
from glassnet.glass.sheet import styled
from glassnet.glass.style import matplotlib, themed
from glassnet.notebook_hook import Displayable
from glassnet.text import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

FORMATS = ("svg", "png", "pdf")
COARSE = 5  # points a side of a plane in a table
LETTERS = 13  # of a title in an inch


class Display(Displayable, ABC):
    """A picture's data, how it is drawn, and its text twin.

    Attributes, after :meth:`plot`: ``ax_`` and ``figure_``; ``axes_``, all panels of a display that has several.
    """

    size: ClassVar[tuple[float, float]] = (6.4, 4.4)  # inches of a new figure

    named: bool = False  # whether the title begins with a user's name, which stays as it is
    plotted = False  # into axes that matplotlib shows itself
    judged = ""  # what the rows were to the model's training, where a model is judged

    ax_: Axes
    figure_: Figure | SubFigure
    axes_: list[Axes]

    @property
    @abstractmethod
    def title(self) -> str:
        """What the picture shows, in a sentence without its full stop."""

    def _judging(self) -> str:
        """The end of a title: what the rows were to the training."""
        return f"; {self.judged}" if self.judged else ""

    @property
    @abstractmethod
    def tables(self) -> tuple[Table, ...]:
        """The numbers behind the picture; only a part if there are very many."""

    @abstractmethod
    def _draw(self, ax: Axes) -> None:
        """Draw into ``ax``."""

    def plot(self, ax: Axes | None = None, *, dark: bool | None = None) -> Self:
        """Draw.

        Args:
            ax: a matplotlib axes to draw in; None makes a figure.
            dark: on dark paper; None looks at the paper of ``ax``, or at matplotlib's settings.

        Raises:
            MissingPackage: matplotlib is not installed.
        """
        matplotlib()
        import matplotlib.pyplot as plt

        self.plotted = True
        with themed(ax, dark):
            self._plot(plt.subplots(figsize=self._size(), layout="constrained")[1] if ax is None else ax)
        return self

    def save(self, path: str | os.PathLike[str], *, dark: bool = False, format: str | None = None) -> None:
        """Draw into a file, which replaces ``path`` in one step.

        Args:
            path: by its ending .svg, .png or .pdf.
            dark: on dark paper.
            format: where the ending does not say it.

        Raises:
            MissingPackage: matplotlib is not installed.
            UnknownName: another ending.
            UnusableFile: the file cannot be written.
        """
        kind = format or Path(path).suffix[1:].lower()
        if kind not in FORMATS:
            raise unknown_name("format of pictures", kind, FORMATS)
        picture = self.picture(kind, dark)
        with replace_atomically(path) as file:
            file.write(picture)

    def picture(self, format: str = "svg", dark: bool = False) -> bytes:
        """The bytes of such a file; drawn without a window, also off the main thread."""
        matplotlib()
        from matplotlib.figure import Figure

        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format)
        with themed(dark=dark), io.BytesIO() as file:
            figure = Figure(figsize=self._size(), layout="constrained")
            self._plot(figure.subplots())
            figure.savefig(file, format=format, dpi=150, metadata=metadata)
            return _titled(file.getvalue(), self.title) if format == "svg" else file.getvalue()

    def svg(self, dark: bool = False) -> str:
        """The picture as SVG, to stand in a page."""
        text = self.picture("svg", dark).decode()
        return text[text.index("<svg") :]

    def markup(self) -> str:
        """The picture with its text twin folded below, for a page that serves the style sheet."""
        return as_html(self.svg(), f"{self.title}.", self.tables)

    def html(self) -> str:
        """The same with the sheet before it: an HTML fragment without script, for notebooks."""
        return styled(self.markup())

    def next_to(self, *others: Display) -> SideBySide:
        """This display and others in a row."""
        return SideBySide([self, *others])

    def text(self) -> str:
        """The text twin: title and tables."""
        return as_text(self.title, "", self.tables)

    def __str__(self) -> str:
        return self.text()

    def _plot(self, ax: Axes) -> None:
        self.ax_, self.figure_, self.axes_ = ax, ax.figure, [ax]
        ax.set_prop_cycle(matplotlib().rcParams["axes.prop_cycle"])  # an axes of the user's has that of another theme
        self._draw(ax)

    def _size(self) -> tuple[float, float]:
        return self.size

    def _entitle(self, ax: Axes) -> None:
        """Put the title over ``ax``."""
        ax.set_title(self._wrapped(ax, self.title))

    def _wrapped(self, ax: Axes, text: str) -> str:
        """Text in lines as wide as the place of ``ax``; matplotlib would wrap them after sharing out room."""
        inches = ax.get_position().width * ax.figure.bbox.width / ax.figure.dpi
        return textwrap.fill(text if self.named else text[:1].upper() + text[1:], max(20, int(LETTERS * inches)))

    def _panels(
        self, ax: Axes, count: int, columns: int | None = None, heights: Sequence[float] | None = None
    ) -> list[Axes]:
        """``count`` axes in a grid in the place of ``ax``, which keeps the title only; ``heights`` of its rows."""
        columns = columns or math.ceil(math.sqrt(count))
        rows, spec = math.ceil(count / columns), ax.get_subplotspec()
        ax.set_axis_off()
        if len(ax.figure.axes) == 1:
            ax.figure.suptitle(self._wrapped(ax, self.title))  # room is made for it
        else:
            ax.set_title(self._wrapped(ax, self.title), pad=24)  # above the titles of the panels
        if spec is None:
            place = ax.get_position()
            grid: Any = ax.figure.add_gridspec(
                rows, columns, left=place.x0, right=place.x1, bottom=place.y0, top=place.y1, height_ratios=heights
            )
        else:
            grid = spec.subgridspec(rows, columns, height_ratios=heights)
        self.axes_ = [ax.figure.add_subplot(grid[i // columns, i % columns]) for i in range(count)]
        return self.axes_


class SideBySide(Display):
    """Displays in a row, each under its own title.

    >>> from glassnet.views.displays.curves import HistoryDisplay
    >>> one = HistoryDisplay.from_history({"cost": [0.9, 0.4]})
    >>> SideBySide([one, one]).title
    'cost by epoch; best in epoch 2: 0.4 | cost by epoch; best in epoch 2: 0.4'
    """

    def __init__(self, displays: Sequence[Display]) -> None:
        self.displays = tuple(displays)

    @property
    def title(self) -> str:
        return " | ".join(display.title for display in self.displays)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for display in self.displays for table in display.tables)

    def _size(self) -> tuple[float, float]:
        sizes = [display._size() for display in self.displays]
        return sum(wide for wide, _ in sizes), max(high for _, high in sizes)

    def _draw(self, ax: Axes) -> None:
        ax.set_axis_off()
        spec = ax.get_subplotspec()
        wide = [display._size()[0] for display in self.displays]
        grid: Any = (spec.subgridspec if spec else ax.figure.add_gridspec)(1, len(wide), width_ratios=wide)
        self.axes_ = [ax.figure.add_subplot(grid[i]) for i in range(len(wide))]
        for panel, display in zip(self.axes_, self.displays, strict=True):
            display._plot(panel)


def grid_table(title: str, names: tuple[str, str], x: Array, y: Array, values: Array) -> Table:
    """Values over a plane at a few of its points: ``x`` by column, ``y`` by row."""
    i, j = (np.linspace(0, len(ticks) - 1, min(COARSE, len(ticks))).round().astype(int) for ticks in (x, y))
    heads = [f"{names[1]} \\ {names[0]}", *(format_number(tick) for tick in x[i])]
    return Table.of(title, heads, ([y[row], *values[row, i]] for row in j))


_SHAPE = re.compile(r' (?:d|transform|x|y)="[^"]*"')
_DIGITS = re.compile(r"(\.\d\d)\d+")  # hundredths of a point: less is not visible


def _titled(svg: bytes, title: str) -> bytes:
    """Without styles; with the title where browsers and screen readers look for it."""
    text = _SHAPE.sub(lambda found: _DIGITS.sub(r"\1", found[0]), without_styles(svg.decode()))
    end = text.index(">", text.index("<svg")) + 1
    return f"{text[:end]}\n <title>{escape(title)}</title>{text[end:]}".encode()
