"""The Python that makes exactly what is on the screen: the same bits, a line for each operation of the step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.state import State
from glassnet.glass.notation import parameters_named
from glassnet.network.parameters import Layout
from glassnet.studio.exports import literals
from glassnet.studio.session.run import Run
from glassnet.studio.session.view import View
from glassnet.text import counted

SYMBOL = re.compile(r"(?P<letter>y\^|d?[A-Za-z]+)[\d,]*k?(?:\[(?P<layer>\d+)\])?")


class Written(NamedTuple):
    """A line of the script.

    Args:
        text: of it.
        keys: what it prints: letter and layer as in ``("z", 1)``; None for nothing of the step.
        changed: whether that is what the update leaves.
        key: of the ledger's line with the same numbers.
    """

    text: str
    keys: tuple[str, int] | None = None
    changed: bool = False
    key: str = ""


def script(view: View) -> list[Written]:
    """All lines, in the order in which they run."""
    return [*_head(view), *_data(view), *_plan(view), *_way(view), Written(""), *_step(view)]


def text(view: View) -> str:
    """The script as a file."""
    return "\n".join(line.text for line in script(view)) + "\n"


def current(view: View, lines: list[Written]) -> int | None:
    """The line of the operation that the clock stands before, from 0; None where all is done."""
    operation = None if view.everything else view.next_operation
    if operation is None:
        return None
    found = SYMBOL.fullmatch(operation.key)
    after = operation.key == "J(after)"
    letter = "J after" if after else found["letter"].lower() if found else operation.key
    layer = int(found["layer"] or 0) if found else 0
    wanted = (letter, view.trace.L if letter == "y^" else layer)
    changed = operation.stage == "update" and not after
    return next((n for n, line in enumerate(lines) if (line.keys, line.changed) == (wanted, changed)), None)


# -- what is given -----------------------------------------------------------------------------------------------------


def _head(view: View) -> Iterator[Written]:
    table = view.run.table
    sizes = table.X[table.learn].size, view.run.network.size
    yield Written(f"# {view.title}: step {view.clock.step:,} of run {view.run.number}, made by glassnet studio")
    if any(size > literals.READABLE for size in sizes):
        yield Written("import base64\n")
    yield Written("import numpy as np\n")
    yield Written("from glassnet import (")
    yield Written("    OPTIMIZERS, Dense, Network, Penalties, Plan, Rows, State, StateRecorder, ledger, trace, train,")
    yield Written(")\n")


def _data(view: View) -> Iterator[Written]:
    table = view.run.table
    X, Y = table.X[table.learn], np.asarray(table.Y)[table.learn]
    words = f"; {table.target}: " + ", ".join(f"{k} is {name}" for k, name in enumerate(table.classes))
    said = f"# {counted(len(X), 'row')} to learn from: {', '.join(table.names[:12])}{words if table.classes else ''}"
    yield Written(" ".join(said.split()))
    yield Written(f"X = {literals.array(X)}")
    yield Written(f"y = {literals.array(Y)}\n")


def _plan(view: View) -> Iterator[Written]:
    plan = view.run.plan
    described = plan.describe()
    penalties = {name: value for name, value in described["penalties"].items() if value}
    yield Written(f"net = {literals.network(described['network'])}")
    yield Written("plan = Plan(")
    yield Written(f"    net, examples=len(X), optimizer={literals.record('OPTIMIZERS', described['optimizer'])},")
    if penalties:
        yield Written(f"    penalties={literals.call('Penalties', **penalties)},")
    said = f"batch_size={plan.batch_size}, epochs={plan.epochs}, shuffle={plan.shuffle}"
    yield Written(f'    {said}, dtype="float64",')
    yield Written(")")


# -- the way to the step -----------------------------------------------------------------------------------------------


def _way(view: View) -> Iterator[Written]:
    """The runs from the first weights on, each up to where the next one branched."""
    line = list(reversed(list(view.run.line())))
    yield from _start(line[0])
    step = 0
    for number, run in enumerate(line):
        if number:
            edit = run.setup.edits[-1]
            name = _python(run.network.layout, edit.key)
            yield Written(f"paused.parameters.{name} = {edit.value!r}  # {edit.key}")
        until = line[number + 1].first if run is not view.run else max(view.clock.step, run.first)
        epochs = -(-until // run.per_epoch) - step // run.per_epoch
        what = "train(plan, state, Rows(X, y), " if not number else "paused.train("
        yield Written("states = StateRecorder()")
        yield Written(f"{what}callbacks=[states], epochs={max(epochs, 0)})")
        yield Written(f"paused = states.at({until})")
        step = until


def _start(run: Run) -> Iterator[Written]:
    """The first state: drawn from the seed, or as it was given."""
    given, seed, plan = run.at(run.first).state, int(run.setup.values["seed"]), run.plan
    for rows, said in ((None, ""), (run.rows.X, ", X=X")):
        if np.array_equal(State.new(plan, seed=seed, X=rows).theta, given.theta):
            yield Written(f"state = State.new(plan, seed={seed}{said})")
            return
    yield Written(f"state = State.new(plan, seed={seed})")
    yield from _parameters(run.network.layout, given.theta)


def _parameters(layout: Layout, theta: Array) -> Iterator[Written]:
    """Every array as the blackboard has it."""
    yield Written("p = state.parameters(net)")
    for place in layout.places:
        values = np.asarray(place.view(theta))
        yield Written(f"p.{place.parameter.name}[{place.layer}] = {literals.array(values)}")


def _python(layout: Layout, key: str) -> str:
    """A parameter as Python indexes it: ``w12[1]`` -> ``W[1][0, 1]``."""
    j = parameters_named(layout, key)[0]
    place = next(place for place in layout.places if place.start <= j < place.stop)
    index = np.argwhere(place.view(np.arange(layout.size)) == j)[0].tolist()
    return f"{place.parameter.name}[{place.layer}]{index}"


# -- the step ----------------------------------------------------------------------------------------------------------


def _step(view: View) -> Iterator[Written]:
    step, network = view.trace, view.run.network
    yield Written("step = trace(paused)  # operation by operation:")
    for l, layer in enumerate(network.layers, start=1):
        if l in step.Z:
            yield _printed(f"step.Z[{l}]", f"Z[{l}]", ("z", l))
        letter = "y^" if l == step.L else "a"
        name = network.activation_name(l) or layer.name
        yield _printed(f"step.A[{l}]", f"{'y^' if l == step.L else f'A[{l}]'} {name}", (letter, l))
    yield _printed("step.losses", "L", ("l", 0))
    yield Written('print("J", step.cost)', ("j", 0), key="J")
    for l in range(step.L, 0, -1):
        if l in step.dA and l < step.L:
            yield _printed(f"step.dA[{l}]", f"dA[{l}]", ("da", l))
        for letter, arrays in (("dZ", step.dZ), ("dW", step.dW), ("db", step.db)):
            if l in arrays:
                yield _printed(f"step.{letter}[{l}]", f"{letter}[{l}]", (letter.lower(), l))
    yield _printed("step.dX", "dX", ("dx", 0))._replace(key="dA[0]")
    yield from _after(view)


def _after(view: View) -> Iterator[Written]:
    step = view.trace
    if step.after is None:
        return
    for l in range(1, step.L + 1):
        for letter, arrays in (("W", step.after.W), ("b", step.after.b)):
            if l in arrays:
                yield _printed(f"step.after.{letter}[{l}]", f"{letter}[{l}] after", (letter.lower(), l), changed=True)
    yield Written('print("J after", step.cost_after)\n', ("J after", 0), key="J(after)")
    example = view.selection.example
    yield Written(f"print(ledger(step{f', {example}' if example > 1 else ''}))")


def _printed(expression: str, said: str, keys: tuple[str, int], changed: bool = False) -> Written:
    return Written(f'print("{said}", {expression}.tolist())', keys, changed, key=said.partition(" ")[0])
