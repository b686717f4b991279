"""What scikit-learn's tools ask of a model of a whole table: parameters, predictions, a score, tags."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.utils import ClassifierTags, RegressorTags

from glassnet.arrays import Array, contiguous
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.with_target import with_target
from glassnet.data.source import Source, TableLike
from glassnet.data.target import TargetEncoder
from glassnet.data.targets.values import Task
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.engines.choice import Arithmetic
from glassnet.engines.forward import answered
from glassnet.errors import Unsupported, unknown_name
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.typed import BaseEstimator
from glassnet.learning.blending.blend import Blend
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
    blend: Blend

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

    def check(self, data: TableLike) -> list[str]:
        """Whether a table has the columns that are needed; what is worth saying about it, as sentences.

        Raises:
            InvalidInput: naming the columns that are missing.
        """
        return self.encoder.check(data, besides=(self.target.name,))  # the truth is nothing to remark on

    def predict(self, data: TableLike) -> Array:
        """The class or number for each row, (m,), as the training's target had them.

        Args:
            data: anything tabular; columns are matched by name.

        Warns:
            UnfamiliarWarning: for each column with cells that are unlike all of training, how many.
        """
        return self._meaning().decode(self._predictions(self._inputs(data)))

    def predict_proba(self, data: TableLike) -> Array:
        """The probability of each class, (m, k), columns in the order of ``target.classes``.

        Raises:
            Unsupported: of a regression.
        """
        self._expect_classes()
        return of_each_class(self._predictions(self._inputs(data)))

    def predict_blocks(self, data: TableLike, probabilities: bool = False) -> Iterator[tuple[Array, Array | None]]:
        """What :meth:`predict` gives, some rows at a time: for tables larger than memory.

        Args:
            data: anything tabular.
            probabilities: whether also what :meth:`predict_proba` gives; None stands for it otherwise.

        Raises:
            Unsupported: probabilities of a regression.
        """
        if probabilities:
            self._expect_classes()
        found = Unfamiliar()
        for X in self.encoder.blocks(data, found):
            predictions = self._predictions(X)
            yield self._meaning().decode(predictions), of_each_class(predictions) if probabilities else None
        found.warn()

    def _inputs(self, data: TableLike) -> Array:
        """A table as the network's inputs; it warns of cells that are unlike all of training."""
        X = self.encoder.transform(data, found := Unfamiliar())
        found.warn()
        return X

    def _expect_classes(self) -> None:
        if self.target.task != "classification":
            raise Unsupported("a regression has no probabilities", remedy="ask for predictions")

    def _predictions(self, X: Array) -> Array:
        return answered(contiguous(X, self.recipe.dtype), partial(self.blend.predict, arithmetic=self._arithmetic()))

    def _arithmetic(self) -> Arithmetic:
        return Arithmetic(self.recipe.engine, self.recipe.threads or None, self.recipe.device)

    def score(self, data: TableLike, target: Target | None = None) -> float:
        """The accuracy, or R2 of a regression. A class that training did not have is a wrong answer.

        Args:
            data: rows, columns matched by name.
            target: the truth (m,), or its column in ``data``; None is the column of the training.
        """
        from sklearn.metrics import r2_score

        source, name = self._source(data, target)
        truth = self.target.transform(source, name or self.target.name, np.float64, allow_unknown=True)
        predictions = self._predictions(self.encoder.transform(source))
        if self.target.task == "classification":
            _warn_of_unknown_classes(int((truth < 0).sum()), self.target.name)
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


def _warn_of_unknown_classes(rows: int, name: str) -> None:
    if rows:
        warnings.warn(
            f"{counted(rows, 'row')} of {shortened(name, 60)!r} are of classes that training did not have; these are "
            "wrong answers (try: task='classification', by which scikit-learn's tools keep the classes in proportion)",
            stacklevel=3,
        )
