"""Writes ``docs/pieces.md`` from the tables: ``python docs/pieces.py``. A test fails when the page is out of date."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from glassnet import ACTIVATIONS, INITIALIZERS, LAYERS, LINKS, LOSSES, METRICS, OPTIMIZERS, SCHEDULES
from glassnet.pieces.tables import Table

PAGE = Path(__file__).with_suffix(".md")


def row(*cells: str) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    return "\n".join([row(*heads), row(*("---" for _ in heads)), *(row(*cells) for cells in rows)])


def first_line(thing: object) -> str:
    """The first sentence of a docstring."""
    return (thing.__doc__ or "").strip().partition("\n")[0]


def settings(cls: type) -> str:
    """Settings with their defaults, as a command line writes them."""
    fields = dataclasses.fields(cls)
    return ", ".join(
        f"`{field.name}`" if field.default is dataclasses.MISSING else f"`{field.name}={field.default}`"
        for field in fields
    )


def formula(text: str) -> str:
    """As code, where there is one."""
    return f"`{text}`" if text else ""


def other_names(table: Table[Any]) -> list[str]:
    """Aliases, where there are any."""
    aliases = ", ".join(f"`{alias}` for `{name}`" for alias, name in table.aliases.items())
    return [f"Other names: {aliases}."] if aliases else []


def page() -> str:
    """The whole page."""
    families = {"Losses": LOSSES, "Optimizers": OPTIMIZERS, "Learning-rate schedules": SCHEDULES}
    parts = [
        "# Pieces",
        "Every name below is a record in a table; this page is written from the tables by `python docs/pieces.py`.",
        "## Activations",
        table(
            ["name", "g(z)", "g'(z)", "range", "source"],
            (
                (
                    f"`{a.name}`",
                    formula(a.formula),
                    formula(a.derivative_formula),
                    f"{a.range[0]:.4g} ... {a.range[1]:.4g}",
                    a.source,
                )
                for a in ACTIVATIONS.values()
            ),
        ),
        *other_names(ACTIVATIONS),
    ]
    for title, family in families.items():
        classes = [family[name].cls for name in family]
        parts += [
            f"## {title}",
            table(
                ["name", "formula", "settings", "source"],
                ((f"`{c.name}`", formula(c.formula), settings(c), c.source) for c in classes),
            ),
            *other_names(family),
        ]
    parts += [
        "## Layers",
        table(
            ["name", "what it does", "settings"],
            ((f"`{name}`", first_line(LAYERS[name].cls), settings(LAYERS[name].cls)) for name in LAYERS),
        ),
        "## Initializers",
        table(["name", "formula", "source"], ((f"`{i.name}`", i.formula, i.source) for i in INITIALIZERS.values())),
        "## Links",
        table(
            ["name", "formula", "what a score is", "source"],
            ((f"`{link.name}`", formula(link.formula), link.words.format("y"), link.source) for link in LINKS.values()),
        ),
        *other_names(LINKS),
        "## Metrics",
        table(["name", "what it tells"], ((f"`{metric.name}`", metric.words) for metric in METRICS.values())),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
