"""A ledger that shows itself, in each of its renderings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.glass.ledger.html import as_html, as_page
from glassnet.glass.ledger.record import LedgerRecord
from glassnet.glass.ledger.terminal import as_tree
from glassnet.glass.ledger.text import as_json, as_text
from glassnet.notebook_hook import Displayable

if TYPE_CHECKING:
    from rich.tree import Tree


class Ledger(LedgerRecord, Displayable):
    """The ledger of a training step; see :func:`~glassnet.glass.ledger.ledger`.

    It shows itself: as text with ``print``, in a terminal with rich's ``print``, in a notebook as HTML with MathML
    (no script in it, so exports keep it); ``to_dict`` and ``to_json`` are for programs.

    >>> from glassnet import Dense, Network, ledger, trace
    >>> net = Network(2, [Dense(1)])
    >>> written = ledger(trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize()))
    >>> [step.title for step in written.steps]
    ['Forward propagation', 'The cost', 'Back propagation', 'The update']
    """

    def __str__(self) -> str:
        return as_text(self)

    def __rich__(self) -> Tree:
        return as_tree(self)

    def to_html(self) -> str:
        """An HTML fragment: foldable, with MathML, without script or style sheets from elsewhere."""
        return as_html(self)

    def to_page(self) -> str:
        """A whole HTML page."""
        return as_page(self)

    def to_json(self) -> str:
        """One JSON document; a number that is not finite is null."""
        return as_json(self)
