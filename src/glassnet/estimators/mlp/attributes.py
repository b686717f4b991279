"""scikit-learn's fitted attributes of a multi-layer perceptron: views into what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.history import History
from glassnet.network.layers import Dropout
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


class FittedAttributes:
    """What scikit-learn's multi-layer perceptrons have after ``fit``, a mixin for ``NetworkEstimator``."""

    network_: Network
    parameters_: Parameters
    history_: History
    early_stopping: bool
    _state: State

    @property
    def coefs_(self) -> list[Array]:
        """Weights by layer, (n[l-1], n[l]) each; assigning a list or an entry, or writing into one, sets weights."""
        return Views([W.T for W in self.parameters_.W.values()])

    @coefs_.setter
    def coefs_(self, values: Sequence[Array]) -> None:
        self._own()
        self.coefs_[:] = values

    @property
    def intercepts_(self) -> list[Array]:
        """Biases by layer, (n[l],) each; assigned like ``coefs_``."""
        return Views(self.parameters_.b.values())

    @intercepts_.setter
    def intercepts_(self, values: Sequence[Array]) -> None:
        self._own()
        self.intercepts_[:] = values

    def _own(self) -> None:
        """Copy parameters out of memory that must not be written into, such as a memory map of joblib's."""
        theta = self.parameters_.theta
        state: State | None = vars(self).get("_state")
        if state is not None and state.theta is theta:
            self.parameters_ = state.own().parameters(self.network_)
        elif not theta.flags.writeable:
            self.parameters_ = self.parameters_.copy()

    @property
    def loss_curve_(self) -> list[float]:
        """The cost of each epoch."""
        return self.history_.columns.get("cost", [])

    @property
    def loss_(self) -> float:
        """The cost of the last epoch; nan where training diverged in its first."""
        return self.loss_curve_[-1] if self.loss_curve_ else nan

    @property
    def best_loss_(self) -> float | None:
        """The lowest cost of an epoch; None where early stopping watched something else."""
        return None if self.early_stopping else min(self.loss_curve_, default=inf)

    @property
    def validation_scores_(self) -> list[float] | None:
        """The score on held-out rows after each epoch; None without early stopping."""
        return self.history_.columns.get("validation_score")

    @property
    def best_validation_score_(self) -> float | None:
        """The best of ``validation_scores_``."""
        return max(self.validation_scores_) if self.validation_scores_ else None

    @property
    def t_(self) -> int:
        """Rows of whole epochs that were learned from."""
        return self._state.examples

    @property
    def n_layers_(self) -> int:
        """Layers, the input counted; dropout, which predictions do not see, is none."""
        return 1 + sum(not isinstance(layer, Dropout) for layer in self.network_.layers)

    @property
    def n_outputs_(self) -> int:
        """Outputs of the network."""
        return self.network_.outputs

    @property
    def out_activation_(self) -> str:
        """The output activation, by scikit-learn's name."""
        link = self.network_.link
        return link.aliases[0] if link.aliases else link.name


class Views(list[Array]):
    """A list of views into the parameters: what is assigned is copied into them."""

    def __setitem__(self, place: Any, value: Any) -> None:
        views, values = (self[place], list(value)) if isinstance(place, slice) else ([self[place]], [value])
        values = [np.asarray(array) for array in values]
        shapes, given = [view.shape for view in views], [array.shape for array in values]
        if shapes != given:
            remedy = "assign arrays of the same shapes, or fit another network"
            raise InvalidInput(
                "arrays must have the shapes of the layers", seen=f"{given}, not {shapes}", remedy=remedy
            )
        if not all(view.flags.writeable for view in views):
            raise InvalidInput("this model's memory is read-only", remedy="change a copy, copy.deepcopy(model)")
        for view, array in zip(views, values, strict=True):
            view[...] = array
