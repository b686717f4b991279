"""A forward pass: all its ``Z[l]`` and ``A[l]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.parameters import Parameters


@dataclass(frozen=True)
class ForwardPass:
    """What :meth:`Network.forward` returns.

    Args:
        X: the input, ``A[0]``.
        scores: the last layer's output before the link (m, k); the loss reads these.
        predictions: ``y^ = A[L]`` (m, k).
        parameters: those it was computed with.
        caches: one for each layer.
    """

    X: Any
    scores: Array
    predictions: Array
    parameters: Parameters
    caches: list[Cache]

    @property
    def Z(self) -> dict[int, Array]:
        """``Z[l]`` of the layers that have one, by l from 1."""
        return {c.l: c.Z for c in self.caches if hasattr(c, "Z")}

    @property
    def A(self) -> dict[int, Array]:
        """``A[0] = X``, ``A[l]`` by l, ``A[L]`` the predictions."""
        return {0: self.X, **{c.l: c.A for c in self.caches}, len(self.caches): self.predictions}
