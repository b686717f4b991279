"""What classifiers share: labels and probabilities. ``labels_`` says what the outputs mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glassnet.arrays import Array, Matrix, is_sparse
from glassnet.estimators.base import Data
from glassnet.estimators.labels import Labels
from glassnet.estimators.typed import ClassifierMixin
from glassnet.learning.fitted import Answers


class Classification(ClassifierMixin):
    """The predictions of a classifier, a mixin for ``NetworkEstimator``; ``classes_`` (k,) are the labels in order."""

    labels_: Labels
    classes_: Array
    _inputs: Callable[[Data], Matrix]
    _forward: Callable[..., Array]

    def _meaning(self) -> Answers:
        labels = self.labels_

        def encode(y: Data) -> Array:
            return labels.encode(y if is_sparse(y) else np.asarray(y))

        return Answers(encode, labels.decode, classes=labels.classes, probabilities=labels.probabilities)

    def decision_function(self, X: Data) -> Array:
        """The scores before the link: (m,) for two classes (above 0 is the second), else (m, k).

        Args:
            X: (m, n).
        """
        scores = self._forward(self._inputs(X), link=False)
        return scores[:, 0] if self.labels_.kind == "binary" else scores

    def predict(self, X: Data) -> Array:
        """The class of each row, (m,); of several yes/no answers (m, k) of 0 and 1.

        Args:
            X: (m, n).
        """
        predictions = self._forward(self._inputs(X))
        return self.labels_.decode(predictions)

    def predict_proba(self, X: Data) -> Array:
        """The probability of each class, (m, k), columns in the order of ``classes_``.

        Args:
            X: (m, n).
        """
        predictions = self._forward(self._inputs(X))
        return self.labels_.probabilities(predictions)

    def predict_log_proba(self, X: Data) -> Array:
        """The logarithm of :meth:`predict_proba`, (m, k).

        Args:
            X: (m, n).
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))
