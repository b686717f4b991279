"""``explain``: why a model answers as it does, for one row, in the user's own columns."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.row_digests import ROLES, UNKNOWN
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.diagnosis.thresholds import MOST_ROWS
from glassnet.glass.score import Score
from glassnet.learning.columns import Cells
from glassnet.text import plain
from glassnet.views.explain.counterfactuals import counterfactuals
from glassnet.views.explain.explanation import Explanation, Part
from glassnet.views.explain.layerwise import layerwise
from glassnet.views.explain.methods import METHODS
from glassnet.views.subject import Subject, cell

BASELINES = ("mean", "zero")


def explain(
    model: object,
    X: TableLike,
    row: int | None = None,
    *,
    background: TableLike | None = None,
    baseline: str | ArrayLike | None = None,
    output: object = None,
) -> Explanation:
    """What each column contributed to one prediction, and its counterfactuals: changes of one column that change it.

    The contributions add up to the change of a score from the baseline to the row: the log-odds of two classes, a
    class's score before the softmax, or a predicted number in its own unit. Three methods compute them, in the table
    ``METHODS``; of a linear model all three are ``coefficient times (value - baseline)``. A column that became several
    inputs (a category, a time) has the sum over these. All is computed in float64.

    Args:
        model: a fitted estimator of ours (also after scalers in a pipeline), a ``TableModel``, or
            ``(network, parameters)``.
        X: the row (n,), or rows (m, n) of which ``row`` is explained; of a ``TableModel`` anything tabular.
        row: which row, counted from 1; None where there is only one.
        background: rows that the mean and the observed ranges are taken from; None takes ``X`` if it has several.
        baseline: "mean" of the background's inputs, "zero", or inputs of the network (n[0],); None takes the mean
            where there is a background, else zero.
        output: which class, or which output from 1; None takes the answer's class, of two classes the second.

    Raises:
        InvalidInput: no such row, or a baseline that does not fit.
        InvalidType: a model that is none of these.
        UnknownName: no such class or baseline.

    Source: see ``METHODS``.

    >>> from glassnet import LinearRegression
    >>> model = LinearRegression().fit([[5, 3], [2, 1], [3, 2], [4, 4]], [495, 150, 285, 480])
    >>> found = explain(model, [5.0, 3.0], baseline="zero")
    >>> [round(found.contributions()[name] / value, 3) for name, value in [("x1", 5), ("x2", 3)]]
    [75.0, 60.0]
    >>> model.coef_.round(3).tolist()
    [75.0, 60.0]
    """
    subject = Subject(model)
    one, row = subject.row(X, row)
    observed = _background(subject, X, background)
    x = subject.encode(one)[0]
    zero, compared = _baseline(subject, observed, baseline)
    chosen = _chosen(subject, subject.scores(x[None])[0], output)
    score = Score(subject.network, subject.parameters, chosen.output, chosen.factor)
    return Explanation(
        row,
        plain(subject.answers(one)[0]),
        chosen.name,
        score.value(x) + chosen.offset,
        score.value(zero) + chosen.offset,
        compared,
        _parts(subject, score, one, observed, x, zero),
        subject.fitted.classifies,
        layerwise(subject.network, subject.parameters, x, zero, chosen.output).scaled(chosen.factor),
        chosen.label,
        _probability(subject, x, chosen),
        _role(subject, x),
        _whose(subject),
    )


def _whose(subject: Subject) -> str:
    """Whose score it is, where several networks predict together."""
    shown = subject.fitted.shown
    return (
        f"the score and the contributions are of {shown}; the answer and its change are of all of them" if shown else ""
    )


def _role(subject: Subject, x: Array) -> str:
    """What a row was to the training, by its inputs alone; "" where that is not known."""
    roles = subject.fitted.roles(x[None])
    return "" if roles is None or roles[0] == UNKNOWN else ROLES[int(roles[0])]


class Chosen(NamedTuple):
    """The score that is explained: ``factor * score of the output + offset``, in the user's unit."""

    output: int
    factor: float
    offset: float
    name: str
    label: object = None


