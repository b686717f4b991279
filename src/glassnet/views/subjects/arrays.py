"""Subjects whose columns are numbers: estimators, networks, pipelines of scalers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.errors import InvalidInput
from glassnet.views.subjects.cells import Rows, drawn
from glassnet.views.subjects.subject import Subject


class ArraySubject(Subject):
    """An estimator or a network: a column is an input."""

    def rows(self, data: Any, most: int | None = None) -> Rows:
        data = data.toarray() if is_sparse(data) else data
        shape = np.shape(data)
        if len(shape) == 1 and shape[0] == self.network.inputs:
            data = np.reshape(np.asarray(data), (1, -1))
        check = getattr(self.model, "layer_outputs", None)
        X = self.network.check_inputs(data if check is None else check(data)[0], np.float64)
        X = X if most is None else X[drawn(len(X), most)]
        return dict(enumerate(X.T))

    def is_number(self, j: int) -> bool:
        return True

    def encode(self, rows: Rows) -> Array:
        return np.stack([rows[j] for j in range(len(self.columns))], axis=1)

    def answers(self, rows: Rows) -> Array:
        X = self.encode(rows)
        if self._predict is not None:
            return np.asarray(self._predict(X))
        predictions = self.predictions(X)
        if self.network.loss.targets == "classes":
            return predictions.argmax(axis=1)
        predictions = (predictions > 0.5).astype(int) if self.decides else predictions
        return predictions[:, 0] if self.network.outputs == 1 else predictions

    def truth(self, data: Any, y: Any = None) -> Array:
        if y is None:
            raise InvalidInput("the truth is needed, to judge the model by", remedy="pass y, one label or number a row")
        return np.asarray(y)

    def targets(self, truth: Array) -> Array:
        if self.classes is None or truth.ndim != 1:
            return truth
        known = np.searchsorted(self.classes, truth).clip(max=len(self.classes) - 1)
        if (self.classes[known] != truth).any():
            raise InvalidInput("y has a class that the model does not know", seen=f"{np.unique(truth)[:5].tolist()}")
        return known

    @cached_property
    def _predict(self) -> Any:
        """The estimator's own arithmetic without its checks; None of a bare network."""
        return self.model.predictor().predict if hasattr(self.model, "predictor") else None


class PipelineSubject(ArraySubject):
    """A pipeline of column-wise steps, such as a scaler, that ends in an estimator of ours: columns are the user's."""

    def rows(self, data: Any, most: int | None = None) -> Rows:
        shape = np.shape(data)
        data = np.reshape(np.asarray(data), (1, -1)) if len(shape) == 1 and shape[0] == self.network.inputs else data
        named = getattr(self.model, "feature_names_in_", None) is not None and hasattr(data, "columns")
        X = np.asarray(data[list(self.columns)] if named else data, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.columns):
            raise InvalidInput(f"X must have the {len(self.columns)} columns of training", seen=f"shape {X.shape}")
        X = X if most is None else X[drawn(len(X), most)]
        return dict(enumerate(X.T))

    def encode(self, rows: Rows) -> Array:
        X = self.model[:-1].transform(super().encode(rows))
        return np.asarray(X.toarray() if is_sparse(X) else X, np.float64)

    def answers(self, rows: Rows) -> Array:
        return np.asarray(self.model[-1].predict(self.encode(rows)))
