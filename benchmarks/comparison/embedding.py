"""Learned embeddings of categories, tried for tables and left out: a layer in Python, for the reference engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer
from glassnet.network.parameters import Parameter
from glassnet.pieces.initializers import Draws


@dataclass(frozen=True)
class Embedding(Layer):
    """One-hot columns of large categories become ``size`` numbers each, which come after the other columns.

    Args:
        places: the first and the last column, exclusive, of each category.
        size: how many numbers, 8 in RealMLP, which draws them from N(0, 1) too.
    """

    places: tuple[tuple[int, int], ...] = ()
    size: int = 8

    name = "embedding"

    def others(self, n_in: int) -> Array:
        """The columns that stay as they are."""
        return np.setdiff1d(np.arange(n_in), np.concatenate([np.arange(*place) for place in self.places]))

    def width(self, n_in: int) -> int:
        return len(self.others(n_in)) + self.size * len(self.places)

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return [Parameter(f"E{j}", (stop - start, self.size), decay=0.0) for j, (start, stop) in enumerate(self.places)]

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        for E in vars(p).values():
            E[...] = rng.normal(0.0, 1.0, E.shape)

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        embedded = [A_prev[:, slice(*place)] @ E for place, E in zip(self.places, vars(p).values(), strict=True)]
        return np.hstack([A_prev[:, self.others(A_prev.shape[1])], *embedded])

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array:
        others, dA_prev = self.others(c.A_prev.shape[1]), np.empty_like(c.A_prev)
        dA_prev[:, others] = dA[:, : len(others)]
        parts = np.split(dA[:, len(others) :], len(self.places), axis=1)
        for place, E, dE, d in zip(self.places, vars(p).values(), vars(g).values(), parts, strict=True):
            dE[...] = c.A_prev[:, slice(*place)].T @ d
            dA_prev[:, slice(*place)] = d @ E.T
        return dA_prev


def large_categories(encoder: TableEncoder, most: int) -> tuple[tuple[int, int], ...]:
    """The places of the columns that became more than so many one-hot columns."""
    names = [column.name for column in encoder.columns if column.kind == "category" and len(column.outputs) > most]
    return tuple((encoder.outputs[name].start, encoder.outputs[name].stop) for name in names)
