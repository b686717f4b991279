"""The ledger's question: what does the next operation give? The usual slips are those of its formula."""

from __future__ import annotations

import math
import re

from glassnet.lessons.question import Question
from glassnet.studio.session.view import View
from glassnet.studio.words import word

SUM = re.compile(r"z(?P<unit>[\d,]+)\[(?P<layer>\d+)\]")


def question(view: View) -> Question | None:
    """The question about the next operation; None where it gives more than one number, or none that is finite."""
    operation = view.next_operation
    value = None if operation is None else operation.line.value
    if operation is None or value is None or not math.isfinite(value):
        return None
    line = operation.line
    return Question(f"{line.symbol} = {line.formula}?", value, str(line), slips(view, line.key, value))


def slips(view: View, key: str, value: float) -> dict[str, float]:
    """What comes out when something usual is forgotten."""
    step, i = view.trace, view.selection.example - 1
    found: dict[str, float] = {}
    named = SUM.fullmatch(key)
    if named and "," not in named["unit"]:
        layer, unit = int(named["layer"]), int(named["unit"]) - 1
        if layer in step.b:
            found[word("slip.bias")] = value - float(step.b[layer][unit])
    if re.fullmatch(r"a\d+\[\d+\]", key):
        found |= _activation_forgotten(view, key)
    if key == "y^1" and step.scores.shape[1] == 1:
        found[word("slip.activation")] = float(step.scores[i, 0])
        found[word("slip.exponent")] = 1 - value
    if key in ("L", "J") and value:
        found[word("slip.minus")] = -value
        found[word("slip.logarithm")] = value / math.log(10)
    if step.m > 1 and (key == "J" or key.startswith("d")):
        found[word("slip.mean")] = value * step.m
    if re.fullmatch(r"dz\d+\[\d+\]", key):
        found[word("slip.sign")] = -value
    return found


def _activation_forgotten(view: View, key: str) -> dict[str, float]:
    layer, unit = int(key.split("[")[1][:-1]), int(key[1:].split("[")[0]) - 1
    Z = view.trace.Z.get(layer)
    return {} if Z is None else {word("slip.activation"): float(Z[view.selection.example - 1, unit])}
