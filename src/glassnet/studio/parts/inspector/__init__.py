"""The selected number: its value, how it comes about, what it does to the cost, and a field to change it."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.studio.parts.inspector import computed, parameter
from glassnet.studio.parts.inspector.bars import math
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import format_number


def markup(view: View) -> str:
    """All about the selected number; nothing where none is."""
    key = view.selection.key
    if not key:
        return ""
    body = parameter if view.selection.letter in ("w", "b") else computed
    close = f'<button type="button" data-do="select" data-key="" aria-label="{word("inspector.none")}">×</button>'
    said = f'<p class="chosen">{math(key)} {escape(_place(view))} {close}</p>'
    return f"{said}{_raw(view)}{body.markup(view, key)}{_editor(view, key)}"


def _place(view: View) -> str:
    """Where it is, in words."""
    chosen, names = view.selection, view.run.table.names
    if chosen.edge and chosen.layer:
        to, come = chosen.edge
        source = names[come - 1] if chosen.layer == 1 and come <= len(names) else word("unit", unit=come)
        return word("inspector.edge", source=source, unit=to, layer=chosen.layer)
    if chosen.layer == 0 and chosen.unit and chosen.unit <= len(names):
        return word("inspector.input", name=names[chosen.unit - 1])
    if chosen.unit and chosen.layer:
        return word("inspector.unit", unit=chosen.unit, layer=chosen.layer)
    return ""


def _raw(view: View) -> str:
    """The cell that an input comes from, in the user's unit."""
    chosen, given = view.selection, view.in_units.given
    if chosen.layer != 0 or given is None or not chosen.unit or chosen.unit > len(given.columns):
        return ""
    said = given.cell(chosen.example - 1, chosen.unit - 1)
    return f'<p class="quiet">{word("inspector.raw", cell=escape(said))}</p>' if said else ""


def _editor(view: View, key: str) -> str:
    value = _value(view, key)
    if value is None:
        return ""
    label = word("inspector.another", key=escape(key))
    return (
        f'<form data-do="edit" data-key="{escape(key)}" class="editor"><label>{word("inspector.set_to")} '
        f'<input id="inspector-value" name="value" value="{value}" size="10" maxlength="40" autocomplete="off" '
        f'inputmode="text" aria-label="{label}" required></label> '
        f'<button type="submit">{word("inspector.set")}</button></form>'
    )


def _value(view: View, key: str) -> str | None:
    """What stands in the field; None of what cannot be set."""
    chosen, step = view.selection, view.trace
    if chosen.letter in ("w", "b"):
        at = parameter.place(view, key)
        return None if at is None else format_number(step.before.theta[at], 6)
    if view.run.table.columns is not None:  # encoded: another cell would be another table
        return None
    row = chosen.example - 1
    if chosen.letter == "x" and chosen.unit and chosen.unit <= step.X.shape[1]:
        return format_number(step.X[row, chosen.unit - 1], 6)
    if chosen.letter == "y" and chosen.unit == 1:
        return format_number(float(step.Y.reshape(len(step.Y), -1)[row, 0]), 6)
    return None


def version(view: View) -> Hashable:
    """What is selected, and where the clock stands."""
    chosen = view.selection
    return bool(chosen.key) and (chosen, view.run.number, view.desk.clock.step, view.desk.clock.operation)


PART = Part("inspector", "The chosen number", markup, version, slow=True)
