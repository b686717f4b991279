"""``MLPRegressor`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from glassnet.arrays import Array, Matrix, contiguous
from glassnet.data.target import TargetEncoder
from glassnet.engines.choice import EngineName
from glassnet.engines.plan import Device
from glassnet.errors import InvalidInput
from glassnet.estimators.base import ARITHMETIC, Data
from glassnet.estimators.mlp.base import MLP, HeldOut, stochastic
from glassnet.estimators.mlp.parameters import PARAMETERS, NamesIn
from glassnet.estimators.mlp.scaling import Scaling
from glassnet.estimators.numeric import as_numbers, numeric_targets
from glassnet.estimators.typed import RegressorMixin, available_if, fit_context
from glassnet.learning.fitted import Answers, single
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.own_loss import as_loss


@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, MLP):
    __doc__ = f"""A multi-layer perceptron that predicts numbers.

    The loss is half the squared error, or half the Poisson deviance with predictions ``e^z``.
{PARAMETERS}        loss: "squared_error", "poisson", any other name from ``LOSSES`` for numbers, a record, or a
            function ``(S, Y) -> (m,)`` of predictions and targets, derived by the computation graph.{ARITHMETIC}
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", max_iter=2000, random_state=0, tol=1).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **MLP._parameter_constraints,
        "loss": [NamesIn(LOSSES), Loss, callable],
    }
    score_metric: ClassVar[Metric] = replace(METRICS["r2"], name="score")
    target_kinds: ClassVar[str] = "fiu"

    loss: str | Loss | Callable[[Array, Array], Array] = "squared_error"
    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: ActivationChoice | Sequence[ActivationChoice] = "relu"
    _: KW_ONLY
    n_threads: int | None = None
    engine: EngineName = "auto"
    device: Device = "cpu"

    @available_if(stochastic)
    @fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Data,
        y: Data,
        sample_weight: ArrayLike | None = None,
        X_val: Data | None = None,
        y_val: Data | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None.
            X_val, y_val, sample_weight_val: as in :meth:`fit`; with ``early_stopping=True`` the best weights seen so
                far are the ones that predict.
        """
        return self._learn(X, y, sample_weight, (X_val, y_val, sample_weight_val), incremental=True)

    def predict(self, X: Data) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        return self._users(self._forward(self._inputs(X)))

    def _check(self, X: Data, y: Data, reset: bool) -> tuple[Matrix, Array]:
        X, y = super()._check(X, as_numbers(y), reset)
        if self._loss_record().targets == "counts" and np.any(y < 0):
            raise ValueError(f"Some value(s) of y are out of the valid range of the loss {self.loss!r}.")
        return X, y

    def _learn(
        self,
        X: Data,
        y: Data,
        sample_weight: ArrayLike | None,
        held_out: HeldOut,
        *,
        incremental: bool = False,
        epochs: int | None = None,
    ) -> Self:
        X, y = self._check(X, y, reset=not (incremental and hasattr(self, "_state")))
        Y = contiguous(self._targets(y), X.dtype)
        return self._fit(X, Y, Y.shape[1], sample_weight, held_out, incremental=incremental, epochs=epochs)

    def _loss_record(self) -> Loss:
        loss = as_loss(self.loss)
        if loss.targets not in ("numbers", "counts"):
            raise InvalidInput(
                "a regressor needs a loss for numbers",
                seen=f"{loss.name!r} of {loss.targets}",
                remedy="take MLPClassifier for classes",
            )
        return loss

    def _targets(self, y: Array) -> Array:
        return y.reshape(len(y), -1)

    def _outputs_of(self, target: TargetEncoder) -> int:
        return 1

    def _users(self, Y: Array) -> Array:
        return _answers(self._known_scaling, Y)

    def _meaning(self) -> Answers:
        scaling, dtype = self._known_scaling, self.parameters_.theta.dtype
        if scaling is None or scaling.targets is None:
            return super()._meaning()
        decode = partial(_answers, scaling)
        if len(scaling.targets.mean) > 1:
            return Answers(partial(_encoded, scaling, dtype), decode)
        scale, center = (float(each[0]) for each in (scaling.targets.scale, scaling.targets.mean))
        return Answers(partial(_encoded, scaling, dtype), decode, scale=scale, center=center)


def _encoded(scaling: Scaling, dtype: DTypeLike, y: ArrayLike) -> Array:
    return scaling.encode(numeric_targets(dtype, y))


def _answers(scaling: Scaling | None, predictions: Array) -> Array:
    return single(predictions if scaling is None else scaling.decode(predictions))
