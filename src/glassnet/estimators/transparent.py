"""Seeing through a fitted estimator: one training step, its layers, its gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.estimators.base import Data
from glassnet.estimators.predictor import Predictor
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.learning.fitted import Fitted
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizer import Optimizer


class Transparent:
    """What every fitted estimator shows of itself, a mixin for ``NetworkEstimator``."""

    fitted: Fitted
    network_: Network
    parameters_: Parameters

    def predictor(self) -> Predictor:
        """This model frozen, for predictions without checks and overhead: same numbers, parameters of its own."""
        return Predictor(self.fitted)

    def trace(
        self, X: Data, y: Data, sample_weight: ArrayLike | None = None, *, optimizer: Optimizer | None = None
    ) -> Trace:
        """One training step on these rows, number by number; the model stays as it is.

        Weights are those of the fitted model. With its own optimizer the step goes on with what that remembers. The
        numbers are those of its own ``engine``, see :func:`~glassnet.glass.tracing.trace.trace`.

        Args:
            X: (m, n), dense or sparse.
            y: labels or numbers, as in ``fit``.
            sample_weight: (m,) >= 0, or None for all 1; class weights are not put in.
            optimizer: another than the model's, its slots empty; a way to see a step of a model fitted by L-BFGS, which
                has no steps of its own.

        Raises:
            InvalidInput: rows or labels that do not fit the model.
            NotFitted: before ``fit``.

        >>> from sklearn.datasets import load_iris
        >>> from glassnet import MLPClassifier, ledger
        >>> X, y = load_iris(return_X_y=True)
        >>> step = MLPClassifier((5,), random_state=0).initialize(X, y).trace(X[:1], y[:1])
        >>> step.classes, step.dW[1].shape, step.cost_after < step.cost
        (('0', '1', '2'), (5, 4), True)
        """
        return trace(self.fitted, X, y, sample_weight, optimizer=optimizer)

    def layer_outputs(self, X: Data) -> list[Array]:
        """What every layer makes of rows: ``A[l]`` (m, n[l]) for l = 0 ... L; ``A[0]`` is ``X`` as
        the network gets it, ``A[L]`` is ``y^``.

        A normalization or dropout is a layer of its own, in the order of ``network_``.

        Args:
            X: (m, n), dense or sparse.
        """
        rows: Any = self.fitted.columns.encode(X)
        return list(self.network_.forward(rows, self.parameters_).A.values())

    def input_gradients(self, X: Data, output: int = 1) -> Array:
        """The gradient of one output's score with respect to the inputs, ``dZ[L][output] / dX`` (m, n), by
        backpropagation.

        The score is what comes before the link (of a classifier: before sigmoid or softmax), where gradients do not
        vanish as answers become certain.

        Args:
            X: (m, n), dense or sparse.
            output: which of the network's outputs, from 1; of two classes there is one, for the second class.

        Raises:
            InvalidInput: no such output.
        """
        from glassnet.glass.score import Score  # explanations are loaded when one is asked for

        rows: Any = self.fitted.columns.encode(X)
        k = self.network_.outputs
        if not isinstance(output, (int, np.integer)) or isinstance(output, bool) or not 1 <= output <= k:
            remedy = f"choose one from 1 to {k}"
            raise InvalidInput(f"output must be one of the network's {k}, from 1", seen=repr(output), remedy=remedy)
        return Score(self.network_, self.parameters_, int(output) - 1)(rows)[1]
