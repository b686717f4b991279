"""First values of parameters that are fitted to some rows of the training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.arrays import Matrix, dense
from glassnet.network.cache import Cache, Mode
from glassnet.network.layer import Layer
from glassnet.network.parameters import Parameters
from glassnet.pieces.initializers import Draws

ROWS = 1024  # that first values are fitted to: enough for a spread to 2 %


def fit_first(layers: Sequence[Layer], X: Matrix, parameters: Parameters, rng: Draws) -> None:
    """Fit first values to some rows ``X`` (m, n[0]), layer by layer: each sees what the ones before it make of them."""
    count = max((l for l, layer in enumerate(layers, start=1) if layer.by_rows), default=0)
    if not count:
        return
    m = X.shape[0]
    chosen = (rng.uniform(0.0, 1.0, (min(m, ROWS),)) * m).astype(int) if m > ROWS else slice(None)
    A: Any = np.asarray(dense(X[chosen]), parameters.theta.dtype)
    running = enumerate(parameters.running_layers, start=1)
    caches = [Cache(l, Mode(), own) for l, own in running]
    for layer, p, c in zip(layers[:count], parameters.layers, caches, strict=False):
        if layer.by_rows:
            layer.fit_first(A, p, rng)
        c.A_prev, A = A, layer.forward(A, p, c)
