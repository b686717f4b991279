"""The view: a trace and how much of it a ledger shows; it writes every line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import SupportsFloat

import numpy as np

from glassnet.arrays import Array, Matrix, dense
from glassnet.engines.step_record import LayerRecord
from glassnet.glass.ledger.record import Folded, Line
from glassnet.glass.ledger.terms import Number, Term, product, selected
from glassnet.glass.notation import edge, key, of
from glassnet.glass.tracing.record import Trace
from glassnet.text import format_number

ENTRIES = 8  # of a row that are written into its line
WHOLE = 16  # entries of a matrix that is written whole, row by row
LARGEST = 1  # numbers of a larger one that are written, each by its symbol
_SYMBOL = re.compile(r"(d?[A-Za-z])\[(\d+)\]")
SPELLED = 4  # a sum over so many inputs is spelled out in symbols, as on the slides


@dataclass(frozen=True)
class View:
    """What of a trace is shown.

    Args:
        trace: the step.
        i: the example whose numbers are written, from 0.
        digits: significant digits.
        depth: 1 matrices, 2 units, 3 edges.
        layer, unit: the only ones to unfold, from 1; None for all.
        most: how many units of a layer are shown.
    """

    trace: Trace
    i: int
    digits: int
    depth: int
    layer: int | None
    unit: int | None
    most: int

    # -- lines -------------------------------------------------------------------------------------------------------

    def number(self, x: SupportsFloat) -> str:
        """As the ledger writes it."""
        return format_number(float(x), self.digits)

    def line(
        self,
        symbol: str,
        formula: str,
        term: Term | None,
        value: SupportsFloat,
        *,
        note: str = "",
        inside: Sequence[Line] = (),
        assigned: bool = False,
    ) -> Line:
        """A line of numbers; "rounded" where the written numbers do not give the written value."""
        exact, written = float(value), self.number(value)
        numbers, rounded = "", False
        if term is not None:
            numbers, rounded = term.text(self.digits), self.number(term.value(self.digits)) != written
        return Line(symbol, formula, numbers, written, exact, None, rounded, assigned, note, tuple(inside), key(symbol))

    def matrix(
        self,
        symbol: str,
        formula: str,
        shapes: str,
        array: Matrix,
        inside: Sequence[Line] = (),
        *,
        note: str = "",
        assigned: bool = False,
    ) -> Line:
        """A line of whole matrices with their shapes, and entries: all of a small one, those of the example."""
        shown = self._entries(symbol, array)
        if self.depth == 1:  # nothing unfolds: each line is short, the shapes of its parts stand in their own lines
            shapes = ""
        return Line(symbol, formula, shapes, shown, None, array.shape, False, assigned, note, inside, key(symbol))

    def _entries(self, symbol: str, array: Matrix) -> str:
        """All numbers of a small matrix, the example's few; of many the largest, by name."""
        per_example = array.ndim == 2 and array.shape[0] == self.trace.m > 1
        if not per_example and array.ndim == 2 and ENTRIES < math.prod(array.shape) <= WHOLE:
            return f"{shape(array)}: {'; '.join(', '.join(map(self.number, row)) for row in dense(array))}"
        few = math.prod(array.shape) <= ENTRIES or array.ndim == 1
        entries = self.row(array) if per_example else np.ravel(dense(array)) if few else ()
        of_row = f", {self.example}" if per_example else ""
        if len(entries) > WHOLE or not len(entries):
            return f"{shape(array)}{of_row}{self._largest(symbol, self.row(array) if per_example else array)}"
        return f"{shape(array)}{of_row}: {', '.join(map(self.number, entries))}"

    def _largest(self, symbol: str, array: Matrix) -> str:
        """The largest numbers of a vector, or of a matrix, each by its own symbol."""
        values, found = np.asarray(dense(array), np.float64), _SYMBOL.fullmatch(symbol)
        if found is None or not values.size or values.ndim > 2:
            return ""
        name, l = found[1].lower(), int(found[2])
        flat = np.nan_to_num(np.abs(np.ravel(values)), nan=np.inf)
        places = np.argsort(-flat, kind="stable")[:LARGEST].tolist()
        across = values.shape[-1]
        vector = values.ndim == 1 or (len(values) == 1 == self.trace.m and not name.endswith("w"))
        called = (of(name, at, l) if vector else edge(name, at // across, at % across, l) for at in places)
        said = (f"{text} = {self.number(values.flat[at])}" for text, at in zip(called, places, strict=True))
        return f", largest {', '.join(said)}"

    # -- depth -------------------------------------------------------------------------------------------------------

    def shows(self, l: int) -> bool:
        """Whether layer ``l`` is shown at all."""
        return self.layer is None or self.layer == l

    def units(self, n: int, write: Callable[[int], Line]) -> Sequence[Line]:
        """The lines of a layer's units: the one asked for, or the first ones and how many more there are."""
        if self.depth < 2:
            return ()
        if self.unit is not None:
            return (write(self.unit - 1),) if self.unit <= n else ()
        more = _more(n - self.most, "unit")
        return Folded(min(n, self.most) + len(more), lambda: (*map(write, range(min(n, self.most))), *more))

    def edges(self, terms: Array, write: Callable[[int], Line], further: Sequence[Line] = ()) -> tuple[Line, ...]:
        """The lines of a unit's edges: those that its sum shows, and how many more there are."""
        if self.depth < 3:
            return ()
        places = selected(terms)
        return (*map(write, places), *_more(len(terms) - len(places), "edge"), *further)

    # -- names and numbers -------------------------------------------------------------------------------------------

    @property
    def example(self) -> str:
        """The example, by its number in the user's table."""
        return f"row {self.trace.rows[self.i]}"

    def row(self, array: Matrix) -> Array:
        """The example's row of (m, n)."""
        chosen = array[[self.i]]
        return np.asarray(dense(chosen))[0]

    def column(self, array: Matrix, k: int) -> Array:
        """Column ``k`` of (m, n): one number an example."""
        chosen = array[:, [k]]
        return np.asarray(dense(chosen))[:, 0]

    def name(self, l: int, k: int) -> str:
        """What the user calls unit ``k`` of layer ``l``: an input's column, an output's class."""
        if l == 0:
            return self.trace.input(k)
        return self.trace.output(k) if l == self.trace.L else ""

    def cell(self, k: int) -> str:
        """What the user calls input ``k``, with the cell it comes from where that is another number."""
        said = "" if self.trace.given is None else self.trace.given.cell(self.i, k)
        return f"{self.name(0, k)}, {said} in the user's unit" if said else self.name(0, k)

    @property
    def answer(self) -> str:
        """The answer in the user's unit, where the network's is another number."""
        given = self.trace.given
        return f"{given.answer(self.i)} in the user's unit" if given and given.scaled else ""

    @property
    def over_examples(self) -> str:
        """The sign of a sum over the examples, where there are several."""
        return "sum_i " if self.trace.m > 1 else ""

    def parameters_of(self, t: LayerRecord) -> SimpleNamespace:
        """A layer's parameters before the update, by name."""
        return self.trace.before.layers[t.l - 1]

    def gradients_of(self, t: LayerRecord) -> SimpleNamespace:
        """The gradients of a layer's parameters, by name."""
        return self.trace.gradients.layers[t.l - 1]

    def penalty(self, t: LayerRecord, name: str, place: int | tuple[int, ...]) -> list[Term]:
        """What penalties add to the slope of parameter ``name`` of a layer at ``place``."""
        plan, network = self.trace.plan, self.trace.plan.network
        where = next(at for at in network.layout.places if (at.layer, at.parameter.name) == (t.l, name))
        if not (plan.penalties and where.parameter.weight):
            return []
        w = float(getattr(self.parameters_of(t), name)[place])
        scale = 1 / self.total_weight if plan.penalties.per_example else 1.0
        f = 1.0 if plan.penalty_factors is None else float(where.view(plan.penalty_factors)[place])
        l1, l2 = plan.penalties.l1 * scale * f, plan.penalties.l2 * scale * f * f
        squares: list[Term] = [product(l2, w)] if l2 else []
        return squares + ([Number(l1 * float(np.sign(w)))] if l1 else [])

    @property
    def penalized(self) -> str:
        """What penalties add to ``dW``, in symbols."""
        penalties = self.trace.plan.penalties
        return " + l2 W" * (penalties.l2 > 0) + " + l1 sign(W)" * (penalties.l1 > 0)

    @property
    def total_weight(self) -> float:
        """The sum of the weights of all examples."""
        w = self.trace.weights
        return (float(self.trace.m) if w is None else float(w.sum())) or 1.0


def _more(count: int, noun: str) -> tuple[Line, ...]:
    return (Line("...", note=f"{count:,} {noun}{'s' * (count > 1)} more"),) if count > 0 else ()


def shape(array: Matrix) -> str:
    """``(1, 3)``; a vector is ``(3)``."""
    return f"({', '.join(map(str, array.shape))})"
