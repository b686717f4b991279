"""A task: a network, a batch and rows to train on, the same for every contender."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.arrays import Array


@dataclass(frozen=True)
class Task:
    """What is to be trained: a chain of ReLU layers, with Adam.

    Two outputs are a regression (squared error), since scikit-learn, and so our estimators, give a classifier of two
    classes a single output; more are classes (softmax, cross-entropy).

    Args:
        widths: n[0], ..., n[L].
        batch: rows of a mini-batch.
        steps: mini-batches in an epoch.
        threads: how many the contender may use.

    >>> task = Task((2, 8, 8, 2), batch=32, steps=10)
    >>> task.X.shape, task.Y.shape, task.classification, task.flops
    ((320, 2), (320, 2), False, 17408)
    """

    widths: tuple[int, ...]
    batch: int = 128
    steps: int = 1
    threads: int = 1

    @property
    def rows(self) -> int:
        """m, a whole number of batches: no contender has a partial one."""
        return self.batch * self.steps

    @property
    def hidden(self) -> tuple[int, ...]:
        """The widths between inputs and outputs."""
        return self.widths[1:-1]

    @property
    def classification(self) -> bool:
        """Whether the outputs are classes."""
        return self.widths[-1] > 2

    @property
    def weights(self) -> int:
        """How many weights there are."""
        return sum(a * b for a, b in pairwise(self.widths))

    @property
    def flops(self) -> int:
        """Of the matrix products of one step: 2mnk each for Z, dW and dA; the first layer needs no dA."""
        return self.batch * (6 * self.weights - 2 * self.widths[0] * self.widths[1])

    @cached_property
    def X(self) -> Array:
        """Normal numbers, float32 (m, n[0])."""
        return np.random.default_rng(0).standard_normal((self.rows, self.widths[0]), dtype=np.float32)

    @cached_property
    def Y(self) -> Array:
        """The outputs of a random layer on X: float32 (m, 2), or the index of the largest, (m,)."""
        W = np.random.default_rng(1).standard_normal((self.widths[0], self.widths[-1]), dtype=np.float32)
        S = self.X @ W / np.sqrt(self.widths[0])
        return S.argmax(axis=1) if self.classification else S.astype(np.float32)

    @cached_property
    def parameters(self) -> list[tuple[Array, Array]]:
        """``(W, b)`` of each layer for prediction, the same for all; W is (n[l-1], n[l])."""
        rng = np.random.default_rng(2)
        return [
            (
                (rng.standard_normal((a, b)) / np.sqrt(a)).astype(np.float32),
                (rng.standard_normal(b) / 10).astype(np.float32),
            )
            for a, b in pairwise(self.widths)
        ]

    def questions(self, rows: int) -> Array:
        """Rows to predict, float32 (rows, n[0])."""
        return np.random.default_rng(3).standard_normal((rows, self.widths[0]), dtype=np.float32)

    def predicted(self, X: Array) -> Array:
        """The predictions of :attr:`parameters`: numbers, or the probability of each class, (m, n[L])."""
        A = X.astype(np.float64)
        for W, b in self.parameters[:-1]:
            A = np.maximum(A @ W + b, 0)
        W, b = self.parameters[-1]
        S = A @ W + b
        if not self.classification:
            return S
        E = np.exp(S - S.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def cost(self, predictions: Array) -> float:
        """The mean loss of ``predictions`` of the first rows, with the same definition for all."""
        m = len(predictions)
        P, Y = np.asarray(predictions, np.float64), self.Y[:m]
        if self.classification:
            return float(-np.log(np.maximum(P[np.arange(m), Y], 1e-30)).mean())
        return float(0.5 * ((P - Y) ** 2).mean())

    def described(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return {"widths": self.widths, "batch": self.batch, "steps": self.steps, "threads": self.threads}
