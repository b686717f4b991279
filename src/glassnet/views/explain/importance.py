"""Permutation importance: how much worse a model does when one column is shuffled among the rows.

    importance of column j = score - mean over repeats of the score with the cells of column j shuffled

scikit-learn's function does it (``sklearn.inspection.permutation_importance``), on a matrix of row numbers: what is
shuffled is which row a column's cell is taken from, so a category or a time moves as a whole, with all its inputs.

Source: Breiman 2001, Random forests; Fisher, Rudin, Dominici 2019, arXiv 1801.01489.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput
from glassnet.text import format_number
from glassnet.views.explain.report import Report, bar
from glassnet.views.subject import Subject, judged


@dataclass(frozen=True, eq=False)
class Importance(Report):
    """What :func:`importance` returns.

    Args:
        columns: the user's names, (p,).
        mean, deviation: of the score lost, over the repeats, (p,).
        score: with nothing shuffled. metric: what the score is.
        rows, repeats: on how many rows, how often.
        judged: what these rows were to the model's training, and which were left out.

    >>> from glassnet import LinearRegression, importance
    >>> X = [[1.0, 5.0], [2.0, 4.0], [4.0, 5.0], [5.0, 4.0]]
    >>> importance(LinearRegression().fit(X, [1.0, 2.0, 4.0, 5.0]), X, [1.0, 2.0, 4.0, 5.0]).mean.argmax()
    np.int64(0)
    """

    columns: tuple[str, ...]
    mean: Array
    deviation: Array
    score: float
    metric: str
    rows: int
    repeats: int
    judged: str = ""

    def ranked(self) -> list[tuple[str, float, float]]:
        """Column, importance, deviation; the most important first."""
        order = np.argsort(-self.mean, kind="stable").tolist()
        return [(self.columns[j], float(self.mean[j]), float(self.deviation[j])) for j in order]

    def sentences(self) -> list[str]:
        judged = f" ({self.judged})" if self.judged else ""
        return [
            f"{self.metric} on {self.rows:,} rows{judged}: {format_number(self.score)}; a column's importance is how "
            f"much of it is lost when the column is shuffled, the mean of {self.repeats} times"
        ]

    def table(self) -> tuple[list[str], list[list[str]]]:
        ranked = self.ranked()
        largest = max((mean for _, mean, _ in ranked), default=0.0)
        rows = [
            [name, format_number(mean), format_number(far, 2), bar(max(mean, 0), largest)] for name, mean, far in ranked
        ]
        return ["column", "importance", "deviation", ""], rows

    def to_dict(self) -> dict[str, Any]:
        columns = [{"column": name, "importance": m, "deviation": d} for name, m, d in self.ranked()]
        return {
            "metric": self.metric,
            "score": self.score,
            "rows": self.rows,
            "judged": self.judged,
            "columns": columns,
        }


def importance(
    model: object,
    X: TableLike,
    y: TableLike | None = None,
    *,
    repeats: int = 10,
    seed: int = 0,
    judge: Judge = "unseen",
) -> Importance:
    """How much each column matters to how good the model is: accuracy of a classifier, R2 of a regression.

    Args:
        model: a fitted estimator of ours, a ``TableModel``, or ``(network, parameters)``.
        X: rows (m, n); of a ``TableModel`` anything tabular that has the target too. Of more than
            ``thresholds.ROWS`` rows a sample is taken.
        y: labels or numbers (m,), as the model was fitted to; None of a ``TableModel``.
        repeats: how often each column is shuffled, at least 1.
        seed: of the shuffles.
        judge: by which of the rows: "unseen", those that training never saw, or all where there are none or where that
            is not known; "all"; "learned"; "validated".

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
        raise InvalidInput("a column is shuffled at least once", seen=f"repeats={repeats}", remedy="pass 1 or more")
    subject = Subject(model)
    rows, truth, words = judged(subject, X, y, judge=judge)
    E, Y = subject.encode(rows), subject.fitted.answers.encode(truth)
    if (m := len(E)) < 2:
        what = "columns of a single row cannot be shuffled"
        raise InvalidInput(what, words, "judge by more rows, or explain this one (row=, --row 1)")
    numbers = np.tile(np.arange(m)[:, None], (1, len(subject.columns)))
    found = permutation_importance(
        _ByRows(subject, E), numbers, Y, n_repeats=repeats, random_state=seed, max_samples=1.0
    )
    metric = "accuracy" if subject.fitted.classifies else "R2"
    score = _ByRows(subject, E).score(numbers, Y)
    return Importance(
        subject.columns, found.importances_mean, found.importances_std, score, metric, m, int(repeats), words
    )


class _ByRows:
    """The model as scikit-learn's function sees it: a cell of its matrix is the number of the row it comes from."""

    def __init__(self, subject: Subject, E: Array) -> None:
        self.subject, self.E = subject, E

    def fit(self, *_: object) -> _ByRows:
        return self

    def score(self, numbers: Array, y: Array) -> float:
        """Accuracy, or R2."""
        from sklearn.metrics import accuracy_score, r2_score

        E = np.empty((len(numbers), self.E.shape[1]))
        for j, place in enumerate(self.subject.places):
            E[:, place] = self.E[numbers[:, j], place]
        predictions = self.subject.predictions(E)
        if not self.subject.fitted.classifies:
            return float(r2_score(y.reshape(len(y), -1), predictions))
        if self.subject.network.loss.targets == "classes":
            return float(accuracy_score(y, predictions.argmax(axis=1)))
        return float(accuracy_score(y.reshape(len(y), -1), predictions > 0.5))
