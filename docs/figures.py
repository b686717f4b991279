"""Writes ``docs/figures.md`` from the table: ``python docs/figures.py``. A test fails when the page is out of date."""

from __future__ import annotations

from pathlib import Path

from glassnet import FIGURES

PAGE = Path(__file__).with_suffix(".md")
ROWS = {"none": "", "optional": "if given", "needed": "yes"}


def page() -> str:
    """The whole page."""
    lines = [
        "# Figures",
        "",
        "Every figure is a record in the table `FIGURES`; this page is written from it by `python docs/figures.py`.",
        "`draw(name, model)`, or `draw(name, model, X, y)` where a figure needs rows, draws a fitted model; in the",
        "terminal, `glassnet plot NAME MODEL [DATA]`. Those with parts are also drawn of them, `draw(name, *parts)`.",
        "",
        "| name | what it shows | parts | rows of a model | options on the command line | drawn by |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for figure in FIGURES.values():
        parts = ", ".join(f"`{name}`" for name in figure.needs) if figure.of_parts else ""
        options = ", ".join(f"`--{option.name}`" for option in figure.options)
        cells = (f"`{figure.name}`", figure.help, parts, ROWS[figure.rows], options, figure.by)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
