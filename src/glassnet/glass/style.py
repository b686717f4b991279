"""How displays look: colours that the colour-blind tell apart, on light and on dark paper, with lines that differ too.

Source: Okabe, Ito 2008, Color universal design; on dark paper the lighter ones of the same eight.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from glassnet.errors import MissingPackage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIGHT = {"paper": "#ffffff", "ink": "#222222", "faint": "#8a8a8a"}
DARK = {"paper": "#16181c", "ink": "#e6e6e6", "faint": "#8f949b"}
ON_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
ON_DARK = ("#56B4E9", "#E69F00", "#1fc79a", "#e29bc4", "#F0E442", "#D55E00", "#ffffff")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
SIGNED, SIZED = "PuOr_r", "cividis"  # colour maps: around 0, and from little to much

INSTALL = "pip install 'glassnet[plot]'"


def matplotlib() -> Any:
    """The package.

    Raises:
        MissingPackage: it is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingPackage(
            "pictures of this kind are drawn by matplotlib, which is missing", remedy=INSTALL
        ) from error
    return matplotlib


def settings(dark: bool) -> dict[str, Any]:
    """matplotlib's settings."""
    tones, colours = (DARK, ON_DARK) if dark else (LIGHT, ON_LIGHT)
    from cycler import cycler

    ink = dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"), tones["ink"]
    )
    paper = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), tones["paper"])
    return {
        **ink,
        **paper,
        "axes.edgecolor": tones["faint"],
        "axes.prop_cycle": cycler(color=colours),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": "medium",
        "figure.titlesize": "medium",
        "legend.frameon": False,
        "font.size": 10,
        "svg.fonttype": "none",  # words stay words: they can be searched, read aloud and enlarged
        "svg.hashsalt": "glassnet",  # the same picture is the same file
    }


@contextmanager
def themed(ax: Axes | None = None, dark: bool | None = None) -> Iterator[bool]:
    """Our settings for as long as the block runs; dark where the paper is, unless said otherwise."""
    package = matplotlib()
    if dark is None:
        paper = ax.get_facecolor() if ax is not None else package.rcParams["figure.facecolor"]
        red, green, blue, alpha = package.colors.to_rgba(paper)
        dark = alpha > 0.5 and 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
    with package.rc_context(settings(dark)):
        yield dark


def tone(name: str) -> str:
    """ "ink", "paper" or "faint" of the present theme."""
    import matplotlib as package

    dark = package.rcParams["figure.facecolor"] == DARK["paper"]
    return (DARK if dark else LIGHT)[name]


def colour(i: int) -> str:
    """The colour of series ``i`` in the present theme."""
    import matplotlib as package

    cycle = package.rcParams["axes.prop_cycle"].by_key()["color"]
    return str(cycle[i % len(cycle)])
