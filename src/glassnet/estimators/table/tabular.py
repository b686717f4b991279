"""``TabularClassifier``, and what it has in common with ``TabularRegressor``: whole tables in scikit-learn's tools."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.table.card import card_html
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.scikit import Target
from glassnet.estimators.table_predictor import TablePredictor
from glassnet.estimators.typed import BaseEstimator, ClassifierMixin
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.learning.blending.blend import Blend
from glassnet.learning.fitted import Fitted
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.run import Callback
from glassnet.notebook_hook import Bundle, bundle_of
from glassnet.pieces.settings import Range, check_number


class Tabular(BaseEstimator):
    """What the two have in common: settings, and the :class:`TableModel` that does the work."""

    task: ClassVar[Task]
    model_: TableModel
    models_: tuple[TableModel, ...]
    n_features_in_: int
    feature_names_in_: Array

    def __init__(
        self,
        preset: str = "balanced",
        *,
        time_limit: float | None = None,
        metric: str | None = None,
        validation: float = 0.2,
        n_threads: int | None = None,
        seed: int = 0,
        row_digests: bool = True,
        n_folds: int | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.cluster = cluster
        self.preset, self.time_limit, self.metric, self.n_folds = preset, time_limit, metric, n_folds
        self.validation, self.n_threads, self.seed, self.row_digests = validation, n_threads, seed, row_digests

    @classmethod
    def of(cls, *models: TableModel) -> Self:
        """Around trained models, as from a file: one, or of a regressor one for each quantile or target."""
        model = models[0]
        recipe = model.recipe
        made = cls(
            model.preset_,
            validation=recipe.validation,
            n_threads=recipe.threads or None,
            seed=recipe.seed,
            row_digests=model.row_digests,
            n_folds=model.n_folds,
        )
        return made._hold(models)

    def fit(
        self,
        X: TableLike,
        y: Target | None = None,
        sample_weight: ArrayLike | None = None,
        *,
        groups: Hashable | ArrayLike = None,
        order_by: Hashable | ArrayLike = None,
        X_val: TableLike | None = None,
        y_val: Target | None = None,
        sample_weight_val: ArrayLike | None = None,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
    ) -> Self:
        """Train on a table.

        Args:
            X: m rows of anything tabular: a frame, an array, a file, columns by name.
            y: labels or numbers (m,), or the name of a column of ``X``; None takes the default, the last column.
            sample_weight: (m,) >= 0, or None for all 1.
            groups, order_by: a column of ``X``, or values (m,), by which rows to choose by are held out: no group
                stands on both sides, and the last of the order are held out. Such columns are not inputs.
            X_val, y_val, sample_weight_val: other rows to choose by, as ``X``, ``y`` and ``sample_weight``; None holds
                out the share ``validation`` of the rows.
            callbacks: notified of how the training goes; of several networks from their own threads.
        """
        rows: Any = plain(X)
        if hasattr(rows, "shape"):
            validate_data(self, rows, skip_check_array=True)
            if rows.shape[0] < 2:
                remedy = "pass 2 or more, and better 100"
                raise InvalidInput("there are too few rows to learn from", f"n_samples = {rows.shape[0]}", remedy)
        y = y if y is None or isinstance(y, str) else self._checked_target(y)
        weights = self._weights(rows, y, sample_weight)
        others: dict[str, Any] = {"groups": groups, "order_by": order_by}
        if X_val is not None:
            others |= {"X_val": plain(X_val), "y_val": self._checked_validation(X_val, y_val)}
            others["sample_weight_val"] = self._weights(others["X_val"], others["y_val"], sample_weight_val)
        others |= {"callbacks": callbacks, "sample_weight": weights}
        recipe = Recipe(validation=self.validation, threads=self.n_threads or 0, seed=self.seed)
        return self._hold(self._learned(rows, y, recipe, others))

    def _learned(self, rows: Any, y: Any, recipe: Recipe, others: dict[str, Any]) -> Sequence[TableModel]:
        """The trained models."""
        return [self._model(recipe).fit(rows, y, **others)]

    def _model(self, recipe: Recipe, share: int = 1) -> TableModel:
        """An untrained model, with one of so many shares of the time."""
        if (limit := self.time_limit) is not None:
            check_number("time_limit", limit, Range(0, above=True))
            limit /= share
        given = (limit, self.metric, self.row_digests, self.n_folds, self.cluster)
        return TableModel(recipe, self.task, self.preset, *given)

    def _checked_validation(self, X: Any, y: Any) -> Any:
        rows = plain(X)
        if hasattr(rows, "shape") and hasattr(self, "n_features_in_"):
            validate_data(self, rows, reset=False, skip_check_array=True)
        return y if y is None or isinstance(y, str) else self._checked_target(y)

    def _checked_target(self, y: Any) -> Any:
        return column_or_1d(y, warn=True) if np.ndim(y := plain(y, 0)) == 2 else y

    def _weights(self, X: Any, y: Any, sample_weight: Any) -> Array | None:
        return None if sample_weight is None else check_sample_weight(sample_weight, X, ensure_non_negative=True)

    def _hold(self, models: Sequence[TableModel]) -> Self:
        for model in models:
            model.jobs = ()  # the rows are not part of the model
        self.models_ = tuple(models)
        self.model_ = model = models[len(models) // 2]
        if model.target.classes is not None:
            self.classes_ = model.target.classes
        return self

    def _rows(self, X: TableLike) -> Any:
        """Rows to predict, checked as scikit-learn does."""
        check_is_fitted(self)
        rows: Any = plain(X)
        if hasattr(rows, "shape") and hasattr(self, "n_features_in_"):
            validate_data(self, rows, reset=False, skip_check_array=True)
        return rows

    def predict(self, X: TableLike) -> Array:
        """The class or number of each row, (m,), as ``fit`` had them.

        Args:
            X: anything tabular, columns matched by name.
        """
        rows = self._rows(X)
        return self.model_.predict(rows)

    def diagnose(self, X: TableLike | None = None, y: Target | None = None) -> Diagnosis:
        """Findings about the training, the networks and the table, worst first when printed.

        Args:
            X, y: a table to look at, best the one of the training; None judges the history and held-out rows alone.
        """
        check_is_fitted(self)
        return self.model_.diagnose(X, y)

    @property
    def fitted(self) -> Fitted:
        """All that the trained model is, in one record: what traces, explanations and displays take."""
        check_is_fitted(self)
        return self.model_.fitted

    def member(self, number: int) -> Fitted:
        """One of the networks that predict together, to look into; from 1, the one of largest weight first."""
        check_is_fitted(self)
        return self.model_.member(number)

    def predictor(self) -> TablePredictor:
        """This model frozen, for rows of numbers in microseconds, see :class:`TablePredictor`.

        Raises:
            Unsupported: a column of the table holds no numbers, or there are several targets or quantiles.
        """
        check_is_fitted(self)
        if len(self.models_) > 1:
            what = f"{len(self.models_)} models answer here, a predictor is of one"
            raise Unsupported(what, remedy="take one's: models_[0].predictor()")
        return self.model_.predictor()

    @property
    def blend_(self) -> Blend:
        """The networks with their weights."""
        return self.model_.blend

    def _repr_mimebundle_(self, **wanted: object) -> Bundle:
        """scikit-learn's own display, and below it, once fitted, the card of the model."""
        bundle: Bundle = super()._repr_mimebundle_(**wanted)
        if "model_" not in vars(self) or "text/html" not in bundle:  # sklearn.set_config(display="text")
            return bundle
        drawn = bundle_of(self.fitted)
        html = (bundle["text/html"], card_html(self.model_), drawn.get("text/html", ""))
        return drawn | {"text/html": "".join(html), "text/plain": str(self)}

    def __str__(self) -> str:
        return str(self.model_) if "model_" in vars(self) else repr(self)

    def report(self) -> str:
        """What was chosen and why, in plain words."""
        check_is_fitted(self)
        return self.model_.report()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.categorical = tags.input_tags.allow_nan = tags.input_tags.sparse = True
        return tags


