"""How fast each engine is on this machine, as bars (workshop, *Vectorization*: the most efficiency out of a model)."""

from __future__ import annotations

from math import log10

from glassnet.glass.compare_engines import EngineComparison
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.measure import text_width
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Group, Shape, Text, line
from glassnet.text import counted, format_number

WIDE, HIGH, GAP = 420.0, 26.0, 44.0  # of the longest bar, of each, from one to the next


def engine_bars(comparison: EngineComparison, *, digits: int = 3) -> Scene:
    """An epoch by loops, vectors, matrices and the kernels: a bar each, on a logarithmic axis, shorter is better.

    Args:
        comparison: what :func:`~glassnet.compare_engines` measured.
        digits: significant digits.

    >>> from glassnet import Dense, Network, compare_engines
    >>> scene = engine_bars(compare_engines(Network(2, [Dense(1)]), [[0.5, -1.0]], [2.0], seconds=0.001))
    >>> scene.title
    'The same epoch by every engine'
    """
    measured = [(timing, timing.seconds or 0.0) for timing in comparison.measured]
    least = min(seconds for _, seconds in measured) / 2
    most = max(seconds for _, seconds in measured)
    left = max(text_width(timing.name, 13, bold=True) for timing, _ in measured) + 14
    shapes: list[Shape] = []
    for place, (timing, seconds) in enumerate(measured):
        y, slowest = place * GAP, measured[0][1]
        long = max(WIDE * log10(seconds / least) / log10(most / least), 3.0)
        faster = f", {format_number(slowest / seconds, 2)} times as fast" if place else ""
        said = f"{format_number(seconds * 1e3, checked_digits(digits))} ms{faster}"
        bar: list[Shape] = [
            Text(left - 12, y, timing.name, anchor="end", bold=True),
            Box(left, y - HIGH / 2, long, HIGH, role="forward" if place else "ink", round=3),
            Text(left + long + 10, y - 8, said, anchor="start", bold=True, size=12),
            Text(left + long + 10, y + 9, timing.computes, "quiet", 12, "start"),
        ]
        shapes.append(Group(tuple(bar), f"{timing.name}: {said}"))
    shapes.append(line(left, -HIGH, left, (len(measured) - 1) * GAP + HIGH, role="quiet"))
    widths = "-".join(map(str, comparison.widths))
    title = "The same epoch by every engine"
    rows = f"{counted(comparison.m, 'row')}, {comparison.batch_size:,} at a time"
    caption = f"network {widths}, {rows}; measured on this machine, logarithmic"
    said = ", ".join(f"{t.name} {format_number(s * 1e3, digits)} ms" for t, s in measured)
    sentence = f"An epoch of {widths} on {counted(comparison.m, 'row')}: {said}."
    return Scene("engines", title, sentence, (comparison.table,), headed(shapes, title, caption))
