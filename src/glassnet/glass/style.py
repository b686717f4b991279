"""How matplotlib's pictures look: the palette of all pictures on light and dark paper, with lines that differ too."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from glassnet.errors import InvalidInput, MissingPackage
from glassnet.glass.palette import HUES, SCHEMES, SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap

LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
SIZED = "cividis"  # color map from little to much

INSTALL = "pip install 'glassnet[plot]'"


def matplotlib() -> ModuleType:
    """The package.

    Raises:
        MissingPackage: it is not installed.
        InvalidInput: MPLBACKEND asks for what it does not know.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingPackage("this picture is drawn by matplotlib, which is missing", remedy=INSTALL) from error
    except ValueError as error:  # before anything is drawn, it reads its settings from the environment
        backend = os.environ.get("MPLBACKEND", "")
        remedy = "unset MPLBACKEND, or set it to agg"
        raise InvalidInput("matplotlib cannot be loaded with this MPLBACKEND", repr(backend), remedy) from error
    return matplotlib


def settings(dark: bool) -> dict[str, Any]:
    """matplotlib's settings."""
    from cycler import cycler

    scheme = "dark" if dark else "light"
    colors, hues = SCHEMES[scheme], HUES[scheme]
    ink = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
    paper = ("figure.facecolor", "axes.facecolor", "savefig.facecolor")
    return {
        **dict.fromkeys(ink, colors["ink"].line),
        **dict.fromkeys(paper, colors["paper"].line),
        "axes.edgecolor": colors["quiet"].line,
        "axes.prop_cycle": cycler(color=[hues[hue].line for hue in SERIES]),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": "medium",
        "figure.titlesize": "medium",
        "legend.frameon": False,
        "font.size": 10,
        "svg.fonttype": "none",  # text stays text: it can be searched, read aloud and enlarged
        "svg.hashsalt": "glassnet",  # the same picture is the same file
    }


_SETTINGS = threading.RLock()  # they are matplotlib's of the whole process: threads draw one after the other


@contextmanager
def themed(ax: Axes | None = None, dark: bool | None = None) -> Iterator[bool]:
    """Our settings for as long as the block runs; dark where the paper is, unless said otherwise."""
    package = matplotlib()
    if dark is None:
        paper = ax.get_facecolor() if ax is not None else package.rcParams["figure.facecolor"]
        red, green, blue, alpha = package.colors.to_rgba(paper)
        dark = alpha > 0.5 and 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
    with _SETTINGS, package.rc_context(settings(dark)):
        yield dark


def color(role: str) -> str:
    """The line color of a role of the palette in the present theme."""
    dark = matplotlib().rcParams["figure.facecolor"] == SCHEMES["dark"]["paper"].line
    return SCHEMES["dark" if dark else "light"][role].line


def series_color(i: int) -> str:
    """The color of series ``i`` in the present theme."""
    cycle = matplotlib().rcParams["axes.prop_cycle"].by_key()["color"]
    return str(cycle[i % len(cycle)])


def blend(low: str, middle: str, high: str) -> LinearSegmentedColormap:
    """A color map from ``low`` over ``middle`` to ``high``."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("blend", [low, middle, high])


def fading(end: str) -> LinearSegmentedColormap:
    """The color map from the paper to ``end``."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("fading", [color("paper"), end])


def signed() -> LinearSegmentedColormap:
    """The color map around 0: signs as on the edges of a network."""
    return blend(color("negative"), color("paper"), color("positive"))


def key_of_all(panel: Axes) -> None:
    """The key of one panel, below all of a figure."""
    handles, labels = panel.get_legend_handles_labels()
    if handles:
        panel.figure.legend(handles, labels, loc="outside lower center", ncols=6, fontsize="small")


def key_below(ax: Axes, columns: int = 4) -> None:
    """The key below the axis and its label, where it hides no data; room is made for it."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), borderaxespad=4.2, ncols=columns, fontsize="small")
