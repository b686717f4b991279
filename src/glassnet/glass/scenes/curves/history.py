"""What training recorded, as curves by epoch: training rows in full, held-out rows dashed, the best epoch marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

import numpy as np

from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.scenes.curves.plot import Curve, Panel
from glassnet.glass.scenes.frame import Elided, Key, below
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.scene import Scene, checked_digits
from glassnet.glass.scenes.shapes import Circle, Point, Shape
from glassnet.glass.scenes.table import Table
from glassnet.text import counted, format_number

HELD_OUT = "validation_"
DRAWN = 300  # stretches of epochs; of each the lowest and the highest entry are drawn
LISTED = 12  # epochs in the table
LARGEST = 1e300  # on the axis, whose length is a number too
STYLES = (("forward", False, "training rows"), ("backward", True, "held-out rows"))  # role, dash, words


def history_curves(
    history: Mapping[str, Sequence[float]], *, metric: str = "cost", best: int | None = None, digits: int = 4
) -> Scene:
    """One column of a history by epoch, with that of held-out rows.

    Args:
        history: columns by name, an entry an epoch, as training records them.
        metric: the column.
        best: the epoch to be marked, from 1; None looks for the lowest cost, or the highest of another metric.
        digits: significant digits.

    Raises:
        InvalidInput: no epochs, no finite number, or a best epoch that is not there.
        UnknownName: no such column.

    >>> print(history_curves({"cost": [0.9, 0.4, 0.3], "validation_cost": [1.0, 0.5, 0.6]}).sentence)
    cost by epoch, 3 epochs: on training rows from 0.9 to 0.3, on held-out rows from 1 to 0.6; best in epoch 2: 0.5.
    """
    checked_digits(digits)
    curves = _curves(history, metric)
    epochs = max(map(len, curves.values()))
    best = _best(curves, "cost" in metric or "loss" in metric) if best is None else best
    if not 1 <= best <= epochs:
        raise InvalidInput(f"there is no epoch {best} in the history", seen=counted(epochs, "epoch"))
    name = clean(metric.replace("_", " "))
    title = f"{name} by epoch"
    panel = _panel(title, _best_told(curves, best, digits), curves, epochs)
    keys = [Key(words, role, dash) for (role, dash, words), _ in zip(STYLES, curves, strict=False)]
    keys.append(Key(f"best epoch, {best}", "highlight", box=True))
    shapes: list[Shape] = [panel.at(0, 0), *_marks(panel, curves, best)]
    sentence = f"{title}, {counted(epochs, 'epoch')}: {_sentence(curves, best, digits)}."
    table = _table(curves, epochs, best, digits)
    return Scene("history", title, sentence, (table,), below(shapes, keys))


def _curves(history: Mapping[str, Sequence[float]], metric: str) -> dict[str, list[float]]:
    """The column and that of held-out rows, by what they are called in pictures."""
    if not any(len(column) for column in history.values()):
        raise InvalidInput("there is no history to draw", remedy="train the model first")
    found = {metric: "training rows", HELD_OUT + metric: "held-out rows"}
    curves = {words: [*map(float, history[name])] for name, words in found.items() if len(history.get(name, ()))}
    if not curves:
        raise unknown_name("column in the history", metric, history)
    if not any(isfinite(value) for values in curves.values() for value in values):
        raise InvalidInput(f"no {clean(metric)} in the history is a finite number", remedy="diagnose the training")
    return curves


def _best(curves: Mapping[str, Sequence[float]], low: bool) -> int:
    """By the held-out rows, where there are some."""
    finite = [values for values in curves.values() if any(map(isfinite, values))]
    values = np.array(finite[-1])
    return int(np.nanargmin(np.where(np.isfinite(values), values if low else -values, np.inf))) + 1


def _sentence(curves: Mapping[str, Sequence[float]], best: int, digits: int) -> str:
    ways = (
        f"on {words} from {format_number(v[0], digits)} to {format_number(v[-1], digits)}"
        for words, v in curves.items()
    )
    return f"{', '.join(ways)}; {_best_told(curves, best, digits)}"


def _best_told(curves: Mapping[str, Sequence[float]], best: int, digits: int) -> str:
    judged = [*curves.values()][-1]
    return f"best in epoch {best}: {format_number(judged[min(best, len(judged)) - 1], digits)}"


def _panel(title: str, note: str, curves: Mapping[str, Sequence[float]], epochs: int) -> Panel:
    finite = [value for values in curves.values() for value in values if isfinite(value)]
    finite = [min(max(value, -LARGEST), LARGEST) for value in finite]
    low, high = min(0.0, *finite), max(finite)
    low = low if low < 0 or min(finite) < 0.5 * high else min(finite)  # from 0, unless all is far from it
    space = 0.06 * (high - low) or 0.5 * max(abs(high), 1.0)
    drawn = [
        Curve(words, list(_thinned(values)), role, dash)
        for (role, dash, _), (words, values) in zip(STYLES, curves.items(), strict=False)
    ]
    sides = (1.0, float(epochs)) if epochs > 1 else (0.5, 1.5)
    return Panel(title, note, drawn, sides, (low - space, high + space), width=460.0, height=240.0, whole=True)


def _thinned(values: Sequence[float]) -> Iterator[Point]:
    """The epochs with their entries; of many, the lowest and the highest of each stretch, in order."""
    stretches = np.array_split(np.arange(len(values)), DRAWN) if len(values) > 2 * DRAWN else [np.arange(len(values))]
    for stretch in stretches:
        kept = stretch
        if len(stretches) > 1:
            here = np.array([values[i] for i in stretch])
            kept = stretch[sorted({0, int(here.argmin()), int(here.argmax()), len(here) - 1})]
        yield from ((float(i + 1), values[i]) for i in kept)


def _marks(panel: Panel, curves: Mapping[str, Sequence[float]], best: int) -> Iterator[Circle]:
    """The best epoch on the curve it was judged by; of a single epoch every curve's point."""
    judged = [*curves][-1]
    for words, values in curves.items():
        epoch = min(best, len(values))
        if (words == judged or len(values) == 1) and isfinite(values[epoch - 1]):
            x, y = panel.place(float(epoch), values[epoch - 1], 0, 0)
            said = f"epoch {epoch}, {words}: {format_number(values[epoch - 1])}"
            yield Circle(x, y, 4.5, role="highlight", width=2, title=said)


def _table(curves: Mapping[str, Sequence[float]], epochs: int, best: int, digits: int) -> Table:
    listed = sorted({i + 1 for i in Elided.of(epochs, LISTED).drawn} | {best})
    rows = ([e, *(values[e - 1] if e <= len(values) else None for values in curves.values())] for e in listed)
    return Table.of("By epoch", ["epoch", *curves], rows, digits)
