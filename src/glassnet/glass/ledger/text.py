"""A ledger as plain text and as JSON."""

from __future__ import annotations

import json

from glassnet.glass.ledger.record import LedgerRecord
from glassnet.text import plain


def as_text(ledger: LedgerRecord) -> str:
    """One line a line, indented by its depth."""
    lines = [ledger.title, *ledger.notes]
    for number, step in enumerate(ledger.steps, start=1):
        lines += ["", f"{number}. {step.title}"] + ([f"   {step.note}"] if step.note else [])
        for line in step.lines:
            lines += [f"{'   ' * depth}{inner}" for depth, inner in line.walk()]
    return "\n".join(lines)


def as_json(ledger: LedgerRecord) -> str:
    """The document of :meth:`~glassnet.glass.ledger.Ledger.to_json`."""
    return json.dumps(plain(ledger.to_dict()), ensure_ascii=False, indent=1)
