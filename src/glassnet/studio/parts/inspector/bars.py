"""Numbers as bars: the sign by side, color and minus; what is left out is counted."""

from __future__ import annotations

from html import escape
from math import isfinite, isnan

from glassnet.glass.ledger.html import mathml
from glassnet.studio.words import word
from glassnet.text import counted, format_number

MOST = 10
WIDE = 120.0  # pixels of the largest, to both sides


def math(text: str) -> str:
    """A formula of ours, in pieces between which a narrow page breaks."""
    pieces = text.replace(" + ", "\n+ ").replace(" - ", "\n- ").replace(" = ", "\n= ").split("\n")
    return " ".join(f"<math><mrow>{mathml(piece)}</mrow></math>" for piece in pieces)


def bars(caption: str, rows: list[tuple[str, float]], more: int, rest: float, noun: str) -> str:
    """A list of formulas, each behind the bar of its value.

    Args:
        caption: above it.
        rows: each formula and its value, the largest first.
        more, rest: how many there are besides, and what they add up to.
        noun: what each is called.
    """
    largest = max((abs(value) for _, value in rows if isfinite(value)), default=0.0) or 1.0
    items = "".join(f"<li>{_bar(value / largest)} {math(said)}</li>" for said, value in rows)
    others = (
        f"<li>{word('inspector.more', more=counted(more, f'more {noun}'), rest=format_number(rest))}</li>"
        if more > 0
        else ""
    )
    return f'<p class="quiet">{escape(caption)}</p><ul class="bars">{items}{others}</ul>'


def _bar(share: float) -> str:
    share = 0.0 if isnan(share) else max(-1.0, min(1.0, share))
    wide, half = abs(share) * WIDE / 2, WIDE / 2
    left, role = (half, "positive") if share >= 0 else (half - wide, "negative")
    return (
        f'<svg class="glassnet bar" width="{WIDE:.0f}" height="12" viewBox="0 0 {WIDE:.0f} 12" aria-hidden="true">'
        f'<path class="l-quiet" d="M{half:.0f} 0V12"/><rect class="f-{role}" x="{left:.1f}" y="2" width="{wide:.1f}" '
        'height="8"/></svg>'
    )
