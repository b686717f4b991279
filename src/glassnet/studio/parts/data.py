"""The data: choose it, drop your own, compare what is given with what the network gets, and which rows do what."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from html import escape

import numpy as np

from glassnet.studio.given import Given, given_of
from glassnet.studio.html import attributes, button, chooser, element, field, table, text
from glassnet.studio.lanes import JUDGE, LANES, lane_of, rows_in, score
from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.tables import drop, menu
from glassnet.studio.session.setup import LESSON
from glassnet.studio.session.view import View
from glassnet.studio.words import word, words
from glassnet.text import format_number

SCORES = ("cost", "good")
PAGE = 12  # rows of the table at a time
EDITABLE = 12  # rows of a table whose cells are fields


def markup(view: View) -> str:
    """The menu, the place to drop a file, the lanes, the rows."""
    return f"{_menu(view)}{drop()}{_lanes(view)}{_adding(view)}{_rows(view)}"


def _menu(view: View) -> str:
    setup = view.run.setup
    other = setup.own is not None or setup.data == LESSON
    chosen = menu(word("data.set"), "" if other else setup.data, {"": setup.chosen.title} if other else {})
    said = setup.chosen.help
    if setup.chosen.drawn:
        chosen = f"{chosen} {button(word('data.redraw'), 'redraw_points')}"
    return element("p", chosen, class_="choices") + (text("p", said) if said else "")


# -- lanes -------------------------------------------------------------------------------------------------------------


def _lanes(view: View) -> str:
    """How many rows each lane has, and how good the network is on them; the judge's only when it is asked."""
    data = view.run.table
    heads = [*words("data.lanes"), word("data.right") if data.classes else word("data.error", target=data.target)]
    rows = []
    for lane in LANES:
        if not len(rows_in(data, lane)):
            continue
        numbers = [element("span", "", data_value=f"{lane.name}.{name}") for name in SCORES]
        if lane is JUDGE and not view.look("judge"):
            opened = button(word("data.open"), "look", word("data.open.help"), name="judge", value=1)
            numbers = [opened, word("data.closed")]
        rows.append([f"{lane.name} <small>{escape(lane.said)}</small>", f"{len(rows_in(data, lane)):,}", *numbers])
    return table(word("data.lanes.caption"), heads, rows, class_="lanes")


def frame(view: View) -> object:
    """The scores of the lanes, at the clock's step; not before the answer is known."""
    data, network, found = view.run.table, view.run.network, {}
    for lane in LANES:
        made = None if lane is JUDGE and not view.look("judge") else score(data, network, view.paused.parameters, lane)
        if made is None:
            continue
        shown = view.is_shown("J")
        found[f"{lane.name}.cost"] = format_number(made.cost) if shown else "?"
        good = f"{100 * made.right:.3g} %" if made.right is not None else format_number(made.error or 0.0)
        found[f"{lane.name}.good"] = good if shown else "?"
    return found


# -- rows --------------------------------------------------------------------------------------------------------------


def _adding(view: View) -> str:
    """A row by its numbers, for those who do not click into the map."""
    data = view.run.table
    if data.given is not None or data.X.shape[1] != 2:
        return ""
    places = "".join(
        field(name, "", name=place, inputmode="decimal", required=True)
        for name, place in zip(data.names, ("x1", "x2"), strict=True)
    )
    if data.classes:
        truth = chooser(data.target, {str(k): name for k, name in enumerate(data.classes)}, view.look("put"), name="y")
    else:
        truth = field(data.target, "", name="y", inputmode="decimal", required=True)
    return element(
        "form", f'{places}{truth} <button type="submit">{word("data.add")}</button>', data_do="point", class_="choices"
    )


def _rows(view: View) -> str:
    """A page of the table: as given, and as the network gets it where that differs."""
    data = view.run.table
    m, given = len(data.X), given_of(data)
    page = min(int(view.look("page")), max(0, (m - 1) // PAGE))
    rows = range(page * PAGE, min(m, (page + 1) * PAGE))
    editable = m <= EDITABLE and data.given is None
    encoded = [] if given.is_encoded else [f"→ {name}" for name in given.inputs]
    heads = [*words("data.rows.heads"), *given.names, data.target, *encoded, *(["→ y"] if encoded else [])]
    cells = (list(_row(view, given, i, editable)) for i in rows)
    of = {"first": f"{rows.start + 1:,}", "last": f"{rows.stop:,}", "count": f"{m:,}"}
    said = word("data.rows", **of) if m > PAGE else word("data.rows.all")
    note = text("p", word("data.encoded")) if encoded else ""
    return f"{note}{table(said, heads, cells, class_='rows')}{_pages(page, m)}"


def _row(view: View, given: Given, i: int, editable: bool) -> Iterator[str]:
    data = view.run.table
    number = text("button", f"{i + 1}", type="button", data_do="look", data_name="explained", data_value=i + 1)
    yield number
    yield lane_of(data, i).name
    for j, said in enumerate(given.cells(i)):
        yield _cell(i, j, said) if editable else escape(said)
    yield _truth(view, i) if editable else escape(given.truth(i))
    if not given.is_encoded:
        yield from (escape(said) for said in given.encoded(i))


def _cell(i: int, j: int, said: str) -> str:
    """A cell to be written over."""
    data = attributes(
        data_do="cell", data_row=i + 1, data_column=j + 1, aria_label=word("data.cell", row=i + 1, column=j + 1)
    )
    return f'<input type="text" inputmode="decimal" autocomplete="off" size="5" value="{escape(said)}"{data}>'


def _truth(view: View, i: int) -> str:
    data = view.run.table
    column, value = data.X.shape[1] + 1, float(np.asarray(data.Y).reshape(len(data.X), -1)[i, 0])
    if not data.classes:
        return _cell(i, column - 1, format_number(value, 6))
    options = "".join(text("option", name, value=k, selected=k == value) for k, name in enumerate(data.classes))
    return element(
        "select",
        options,
        data_do="cell",
        data_row=i + 1,
        data_column=column,
        aria_label=word("data.truth", row=i + 1, target=data.target),
    )


def _pages(page: int, m: int) -> str:
    """To the next rows."""
    last = (m - 1) // PAGE
    if not last:
        return ""
    before = button(word("data.before"), "look", name="page", value=max(0, page - 1))
    after = button(word("data.next"), "look", name="page", value=min(last, page + 1))
    return element("p", f"{before} {word('data.page', page=page + 1, count=last + 1)} {after}")


def version(view: View) -> Hashable:
    """The rows, the page, and what was opened."""
    looks = tuple(view.look(name) for name in ("page", "put", "judge"))
    setup = view.run.setup
    return setup.data, setup.lesson, setup.lesson_values, setup.cells, setup.points, setup.own, view.run.table, looks


PART = Part("data", "Data", markup, version, frame, drawer=True, slow=True)
