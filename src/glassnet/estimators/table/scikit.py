"""What scikit-learn's tools ask of a model of a whole table: parameters, a score, tags."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Hashable
from typing import Any, Self

import numpy as np
from sklearn.utils import ClassifierTags, RegressorTags

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.with_target import with_target
from glassnet.data.source import Source, TableLike
from glassnet.data.target import TargetEncoder
from glassnet.data.targets.values import Task
from glassnet.errors import unknown_name
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.typed import BaseEstimator
from glassnet.network.network import Network
from glassnet.text import counted, shortened

Target = str | int | TableLike
"""The name of a column of the table, or the targets themselves (m,)."""

PREFIX = "recipe__"


class TableEstimator(BaseEstimator):
    """A model of a table as scikit-learn knows estimators.

    The recipe's fields are parameters too, as ``recipe__epochs``: for ``set_params``, grids and searches.
    """

    recipe: Recipe
    task: Task | None
    target: TargetEncoder
    encoder: TableEncoder
    network: Network

    def _predictions(self, X: Array) -> Array:
        """Of the network, for encoded rows."""
        raise NotImplementedError

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name.

        Args:
            deep: True adds the recipe's fields.
        """
        fields = self.recipe.settings() if deep else {}
        own = {name: getattr(self, name) for name in self._get_param_names()}
        return own | {PREFIX + name: value for name, value in fields.items()}

    def set_params(self, **params: Any) -> Self:
        """Change parameters, the recipe's fields by their names behind ``recipe__``.

        Raises:
            UnknownName: no such parameter.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise unknown_name(f"parameter of {type(self).__name__}", name, known)
        for name in params.keys() & {*self._get_param_names()}:
            setattr(self, name, params[name])
        fields = {name.removeprefix(PREFIX): value for name, value in params.items() if name.startswith(PREFIX)}
        if fields:
            self.recipe = dataclasses.replace(self.recipe, **fields)
        return self

    def _source(self, data: TableLike, target: Target | None) -> tuple[Source, str | None]:
        """A table that has the target too, and what that is called; None where it is not said."""
        source = open_source(data)
        if target is None or isinstance(target, str):
            return source, target
        # Frames have numbers and tuples as names, too.
        named = isinstance(target, Hashable) and (np.isscalar(target) or str(target) in source.names)
        return (source, str(target)) if named else with_target(source, target)

    def score(self, data: TableLike, target: Target | None = None) -> float:
        """The accuracy, or R2 of a regression. A class that training did not have is a wrong answer.

        Args:
            data: rows, columns matched by name.
            target: the truth (m,), or its column in ``data``; None is the column of the training.
        """
        from sklearn.metrics import r2_score

        source, name = self._source(data, target)
        truth = self.target.transform(source, name or self.target.name, np.float64, strangers=True)
        predictions = self._predictions(self.encoder.transform(source))
        if self.target.task == "classification":
            _warn_of_strangers(int((truth < 0).sum()), self.target.name)
            return float(np.mean(truth == of_each_class(predictions).argmax(axis=1)))
        return float(r2_score(self.target.inverse(truth)[:, 0], self._meaning().decode(predictions)))

    def _meaning(self) -> TableAnswers:
        return TableAnswers(self.target, self.network.loss)

    @property
    def classes_(self) -> Array:
        """The classes of a classification in order, (k,)."""
        if self.__sklearn_is_fitted__() and self.target.classes is not None:
            return self.target.classes
        raise AttributeError(f"this {type(self).__name__} has no classes_")

    def __sklearn_is_fitted__(self) -> bool:
        return "parameters" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        task = self.target.task if "target" in vars(self) else self.task
        if task == "classification":
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        elif task == "regression":
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        tags.input_tags.string = tags.input_tags.categorical = tags.input_tags.allow_nan = tags.input_tags.sparse = True
        return tags


def _warn_of_strangers(rows: int, name: str) -> None:
    if rows:
        warnings.warn(
            f"{counted(rows, 'row')} of {shortened(name, 60)!r} are of classes that training did not have; these are "
            "wrong answers (try: task='classification', by which scikit-learn's tools keep the classes in proportion)",
            stacklevel=3,
        )
