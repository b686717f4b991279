"""The forward pass as code, written four times with the same numbers and the times of this machine (workshop, *Forward
propagation* and *Vectorization*).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from glassnet.glass.forward_codes import ForwardCode, forward_codes
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.measure import text_width
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Group, Shape, Text
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import counted, format_number

WAYS = {  # name -> what it does at once, as people say it
    "loops": "one multiplication at a time",
    "vectors": "all units of a layer at once",
    "matrices": "all units, all examples at once",
    "engine": "all of it in one call of the engine that trains",
}
SIZE, LINE, PAD, GAP = 12.0, 17.0, 14.0, 18.0  # pixels
SHOWN = 3  # examples whose numbers are written


def forward_code(
    network: Network, parameters: Parameters, X: ArrayLike, *, seconds: float = 0.05, digits: int = 4
) -> Scene:
    """The forward pass by loops, vectors, matrices and the engine: readable code, equal numbers, measured times.

    Args:
        network: of dense layers.
        parameters: its weights and biases.
        X: (m, n[0]), the rows of the pass.
        seconds: how long each is repeated to be measured, at least.
        digits: significant digits.

    Raises:
        Unsupported: layers that are not dense.

    >>> net = Network.mlp(3, [4], 1)
    >>> scene = forward_code(net, net.initialize(), np.ones((5, 3)), seconds=0)
    >>> scene.title
    'One forward pass, written four times'
    """
    checked_digits(digits)
    codes = forward_codes(network, parameters, X, seconds=seconds)
    m, widths = len(codes[0].scores), "-".join(map(str, network.widths))
    title = "One forward pass, written four times"
    far = float(np.ptp([code.scores for code in codes], axis=0).max(initial=0.0))
    caption = f"network {widths}, {counted(m, 'row')}; measured on this machine"
    said = ", ".join(f"{code.name} {_time(code.seconds)}" for code in codes)
    sentence = f"The network {widths} on {counted(m, 'row')}: {said}; the results differ by {far:.1g} at most."
    rows = ((c.name, WAYS[c.name], c.seconds * 1e3, codes[0].seconds / c.seconds, *c.scores[:SHOWN, 0]) for c in codes)
    heads = ["by", "computes", "milliseconds", "times as fast", *(f"row {i + 1}" for i in range(min(m, SHOWN)))]
    return Scene(
        "code",
        title,
        sentence,
        (Table.of("Four ways", heads, rows, digits),),
        headed(_cards(codes, digits), title, caption),
    )


def _cards(codes: Sequence[ForwardCode], digits: int) -> list[Shape]:
    """Two by two, as high as the higher of each row."""
    wide = max(_size(code)[0] for code in codes)
    shapes: list[Shape] = []
    y = 0.0
    for row in (codes[:2], codes[2:]):
        tall = max(_size(code)[1] for code in row)
        shapes += [_card(code, codes[0], i * (wide + GAP), y, wide, tall, digits) for i, code in enumerate(row)]
        y += tall + GAP
    return shapes


def _lines(code: ForwardCode) -> list[Text]:
    return [Text(0, 0, line, size=SIZE, anchor="start", style="code") for line in code.lines]


def _size(code: ForwardCode) -> tuple[float, float]:
    return max(380.0, *(text.text_width for text in _lines(code))) + 2 * PAD, len(code.lines) * LINE + 78 + 2 * PAD


def _card(code: ForwardCode, slowest: ForwardCode, x: float, y: float, w: float, h: float, digits: int) -> Group:
    faster = slowest.seconds / code.seconds
    times = f", {format_number(faster, 2)} times as fast as loops" if code is not slowest else ""
    numbers = ", ".join(format_number(value, digits) for value in code.scores[:SHOWN, 0])
    shapes: list[Shape] = [
        Box(x, y, w, h, role="ink" if code is slowest else "forward", round=8),
        Text(x + PAD, y + PAD + 8, code.name, size=14, anchor="start", bold=True),
        Text(x + PAD + text_width(code.name, 14, bold=True) + 14, y + PAD + 8, WAYS[code.name], "quiet", 12, "start"),
    ]
    for i, text in enumerate(_lines(code)):
        shapes.append(Text(x + PAD, y + PAD + 34 + i * LINE, text.text, "ink", SIZE, "start", style="code"))
    shapes.append(Text(x + PAD, y + h - PAD - 24, f"{_time(code.seconds)}{times}", size=13, anchor="start", bold=True))
    result = f"first results: {numbers}{', ...' if len(code.scores) > SHOWN else ''}"
    shapes.append(Text(x + PAD, y + h - PAD - 4, result, "quiet", 12, "start", style="formula"))
    return Group(tuple(shapes), f"{code.name}: {_time(code.seconds)}")


def _time(seconds: float) -> str:
    """``1.2 ms``."""
    unit, factor = ("ms", 1e3) if seconds >= 1e-4 else ("µs", 1e6)
    return f"{format_number(seconds * factor, 3)} {unit}"
