"""The lines of a layer's two passes: the equations that the layer writes, with the numbers of a step put in."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.step_record import LayerRecord
from glassnet.glass.ledger import dense
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Sum, dot, long_sum
from glassnet.glass.ledger.view import View, shape
from glassnet.glass.ledger.written import WRITING, leaf
from glassnet.glass.notation import of
from glassnet.network.equations import of_layer
from glassnet.network.writer import OVER, Writer
from glassnet.pieces.expressions import NUMPY, Operations

SYMBOL = re.compile(r"(\w+)\[(l-1|l)\]")


def pass_lines(v: View, t: LayerRecord, write: Callable[[Writer], None]) -> list[Line]:
    """The lines of one pass of a layer, ``t.layer.write_forward`` or ``t.layer.write_backward``."""
    writer = LayerLines(v, t)
    write(writer)
    return writer.lines


class LayerLines(Writer):
    """Writes a layer's equations as lines with numbers.

    Args:
        v: what of the step is shown.
        t: the layer's part of it.
    """

    def __init__(self, v: View, t: LayerRecord) -> None:
        self.v, self.t = v, t
        self.lines: list[Line] = []
        own = ("A_prev", "A", "Z", "dA_prev", "dA", "dZ")
        gradients = {f"d{name}": array for name, array in vars(v.gradients_of(t)).items()}
        self._arrays = {name: getattr(t, name) for name in own} | vars(v.parameters_of(t)) | gradients | dict(t.cached)
        self._tables = {name for name, array in gradients.items() if array.ndim > 1}  # no rows of examples

    # -- arrays ------------------------------------------------------------------------------------------------------

    def array(self, symbol: str) -> Any:
        """The array of a symbol, ``A[l-1]``."""
        name, layer = _parts(symbol)
        return self._arrays[f"{name}_prev" if layer == "l-1" else name]

    def numbers(self, array: Any, n: int) -> Array:
        """The example's numbers (n,); one for all examples, or for all units, stands for each."""
        if array.ndim == 2:
            array = self.v.row(array) if array.shape[0] == self.v.trace.m else array[0]
        return np.broadcast_to(array, (n,))

    # -- text --------------------------------------------------------------------------------------------------------

    def symbol(self, symbol: str, j: int) -> str:
        """The symbol of unit ``j``: ``a1[l-1]`` of ``A[l-1]``."""
        (name, layer), shape = _parts(symbol), self.array(symbol).shape
        l = self.t.l - (layer == "l-1")
        if len(shape) == 2 and shape[1] == 1 != self.t.A.shape[1]:
            return f"{name}_i[{l}]"  # one number for all units of an example
        return of(name.lower(), min(j, shape[-1] - 1), l)

    def shapes(self, formula: str) -> str:
        """The formula with the shapes of its arrays put in."""
        return SYMBOL.sub(lambda found: shape(self.array(found[0])), formula)

    def _name(self, symbol: str, j: int) -> str:
        """The name of the input that the gradient of unit ``j`` belongs to."""
        return self.v.name(self.t.l - 1, j) if symbol == "dA[l-1]" else ""

    # -- lines -------------------------------------------------------------------------------------------------------

    def matrix(self, symbol: str, formula: str, shapes: str, write: Callable[[int], Line], note: str = "") -> None:
        """A line of matrices; inside it those that ``write`` makes of its units."""
        array = self.array(symbol)
        inside = self.v.units(array.shape[-1], write)
        symbol, formula, note = (of_layer(text, self.t.l) for text in (symbol, formula, note))
        self.lines.append(self.v.matrix(symbol, formula, shapes, array, inside, note=note))

    def equation(self, symbol: str, formula: str, note: str = "") -> None:
        array = self.array(symbol)
        sources = dict.fromkeys(found[0] for found in SYMBOL.finditer(formula))  # each once
        shapes = ", ".join(shape(self.array(source)) for source in sources if source != formula)
        if _parts(symbol)[0] in self._tables:
            symbol, formula, note = (of_layer(text, self.t.l) for text in (symbol, formula, note))
            self.lines.append(self.v.matrix(symbol, formula, shapes, array, note=note))
            return
        out = self.numbers(array, array.shape[-1])

        def unit(j: int) -> Line:
            return self.v.line(self.symbol(symbol, j), "", None, out[j], note=self._name(symbol, j))

        self.matrix(symbol, formula, shapes, unit, note)

    def elements(
        self,
        symbol: str,
        formula: str,
        value: Callable[..., Any],
        remark: Callable[..., str] | None = None,
        note: str = "",
    ) -> None:
        self._compute(symbol, value)
        array = self.array(symbol)
        n = array.shape[-1]
        out = self.numbers(array, n)

        def unit(j: int) -> Line:
            def number(name: str) -> float:
                return float(self.numbers(self._arrays[name], n)[j])

            written = value(*_arguments(value, WRITING, lambda name: leaf(self.symbol(_symbol(name), j), number(name))))
            said = remark(*_arguments(remark, WRITING, number)) if remark else ""
            note = said or self._name(symbol, j)
            return self.v.line(self.symbol(symbol, j), written.symbols, written.numbers, out[j], note=note)

        self.matrix(symbol, formula, self.shapes(formula), unit, note)

    def _compute(self, symbol: str, value: Callable[..., Any]) -> None:
        """An array that the record of the step does not hold."""
        name = _parts(symbol)[0]
        if self._arrays.get(name) is None:
            self._arrays[name] = value(*_arguments(value, NUMPY, self._arrays.__getitem__))

    def mean(self, symbol: str, axis: int, *factors: str) -> None:
        arrays = [self.array(factor) for factor in factors]
        product = arrays[0] if len(arrays) == 1 else arrays[0] * arrays[1]
        self._compute(symbol, lambda: product.mean(axis=axis, keepdims=True))
        n = self.array(symbol).shape[-1]
        means = self.numbers(self.array(symbol), n)

        def unit(j: int) -> Line:
            terms = [self.v.row(array) if axis else self.v.column(array, j) for array in arrays]
            sign, count = ("sum_k", "n") if axis else ("sum_i", "m")
            names = " ".join(self._summand(factor) if axis else self.symbol(factor, j) for factor in factors)
            term = Formula("({0})/{1}", operator.truediv, (_sum(terms), Number(len(terms[0]))))
            return self.v.line(self.symbol(symbol, j), f"{sign} {names}/{count}", term, means[j])

        self.matrix(symbol, f"mean of {' * '.join(factors)} over {OVER[axis]}", "", unit)

    def _summand(self, symbol: str) -> str:
        """Unit ``k`` of a sum over the units: ``ak[l-1]``."""
        return of_layer(symbol.replace("[", "k[").replace(symbol[0], symbol[0].lower(), 1), self.t.l)

    def sum_over_examples(self, symbol: str, *factors: str) -> None:
        arrays, out = [self.array(factor) for factor in factors], self.array(symbol)
        fixed = out.size and not out.any() and all(array.any() for array in arrays)  # biases that are not fitted

        def unit(j: int) -> Line:
            if fixed:
                return self.v.line(self.symbol(symbol, j), "", None, out[j])
            columns = [self.v.column(array, j) for array in arrays]
            formula = self.v.over_examples + " ".join(self.symbol(factor, j) for factor in factors)
            return self.v.line(self.symbol(symbol, j), formula, _sum(columns), out[j])

        self.matrix(symbol, f"sum over the examples of {' * '.join(factors)}", "", unit)

    def activation(self) -> None:
        self.lines += dense.activated(self.v, self.t)

    def activation_gradient(self) -> None:
        self.lines += dense.activation_gradient(self.v, self.t)

    def affine(self) -> None:
        self.lines.append(dense.affine_line(self.v, self.t))

    def weight_gradient(self) -> None:
        self.lines.append(dense.weight_gradient_line(self.v, self.t))

    def input_gradient(self) -> None:
        self.lines.append(dense.input_gradient_line(self.v, self.t))

    def cached(self) -> None:
        for name, array in self.t.cached.items():
            self.lines.append(self.v.matrix(f"{name}[{self.t.l}]", "", "", array, note="in the cache"))

    def parameter_gradients(self) -> None:
        for name, array in vars(self.v.gradients_of(self.t)).items():
            self.lines.append(self.v.matrix(f"d{name}[{self.t.l}]", "", "", array))


def _parts(symbol: str) -> tuple[str, str]:
    """``A[l-1]`` -> "A", "l-1"."""
    name, _, layer = symbol[:-1].partition("[")
    return name, layer


def _symbol(name: str) -> str:
    """The symbol of an array that functions call ``name``: ``A[l-1]`` of ``A_prev``."""
    return f"{name.removesuffix('_prev')}[{'l-1' if name.endswith('_prev') else 'l'}]"


def _arguments(function: Callable[..., Any], ns: Operations, find: Callable[[str], Any]) -> list[Any]:
    """What a function of arrays by name is called with."""
    return [ns if name == "ns" else find(name) for name in signature(function).parameters]


def _sum(arrays: Sequence[Array]) -> Sum:
    """The sum of some numbers (n,), or of the products of two times n."""
    if len(arrays) == 2:
        return dot(arrays[0], arrays[1])
    return long_sum(arrays[0], lambda i: Number(float(arrays[0][i])))
