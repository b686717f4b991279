"""A ledger that shows itself: as text, as a tree in the terminal, as HTML, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.glass.ledger.html import as_html
from glassnet.glass.ledger.record import Line, Step
from glassnet.glass.sheet import page, styled
from glassnet.notebook_hook import Displayable
from glassnet.text import plain, printable

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree


@dataclass(frozen=True)
class Ledger(Displayable):
    """The ledger of a training step; see :func:`~glassnet.glass.ledger.ledger`.

    It shows itself: as text with ``print``, in a terminal with rich's ``print``, in a notebook as HTML with MathML
    (no script in it, so exports keep it); ``to_dict`` and ``to_json`` are for programs.

    Args:
        title: of which network, on which rows.
        steps: forward propagation, cost, back propagation, update.
        digits: how many significant digits are shown.
        notes: how to read it.

    >>> from glassnet import Dense, Network, ledger, trace
    >>> net = Network(2, [Dense(1)])
    >>> written = ledger(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize()))
    >>> [step.title for step in written.steps]
    ['Forward propagation', 'The cost', 'Back propagation', 'The update']
    """

    title: str
    steps: tuple[Step, ...]
    digits: int
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Every line at every depth."""
        for step in self.steps:
            for line in step.lines:
                yield from (inner for _, inner in line.walk())

    def __getitem__(self, symbol: str) -> Line:
        """The first line of that symbol, such as ``ledger["z1[1]"]``.

        Raises:
            KeyError: there is none at this depth.
        """
        for line in self.lines():
            if line.symbol == symbol:
                return line
        raise KeyError(f"no line computes {symbol!r}; ask ledger() for more depth, or for that layer and unit")

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        steps = [
            {"title": step.title, "note": step.note, "lines": [line.to_dict() for line in step.lines]}
            for step in self.steps
        ]
        return {"title": self.title, "digits": self.digits, "notes": list(self.notes), "steps": steps}

    def to_json(self) -> str:
        """One JSON document; a number that is not finite is null."""
        return json.dumps(plain(self.to_dict()), ensure_ascii=False, indent=1)

    def markup(self) -> str:
        """Foldable lines with MathML, for a page that serves the style sheet."""
        return as_html(self.title, self.notes, self.steps)

    def to_html(self) -> str:
        """The same with the sheet before it: an HTML fragment without script, for notebooks."""
        return styled(self.markup())

    def to_page(self) -> str:
        """A whole HTML page."""
        return page(self.title, as_html(self.title, self.notes, self.steps, level=1))

    def __str__(self) -> str:
        lines = [self.title]
        for number, step in enumerate(self.steps, start=1):
            lines += ["", f"{number}. {step.title}"] + ([f"   {step.note}"] if step.note else [])
            for line in step.lines:
                lines += [f"{'   ' * depth}{inner}" for depth, inner in line.walk()]
        lines += ["", *self.notes]
        return "\n".join(map(printable, lines))

    def __rich__(self) -> Tree:
        """A rich tree: symbols bold, values in color, remarks dim; the text says all that color says."""
        from rich.text import Text
        from rich.tree import Tree

        tree = Tree(Text(printable(self.title), "bold"))
        for number, step in enumerate(self.steps, start=1):
            title = Text(f"{number}. {step.title}", "bold underline")
            branch = tree.add(
                title.append(f"\n{printable(step.note)}", "not bold not underline dim") if step.note else title
            )
            for line in step.lines:
                _add(branch, line)
        for note in self.notes:
            tree.add(Text(printable(note), "dim" if note is not self.notes[-1] else ""))
        return tree


def _add(branch: Tree, line: Line) -> None:
    inner = branch.add(_rich_text(line))
    for deeper in line.inside:
        _add(inner, deeper)


def _rich_text(line: Line) -> Text:
    from rich.text import Text

    first, *others = map(printable, line.parts)
    text = Text()
    text.append(first, "bold")  # a style of the whole text would make all of it bold
    for place, part in enumerate(others):
        text.append(" := " if line.assigned and not place else " = ", "dim")
        text.append(part, "cyan" if part == printable(line.shown) and place == len(others) - 1 else "")
    for remark in line.remarks:
        text.append(f"  ({printable(remark)})", "dim")
    return text
