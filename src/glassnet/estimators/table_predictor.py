"""Predictions of a table of numbers in microseconds: what reading a table costs is left out."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds.number import NumberColumn, squash
from glassnet.errors import Unsupported
from glassnet.estimators.predictor import Predictor
from glassnet.learning.fitted import Fitted
from glassnet.text import shortened


class TablePredictor(Predictor):
    """The predictions of a table's model for rows of numbers, bit for bit, without reading a table.

    Rows are arrays (m, p) of finite numbers, NaN where missing, in the order of ``columns``: nothing is checked.

    Args:
        fitted: the model.
        encoder: of its columns.

    Attributes: ``columns``, the names of the columns that it takes, those left out in training not among them.

    Raises:
        Unsupported: a column that holds no numbers.

    >>> from glassnet import Recipe, TableModel
    >>> predictor = TableModel(Recipe(epochs=40)).fit("iris").predictor()
    >>> predictor.columns[0], predictor.predict(np.array([[5.1, 3.5, 1.4, 0.2]])).tolist()
    ('sepal length (cm)', ['setosa'])
    """

    def __init__(self, fitted: Fitted, encoder: TableEncoder) -> None:
        self.columns = tuple(encoder.outputs)
        by_name = {column.name: column for column in encoder.columns}
        numbers = [one for name in self.columns if isinstance(one := by_name[name], NumberColumn)]
        if len(numbers) < len(self.columns):
            other = next(name for name in self.columns if not isinstance(by_name[name], NumberColumn))
            what = f"the column {shortened(other, 60)!r} holds no numbers, which is all that a predictor takes"
            raise Unsupported(what, f"kind {by_name[other].kind}", "pass tables to predict")
        places = encoder.outputs.values()
        self._center = np.array([one.center for one in numbers])
        scaled, flagged = np.array([one.spread > 0 for one in numbers]), np.array([one.flagged for one in numbers])
        self._scaled, self._flagged = np.flatnonzero(scaled), np.flatnonzero(flagged)
        self._spread = np.array([one.spread for one in numbers])[scaled]
        self._first = np.array([place.start for place in places])[scaled]
        self._last = np.array([place.stop - 1 for place in places])[flagged]
        self._width, self._dtype = encoder.width, fitted.parameters.theta.dtype
        super().__init__(fitted)

    def _outputs(self, X: Array) -> Array:
        values = np.asarray(X, np.float64)
        missing, inputs = np.isnan(values), np.empty((len(values), self._width), np.float32)
        center = self._center[self._scaled]
        filled = np.where(missing, self._center, values)
        inputs[:, self._first] = squash(filled[:, self._scaled], center, self._spread)
        inputs[:, self._last] = missing[:, self._flagged]
        return super()._outputs(inputs.astype(self._dtype, copy=False))
