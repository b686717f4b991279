"""A ledger as plain text and as JSON."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

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
    return json.dumps(_finite(ledger.to_dict()), ensure_ascii=False, indent=1)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value
