"""Why this answer: the row that is looked at, as given and as the network gets it, and what each column did to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from glassnet.studio.answering import fitted, rows_of
from glassnet.studio.given import given_of, shown
from glassnet.studio.html import button, chooser, element, field, refused, table, text, waiting
from glassnet.studio.lanes import lane_of
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word, words
from glassnet.text import format_number

if TYPE_CHECKING:
    from glassnet.views.explain.explanation import Explanation

ALL = "all"  # of the methods
MOST = 6  # numbers of a column


def row_of(view: View) -> int:
    """The row, from 1: that which was chosen here, else the example of the step."""
    chosen = int(view.look("explained"))
    if 1 <= chosen <= len(view.run.table.X):
        return chosen
    return view.trace.rows[view.selection.example - 1]


def explanation(view: View) -> Explanation:
    """The house's explanation, over the rows that teach."""
    from glassnet.views.explain import explain

    run = view.run
    model = replace(fitted(run.table, run.network, view.paused.parameters, run.plan), blended=None)
    return explain(model, rows_of(run.table), row_of(view))


def _answered(view: View) -> bool:
    """Whether the clock has come to the answer."""
    return view.is_shown(f"A[{len(view.run.network.layers)}]")


def _key(view: View) -> tuple[Hashable, ...]:
    return "why", view.run.number, view.clock.step, row_of(view)


def markup(view: View) -> str:
    """The row, the answer and the truth, and the contributions."""
    if not _answered(view):
        return text("p", word("why.later"))
    row = row_of(view)
    head = _chooser(view, row)
    found = view.soon(_key(view), lambda: explanation(view))
    if found is None:
        return head + waiting(word("why.waiting"))
    if found.value is None:
        return head + refused(found.why)
    said = found.value
    sentences = "".join(text("p", f"{one[:1].upper()}{one[1:]}.") for one in said.sentences())
    wide = view.look("method") == ALL
    heads, lines = said.table(all_methods=wide)
    cells = ([escape(cell) for cell in line] for line in lines)
    contributions = table(word("why.caption", row=row), heads, cells, class_="contributions")
    notes = element("ul", "".join(text("li", line) for line in said.legend(all_methods=wide)), class_="notes")
    methods = chooser(
        word("why.show"),
        {"": word("why.one"), ALL: word("why.all")},
        view.look("method"),
        data_do="look",
        data_name="method",
    )
    return f"{head}{_both(view, row)}{sentences}{element('p', methods)}{contributions}{notes}"


def _chooser(view: View, row: int) -> str:
    """Which row, and what it was to the training."""
    m = len(view.run.table.X)
    number = field(word("why.row"), row, data_do="look", data_name="explained", inputmode="numeric", size=6)
    before = button("◀", "look", word("why.before"), name="explained", value=max(1, row - 1))
    after = button("▶", "look", word("why.next"), name="explained", value=min(m, row + 1))
    lane = lane_of(view.run.table, row - 1)
    return element(
        "p", f"{before}{number}{after} {word('why.of', count=f'{m:,}', lane=escape(lane.said))}", class_="choices"
    )


def _both(view: View, row: int) -> str:
    """Given and encoded, and the answer in both units."""
    rows = list(_numbers(view, row))
    return table(word("why.both", row=row), ("", *words("why.both.heads")), rows)


def _numbers(view: View, row: int) -> Iterator[tuple[str, str, str]]:
    data, network = view.run.table, view.run.network
    given, model = given_of(data), fitted(data, network, view.paused.parameters)
    encoded = data.X[row - 1]
    for name, place, cell in zip(given.names, model.columns.places, given.cells(row - 1), strict=True):
        inside = [format_number(value) for value in encoded[place].tolist()]
        more = word("why.more", count=len(inside)) if len(inside) > MOST else ""
        yield escape(name), escape(cell), escape(", ".join(inside[:MOST]) + more)
    predictions = network.forward(data.X[[row - 1]], view.paused.parameters).predictions
    said = ", ".join(format_number(value) for value in predictions[0].tolist()[:MOST])
    yield word("why.answer"), escape(shown(model.answers.decode(predictions)[0])), escape(f"ŷ = {said}")
    target = given.encoded(row - 1)[-1]
    yield word("why.truth", target=escape(data.target)), escape(given.truth(row - 1)), escape(f"y = {target}")


def version(view: View) -> Hashable:
    """The step, the row, how it is explained, and whether it is computed."""
    key = _key(view)
    shown = _answered(view)
    return key, view.look("method"), shown, view.is_there(key)


PART = Part("why", "Why this answer", markup, version, drawer=True, slow=True)
