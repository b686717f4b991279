"""One unit in its two halves, z | a: what it gathers and weighs, its activation (workshop, *Activations (Neuron)*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.notation import edge, of
from glassnet.glass.palette import SIGNS
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Elided, headed
from glassnet.glass.scenes.measure import shortened
from glassnet.glass.scenes.network.reading import check_network, check_parameters, check_pass, example, unit_names
from glassnet.glass.scenes.sanitize import sign_of
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Shape, Style, Text, line
from glassnet.glass.scenes.table import Table
from glassnet.glass.tracing.record import Trace
from glassnet.network.forward_pass import ForwardPass
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.activation import Activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.text import bracketed, counted, format_number

R, SMALL, BIAS, PITCH = 60.0, 20.0, 14.0, 58.0  # of the unit, an input, half the box; from one input to the next
WHERE = 400.0  # the unit's middle
GLYPH = 120.0, 84.0  # of the small curve


def neuron(
    network: Network,
    parameters: Parameters,
    forward_pass: ForwardPass | Trace,
    *,
    layer: int = 1,
    unit: int = 1,
    row: int = 1,
    names: Sequence[object] | None = None,
    most: int = 8,
    digits: int = 4,
) -> Scene:
    """One unit: its inputs and weights, the sum ``z`` in one half, the activation ``a = g(z)`` in the other.

    Args:
        network: any with dense layers.
        parameters: its weights and biases.
        forward_pass: a pass or a trace of it.
        layer, unit: which one, both from 1.
        row: which example of the pass, from 1.
        names: of the n[0] inputs.
        most: inputs drawn; the others are counted.
        digits: significant digits.

    Raises:
        InvalidInput, InvalidType: what does not belong together, or a unit that is not there.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(1, [Dense(1, "sigmoid")], loss="binary_cross_entropy")
    >>> p = net.initialize()
    >>> p.W[1], p.b[1] = [[2.0]], [-1.0]
    >>> print(neuron(net, p, net.forward([[0.5]], p)).sentence)
    Unit 1 of layer 1: z1[1] = 2*0.5 - 1 = 0, a1[1] = sigmoid(z1[1]) = 0.5.
    """
    check_network(network)
    check_parameters(network, parameters)
    check_pass(network, forward_pass, row)
    if layer not in parameters.W or layer not in forward_pass.Z or not 1 <= unit <= len(parameters.W[layer]):
        widths = ", ".join(f"layer {l} {len(W)}" for l, W in parameters.W.items())
        raise InvalidInput(
            f"there is no unit {unit} in layer {layer} to draw", f"units: {widths}", "choose one of these"
        )
    called = unit_names(names, network.inputs, "x", "names") if layer == 1 and names is not None else None
    picture = _Neuron(network, parameters, forward_pass, layer, unit - 1, row - 1, called, most, checked_digits(digits))
    title = f"Unit {unit} of layer {layer}, in its two halves"
    shapes = headed(list(picture.shapes()), title, "z is the weighted sum of the inputs, a = g(z) its activation")
    return Scene("neuron", title, picture.sentence, (picture.table,), shapes)


@dataclass(frozen=True)
class _Neuron:
    network: Network
    parameters: Parameters
    forward_pass: ForwardPass | Trace
    l: int
    j: int
    i: int
    names: list[str] | None
    most: int
    digits: int

    # -- what it says ------------------------------------------------------------------------------------------------

    def number(self, x: float) -> str:
        return format_number(x, self.digits)

    @cached_property
    def w(self) -> Array:
        return np.asarray(self.parameters.W[self.l][self.j], np.float64)

    @cached_property
    def b(self) -> float | None:
        return float(self.parameters.b[self.l][self.j]) if self.l in self.parameters.b else None

    @cached_property
    def inputs(self) -> Array:
        return example(self.forward_pass.A[self.l - 1], self.i)

    @cached_property
    def z(self) -> float:
        return float(example(self.forward_pass.Z[self.l], self.i)[self.j])

    @cached_property
    def a(self) -> float:
        last = self.l == len(self.network.layers)
        predictions = self.forward_pass.predictions if last else self.forward_pass.A[self.l]
        return float(example(predictions, self.i)[self.j])

    @property
    def g(self) -> Activation | None:
        """Its activation, where that takes its own z alone."""
        name = self.network.activation_name(self.l)
        return ACTIVATIONS.get(name)

    @property
    def sentence(self) -> str:
        terms = [f"{self.number(w)}*{bracketed(self.number(a))}" for w, a in zip(self.w, self.inputs, strict=True)]
        shown = terms if len(terms) <= self.most else [*terms[: self.most], f"({len(terms) - self.most:,} more)"]
        bias = [] if self.b is None else [self.number(self.b)]
        total = "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in [*shown, *bias]).removeprefix(" + ")
        z, a, name = of("z", self.j, self.l), of("a", self.j, self.l), self.network.activation_name(self.l)
        return (
            f"Unit {self.j + 1} of layer {self.l}: {z} = {total.strip()} = {self.number(self.z)}, "
            f"{a} = {name}({z}) = {self.number(self.a)}."
        )

    @property
    def table(self) -> Table:
        rows = [(self.name(k), self.w[k], self.inputs[k], self.w[k] * self.inputs[k]) for k in range(len(self.w))]
        if self.b is not None:
            rows.append(("bias", self.b, 1.0, self.b))
        rows += [("z", None, None, self.z), ("a", None, None, self.a)]
        return Table.of("What it adds up", ("input", "weight", "value", "product"), rows, self.digits)

    def name(self, k: int) -> str:
        return of("a", k, self.l - 1) if self.names is None else self.names[k]

    # -- shapes ------------------------------------------------------------------------------------------------------

    def shapes(self) -> Iterator[Shape]:
        places = Elided.of(len(self.w), self.most).places
        rows = len(places) + (self.b is not None)
        top = -(rows - 1) / 2 * PITCH
        for place, k in enumerate(places):
            y = top + place * PITCH
            if k is None:
                hidden = len(self.w) - self.most
                yield Text(0, y, counted(hidden, "more input"), "quiet", 12)
            else:
                yield from self.edge(y, y / 2.6, float(self.w[k]), edge("w", self.j, k, self.l))
                yield self.source(k, y)
        if self.b is not None:
            y = top + (rows - 1) * PITCH
            yield from self.edge(y, y / 2.6, self.b, of("b", self.j, self.l), BIAS)
            yield Box(-BIAS, y - BIAS, 2 * BIAS, 2 * BIAS, role="quiet", round=4, title="bias: always 1")
            yield Text(0, y, "1", "quiet")
        yield self.halves()
        yield line(WHERE + R, 0, WHERE + R + 54, 0, arrow=True)
        yield Text(WHERE + R + 62, 0, of("a", self.j, self.l), anchor="start", style="formula")
        if self.g is not None:
            yield from self.curve(self.g, WHERE + 10, -R - 34 - GLYPH[1])
        y = max(R, -top) + 34
        for text in self.sentence.removesuffix(".").partition(": ")[2].split(", a"):
            text = text if text.startswith("z") else f"a{text}"
            yield Text(-SMALL, y, text, size=14, anchor="start", style="formula")
            y += 26

    def source(self, k: int, y: float) -> Group:
        named = shortened(self.name(k), 170)
        shapes: list[Shape] = [Circle(0, y, SMALL + 6), Text(0, y, self.number(float(self.inputs[k])), style="formula")]
        style: Style = "formula" if self.names is None else ""
        shapes.append(Text(-SMALL - 14, y, named, anchor="end", style=style))
        return Group(tuple(shapes), f"{self.name(k)} = {self.number(float(self.inputs[k]))}")

    def edge(self, y: float, onto: float, w: float, symbol: str, start: float = SMALL + 6) -> Iterator[Shape]:
        role = SIGNS[sign_of(w)]
        share = abs(w) / (float(np.abs(self.w).max(initial=0.0)) or 1.0)
        right = WHERE - (R**2 - min(onto**2, 0.9 * R**2)) ** 0.5
        wide = min(0.9 + 2.4 * share, 3.4) if share <= 1e6 else 0.9
        label = Text(SMALL + 32, 0, f"{symbol} = {self.number(w)}", role, 12, "start", style="formula")
        ends = [y + (onto - y) * (x - start) / (right - start) for x in (label.x, label.x + label.text_width)]
        yield Path(((start, y), (right, onto)), role=role, width=wide, dash=w < 0, arrow=True)
        yield replace(label, y=min(ends) - 13)

    def halves(self) -> Group:
        last = self.l == len(self.network.layers)
        shapes: list[Shape] = [Circle(WHERE, 0, R, role="highlight" if last else "forward")]
        shapes.append(line(WHERE, -R, WHERE, R))
        for x, name, value in ((WHERE - R / 2, "z", self.z), (WHERE + R / 2, "a", self.a)):
            shapes.append(Text(x, -14, name, size=16, bold=True))
            shapes.append(Text(x, 10, format_number(value, min(self.digits, 4)), size=12, style="formula"))
        return Group(tuple(shapes), self.sentence)

    def curve(self, g: Activation, left: float, top: float) -> Iterator[Shape]:
        """The activation in small, with the point where the unit stands."""
        wide, high = GLYPH
        far = max(4.0, min(1.3 * abs(self.z), 1e6))
        z = np.linspace(-far, far, 81)
        values = np.array([float(g(x)) for x in z])
        low, up = min(float(values.min()), 0.0), max(float(values.max()), self.a)
        span = (up - low) or 1.0

        def at(x: float, value: float) -> tuple[float, float]:
            return left + (x + far) / (2 * far) * wide, top + (1 - (value - low) / span) * high

        yield line(*at(-far, 0), *at(far, 0), role="quiet", width=0.8)
        yield line(*at(0, low), *at(0, up), role="quiet", width=0.8)
        yield Path(tuple(at(x, v) for x, v in zip(z, values, strict=True)), role="forward", width=2.2)
        if tuple(g.range) == (0.0, 1.0):
            yield line(*at(-far, 0.5), *at(far, 0.5), role="quiet", width=1, dash=True)
            yield Text(left + wide + 8, at(0, 0.5)[1], "threshold 0.5", "quiet", 12, "start")
        yield Circle(*at(self.z, self.a), 5, role="highlight", width=2)
        yield Text(left + wide / 2, top - 14, f"a = {g.name}(z)", size=12, style="formula")
