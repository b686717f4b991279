"""The gradient check: the derivatives of the step, compared with those of two independent witnesses."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape
from typing import TYPE_CHECKING

from glassnet.glass.formula import marked
from glassnet.studio.html import element, refused, table, text, waiting
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word, words
from glassnet.text import counted, format_number

if TYPE_CHECKING:
    from glassnet.glass.gradients.record import Checked, GradCheck

COUNT = 30  # parameters that are checked, of every array some
FEW = 400  # parameters up to which that of the selection is checked too


def _key(view: View) -> tuple[Hashable, ...]:
    return "check", view.run.number, view.clock.step, _chosen(view)


def _chosen(view: View) -> str:
    """The parameter of the selection; "" for none."""
    key = view.selection.key.removeprefix("d")
    return key if key[:1] in ("w", "b") and view.selection.unit else ""


def check(view: View) -> GradCheck:
    """Of the step's own rows, at its parameters."""
    from glassnet.glass.gradients.gradcheck import gradcheck

    step, chosen = view.trace, _chosen(view)
    rows = step.X, step.Y, step.weights
    state = view.paused.state
    return gradcheck(step.plan, *rows, state=state, count=COUNT, which=[chosen] if chosen else None)


def markup(view: View) -> str:
    """The verdict, and a line for each parameter."""
    if not view.is_shown("dW[1]"):
        return text("p", word("check.later"))
    found = view.soon(_key(view), lambda: check(view))
    if found is None:
        return waiting(word("check.waiting"))
    if found.value is None:
        return refused(found.why)
    done = found.value
    verdict = f"{done.summary[:1].upper()}{done.summary[1:]}."
    rows = [_row(row) for row in done.sorted]
    notes = "".join(text("li", note) for note in done.notes)
    said = word("check.caption", rows=counted(done.examples, "row"), step=f"{view.clock.step:,}")
    head = text("p", verdict, class_="verdict right" if done.ok else "verdict wrong")
    return f"{head}{table(said, words('check.heads'), rows)}{element('ul', notes, class_='notes')}"


def _row(row: Checked) -> tuple[str, ...]:
    key = f"d{row.name}"
    name = element("span", escape(marked(key)) if "[" not in key else _set(key), data_key=key, tabindex="0")
    numbers = ("–" if x is None else escape(format_number(x, 8)) for x in (row.analytic, row.graph, row.difference))
    return (name, *numbers, f"{row.error:.0e}", escape(row.verdict))


def _set(key: str) -> str:
    """A key as a formula: ``dw12[1]``."""
    from glassnet.glass.ledger.html import mathml

    return f"<math><mrow>{mathml(key)}</mrow></math>"


def version(view: View) -> Hashable:
    """The step, the parameter that is chosen, and whether it is computed."""
    key = _key(view)
    return key, view.is_shown("dW[1]"), view.is_there(key)


PART = Part("check", "Gradient check", markup, version, drawer=True, slow=True)
