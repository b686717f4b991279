"""A forward pass prepared once, so that each call is arithmetic only.

For predictions a row at a time, where looking up attributes costs more than multiplying.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.arrays import Array, Matrix, inputs, is_sparse
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import counted

Forward = Callable[[Any], Array]


class OverflowWarning(RuntimeWarning):
    """Answers to finite inputs that are not finite, or classes made of them: on the way numbers left the dtype."""


def warn_of_overflow(X: Matrix, answers: Array) -> None:
    """Warn where answers (m, k) to finite rows of ``X`` (m, n) are not finite."""
    bad = int((~np.isfinite(answers)).any(axis=1).sum())
    numbers = X.data if is_sparse(X) else X
    if bad and np.isfinite(numbers).all():
        warnings.warn(
            f"{counted(bad, 'answer')} of {len(answers):,} cannot be relied on: on the way numbers grew too large for "
            f"{answers.dtype} (seen: an input of {np.abs(numbers).max(initial=0):.4g}); scale inputs as in training.",
            OverflowWarning,
            stacklevel=4,
        )


def answered(X: Matrix, forward: Callable[[Any], Array]) -> Array:
    """What ``forward`` makes of ``X`` (m, n), (m, k); one warning of ours where that is not finite, none of NumPy's."""
    with np.errstate(over="ignore", invalid="ignore"):
        answers = forward(X)
    warn_of_overflow(X, answers)
    return answers


def ready_forward(network: Network, parameters: Parameters) -> tuple[Forward, Forward]:
    """Two functions of dense ``X`` (m, n): the scores and the predictions (m, k).

    They read the parameters at each call, so writing into ``W[l]`` is seen; they may be called from many threads.

    >>> net = Network.mlp(2, [3], 1)
    >>> parameters = net.initialize(seed=0)
    >>> scores, predictions = ready_forward(net, parameters)
    >>> X = np.array([[1.0, -1.0]])
    >>> bool((predictions(X) == net.forward(X, parameters).predictions).all())
    True
    """
    layers = enumerate(zip(network.layers, parameters.layers, parameters.running_layers, strict=True), start=1)
    steps = [layer.predictor(l, p, running) for l, (layer, p, running) in layers]
    value = network.link.value

    network.check(parameters)

    def scores(X: Any) -> Array:
        A = inputs(X, network.inputs, parameters.theta.dtype)
        for step in steps:
            A = step(A)
        return A

    def predictions(X: Any) -> Array:
        S = scores(X)
        A = np.empty_like(S)
        value(S, A)
        return A

    return scores, predictions
