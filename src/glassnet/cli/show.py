"""What commands print: tables and sentences for people, or one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rich.console import Console

    from glassnet.estimators.evaluation import Evaluation

MOST_CLASSES_SHOWN = 12


class Page:
    """Where a command writes: sentences and tables go to standard output, or into the document with ``--json``.

    Args:
        as_json: True prints one JSON document at the end.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.facts: dict[str, Any] = {}
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """The rich console, made when first used."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False, soft_wrap=True)
        return self._console

    def say(self, sentence: str, **facts: Any) -> None:
        """A sentence for people; the facts it states for programs."""
        self.facts |= facts
        if not self.as_json:
            self.console.print(sentence, markup=False)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
        """A table for people; ``right`` names the columns to be set flush right."""
        if self.as_json:
            return
        from rich import box
        from rich.table import Table

        aligned = set(right)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for place, column in enumerate(columns):
            table.add_column(column, justify="right" if place in aligned else "left", overflow="fold")
        for row in rows:
            table.add_row(*map(_escaped, row))
        self.console.print(table)

    def finish(self) -> None:
        """Print the document, where one was asked for."""
        if self.as_json:
            print(json.dumps(plain(self.facts), ensure_ascii=False, indent=2))


def show_evaluation(page: Page, evaluation: Evaluation, where: str) -> None:
    """The scores beside the trivial guess, and the confusion table where the classes are few.

    Args:
        page: to write on.
        evaluation: what to show.
        where: which rows it is on, in words.
    """
    page.facts["evaluation"] = {
        "rows": evaluation.rows,
        "baseline": evaluation.baseline,
        "scores": {s.name: {"model": s.value, "baseline": s.baseline} for s in evaluation.scores},
        "classes": evaluation.classes,
        "confusion": evaluation.confusion,
    }
    page.table(
        [where, "model", "baseline", ""],
        [(s.name, f"{s.value:.4g}", f"{s.baseline:.4g}", s.words) for s in evaluation.scores],
        right=(1, 2),
    )
    page.say(f"baseline: {evaluation.baseline}; {evaluation.rows:,} rows")
    if evaluation.classes is not None and len(evaluation.classes) <= MOST_CLASSES_SHOWN:
        show_confusion(page, evaluation)


def show_confusion(page: Page, evaluation: Evaluation) -> None:
    """Truth by row, the model's answer by column."""
    assert evaluation.classes is not None and evaluation.confusion is not None
    names = [str(name) for name in evaluation.classes.tolist()]
    rows = [
        (name, *(str(count) if count else "·" for count in counts))
        for name, counts in zip(names, evaluation.confusion.tolist(), strict=True)
    ]
    page.table(["truth \\ answer", *names], rows, right=range(1, len(names) + 1))


def plain(value: Any) -> Any:
    """``value`` as JSON knows it; what is not a finite number becomes null."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
