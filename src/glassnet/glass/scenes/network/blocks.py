"""The building blocks, of the real network with its real shapes: forward blocks with their caches, backward blocks
with their gradients (workshop, *Building blocks of deep neural networks*).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from glassnet.glass.ledger.written import WRITING, matrix
from glassnet.glass.scenes.cards import SMALL, Card, arrow_length, card, labeled_arrow
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.measure import formula_width
from glassnet.glass.scenes.network.layer_facts import LayerFacts, drawn_layers
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Shape, Text, line
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.text import counted

DOWN = 40.0  # pixels between a block and its cache
KEYS = [
    Key("forward", "forward", box=True),
    Key("cache, for the backward pass", "quiet", box=True),
    Key("backward", "backward", box=True),
]


def building_blocks(network: Network, *, m: int | None = None, most: int = 4) -> Scene:
    """One training step as blocks: forward through the layers, the cost, and backward with what is in the caches.

    Args:
        network: any.
        m: the number of examples, or None to write ``m``.
        most: layers drawn, at least 2; of more, those in the middle are counted.

    Raises:
        InvalidType: it is not a network.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> print(building_blocks(net).tables[0])
    Forward
      layer  in          formula                                               out         cache
          1  A[0] (m, 3)  Z[1] = A[0] W[1]^T + b[1]; A[1] = relu(Z[1])     A[1] (m, 4)  Z[1], A[0]
          2  A[1] (m, 4)  Z[2] = A[1] W[2]^T + b[2]; A[2] = sigmoid(Z[2])  A[2] (m, 1)  Z[2], A[1]
    """
    facts, hidden = drawn_layers(network, most)
    rows = "m" if m is None else f"{m}"
    picture = _Blocks(network, facts, hidden, rows)
    title = "Building blocks"
    few = network.widths if len(network.widths) < 12 else [*network.widths[:6], "...", network.outputs]
    caption = f"one training step of the network {'-'.join(map(str, few))}, with {rows} examples"
    shapes = headed(below(list(picture.shapes()), KEYS), title, caption)
    return Scene("blocks", title, picture.sentence(), tuple(picture.tables()), shapes)


@dataclass(frozen=True)
class _Blocks:
    network: Network
    facts: Sequence[LayerFacts | None]
    hidden: int
    m: str

    # -- the cards ---------------------------------------------------------------------------------------------------

    def shape(self, n: int) -> str:
        return f"({self.m}, {n})"

    def forward(self, f: LayerFacts) -> Card:
        parameters = ",  ".join(f"{name}[{f.l}] {shape}" for name, shape in f.shapes.items())
        return card(f"layer {f.l}: {f.words}", *f.forward, parameters, role="forward")

    def backward(self, f: LayerFacts) -> Card:
        return card(f"layer {f.l} backward", *f.backward, role="backward")

    def cache(self, f: LayerFacts) -> Card:
        return card("cache", ", ".join(f.cache), role="quiet")

    def cost(self) -> Card:
        loss, L = self.network.loss, len(self.network.layers)
        back = f"{self.network.arriving(L)}[{L}]"
        gradient = loss.written_gradient(WRITING, matrix("y^"), matrix("y"))
        formula = f"dJ/{back[1:]}" if gradient is None else f"({gradient.symbols}) / {self.m}"
        return card("cost", f"y^ = A[{L}]", f"J = mean of {loss.name}", f"{back} = {formula}", role="highlight")

    def gradients(self, f: LayerFacts) -> list[str]:
        return [f"d{name}[{f.l}] {shape}" for name, shape in f.shapes.items()]

    # -- where they lie ----------------------------------------------------------------------------------------------

    @property
    def known(self) -> list[LayerFacts]:
        """The layers that are drawn."""
        return [f for f in self.facts if f]

    @cached_property
    def heights(self) -> tuple[float, float, float]:
        """Of forward blocks, of caches, of backward blocks."""
        kinds = (self.forward, self.cache, self.backward)
        forward, cache, backward = (max(kind(f).height for f in self.known) for kind in kinds)
        return forward, cache, backward

    @cached_property
    def y(self) -> tuple[float, float, float]:
        """The middles of the three rows."""
        forward, cache, backward = self.heights
        middle = forward / 2 + DOWN + cache / 2
        return 0.0, middle, middle + cache / 2 + DOWN + backward / 2

    @cached_property
    def arrow(self) -> float:
        """The length of all arrows."""
        return arrow_length(["A[0] = X", *(self.shape(n) for n in self.network.widths)])

    def width(self, f: LayerFacts) -> float:
        """Of a layer's column."""
        beneath = (formula_width(text, SMALL) + 8 for text in self.gradients(f))
        return max(self.forward(f).width, self.backward(f).width, self.cache(f).width, *beneath)

    # -- shapes ------------------------------------------------------------------------------------------------------

    def shapes(self) -> Iterator[Shape]:
        """Everything from left to right; each layer with the arrows on its right."""
        x = self.arrow
        yield from self.arrows(0.0, "A[0] = X", "", self.network.inputs)
        for place, f in enumerate(self.facts):
            if f:
                yield from self.column(f, x)
                x += self.width(f)
                yield from self.arrows(x, f"A[{f.l}]", f"{self.network.arriving(f.l)}[{f.l}]", f.n_out)
            else:
                after = next(g for g in self.facts[place + 1 :] if g)
                yield from self.left_out(x)
                x += self.dots.width
                yield from self.arrows(x, f"A[{after.l - 1}]", f"dA[{after.l - 1}]", after.n_in)
            x += self.arrow
        yield self.cost_block(x)

    def column(self, f: LayerFacts, x: float) -> Iterator[Shape]:
        """Forward block, cache, backward block, and below them the gradients that are returned."""
        width, (forward, cache, backward) = self.width(f), self.heights
        x += width / 2
        yield self.forward(f).drawn(x, self.y[0], width, forward)
        yield self.cache(f).drawn(x, self.y[1], 0, cache)
        yield self.backward(f).drawn(x, self.y[2], width, backward)
        for end in (self.y[1] - cache / 2, self.y[2] - backward / 2):
            yield line(x, end - DOWN + 3, x, end - 3, role="quiet", arrow=True, dash=True)
        yield from self.returned(f, x, self.y[2] + backward / 2)

    def returned(self, f: LayerFacts, x: float, y: float) -> Iterator[Shape]:
        if self.gradients(f):
            yield line(x, y + 3, x, y + 32, role="backward", arrow=True)
        for i, text in enumerate(self.gradients(f)):
            yield Text(x, y + 44 + 17 * i, text, role="backward", size=SMALL, style="formula")

    def arrows(self, x: float, out: str, back: str, n: int) -> Iterator[Shape]:
        """Forward to the next block, and back from it where there is a way back."""
        left, right = x + 4, x + self.arrow - 4
        yield from labeled_arrow(left, right, self.y[0], [out, self.shape(n)])
        if back:
            yield from labeled_arrow(right, left, self.y[2], [back, self.shape(n)], role="backward")

    @property
    def dots(self) -> Card:
        return card("...", counted(self.hidden, "more layer"), role="quiet")

    def left_out(self, x: float) -> Iterator[Shape]:
        for y in (self.y[0], self.y[2]):
            yield self.dots.drawn(x + self.dots.width / 2, y)

    def cost_block(self, x: float) -> Shape:
        """The cost, as high as all rows together."""
        top, bottom = self.y[0] - self.heights[0] / 2, self.y[2] + self.heights[2] / 2
        return self.cost().drawn(x + self.cost().width / 2, (top + bottom) / 2, height=bottom - top)

    # -- text --------------------------------------------------------------------------------------------------------

    def sentence(self) -> str:
        L = len(self.network.layers)
        left_out = f" ({counted(self.hidden, 'layer')} left out)" if self.hidden else ""
        return (
            f"Forward, {counted(L, 'layer')}{left_out} make y^ {self.shape(self.network.outputs)} of X "
            f"{self.shape(self.network.inputs)}, each keeping a cache; the cost is the mean of "
            f"{self.network.loss.name}; backward, each takes the gradient by its output and its cache and returns "
            f"the gradients of its parameters and the gradient by its input."
        )

    def tables(self) -> Iterator[Table]:
        rows = [self._forward_row(f) for f in self.known]
        yield Table.of("Forward", ("layer", "in", "formula", "out", "cache"), rows)
        yield Table.of(
            "Backward", ("layer", "in", "formula", "returns"), [self._backward_row(f) for f in reversed(self.known)]
        )

    def _forward_row(self, f: LayerFacts) -> tuple[object, ...]:
        before, after = f"A[{f.l - 1}] {self.shape(f.n_in)}", f"A[{f.l}] {self.shape(f.n_out)}"
        return f.l, before, "; ".join(f.forward), after, ", ".join(f.cache)

    def _backward_row(self, f: LayerFacts) -> tuple[object, ...]:
        symbol = self.network.arriving(f.l)
        returned = [*self.gradients(f), *([f"dA[{f.l - 1}] {self.shape(f.n_in)}"] if f.l > 1 else [])]
        return f.l, f"{symbol}[{f.l}] {self.shape(f.n_out)}", "; ".join(f.backward), ", ".join(returned)
