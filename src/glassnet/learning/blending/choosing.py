"""Choosing the members of a blend, and its temperature, by rows held out.

Candidates are parameters of several trainings, at several epochs each. They are added one by one, each time the one
that makes the blend best, also again: how often one was added is its weight. Few rows cannot tell candidates apart, so
the weights are drawn towards the plain mean of the final candidates, the more the fewer rows there are.

Source: Caruana et al. 2004, Ensemble selection from libraries of models; Guo et al. 2017, arXiv 1706.04599.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Rows
from glassnet.learning.blending.criteria import Criterion

ROUNDS = 40  # candidates that are added at most
ROWS_OF_DOUBT = 60  # held-out rows at which the choice and the plain mean weigh the same
FAR_WORSE = 2.0  # times the lowest cost
LEAST_WEIGHT = 0.02  # of a candidate: below, it costs more time at prediction than it is worth
MOST_STEPS, CLOSE = 50, 1e-7  # of the search for a temperature
HOTTEST = 10.0  # temperature, and its inverse the coldest


def greedy_weights(P: Array, truth: Array, criterion: Criterion, weights: Array, rounds: int = ROUNDS) -> Array:
    """How much each candidate weighs in the blend that is best on some rows, (c,), sum 1.

    Args:
        P: predictions of each candidate, (c, m), or (c, m, k) of a criterion that reads them whole.
        truth: (m,); see ``criterion``.
        criterion: whose cost is minimized.
        weights: of the rows, (m,).
        rounds: candidates that are added.

    >>> from glassnet.learning.blending.criteria import CRITERIA
    >>> P = np.array([[0.9, 0.9, 0.1], [0.2, 0.2, 0.9], [0.5, 0.5, 0.1]])
    >>> greedy_weights(P, np.zeros(3), CRITERIA["log_loss"], np.ones(3)).round(2).tolist()
    [0.66, 0.34, 0.0]
    """
    counts, total, best, kept = np.zeros(len(P), np.int64), np.zeros_like(P[0]), np.inf, np.zeros(len(P), np.int64)
    for size in range(1, rounds + 1):
        costs = criterion.costs((total + P) / size, truth, weights)
        one = int(costs.argmin())
        counts[one] += 1
        total += P[one]
        if costs[one] < best:
            best, kept = costs[one], counts.copy()
    return kept / kept.sum() if kept.any() else np.full(len(P), 1 / len(P))


def blend_weights(P: Array, truth: Array, criterion: Criterion, weights: Array, final: Sequence[int]) -> Array:
    """:func:`greedy_weights`, drawn towards the plain mean of the ``final`` candidates; small ones are 0.

    Finals that are far worse than the best of them are left out: a straight line through what is bent.

    Args:
        P, truth, criterion, weights: see there.
        final: which candidates are the ends of the trainings.
    """
    doubt = ROWS_OF_DOUBT / (ROWS_OF_DOUBT + P.shape[1])
    costs = criterion.costs(P[final], truth, weights)
    plain = np.zeros(len(P))
    plain[np.asarray(final)[~(costs > FAR_WORSE * costs.min())]] = 1
    plain /= plain.sum()
    mixed = (1 - doubt) * greedy_weights(P, truth, criterion, weights) + doubt * plain
    mixed[mixed < min(LEAST_WEIGHT, mixed.max())] = 0
    return np.asarray(mixed / mixed.sum())


def best_temperature(log_p: Array, own: Array, weights: Array) -> float:
    """The temperature under which probabilities surprise least, ``1/HOTTEST`` to ``HOTTEST``.

    Args:
        log_p: logarithms of the probabilities of all classes, (m, k).
        own: the class of each row, (m,).
        weights: of the rows, (m,).

    >>> p = np.tile([[0.99, 0.01], [0.99, 0.01], [0.01, 0.99], [0.01, 0.99]], (100, 1))
    >>> own = np.tile([0, 1, 1, 1], 100)  # one of four is wrong, 1 % was said
    >>> best_temperature(np.log(p), own, np.ones(400)) > 2
    True
    """
    temperature = coolest(log_p, own, weights)
    doubt = ROWS_OF_DOUBT / (ROWS_OF_DOUBT + len(own))
    better = surprises(log_p, own, temperature) @ weights < surprises(log_p, own, 1.0) @ weights
    return 1 / ((1 - doubt) / temperature + doubt) if better else 1.0


def coolest(log_p: Array, own: Array, weights: Array) -> float:
    """The temperature at which the mean log-loss is lowest, however few the rows.

    Args:
        log_p, own, weights: as in :func:`best_temperature`.
    """
    shifted = log_p - log_p.max(axis=1, keepdims=True)
    truth, low, high, beta = shifted[np.arange(len(own)), own], 1 / HOTTEST, HOTTEST, 1.0
    for _ in range(MOST_STEPS):  # Newton's, kept between bounds by halving: the cost is convex in beta = 1/T
        p = np.exp(beta * shifted)
        p /= p.sum(axis=1, keepdims=True)
        mean = (p * shifted).sum(axis=1)
        slope, bend = float((mean - truth) @ weights), float(((p * shifted**2).sum(axis=1) - mean**2) @ weights)
        low, high = (low, beta) if slope > 0 else (beta, high)
        step = beta - slope / bend if bend > 0 else high
        before, beta = beta, step if low < step < high else (low + high) / 2
        if abs(beta - before) < CLOSE * beta:
            break
    return 1 / beta


def surprises(log_p: Array, own: Array, temperature: float) -> Array:
    """The log-loss of each row at a temperature, (m,).

    Args:
        log_p, own: as in :func:`best_temperature`.
        temperature: above 0.

    >>> surprises(np.log([[0.8, 0.2]]), np.array([0]), 1.0).round(4).tolist()
    [0.2231]
    """
    scaled = (log_p - log_p.max(axis=1, keepdims=True)) / temperature  # scipy's logsumexp takes ten times as long
    return np.asarray(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(own)), own])


def shares(*parts: Rows) -> Array:
    """The weight of each row of all parts, (m,), sum 1 (0 where none has any)."""
    weights = [np.ones(len(rows.Y)) if rows.weights is None else rows.weights.astype(np.float64) for rows in parts]
    every = np.concatenate(weights)
    return np.asarray(every / (every.sum() or 1.0))
