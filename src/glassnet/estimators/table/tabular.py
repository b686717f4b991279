"""``TabularClassifier``, and what it has in common with ``TabularRegressor``: whole tables in scikit-learn's tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.data.streams.dataset import Dataset
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidInput
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.estimators.table.scikit import Target
from glassnet.learning.rounds.cluster import Cluster

OWN = {"validation": "validation", "threads": "n_threads", "seed": "seed"}  # of a recipe's settings


class Tabular:
    """What the two have in common: settings of their own besides a recipe's, and rows checked as scikit-learn does."""

    keeps_rows: ClassVar[bool] = False  # they are not part of the model
    task: Task | None
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
        recipe: Recipe | None = None,
    ) -> None:
        self.cluster, self.recipe = cluster, recipe
        self.preset, self.time_limit, self.metric, self.n_folds = preset, time_limit, metric, n_folds
        self.validation, self.n_threads, self.seed, self.row_digests = validation, n_threads, seed, row_digests

    @classmethod
    def of(cls, *models: TableModel) -> Self:
        """The estimator of trained models, as from a file: one, or of a regressor one for each quantile or target."""
        model, recipe = models[0], models[0].recipe_
        named = tuple(name for name in recipe.named if name not in OWN)
        rest = replace(recipe, **{name: getattr(DEFAULTS, name) for name in OWN}, named=named)
        made = cls(
            model.preset_,
            time_limit=model.time_limit,
            metric=model.metric,
            validation=recipe.validation,
            n_threads=recipe.threads or None,
            seed=recipe.seed,
            row_digests=model.row_digests,
            n_folds=model.n_folds,
            recipe=None if rest == DEFAULTS else rest,
        )
        return made.hold(models)

    def hold(self, models: Sequence[TableModel]) -> Self:
        """Become what the middle one of trained models is, without its rows."""
        found = vars(models[len(models) // 2]) | {"jobs_": ()}
        vars(self).update({name: value for name, value in found.items() if name.startswith("_") or name.endswith("_")})
        return self

    def _own(self, recipe: Recipe) -> Recipe:
        """A recipe with what is a parameter here.

        Raises:
            InvalidInput: both say it.
        """
        if twice := sorted({*recipe.chosen} & {*OWN}):
            what = f"{OWN[twice[0]]} is a parameter of {type(self).__name__}, and the recipe says it too"
            raise InvalidInput(what, repr(recipe), f"leave {twice[0]} out of the recipe")
        return replace(recipe, validation=self.validation, threads=self.n_threads or 0, seed=self.seed)

    def _checked(
        self, X: TableLike | Dataset, y: Target | None, weights: ArrayLike | None, first: bool = True
    ) -> tuple[Any, Any, Any]:
        if isinstance(X, Dataset) and self._weights(X, y, None) is None:
            return X, y, weights
        rows = plain(X) if first else self._rows(X)
        if first and hasattr(rows, "shape"):
            if y is None or isinstance(y, str):  # the table has the target too: its columns are checked by name
                vars(self).pop("feature_names_in_", None), vars(self).pop("n_features_in_", None)
            else:
                validate_data(self, rows, skip_check_array=True)
            if rows.shape[0] < 2:
                remedy = "pass 2 or more, and better 100"
                raise InvalidInput("there are too few rows to learn from", f"n_samples = {rows.shape[0]}", remedy)
        y = y if y is None or isinstance(y, str) else self._checked_target(y)
        return rows, y, self._weights(rows, y, weights)

    def _checked_target(self, y: Any) -> Any:
        return column_or_1d(y, warn=True) if np.ndim(y := plain(y, 0)) == 2 else y

    def _weights(self, X: Any, y: Any, sample_weight: Any) -> Array | None:
        return None if sample_weight is None else check_sample_weight(sample_weight, X, ensure_non_negative=True)

    def _readable(self, data: TableLike) -> TableLike:
        check_is_fitted(self)
        return self._rows(data)

    def _rows(self, X: Any) -> Any:
        """Rows of the columns that ``fit`` had, as scikit-learn checks them."""
        rows: Any = plain(X)
        if hasattr(rows, "shape") and hasattr(self, "n_features_in_"):
            validate_data(self, rows, reset=False, skip_check_array=True)
        return rows


class TabularClassifier(Tabular, TableModel):
    """Several networks that together name the class of each row of a table, with probabilities that can be believed.

    They are trained side by side, each on a thread of its own; how much each of them counts, and the temperature of the
    probabilities, is chosen by rows held out. Columns may be anything: numbers, words, dates, missing cells.

    Args:
        preset: how much work goes into it: a name in ``PRESETS``; "plain" is one small network, "best" four to
            seventeen times the work of "balanced".
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
        recipe: what the networks are like and how they are trained, where the preset shall not say; None leaves all
            to the preset. With the preset "plain" it is the recipe of the only network.

    Attributes, after ``fit``: those of :class:`TableModel`, and ``blend``, the networks with their weights.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = TabularClassifier("fast").fit(X, y)
    >>> model.score(X, y) > 0.9, model.predict_proba(X[:2]).shape
    (True, (2, 3))
    """

    task: Task | None = "classification"

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
        recipe: Recipe | None = None,
    ) -> None:
        Tabular.__init__(
            self,
            preset,
            time_limit=time_limit,
            metric=metric,
            validation=validation,
            n_threads=n_threads,
            seed=seed,
            row_digests=row_digests,
            n_folds=n_folds,
            cluster=cluster,
            recipe=recipe,
        )
        self.class_weight = class_weight

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
