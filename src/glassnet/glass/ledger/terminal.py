"""A ledger as a tree in the terminal, by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.glass.ledger.record import LedgerRecord, Line

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree


def as_tree(ledger: LedgerRecord) -> Tree:
    """A rich tree: symbols bold, values in color, remarks dim; the text says all that color says."""
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text("\n").join([Text(ledger.title, "bold"), *(Text(note, "dim") for note in ledger.notes)]))
    for number, step in enumerate(ledger.steps, start=1):
        title = Text(f"{number}. {step.title}", "bold underline")
        branch = tree.add(title.append(f"\n{step.note}", "not bold not underline dim") if step.note else title)
        for line in step.lines:
            _add(branch, line)
    return tree


def _add(branch: Tree, line: Line) -> None:
    inner = branch.add(_text(line))
    for deeper in line.inside:
        _add(inner, deeper)


def _text(line: Line) -> Text:
    from rich.text import Text

    first, *others = line.parts
    text = Text(first, "bold")
    for place, part in enumerate(others):
        text.append(" := " if line.assigned and not place else " = ", "dim")
        text.append(part, "cyan" if part == line.shown and place == len(others) - 1 else "")
    for remark in line.remarks:
        text.append(f"  ({remark})", "dim")
    return text
