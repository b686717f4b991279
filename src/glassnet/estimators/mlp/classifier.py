"""``MLPClassifier`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import _check_sample_weight, validate_data

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.estimators.base import ARITHMETIC, FLOATS, ClassifierPart
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp.base import BaseMLP, stochastic
from glassnet.estimators.mlp.parameters import PARAMETERS, NamesIn
from glassnet.estimators.scikit_callbacks import with_callbacks
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.own_loss import as_loss


class MLPClassifier(ClassifierPart, ClassifierMixin, BaseMLP):
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

    _score_metric: ClassVar[Metric] = Metric("score", METRICS["accuracy"].function, True, METRICS["accuracy"].words)

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [NamesIn(LOSSES, "log_loss"), Loss, callable],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPClassifier:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: labels (m,), or several yes/no answers (m, k) of 0 and 1.
            sample_weight: (m,) >= 0, or None for all 1.
            X_val, y_val, sample_weight_val: rows to judge each epoch by; they are recorded in ``history_``, and early
                stopping goes by them instead of holding rows out.
        """
        return self._learn(X, y, sample_weight, (X_val, y_val, sample_weight_val))

    def initialize(self, X: Any, y: Any) -> MLPClassifier:
        """Everything that :meth:`fit` does before the first step: a network with its first weights.

        Args:
            X, y: as in :meth:`fit`; only shapes, dtype and labels matter.
        """
        self._validate_params()
        return self._learn(X, y, None, (None, None, None), epochs=0)

    @available_if(stochastic)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPClassifier:
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
        X, y = self._checked(X, y, reset=first)
        if first:
            self._learn_labels(Labels.of(y) if np.ndim(y) == 2 else Labels.over(np.unique(classes)))
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all rows at once; pass partial_fit a dict of weights")
        weights = self._with_class_weight(X, y, sample_weight)
        held_out = self._validation_rows(X_val, y_val, sample_weight_val)
        return self._fit(X, self.labels_.encode(y), weights, held_out, incremental=True)

    def _first_call(self, classes: Any) -> bool:
        """Whether ``partial_fit`` has to learn what there is to name; raises as scikit-learn does for other classes."""
        known = vars(self).get("classes_")
        if known is not None and type(classes) is np.ndarray and np.array_equal(known, classes):
            return not hasattr(self, "_state")
        return bool(_check_partial_fit_first_call(self, classes)) or not hasattr(self, "_state")

    def _learn(
        self, X: Any, y: Any, sample_weight: Any, held_out: tuple[Any, Any, Any], epochs: int | None = None
    ) -> MLPClassifier:
        X, y = self._checked(X, y, reset=True)
        labels = Labels.of(y)
        if self.warm_start and hasattr(self, "labels_") and not np.array_equal(labels.classes, self.labels_.classes):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.labels_.classes}, `y` has {labels.classes}"
            )
        self._learn_labels(labels)
        weights = self._with_class_weight(X, y, sample_weight)
        rows = self._validation_rows(*held_out)
        return self._fit(X, labels.encode(y), weights, rows, incremental=False, epochs=epochs)

    def _with_class_weight(self, X: Any, y: Any, sample_weight: Any) -> Any:
        """Sample weights times the weights of the classes."""
        if self.class_weight is None:
            return sample_weight
        if self.labels_.kind == "multilabel":
            raise ValueError("class_weight is for one label a row; weigh rows by sample_weight instead")
        by_class = compute_sample_weight(self.class_weight, y)
        return by_class if sample_weight is None else by_class * _check_sample_weight(sample_weight, X)

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        if reset or not self._plain_pair(X, y, numbers="iub"):
            X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], multi_output=True, dtype=FLOATS, reset=reset)
        return X, column_or_1d(y, warn=True) if np.ndim(y) == 2 and y.shape[1] == 1 else y

    def _loss_record(self) -> Loss:
        fitting = LOSSES.make(self.labels_.loss)
        loss = fitting if self.loss == "log_loss" else as_loss(self.loss, like=fitting)
        if (loss.targets, loss.link) != (fitting.targets, fitting.link):
            raise InvalidInput(
                f"for {self.labels_.kind} labels the loss must be one like {fitting.name!r}, of probabilities",
                seen=f"{loss.name!r} of {loss.targets}, link {loss.link!r}",
                remedy="leave it at 'log_loss', which chooses",
            )
        return loss

    def _answers(self, Y: Array) -> Array:
        return Y if self.labels_.kind == "multilabel" else self.classes_[Y]

    def _encoded(self, y: Any) -> Array:
        return self.labels_.encode(y if hasattr(y, "toarray") else np.asarray(y))

    def _outputs(self, Y: Array) -> int:
        return self.labels_.outputs

    def _strata(self, Y: Array) -> Array | None:
        # Of several classes some may have a single row. In the user's words, which scikit-learn's error then names.
        return self._answers(Y) if self.labels_.kind == "binary" else None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
