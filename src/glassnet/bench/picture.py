"""The report as a picture: a panel for each section, with each contender at its best number of threads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glassnet.bench.measures import MEASURES
from glassnet.bench.report import Line, Report, Section
from glassnet.bench.text_report import number
from glassnet.errors import InvalidInput
from glassnet.glass.style import matplotlib

ENDINGS = (".svg", ".png")
DRAWN = {"training": (1e6, "us a step"), "prediction": (1e6, "us a call"), "startup": (1, "s")}
OURS, PEERS = "#1f6fb2", "#707070"
ACROSS, WIDTH, ROW, FRAME = 2, 5.0, 0.25, 0.9  # panels in a row; inches


def check(path: Path) -> None:
    """Raise where no picture could be drawn, before anything is measured.

    Raises:
        InvalidInput: another ending than .svg or .png, or an unknown MPLBACKEND.
        MissingPackage: matplotlib is not installed.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput(
            "a picture is written as SVG or PNG", seen=repr(path.name), remedy="end the name in .svg or .png"
        )
    matplotlib()


def draw(report: Report, path: Path) -> bool:
    """Write the picture to ``path``; False where there is nothing to draw."""
    panels = [section for measure in DRAWN for section in report.of(measure)]
    if not panels:
        return False
    from matplotlib.figure import Figure

    down = -(-len(panels) // ACROSS)
    most = max(len(list(_best_lines(section))) for section in panels)
    figure = Figure(figsize=(WIDTH * ACROSS, (FRAME + ROW * most) * down + FRAME), layout="constrained")
    axes = list(figure.subplots(down, ACROSS, squeeze=False).flat)
    for ax, section in zip(axes, panels, strict=False):
        _panel(ax, section)
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    machine = report.machine
    figure.suptitle(f"glassnet {machine['glassnet']} on {machine['processor']['name']}; with each name its threads")
    figure.savefig(path, dpi=150)
    return True


def _best_lines(section: Section) -> Iterator[Line]:
    """The best line of each contender."""
    for contender in dict.fromkeys(line.contender for line in section.measured):
        if (best := section.best(contender)) is not None:
            yield best


def _panel(ax: Any, section: Section) -> None:
    """A dot at the least time, which is written next to it, and a line to the median.

    The scale is logarithmic, since times are compared by ratios; dots, because bars would seem to begin at zero.
    """
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    scale, unit = DRAWN[section.measure]
    lines = sorted(_best_lines(section), key=lambda line: -line.least)
    for place, line in enumerate(lines):
        least, middle, color = scale * line.least, scale * line.median, OURS if line.ours else PEERS
        ax.plot([least, middle], [place, place], color=color, linewidth=2)
        ax.plot([least], [place], "o", color=color)
        ax.annotate(number(least), (1.02, place), xycoords=("axes fraction", "data"), va="center", size=8, color=color)
    ax.set_yticks(range(len(lines)), [f"{line.label}, {line.threads}" for line in lines])
    ax.set_xscale("log")
    wide = lines[0].least > 30 * lines[-1].least  # ticks between the powers of ten would run into each other
    ax.xaxis.set_major_locator(LogLocator(subs=(1,) if wide else (1, 2, 5)))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.margins(x=0.05, y=0.1)
    ax.grid(axis="y", color="#eeeeee")
    ax.set_title(f"{MEASURES[section.measure].description.split(':')[0]}: {section.case}", size=9)
    ax.set_xlabel(f"{unit}, least and median", size=8)
    ax.tick_params(labelsize=8)
