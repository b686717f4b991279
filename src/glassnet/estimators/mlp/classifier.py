"""``MLPClassifier`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import _check_sample_weight

from glassnet.arrays import Array, Matrix
from glassnet.data.target import TargetEncoder
from glassnet.engines.choice import EngineName
from glassnet.engines.plan import Device, Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.base import ARITHMETIC, Data
from glassnet.estimators.classification import Classification
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp.base import MLP, HeldOut, stochastic
from glassnet.estimators.mlp.parameters import PARAMETERS, NamesIn
from glassnet.estimators.typed import available_if, fit_context
from glassnet.estimators.warnings import SingleClassWarning
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.own_loss import as_loss
from glassnet.text import one_line


@dataclass(eq=False, repr=False)
class MLPClassifier(Classification, MLP):
    __doc__ = f"""A multi-layer perceptron that names classes, trained by cross-entropy.
{PARAMETERS}        loss: "log_loss" is the cross-entropy that fits the labels; or a name from ``LOSSES``, a record,
            or a function ``(S, Y) -> (m,)`` of scores and labels as 0 and 1, derived by the computation graph.
        class_weight: what each class weighs, a dict, "balanced" or None; multiplied with ``sample_weight``.{ARITHMETIC}
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((10,), solver="lbfgs", max_iter=2000, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    score_metric: ClassVar[Metric] = replace(METRICS["accuracy"], name="score")
    target_kinds: ClassVar[str] = "iubU"

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **MLP._parameter_constraints,
        "loss": [NamesIn(LOSSES, "log_loss"), Loss, callable],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: ActivationChoice | Sequence[ActivationChoice] = "relu"
    _: KW_ONLY
    loss: str | Loss | Callable[[Array, Array], Array] = "log_loss"
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = None
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
        classes: ArrayLike | None = None,
        X_val: Data | None = None,
        y_val: Data | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: labels, as in :meth:`fit`.
            sample_weight: (m,) >= 0, or None.
            classes: all labels that will ever come, needed at the first call.
            X_val, y_val, sample_weight_val: as in :meth:`fit`; with ``early_stopping=True`` the best weights seen so
                far are the ones that predict.
        """
        first = self._first_call(classes)
        X, y = self._check(X, y, reset=first)
        if first:
            self._name(Labels.of(y) if np.ndim(y) == 2 else Labels.over(np.unique(np.asarray(classes))))
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all rows at once; pass partial_fit a dict of weights")
        weights = self._with_class_weight(X, y, sample_weight)
        held_out = (X_val, y_val, sample_weight_val)
        return self._fit(X, self.labels_.encode(y), self.labels_.outputs, weights, held_out, incremental=True)

    def _first_call(self, classes: ArrayLike | None) -> bool:
        """Whether ``partial_fit`` has to learn what there is to name; raises as scikit-learn does for other classes."""
        known = vars(self).get("classes_")
        if known is not None and type(classes) is np.ndarray and np.array_equal(known, classes):
            return not hasattr(self, "_state")
        return bool(_check_partial_fit_first_call(self, classes)) or not hasattr(self, "_state")

    def _learn(
        self, X: Data, y: Data, sample_weight: ArrayLike | None, held_out: HeldOut, *, epochs: int | None = None
    ) -> Self:
        X, y = self._check(X, y, reset=True)
        labels = Labels.of(y)
        if self.warm_start and hasattr(self, "labels_") and not np.array_equal(labels.classes, self.labels_.classes):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {one_line(self.labels_.classes, 60)}, `y` has {one_line(labels.classes, 60)}"
            )
        self._name(labels)
        weights = self._with_class_weight(X, y, sample_weight)
        return self._fit(X, labels.encode(y), labels.outputs, weights, held_out, epochs=epochs)

    def _name(self, labels: Labels) -> None:
        """Learn the classes; a single one is worth a warning."""
        self._learn_labels(labels)
        if labels.single:
            name = labels.named()
            text = f"y has one class, {name}, so every prediction will be {name}; pass rows of every class."
            warnings.warn(text, SingleClassWarning, stacklevel=4)

    def _with_class_weight(self, X: Matrix, y: Array, sample_weight: ArrayLike | None) -> ArrayLike | None:
        """Sample weights times the weights of the classes."""
        if self.class_weight is None:
            return sample_weight
        if self.labels_.kind == "multilabel":
            raise ValueError("class_weight is for one label a row; weigh rows by sample_weight instead")
        if self.class_weight == "balanced":
            by_class = self.labels_.balanced(self.labels_.encode(y))
        else:
            by_class = compute_sample_weight(self.class_weight, y)
        return by_class if sample_weight is None else by_class * _check_sample_weight(sample_weight, X)

    def _loss_record(self) -> Loss:
        fitting = _fitting(self.labels_.loss)
        loss = fitting if self.loss == "log_loss" else as_loss(self.loss, like=fitting)
        if (loss.targets, loss.link) != (fitting.targets, fitting.link):
            raise InvalidInput(
                f"for {self.labels_.kind} labels the loss must be one like {fitting.name!r}, of probabilities",
                seen=f"{loss.name!r} of {loss.targets}, link {loss.link!r}",
                remedy="leave it at 'log_loss', which chooses",
            )
        return loss

    def _targets(self, y: Array) -> Array:
        return self.labels_.encode(y)

    def _users(self, Y: Array) -> Array:
        return Y if self.labels_.kind == "multilabel" else self.classes_[Y]

    def _metrics(self, validation: Rows) -> list[Metric]:
        if self.scoring is None and self.labels_.single:  # that class is the answer, whatever the network computes
            return [replace(self.score_metric, function=lambda Y, predictions, weights: 1.0, ratio=None)]
        return super()._metrics(validation)

    def _outputs_of(self, target: TargetEncoder) -> int:
        if self.class_weight is not None:
            what = "class_weight of a dataset needs all rows at once"
            raise InvalidInput(what, remedy="leave it out, or take TabularClassifier with a column of weights")
        assert target.classes is not None
        self._name(Labels.over(target.classes))
        return self.labels_.outputs

    def _strata(self) -> Labels | None:
        return self.labels_ if self.labels_.kind == "binary" else None  # of several classes some may have a single row

    @property
    def _label_binarizer(self) -> LabelBinarizer:
        """scikit-learn's, which converters of its networks look at (skl2onnx)."""
        k = len(self.classes_)
        return LabelBinarizer().fit(np.eye(2, k, dtype=int) if self.labels_.kind == "multilabel" else self.classes_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


@lru_cache(maxsize=8)
def _fitting(loss: str) -> Loss:
    """The loss of that name, made once."""
    return LOSSES.make(loss)
