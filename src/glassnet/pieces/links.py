"""Links: what turns the network's last scores into predictions, ``y^ = link(Z[L])``.

A loss names its link, so that it can be computed from the scores themselves, where it is stable. Identity and sigmoid
are the activations of that name; softmax works on a whole row, exp overflows by nature: neither is an activation.

>>> LINKS["softmax"].by_row
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.tables import Table

MARGIN = 1e-6  # predictions that no score gives (0, for sigmoid 1 too) are taken to be so far inside of the range


@dataclass(frozen=True)
class Link:
    """One link.

    Args:
        name: its name in files.
        value: ``(scores, out)``: writes predictions of the shape (m, k) of the scores.
        inverse: ``predictions -> scores`` of any shape that predict them.
        expression: ``(ns, scores) -> predictions`` in the operations of ``ns``, see :class:`Operations`.
        range: the open interval of the predictions.
        formula: as people write it.
        source: where it comes from.
        words: what a score is for people, ``{}`` the name of what is predicted.
        by_row: True where a prediction depends on all scores of its row.
        aliases: other names for it, scikit-learn's first.

    >>> scores = np.array([[1e4, 0.0], [0.0, 0.0]])
    >>> predictions = np.empty_like(scores)
    >>> LINKS["softmax"].value(scores, predictions)
    >>> predictions.tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """

    name: str
    value: Callable[[Array, Array], object]
    inverse: Callable[[Array], Array]
    expression: Callable[[Operations, Value], Value]
    range: tuple[float, float]
    formula: str
    source: str
    words: str
    by_row: bool = False
    aliases: tuple[str, ...] = ()


def _softmax(scores: Array, out: Array) -> None:
    np.subtract(scores, scores.max(axis=1, keepdims=True, initial=-inf), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


@np.errstate(over="ignore")  # e^z beyond the largest float is inf; training reports it
def _exp(scores: Array, out: Array) -> None:
    np.exp(scores, out=out)


def _log(predictions: Array) -> Array:
    return np.log(np.maximum(predictions, MARGIN))


def _logit(predictions: Array) -> Array:
    p = np.clip(predictions, MARGIN, 1 - MARGIN)
    return np.log(p / (1 - p))


def _of_activation(name: str, inverse: Callable[[Array], Array], words: str) -> Link:
    g = ACTIVATIONS[name]
    assert g.expression is not None
    return Link(name, g.value, inverse, g.expression, g.range, g.formula, g.source, words, aliases=g.aliases)


LINKS = Table(
    "link",
    [
        _of_activation("identity", lambda predictions: predictions, "{}"),
        _of_activation("sigmoid", _logit, "the log-odds of {}"),
        Link(
            "softmax",
            _softmax,
            _log,
            lambda ns, scores: ns.softmax(scores),
            range=(0, 1),
            formula="e^z_k / sum_j e^z_j",
            source="Bridle 1990, Probabilistic interpretation",
            words="the score of {} before the softmax",
            by_row=True,
        ),
        Link(
            "exp",
            _exp,
            _log,
            lambda ns, scores: ns.exp(scores),
            range=(0, inf),
            formula="e^z",
            source="Nelder, Wedderburn 1972, Generalized linear models",
            words="the logarithm of {}",
        ),
    ],
)
IDENTITY = LINKS["identity"]
