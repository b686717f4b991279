"""Pictures of lines: a ledger's, set as mathematics; what was learned and what was set (workshop, *Terminology*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from glassnet.engines.plan import Plan
from glassnet.glass.formula import is_equation
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.rendered import Ledger
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.measure import formula_width, text_width
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Group, Shape, Text
from glassnet.glass.scenes.table import Table
from glassnet.network.parameters import Parameters
from glassnet.text import counted, format_number

ROW = 25.0  # height of a line
INDENT = 24.0
WIDEST = 980.0  # pixels: a longer line goes on below
SHOWN = 4  # numbers of a parameter that are written
Cell = tuple[str, str, str]  # name, value, what it is


def ledger_lines(written: Ledger, symbols: Sequence[str] | None = None) -> Scene:
    """Lines of a ledger, set as at the blackboard.

    Args:
        written: a ledger.
        symbols: of the lines to show, such as ``("z1[1]", "L")``; None shows all.

    Raises:
        KeyError: no line computes such a symbol.

    >>> from glassnet import Dense, Network, ledger, trace
    >>> net = Network(2, [Dense(1)])
    >>> scene = ledger_lines(ledger(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize())), ["J"])
    >>> scene.title
    'Ledger of one training step'
    """
    title, rows = "Ledger of one training step", list(_rows(written, symbols))
    shapes: list[Shape] = []
    y = 0.0
    for depth, text, remark, bold in rows:
        for place, part in enumerate(_broken(text)):
            x = INDENT * (depth + 2 * (place > 0))
            shapes.append(Text(x, y, part, size=14, anchor="start", bold=bold, style="" if bold else "formula"))
            y += ROW
        if remark:
            x = max(shape.bounds.right for shape in shapes[-1:]) + 14
            said = Text(x, y - ROW, f"({remark})", "quiet", 12, "start")
            shapes.append(replace(said, style="formula") if is_equation(remark) else said)
    lines = [(text, remark or None) for _, text, remark, _ in rows]
    table = Table.of("Lines", ("line", "remark"), lines)
    return Scene("ledger", title, f"{written.title}.", (table,), headed(shapes, title, written.title))


def _rows(written: Ledger, symbols: Sequence[str] | None) -> Iterator[tuple[int, str, str, bool]]:
    """Depth, text, remark, and whether it is a heading."""
    if symbols is not None:
        yield from (_row(0, written[symbol]) for symbol in symbols)
        return
    for number, step in enumerate(written.steps, 1):
        yield 0, f"{number}. {step.title}", "", True
        for line in step.lines:
            yield from (_row(depth, inner) for depth, inner in line.walk())


def _row(depth: int, line: Line) -> tuple[int, str, str, bool]:
    first, *others = line.parts
    for place, part in enumerate(others):
        first += (" := " if line.assigned and not place else " = ") + part
    return depth, first, ", ".join(line.remarks), False


def _broken(text: str) -> list[str]:
    """A long line in pieces, each but the first beginning with its equals sign."""
    if formula_width(text, 14) <= WIDEST:
        return [text]
    first, *others = text.split(" = ")
    lines = [first]
    for part in others:
        longer = f"{lines[-1]} = {part}"
        lines[-1:] = [longer] if formula_width(longer, 14) <= WIDEST else [lines[-1], f"= {part}"]
    return lines


def settings(plan: Plan, parameters: Parameters, *, epochs: int | None = None, digits: int = 4) -> Scene:
    """Parameters, which training learned, and hyperparameters, which were set, with the values that were used.

    Args:
        plan: of the training.
        parameters: what it learned.
        epochs: how many were trained; None takes those of the plan.
        digits: significant digits.

    >>> from glassnet import Network
    >>> network = Network.mlp(2, [3], 1)
    >>> print(settings(Plan(network, examples=40), network.initialize()).sentence)
    13 parameters are learned; 14 hyperparameters are set beforehand.
    """
    checked_digits(digits)
    learned, chosen = list(_learned(parameters, digits)), list(_chosen(plan, epochs, digits))
    n = parameters.theta.size
    sentence = f"{counted(n, 'parameter')} are learned; {counted(len(chosen), 'hyperparameter')} are set beforehand."
    title = "Parameters and hyperparameters"
    left = _card(f"Parameters: learned by training ({n:,})", learned, "forward", 0.0)
    right = _card("Hyperparameters: set before it", chosen, "highlight", left.bounds.right + 22)
    tables = (
        Table.of("Parameters", ("name", "shape", "values"), [(a, c, b) for a, b, c in learned]),
        Table.of("Hyperparameters", ("name", "value", "of"), chosen),
    )
    return Scene("settings", title, sentence, tables, headed([left, right], title))


def _learned(parameters: Parameters, digits: int) -> Iterator[Cell]:
    for place in parameters.layout.places:
        values = place.view(parameters.theta)
        first = ", ".join(format_number(x, digits) for x in np.ravel(values)[:SHOWN])
        more = ", ..." if values.size > SHOWN else ""
        shape = " × ".join(map(str, values.shape)) or "1"
        yield f"{place.parameter.name}[{place.layer}]", first + more, shape


def _chosen(plan: Plan, epochs: int | None, digits: int) -> Iterator[Cell]:
    """Every setting of the plan with the value that is used."""
    network = plan.network
    yield "layers", f"{len(network.layers)}", "network"
    yield "units", ", ".join(map(str, network.widths[:8])) + ", ..." * (len(network.widths) > 8), "network"
    names = list(dict.fromkeys(network.activation_name(l) for l in range(1, len(network.layers) + 1)))
    yield "activations", ", ".join(names), "network"
    yield "loss", network.loss.name, "network"
    rate = getattr(plan.optimizer, "learning_rate", None)
    if rate is not None:
        yield "alpha", format_number(float(rate), digits), "learning rate"
    yield "optimizer", plan.optimizer.name, "training"
    others = {k: v for k, v in plan.optimizer.settings().items() if k != "learning_rate" and _is_number(v)}
    yield from (
        (re.sub(r"_(?=\d)", "", name).replace("_", " "), format_number(float(v), digits), plan.optimizer.name)
        for name, v in others.items()
    )
    yield "schedule", plan.schedule.name, "of the learning rate"
    yield "batch size", f"{min(plan.batch_size, plan.examples):,} of {plan.examples:,} rows", "training"
    yield "epochs", f"{plan.epochs if epochs is None else epochs:,}", "training"
    yield from (
        (name, format_number(float(v), digits), "penalty")
        for name, v in plan.penalties.settings().items()
        if _is_number(v)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _card(title: str, rows: Sequence[Cell], role: str, x: float) -> Group:
    """A heading over rows of three cells, on a tint."""
    wide = [
        max(max(text_width(r[i], bold=not i), formula_width(r[i], bold=not i)) for r in rows) + 22 for i in range(3)
    ]
    width = max(sum(wide), text_width(title, 14, bold=True)) + 18
    shapes: list[Shape] = [Box(x, 0, width, 44 + ROW * len(rows), role=role, round=8)]
    shapes.append(Text(x + 14, 20, title, size=14, anchor="start", bold=True))
    for place, (name, value, what) in enumerate(rows):
        y = 48 + ROW * place
        shapes.append(Text(x + 14, y, name, anchor="start", bold=True, style="formula"))
        shapes.append(Text(x + 14 + wide[0], y, value, anchor="start", style="formula"))
        shapes.append(Text(x + 14 + wide[0] + wide[1], y, what, "quiet", 12, "start"))
    return Group(tuple(shapes), title)
