"""The reference engine: the specification in NumPy, vectorised over units and examples (deck, *Vectorization*).

What the network's layers say is carried out here with memory planned once: the caches of a training keep their arrays
from step to step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.network.cache import Cache, Mode
from glassnet.network.parameters import Gradients, Parameters
from glassnet.network.targets import shares
from glassnet.pieces.activations import Array


class Reference(Engine):
    """NumPy. Runs every plan."""

    name = "reference"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._caches: tuple[Parameters, Mode, list[Cache]] | None = None
        self._dX: Array | None = None  # dJ/dX of the last pass, where its mode asked for it
        self._scratch = np.empty(plan.network.layout.weights, plan.numpy_dtype)

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        network, penalties = self.plan.network, self.plan.penalties
        caches = self._caches_of(parameters, mode)
        S = network.scores(rows.X, parameters, caches)
        share = shares(rows.weights, S)
        J = float(network.loss.value(S, rows.Y) @ share)
        dS = caches[-1].array("dS", S)
        network.loss.gradient(S, rows.Y, dS)
        dS *= share[:, None]
        self._dX = network.pull(dS, parameters, gradients, caches)
        if penalties:
            w, total = parameters.weights, rows.total_weight() or 1.0
            J += penalties.value(w, total, self.plan.penalty_factors)
            penalties.add_gradient(w, gradients.weights, self._scratch, total, self.plan.penalty_factors)
        return J

    def scores(self, parameters: Parameters, X: Any) -> Array:
        network = self.plan.network
        return network.scores(X, parameters, network.caches(parameters, Mode()))

    def _caches_of(self, parameters: Parameters, mode: Mode) -> list[Cache]:
        """The caches of a training are kept: same parameters, same mode, same memory."""
        if self._caches is None or self._caches[0] is not parameters or self._caches[1] is not mode:
            self._caches = parameters, mode, self.plan.network.caches(parameters, mode)
        return self._caches[2]
