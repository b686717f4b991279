"""Permutation importance: how much worse a model does when one column is shuffled among the rows.

    importance of column j = score - mean over repeats of the score with the cells of column j shuffled

scikit-learn's function does it (``sklearn.inspection.permutation_importance``), on a matrix of row numbers: what is
shuffled is which row a column's cell is taken from, so a category or a time moves as a whole, with all its inputs.

Source: Breiman 2001, Random forests; Fisher, Rudin, Dominici 2019, arXiv 1801.01489.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.text import format_number
from glassnet.views.subjects import Subject, judged, subject_of


@dataclass(frozen=True, eq=False)
class Importance:
    """What :func:`importance` returns.

    Args:
        columns: the user's names, (p,).
        mean, deviation: of the loss of score over the repeats, (p,).
        score: with nothing shuffled. metric: what the score is, in words.
        rows, repeats: on how many rows, how often.
    """

    columns: tuple[str, ...]
    mean: Array
    deviation: Array
    score: float
    metric: str
    rows: int
    repeats: int

    def ranked(self) -> list[tuple[str, float, float]]:
        """Column, importance, deviation; the most important first."""
        order = np.argsort(-self.mean, kind="stable").tolist()
        return [(self.columns[j], float(self.mean[j]), float(self.deviation[j])) for j in order]

    def sentence(self) -> str:
        """What the numbers are."""
        return (
            f"{self.metric} on {self.rows:,} rows: {format_number(self.score)}; a column's importance is what of it "
            f"is lost when the column is shuffled, the mean of {self.repeats} times"
        )

    def sentences(self) -> list[str]:
        """What is told, in plain words."""
        return [self.sentence()]

    def legend(self) -> list[str]:
        """What else the table's columns are: the sentence has said it."""
        return []

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Heads and rows of words."""
        rows = [[name, format_number(mean), format_number(deviation, 2)] for name, mean, deviation in self.ranked()]
        return ["column", "importance", "deviation"], rows

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        columns = [{"column": name, "importance": m, "deviation": d} for name, m, d in self.ranked()]
        return {"metric": self.metric, "score": self.score, "rows": self.rows, "columns": columns}

    def __str__(self) -> str:
        heads, rows = self.table()
        wide = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
        lines = [f"{a:<{wide[0]}}  {b:>{wide[1]}}  {c:>{wide[2]}}" for a, b, c in [heads, *rows]]
        return "\n".join([f"{self.sentence()}.", "", *lines])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """For notebooks: HTML without script, and the text."""
        heads, rows = self.table()
        head = "".join(f'<th scope="col">{word}</th>' for word in heads)
        body = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th><td>{a}</td><td>{b}</td></tr>' for name, a, b in rows
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": f"<div><p>{self.sentence()}.</p>{table}</div>", "text/plain": str(self)}


def importance(model: Any, X: Any, y: Any = None, *, repeats: int = 10, seed: int = 0) -> Importance:
    """How much each column matters to how good the model is: accuracy of a classifier, R2 of a regression.

    Args:
        model: a fitted estimator of ours, a ``TableModel``, or ``(network, parameters)``.
        X: rows (m, n); of a ``TableModel`` anything tabular that has the target too. Of more than
            ``thresholds.ROWS`` rows a sample is looked at.
        y: labels or numbers (m,), as the model was fitted to; None of a ``TableModel``.
        repeats: how often each column is shuffled, at least 1.
        seed: of the shuffles.

    Raises:
        InvalidInput: no targets, or as many as there are no rows.

    Source: scikit-learn's ``permutation_importance``.

    >>> from glassnet import LinearRegression
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> found = importance(LinearRegression().fit(X, X[:, 1]), X, X[:, 1])
    >>> found.ranked()[0][0], found.ranked()[1][1] < 1e-9
    ('x2', True)
    """
    from sklearn.inspection import permutation_importance

    if repeats < 1:
        raise InvalidInput("a column is shuffled at least once", seen=f"repeats={repeats}")
    subject = subject_of(model)
    rows, truth = judged(subject, X, y)
    E, y = subject.encode(rows), subject.targets(truth)
    m = len(E)
    numbers = np.tile(np.arange(m)[:, None], (1, len(subject.columns)))
    found = permutation_importance(
        _ByRows(subject, E), numbers, y, n_repeats=repeats, random_state=seed, max_samples=1.0
    )
    metric = "accuracy" if subject.decides else "R2"
    score = _ByRows(subject, E).score(numbers, y)
    return Importance(subject.columns, found.importances_mean, found.importances_std, score, metric, m, int(repeats))


class _ByRows:
    """The model as scikit-learn's function sees it: a cell of its matrix is the number of the row it comes from."""

    def __init__(self, subject: Subject, E: Array) -> None:
        self.subject, self.E = subject, E

    def fit(self, *_: Any) -> _ByRows:
        return self

    def score(self, numbers: Array, y: Array) -> float:
        """Accuracy, or R2."""
        from sklearn.metrics import accuracy_score, r2_score

        E = np.empty((len(numbers), self.E.shape[1]))
        for j, place in enumerate(self.subject.places):
            E[:, place] = self.E[numbers[:, j], place]
        predictions = self.subject.predictions(E)
        if not self.subject.decides:
            return float(r2_score(y.reshape(len(y), -1), predictions))
        if self.subject.network.loss.targets == "classes":
            return float(accuracy_score(y, predictions.argmax(axis=1)))
        return float(accuracy_score(y.reshape(len(y), -1), predictions > 0.5))