def _parts(
    subject: Subject, score: Score, one: Cells, observed: Cells | None, x: Array, zero: Array
) -> tuple[Part, ...]:
    by_method = {name: subject.contributions(method.by_input(score, x, zero)) for name, method in METHODS.items()}
    none = (None,) * len(subject.columns)
    changes = counterfactuals(subject, one, observed) if subject.fitted.classifies and observed is not None else none
    return tuple(
        Part(name, cell(one[j]), MappingProxyType({m: float(values[j]) for m, values in by_method.items()}), changes[j])
        for j, name in enumerate(subject.columns)
    )


# -- the row and what it is compared with -----------------------------------------------------------------------------


def _background(subject: Subject, X: TableLike, background: TableLike | None) -> Cells | None:
    """Cells to compare with; None where there is nothing but the row itself."""
    rows = subject.rows(X if background is None else background, MOST_ROWS)
    return rows if background is not None or len(rows[0]) > 1 else None


def _baseline(subject: Subject, observed: Cells | None, baseline: str | ArrayLike | None) -> tuple[Array, str]:
    """The inputs (n[0],) that the row is compared with, and what they are."""
    n = subject.network.inputs
    if baseline is None:
        baseline = "zero" if observed is None else "mean"
    if isinstance(baseline, str) and baseline not in BASELINES:
        raise unknown_name("baseline", baseline, BASELINES)
    if isinstance(baseline, str) and baseline == "zero":
        return np.zeros(n), "all inputs 0"
    if isinstance(baseline, str):
        if observed is None:
            raise InvalidInput("the mean of one row is the row itself", remedy="pass background=, or baseline='zero'")
        X = subject.encode(observed)
        return X.mean(axis=0), f"the mean of {len(X):,} rows"
    given = np.asarray(baseline, np.float64).reshape(-1)
    if len(given) != n or not np.isfinite(given).all():
        remedy = "or pass baseline='mean' or 'zero'"
        raise InvalidInput(f"your own baseline needs {n} finite numbers, one an input", f"{given[:5]}", remedy)
    return given, "the inputs given"


# -- the score --------------------------------------------------------------------------------------------------------


def _chosen(subject: Subject, scores: Array, output: object) -> Chosen:
    network, classes = subject.network, subject.classes
    two = network.outputs == 1 and subject.fitted.classifies and (classes is None or len(classes) == 2)
    if network.loss.targets == "classes" or two:
        return _of_class(subject, scores, output)
    k = 1 if output is None else output
    if not isinstance(k, (int, np.integer)) or not 1 <= k <= network.outputs:
        remedy = "leave it out for the first"
        raise InvalidInput(f"output must be one of the network's {network.outputs}, from 1", repr(output), remedy)
    name = subject.answer if network.outputs == 1 else f"output {k}"
    explained = network.link.words.format(name)
    return Chosen(int(k) - 1, subject.scale, subject.center, explained, name if subject.fitted.classifies else None)


def _of_class(subject: Subject, scores: Array, output: object) -> Chosen:
    """A class's score; of two classes the log-odds of the second, or of the first with the other sign."""
    known = np.arange(max(2, len(scores))) if subject.classes is None else subject.classes
    labels, score = known.tolist(), subject.network.link.words
    if len(scores) == 1:
        place = 1 if output is None else _place(labels, output)
        return Chosen(0, 1.0 if place else -1.0, 0.0, score.format(repr(labels[place])), labels[place])
    place = int(scores.argmax()) if output is None else _place(labels, output)
    return Chosen(place, 1.0, 0.0, score.format(repr(labels[place])), labels[place])


def _place(labels: Sequence[object], output: object) -> int:
    for place, label in enumerate(labels):
        if label == output or str(label) == output:
            return place
    raise unknown_name("class", output, map(str, labels))


def _probability(subject: Subject, x: Array, chosen: Chosen) -> float | None:
    if not subject.fitted.classifies:
        return None
    p = float(subject.predictions(x[None])[0, chosen.output])
    return 1 - p if chosen.factor < 0 else p
