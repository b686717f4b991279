"""A weight or a bias: its value, its gradient with the paths that it is the sum of, its change."""

from __future__ import annotations

from html import escape

from glassnet.errors import GlassnetError
from glassnet.glass.notation import parameters_named
from glassnet.glass.paths import paths
from glassnet.studio.parts.inspector.bars import MOST, bars, math
from glassnet.studio.session.view import DIGITS, View
from glassnet.studio.words import word
from glassnet.text import counted, format_number


def place(view: View, key: str) -> int | None:
    """Where it lies in the flat vector; None where no single parameter is called so."""
    try:
        (at,) = parameters_named(view.run.network.layout, key)
    except (GlassnetError, ValueError):
        return None
    return at


def markup(view: View, key: str) -> str:
    """As much of it as the clock has reached."""
    at, step = place(view, key), view.trace
    if at is None:
        return ""
    facts = [(word("inspector.value"), format_number(step.before.theta[at], DIGITS))]
    known = view.is_shown(f"d{key}")
    if known:
        facts.append(
            (f"{word('inspector.gradient')} {math(f'dJ/d{key}')}", format_number(step.gradients.theta[at], DIGITS))
        )
    if step.after is not None and view.is_shown(key, changed=True):
        change = step.after.theta[at] - step.before.theta[at]
        facts.append((word("inspector.change"), format_number(change, DIGITS)))
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<dl>{rows}</dl>{_paths(view, key) if known else ''}"


def _paths(view: View, key: str) -> str:
    """The paths to the cost, the largest products first."""
    try:
        found = paths(view.trace, key, view.selection.example)
    except GlassnetError as error:
        return f'<p class="quiet">{escape(str(error))}</p>'
    walks = found.largest(MOST)
    rest = found.total - sum(walk.product for walk in walks)
    total = format_number(found.total, DIGITS)
    said = {"paths": counted(found.products.size, "path"), "total": total}
    row = view.trace.rows[view.selection.example - 1]
    caption = word("inspector.paths.row", row=row, **said) if view.m > 1 else word("inspector.paths", **said)
    rows = [(walk.text(4), walk.product) for walk in walks]
    return bars(caption, rows, found.products.size - len(walks), rest, "path")
