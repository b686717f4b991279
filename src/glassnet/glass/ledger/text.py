"""A ledger as plain text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glassnet.text import plain

if TYPE_CHECKING:
    from glassnet.glass.ledger.record import Ledger


def as_text(ledger: Ledger) -> str:
    """One line a line, indented by its depth."""
    lines = [ledger.title, *ledger.notes]
    for number, step in enumerate(ledger.steps, start=1):
        lines += ["", f"{number}. {step.title}"] + ([f"   {step.note}"] if step.note else [])
        for line in step.lines:
            lines += [f"{'   ' * depth}{inner}" for depth, inner in line.walk()]
    return "\n".join(lines)


def as_json(ledger: Ledger) -> str:
    """The document of :meth:`Ledger.to_json`."""
    return json.dumps(plain(ledger.to_dict()), ensure_ascii=False, indent=1)
