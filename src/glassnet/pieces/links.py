"""Links: what turns the network's last scores into predictions, ``y^ = link(Z[L])``.

A loss names its link, so that it can be computed from the scores themselves, where it is stable. Identity and sigmoid
are the activations of that name; softmax works on a whole row, exp overflows by nature: neither is an activation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.tables import Table


@dataclass(frozen=True)
class Link:
    """One link: ``value(scores, out)`` writes predictions of the shape (m, k) of the scores.

    >>> scores = np.array([[1e4, 0.0], [0.0, 0.0]])
    >>> predictions = np.empty_like(scores)
    >>> LINKS["softmax"].value(scores, predictions)
    >>> predictions.tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """

    name: str
    value: Callable[[Array, Array], object]
    range: tuple[float, float]
    formula: str
    source: str


def _softmax(scores: Array, out: Array) -> None:
    np.subtract(scores, scores.max(axis=1, keepdims=True, initial=-inf), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


@np.errstate(over="ignore")  # e^z beyond the largest float is inf; training reports it
def _exp(scores: Array, out: Array) -> None:
    np.exp(scores, out=out)


def _of(activation: Activation) -> Link:
    return Link(activation.name, activation.value, activation.range, activation.formula, activation.source)


LINKS = Table(
    "link",
    [
        _of(ACTIVATIONS["identity"]),
        _of(ACTIVATIONS["sigmoid"]),
        Link("softmax", _softmax, (0, 1), "e^z_k / sum_j e^z_j", "Bridle 1990, Probabilistic interpretation"),
        Link("exp", _exp, (0, inf), "e^z", "Nelder, Wedderburn 1972, Generalized linear models"),
    ],
    aliases={"logistic": "sigmoid"},
)
