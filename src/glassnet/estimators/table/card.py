"""What a table's model is, in a few lines: what it predicts, from what, how well, and what taught it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from glassnet.text import counted, listed, printable, shortened

if TYPE_CHECKING:
    from glassnet.estimators.table.judging import JudgedTable

LONGEST = 60  # letters of a name
MOST_NAMES = 6


def card(model: JudgedTable) -> dict[str, str]:
    """Heads and lines of a trained model."""
    target, names = model.target, [_short(name) for name in model.encoder.input_names]
    classes = "" if target.classes is None else f": {listed(map(_short, target.classes), MOST_NAMES)}"
    held = f", {counted(model.evaluation.rows, 'row')} held out" if model.evaluation is not None else ""
    count = len(model.blend.members)
    several = f"{count} that predict together, of which the first is " if count > 1 else ""
    size = f"{counted(len(names), 'column')} as {counted(model.encoder.width, 'input')}"
    return {
        "predicts": f"{_short(target.name)} ({target.task}{classes})",
        "from": f"{size}: {listed(names, MOST_NAMES)}",
        "rows": f"{_rows(model)}{held}",
        "score": _score(model),
        "networks": f"{several}{'-'.join(map(str, model.network.widths))}, {model.network.size:,} parameters",
    }


def card_text(model: JudgedTable) -> str:
    """The card as text.

    >>> from glassnet import Recipe, TableModel
    >>> print(TableModel(Recipe(epochs=3)).fit("iris"))
    TableModel
      predicts  species (classification: setosa, versicolor, virginica)
      from      4 columns as 4 inputs: sepal length (cm), sepal width (cm), petal length (cm), petal width (cm)
      rows      128 learned from, 22 validated on
      score     not judged by rows held out
      networks  4-64-64-3, 4,675 parameters
    """
    lines = [f"  {head:8}  {printable(line)}" for head, line in card(model).items()]
    return "\n".join([type(model).__name__, *lines])


def card_html(model: JudgedTable) -> str:
    """The card as an HTML fragment."""
    rows = (f'<tr><th scope="row">{head}</th><td>{escape(line)}</td></tr>' for head, line in card(model).items())
    return f"<table><caption>{type(model).__name__}</caption>{''.join(rows)}</table>"


def _score(model: JudgedTable) -> str:
    judged = model.evaluation
    if judged is None:
        return "not judged by rows held out"
    scores = (f"{s.name} {s.shown(s.value)} (baseline {s.shown(s.baseline)})" for s in judged.scores)
    return f"{', '.join(scores)} on {counted(judged.rows, 'row')} never seen"


def _rows(model: JudgedTable) -> str:
    if model.folds > 1:
        return f"{model.rows:,} learned from and validated on, in {model.folds} folds"
    of_them = " of them" if model.choice.refitted else ""
    return f"{model.rows:,} learned from, {model.validation_rows:,}{of_them} validated on"


def _short(name: object) -> str:
    return printable(shortened(str(name), LONGEST))
