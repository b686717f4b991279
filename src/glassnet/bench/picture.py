"""The report as a picture: a panel for each section, a bar for each contender at its best number of threads."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from glassnet.bench.measures import MEASURES
from glassnet.bench.report import Line, Report, Section
from glassnet.bench.words import number
from glassnet.errors import InvalidInput, MissingPackage

ENDINGS = (".svg", ".png")
DRAWN = {"training": (1e6, "us a step"), "prediction": (1e6, "us a call"), "startup": (1, "s")}
OURS, PEERS = "#1f6fb2", "#b8b8b8"
ACROSS, WIDTH, BAR, FRAME = 2, 5.0, 0.28, 0.9  # panels in a row; inches


def check(path: Path) -> None:
    """Raise where no picture could be drawn, before anything is measured.

    Raises:
        InvalidInput: another ending than .svg or .png.
        MissingPackage: matplotlib is not installed.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput(
            "a picture is written as SVG or PNG", seen=repr(path.name), remedy="end the name in .svg or .png"
        )
    if find_spec("matplotlib") is None:
        raise MissingPackage("drawing needs matplotlib", remedy="pip install 'glassnet[plot]'")


def draw(report: Report, path: Path) -> bool:
    """Write the picture to ``path``; False where there is nothing to draw."""
    panels = [section for measure in DRAWN for section in report.of(measure)]
    if not panels:
        return False
    from matplotlib.figure import Figure

    down = -(-len(panels) // ACROSS)
    most = max(len(list(_bars(section))) for section in panels)
    figure = Figure(figsize=(WIDTH * ACROSS, (FRAME + BAR * most) * down + FRAME), layout="constrained")
    axes = figure.subplots(down, ACROSS, squeeze=False).flat
    for ax, section in zip(axes, panels, strict=False):
        _panel(ax, section)
    for ax in list(axes)[len(panels) :]:
        ax.set_axis_off()
    machine = report.machine
    figure.suptitle(f"glassnet {machine['glassnet']} and others on {machine['processor']['name']}, least times")
    figure.savefig(path, dpi=150)
    return True


def _bars(section: Section) -> Iterator[Line]:
    """The best line of each contender."""
    for contender in dict.fromkeys(line.contender for line in section.measured):
        if (best := section.best(contender)) is not None:
            yield best


def _panel(ax: Any, section: Section) -> None:
    """Least times as bars, on a logarithmic scale; medians as ticks."""
    scale, unit = DRAWN[section.measure]
    bars = sorted(_bars(section), key=lambda line: -line.least)
    names = [f"{line.label}, {line.threads}" for line in bars]
    ax.barh(names, [scale * x.least for x in bars], color=[OURS if x.ours else PEERS for x in bars])
    ax.plot([scale * x.median for x in bars], names, "k|", markersize=8)
    for place, line in enumerate(bars):
        ax.annotate(number(scale * line.least), (0.01, place), xycoords=("axes fraction", "data"), va="center", size=8)
    ax.set_xscale("log")
    ax.set_title(f"{MEASURES[section.measure].words.split(':')[0]}: {section.case}", size=9)
    ax.set_xlabel(f"{unit} (tick: median); number: threads", size=8)
    ax.tick_params(labelsize=8)
