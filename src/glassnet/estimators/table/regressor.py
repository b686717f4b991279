"""``TabularRegressor``: a number for each row of a table, several numbers, or quantiles of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import d2_pinball_score, r2_score

from glassnet.arrays import Array
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import TableLike
from glassnet.data.streams.dataset import Dataset
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.estimators.table.scikit import Target
from glassnet.estimators.table.tabular import Tabular, plain
from glassnet.estimators.table_predictor import TablePredictor
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.run import Callback
from glassnet.pieces.losses import Quantile
from glassnet.pieces.settings import Range, check_number
from glassnet.text import counted


class TabularRegressor(Tabular, TableModel):
    """Several networks that together predict a number for each row of a table.

    As :class:`~glassnet.TabularClassifier`, but for the metric. Of several targets, ``y`` (m, k), and of several
    quantiles each has a blend of its own: predictions are (m, k), and :meth:`score` is their mean. Quantiles of a row
    are put in order where they cross (Chernozhukov, Fernandez-Val, Galichon 2010).

    Args:
        preset, time_limit, validation, n_threads, seed, row_digests, n_folds, cluster, recipe: see there; the time
            is for all together.
        metric: what ends trainings and chooses the blend: "rmse", also None; "mae"; or "r2".
        quantiles: shares of the rows that lie below, rising, such as (0.1, 0.5, 0.9); None predicts the mean.

    Attributes, after ``fit``: those of :class:`TableModel`; ``models_``, one for each target or quantile, of which all
    else is of the middle one: ``fitted``, ``member``, ``blend``, ``evaluate``.

    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> TabularRegressor("fast").fit(X, y).score(X, y) > 0.3
    True
    >>> low, high = TabularRegressor("fast", quantiles=(0.1, 0.9)).fit(X, y).predict(X).T
    >>> bool((low <= high).all()), float(((low <= y) & (y <= high)).mean()) > 0.5
    (True, True)
    """

    task: Task | None = "regression"
    names_classes: ClassVar[bool] = False

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
        quantiles: Sequence[float] | None = None,
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
        self.quantiles = quantiles

    @classmethod
    def of(cls, *models: TableModel) -> Self:
        made = super().of(*models)
        losses = (model.network.loss for model in models)
        if levels := [loss.level for loss in losses if isinstance(loss, Quantile)]:
            made.quantiles = levels
            made.recipe = None if made.recipe is None else replace(made.recipe, loss=DEFAULTS.loss)
        return made.hold(models)

    def hold(self, models: Sequence[TableModel]) -> Self:
        super().hold(models)
        self._several = tuple(models) if len(models) > 1 or self.quantiles is not None else ()
        return self

    def predict(self, X: TableLike) -> Array:
        """The number of each row, (m,); of several targets or quantiles (m, k).

        Args:
            X: anything tabular, columns matched by name.
        """
        rows = self._readable(X)
        if not self._several:
            return super().predict(rows)
        found = np.column_stack([model.predict(rows) for model in self._several])
        return found if self.quantiles is None else np.sort(found, axis=1)

    def score(self, X: TableLike, y: Target | None = None, sample_weight: ArrayLike | None = None) -> float:
        """R2, of several targets their mean; of quantiles the mean share of a constant's pinball loss that is saved.

        Args:
            X: anything tabular.
            y: the truth (m,) or (m, k).
            sample_weight: (m,) >= 0, or None for all 1.
        """
        if not self._several:
            return super().score(X, y, sample_weight)
        if self.quantiles is None:
            return float(r2_score(y, self.predict(X), sample_weight=sample_weight))
        columns = zip(self.quantiles, self.predict(X).T, strict=True)
        saved = [d2_pinball_score(y, p, alpha=level, sample_weight=sample_weight) for level, p in columns]
        return float(np.mean(saved))

    def report(self) -> str:
        if len(models := self.models_) == 1:
            return super().report()
        names = [model.target.name for model in models] if self.quantiles is None else self.quantiles
        return "\n".join(f"{name}: {one.choice.sentence(one.blend)}" for name, one in zip(names, models, strict=True))

    def predictor(self) -> TablePredictor:
        if len(self.models_) > 1:
            what = f"{len(self.models_)} models answer here, a predictor is of one"
            raise Unsupported(what, remedy="take one's: models_[0].predictor()")
        return super().predictor()

    def _fit(
        self,
        X: TableLike | Dataset,
        y: Target | None,
        given: Mapping[str, Any],
        options: ReadOptions | None,
        callbacks: Sequence[Callback | Callable[..., object]],
    ) -> None:
        targets, recipes = list(_columns(y)), [self._recipe()]
        if self.quantiles is not None:
            if len(targets) > 1:
                what = f"quantiles of {counted(len(targets), 'target')} at once are not learned"
                raise Unsupported(what, remedy="fit a regressor for each")
            recipes = [replace(recipes[0], loss=f"quantile:level={level!r}") for level in self._levels()]
        elif len(targets) == 1:
            self._several = ()
            super()._fit(X, y, given, options, callbacks)
            return
        validated = list(_columns(given["y_val"]))
        if len(validated) not in (1, len(targets)):
            what = f"y has {counted(len(targets), 'column')}, y_val {len(validated)}"
            raise InvalidInput(what, remedy="pass the same targets of the other rows")
        validated = validated if len(validated) == len(targets) else validated * len(targets)
        each = [(recipe, *both) for both in zip(targets, validated, strict=True) for recipe in recipes]
        models = [self._one(recipe, len(each)) for recipe, _, _ in each]
        for model, (_, target, theirs) in zip(models, each, strict=True):
            model._fit(X, target, {**given, "y_val": theirs}, options, callbacks)
            model.jobs = ()
        self.hold(models)

    def _one(self, recipe: Recipe, share: int) -> TableModel:
        """An untrained model of one number, with one of so many shares of the time."""
        if (limit := self.time_limit) is not None:
            check_number("time_limit", limit, Range(0, above=True))
            limit /= share
        given = (limit, self.metric, self.row_digests, self.n_folds, self.cluster)
        return TableModel(recipe, self.task, self.preset, *given)

    def _levels(self) -> list[float]:
        assert self.quantiles is not None
        levels = [float(level) for level in self.quantiles]
        if not levels or not all(0 < level < 1 for level in levels) or (np.diff(levels) <= 0).any():
            remedy = "pass shares such as (0.1, 0.5, 0.9)"
            raise InvalidInput("quantiles lie between 0 and 1 and rise", repr(self.quantiles), remedy)
        if self.metric is not None:
            what = f"metric={self.metric!r} judges no quantiles, which the pinball loss is for"
            raise InvalidInput(what, remedy="leave metric out")
        return levels

    def _checked_target(self, y: Any) -> Any:
        return y if len(np.shape(plain(y, 0))) == 2 and np.shape(y)[1] > 1 else super()._checked_target(y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _columns(y: Any) -> Iterator[Any]:
    """The targets one by one: of a frame its series, which have names."""
    if y is None or isinstance(y, str) or len(np.shape(y)) < 2:
        yield y
    elif hasattr(y, "iloc"):
        yield from (y.iloc[:, j] for j in range(y.shape[1]))
    else:
        yield from np.asarray(y).T
