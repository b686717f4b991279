"""The building blocks, of the real network with its real shapes: forward blocks with their caches, backward blocks
with their gradients (deck, *Building blocks of deep neural networks*).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from glassnet.glass.scenes.cards import Card, arrow_length, card, labelled_arrow
from glassnet.glass.scenes.frame import Elided, Key, below, headed
from glassnet.glass.scenes.layer_facts import LayerFacts, layer_facts
from glassnet.glass.scenes.measure import text_width
from glassnet.glass.scenes.reading import check_network
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Shape, Text, line
from glassnet.glass.scenes.table import Table
from glassnet.glass.scenes.words import counted
from glassnet.network.network import Network

DOWN = 40.0  # pixels between a block and its cache


def building_blocks(network: Network, *, m: int | None = None, most: int = 4) -> Scene:
    """One training step as blocks: forward through the layers, the cost, and backward with what was kept.

    Args:
        network: any.
        m: the number of examples, or None to write ``m``.
        most: layers drawn, at least 2; of more, those in the middle are counted.

    Raises:
        InvalidType: it is no network.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> print(building_blocks(net).tables[0])
    Forward
      layer  in          formula                                               out         cache
          1  A[0] (m, 3)  Z[1] = A[0] W[1]^T + b[1]; A[1] = relu(Z[1])     A[1] (m, 4)  Z[1], A[0]
          2  A[1] (m, 4)  Z[2] = A[1] W[2]^T + b[2]; A[2] = sigmoid(Z[2])  A[2] (m, 1)  Z[2], A[1]
    """
    check_network(network)
    kept = Elided.of(len(network.row), most)
    facts = [None if i is None else layer_facts(network, i + 1) for i in kept.places]
    rows = "m" if m is None else f"{m}"
    picture = _Blocks(network, facts, kept.hidden, rows)
    title = "Building blocks"
    few = network.widths if len(network.widths) < 12 else [*network.widths[:6], "...", network.outputs]
    caption = f"one training step of the network {' -> '.join(map(str, few))}, with {rows} examples"
    return Scene("blocks", title, picture.sentence(), tuple(picture.tables()), headed(picture.shapes(), title, caption))


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
        loss, L = self.network.loss, len(self.network.row)
        slope = f"dZ[{L}] = ({loss.slope}) / {self.m}" if loss.slope == "y^ - y" else f"dZ[{L}] = dJ/dZ[{L}]"
        return card("cost", f"y^ = A[{L}]", f"J = mean of {loss.name}", slope, role="highlight")

    def gradients(self, f: LayerFacts) -> list[str]:
        return [f"d{name}[{f.l}] {shape}" for name, shape in f.shapes.items()]

    # -- where they lie ----------------------------------------------------------------------------------------------

    def shapes(self) -> list[Shape]:
        known = [f for f in self.facts if f]
        high = max(self.forward(f).height for f in known)
        deep = max([self.cost().height, *(self.backward(f).height for f in known)])
        kept = max(self.cache(f).height for f in known)
        y = (0.0, high / 2 + DOWN + kept / 2, high / 2 + 2 * DOWN + kept + deep / 2)
        arrow = arrow_length([self.shape(n) for n in self.network.widths] + ["dA[10]"])
        shapes: list[Shape] = []
        x = arrow
        shapes += labelled_arrow(4, x - 4, y[0], ["A[0] = X", self.shape(self.network.inputs)])
        for f in self.facts:
            if f is None:
                x = self.left_out(shapes, x, arrow, y)
                continue
            width = max(self.forward(f).width, self.backward(f).width, self.cache(f).width, self._beneath(f))
            self.column(shapes, f, x + width / 2, width, y, (high, kept, deep))
            x += width
            self.links(shapes, f, x, arrow, y)
            x += arrow
        height = y[2] - y[0] + deep / 2 + high / 2
        cost = self.cost()
        shapes.append(cost.drawn(x + cost.width / 2, (y[2] + deep / 2 - high / 2) / 2, height=height))
        return list(
            below(
                shapes,
                [
                    Key("forward", "forward", box=True),
                    Key("kept for the way back", "quiet", box=True),
                    Key("backward", "backward", box=True),
                ],
            )
        )

    def _beneath(self, f: LayerFacts) -> float:
        return max([0.0, *(text_width(text, 12) + 8 for text in self.gradients(f))])

    def column(
        self,
        shapes: list[Shape],
        f: LayerFacts,
        x: float,
        width: float,
        y: tuple[float, ...],
        heights: tuple[float, ...],
    ) -> None:
        """Forward block, cache, backward block, and below it the gradients it returns."""
        high, kept, deep = heights
        shapes.append(self.forward(f).drawn(x, y[0], width, high))
        shapes.append(self.cache(f).drawn(x, y[1], 0, kept))
        shapes.append(self.backward(f).drawn(x, y[2], width, deep))
        shapes.append(line(x, y[0] + high / 2 + 3, x, y[1] - kept / 2 - 3, role="quiet", arrow=True, dash=True))
        shapes.append(line(x, y[1] + kept / 2 + 3, x, y[2] - deep / 2 - 3, role="quiet", arrow=True, dash=True))
        end = y[2] + deep / 2
        returned = self.gradients(f)
        if returned:
            shapes.append(line(x, end + 3, x, end + 32, role="backward", arrow=True))
        for i, text in enumerate(returned):
            shapes.append(Text(x, end + 44 + 17 * i, text, role="backward", size=12))

    def links(self, shapes: list[Shape], f: LayerFacts, x: float, arrow: float, y: tuple[float, ...]) -> None:
        """The arrows to the next block and back from it."""
        last = f.l == len(self.network.row)
        out, back = f"A[{f.l}]", f"d{'Z' if last else 'A'}[{f.l}]"
        shapes += labelled_arrow(x + 4, x + arrow - 4, y[0], [out, self.shape(f.n_out)])
        shapes += labelled_arrow(x + arrow - 4, x + 4, y[2], [back, self.shape(f.n_out)], role="backward")

    def left_out(self, shapes: list[Shape], x: float, arrow: float, y: tuple[float, ...]) -> float:
        block = card("...", counted(self.hidden, "more layer"), role="quiet")
        after = next(f for f in reversed(self.facts) if f)
        for at in (y[0], y[2]):
            shapes.append(block.drawn(x + block.width / 2, at))
        x += block.width
        n, l = after.n_in, after.l - 1
        shapes += labelled_arrow(x + 4, x + arrow - 4, y[0], [f"A[{l}]", self.shape(n)])
        shapes += labelled_arrow(x + arrow - 4, x + 4, y[2], [f"dA[{l}]", self.shape(n)], role="backward")
        return x + arrow

    # -- words -------------------------------------------------------------------------------------------------------

    def sentence(self) -> str:
        L = len(self.network.row)
        left_out = f" ({counted(self.hidden, 'layer')} left out)" if self.hidden else ""
        return (
            f"Forward, {counted(L, 'layer')}{left_out} make y^ {self.shape(self.network.outputs)} of X "
            f"{self.shape(self.network.inputs)}, each keeping a cache; the cost is the mean of "
            f"{self.network.loss.name}; backward, each takes the gradient by its output and its cache and returns "
            f"the gradients of its parameters and the gradient by its input."
        )

    def tables(self) -> Iterator[Table]:
        known = [f for f in self.facts if f]
        yield Table.of("Forward", ("layer", "in", "formula", "out", "cache"), [self._forward_row(f) for f in known])
        yield Table.of(
            "Backward", ("layer", "in", "formula", "returns"), [self._backward_row(f) for f in reversed(known)]
        )

    def _forward_row(self, f: LayerFacts) -> tuple[object, ...]:
        before, after = f"A[{f.l - 1}] {self.shape(f.n_in)}", f"A[{f.l}] {self.shape(f.n_out)}"
        return f.l, before, "; ".join(f.forward), after, ", ".join(f.cache)

    def _backward_row(self, f: LayerFacts) -> tuple[object, ...]:
        symbol = "dZ" if f.l == len(self.network.row) else "dA"
        returned = [*self.gradients(f), *([f"dA[{f.l - 1}] {self.shape(f.n_in)}"] if f.l > 1 else [])]
        return f.l, f"{symbol}[{f.l}] {self.shape(f.n_out)}", "; ".join(f.backward), ", ".join(returned)