class TabularClassifier(ClassifierMixin, Tabular):
    """Several networks that together name the class of each row of a table, with probabilities that can be believed.

    They are trained side by side, each on a thread of its own; how much each of them counts, and the temperature of the
    probabilities, is chosen by rows held out. Columns may be anything: numbers, words, dates, missing cells.

    Args:
        preset: how much work goes into it: a name in ``PRESETS``; "plain" is one small network.
        time_limit: seconds of training, None for what the preset takes; only here does the clock decide anything.
        metric: what counts: "accuracy", "log_loss" or "roc_auc" ends trainings and chooses the blend. None chooses by
            the log-loss, since few rows do not tell candidates apart by how many are right. None and "accuracy" train
            on smoothed labels, so that no network grows too sure, and the blend's temperature takes that back.
        validation: share of the rows held out to choose by.
        n_threads: the most to use, None for as many as there are processors; they change no number.
        seed: what every random number follows from.
        row_digests: whether the model knows which rows taught it, 8 bytes a row.
        n_folds: in how many parts the rows are held out in turn, so that all of them teach and all of them choose; each
            network is trained once for each. 1 holds the share ``validation`` out once, None is what the preset says.
        class_weight: what each class weighs: {label: weight}, "balanced", or None; multiplied with ``sample_weight``.
        cluster: a ``LocalCluster`` or ``RayCluster`` whose workers train the networks, to the same bits; None for the
            threads of this process.

    Attributes, after ``fit``: ``classes_``; ``model_``, the :class:`TableModel`; ``blend_``, its networks with their
    weights.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = TabularClassifier("fast").fit(X, y)
    >>> model.score(X, y) > 0.9, model.predict_proba(X[:2]).shape
    (True, (2, 3))
    """

    task = "classification"
    classes_: Array

    def __init__(
        self,
        preset: str = "balanced",
        *,
        time_limit: float | None = None,
        metric: str | None = None,
        validation: float = 0.2,
        n_threads: int | None = None,
        seed: int = 0,
        row_digests: bool = True,
        n_folds: int | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        super().__init__(
            preset,
            time_limit=time_limit,
            metric=metric,
            validation=validation,
            n_threads=n_threads,
            seed=seed,
            row_digests=row_digests,
            n_folds=n_folds,
            cluster=cluster,
        )
        self.class_weight = class_weight

    def predict_proba(self, X: TableLike) -> Array:
        """The probability of each class, (m, k), columns in the order of ``classes_``.

        Args:
            X: anything tabular, columns matched by name.
        """
        rows = self._rows(X)
        return self.model_.predict_proba(rows)

    def _checked_target(self, y: Any) -> Any:
        y = super()._checked_target(y)
        if np.asarray(y).dtype.kind != "f" or np.isfinite(y).all():  # else the table says which are missing
            check_classification_targets(y)
        return y

    def _weights(self, X: Any, y: Any, sample_weight: Any) -> Array | None:
        weights = super()._weights(X, y, sample_weight)
        if self.class_weight is None:
            return weights
        if y is None or isinstance(y, str):
            raise InvalidInput("class_weight needs the labels", "the name of a column", "pass y, one label a row")
        by_class = compute_sample_weight(self.class_weight, y)
        return by_class if weights is None else weights * by_class


def plain(X: Any, dimensions: int = 2) -> Any:
    """What is not an array but can be one as an array, else itself.

    Args:
        X: anything.
        dimensions: how many an array must have; 0 for any.

    Raises:
        InvalidInput: it has other dimensions, or no columns, or holds complex numbers.
    """
    if hasattr(X, "__array_function__") and not isinstance(X, np.ndarray):
        X = np.asarray(X)
    if not dimensions or not hasattr(X, "shape"):
        return X
    if len(X.shape) != dimensions:
        remedy = "Reshape your data, as by reshape(-1, 1)"
        raise InvalidInput("X has two dimensions, rows by columns", f"shape {X.shape}", remedy)
    if not X.shape[1]:
        seen = f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required"
        raise InvalidInput("X has no columns", seen, "pass a table with columns")
    if getattr(getattr(X, "dtype", None), "kind", "") == "c":
        raise InvalidInput("Complex data not supported", remedy="pass real numbers, such as the magnitude")
    return X
