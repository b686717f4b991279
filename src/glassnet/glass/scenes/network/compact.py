"""The network drawn compactly: one block a layer, with its shapes (workshop, *From regressions to networks*)."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.glass.scenes.cards import Card, arrow_length, card, labeled_arrow
from glassnet.glass.scenes.frame import headed
from glassnet.glass.scenes.network.layer_facts import LayerFacts, drawn_layers
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Path, Shape
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.text import counted

WIDE = 980.0  # pixels of a row of blocks; more go to the next row
BETWEEN = 46.0  # pixels between rows

Block = tuple[Card, str]  # and what stands on the arrow after it


def compact(network: Network, *, most: int = 12) -> Scene:
    """One block a layer: what it is and the shapes of its parameters; on the arrows the shapes of the activations.

    Args:
        network: any.
        most: layers drawn; of more, those in the middle are counted.

    Raises:
        InvalidType: it is not a network.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> print(compact(net).sentence)
    A network of 2 layers with 21 parameters: X (m, 3) -> dense relu (m, 4) -> dense sigmoid (m, 1), judged by the
    loss binary_cross_entropy.
    """
    facts, hidden = drawn_layers(network, most)
    title = f"Network {'-'.join(map(str, _few(network.widths)))} in blocks"
    shapes = headed(_shapes(network, facts, hidden), title, counted(network.size, "parameter"))
    return Scene("compact", title, _sentence(network, facts, hidden), (_table(facts, hidden),), shapes)


def _few(widths: list[int]) -> list[object]:
    return [*widths] if len(widths) <= 12 else [*widths[:6], "...", *widths[-3:]]


def _blocks(network: Network, facts: list[LayerFacts | None], hidden: int) -> Iterator[tuple[Card, str]]:
    """Each card, and what stands on the arrow after it."""
    yield card("X", f"(m, {network.inputs})", role="ink"), f"A[0] (m, {network.inputs})"
    for known in facts:
        if known is None:
            yield card("...", counted(hidden, "more layer"), role="quiet"), ""
            continue
        shapes = [f"{name}[{known.l}] {shape}" for name, shape in known.shapes.items()]
        role = "highlight" if known.l == len(network.layers) else "forward"
        lines = [known.words, *shapes, counted(known.size, "parameter")]
        name = "y^" if known.l == len(network.layers) else f"A[{known.l}]"
        yield card(f"layer {known.l}", *lines, role=role), f"{name} (m, {known.n_out})"
    yield card("loss", network.loss.name, "compares y^ with Y", role="quiet"), ""


def _shapes(network: Network, facts: list[LayerFacts | None], hidden: int) -> list[Shape]:
    rows = _rows(list(_blocks(network, facts, hidden)))
    tall = max(block.height for row in rows for block, _ in row)
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        y = place * (tall + BETWEEN)
        end = _row(shapes, row, y)
        if place < len(rows) - 1:
            half, after = y + (tall + BETWEEN) / 2, y + tall + BETWEEN
            turns = ((end + 4, y), (end + 24, y), (end + 24, half), (-28, half), (-28, after), (-4, after))
            shapes.append(Path(turns, arrow=True))
    return shapes


def _rows(blocks: list[Block]) -> list[list[Block]]:
    """As many blocks in a row as there is room for."""
    rows: list[list[Block]] = [[]]
    x = 0.0
    for block, text in blocks:
        if rows[-1] and x + block.width > WIDE:
            rows.append([])
            x = 0.0
        rows[-1].append((block, text))
        x += block.width + _length(text)
    return rows


def _length(text: str) -> float:
    name, _, shape = text.partition(" ")
    return arrow_length([name, shape])


def _row(shapes: list[Shape], row: list[Block], y: float) -> float:
    """Draws a row of blocks and the arrows between them; returns where its last block ends."""
    x = 0.0
    for place, (block, text) in enumerate(row):
        shapes.append(block.drawn(x + block.width / 2, y))
        x += block.width
        if place < len(row) - 1:
            name, _, shape = text.partition(" ")
            end = x + _length(text)
            shapes += labeled_arrow(x + 4, end - 4, y, [name, shape])
            x = end
    return x


def _sentence(network: Network, facts: list[LayerFacts | None], hidden: int) -> str:
    row = [f"X (m, {network.inputs})"]
    row += [f"{f.words} (m, {f.n_out})" if f else f"{counted(hidden, 'more layer')}" for f in facts]
    layers, size = counted(len(network.layers), "layer"), counted(network.size, "parameter")
    return f"A network of {layers} with {size}: {' -> '.join(row)}, judged by the loss {network.loss.name}."


def _table(facts: list[LayerFacts | None], hidden: int) -> Table:
    left_out = (None, counted(hidden, "more layer"), None, None, None, None)
    rows = [_table_row(f) if f else left_out for f in facts]
    return Table.of("Layers", ("layer", "kind", "input", "output", "shapes", "parameters"), rows)


def _table_row(f: LayerFacts) -> tuple[object, ...]:
    shapes = ", ".join(f"{name}[{f.l}] {shape}" for name, shape in f.shapes.items())
    return f.l, f.words, f"A[{f.l - 1}] (m, {f.n_in})", f"A[{f.l}] (m, {f.n_out})", shapes, f.size
