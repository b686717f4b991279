"""Labels: between the classes a user names and the targets a network is trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array, Matrix, dense
from glassnet.errors import InvalidInput
from glassnet.text import counted, listed, one_line

PLAIN = "biuU"  # kinds of labels that need no check: scikit-learn's cost more than a short training


@dataclass(frozen=True)
class Labels:
    """The classes of a classifier and how many answers they are.

    Args:
        kind: "binary" (one yes/no output), "multiclass" (one of k) or "multilabel" (k yes/no outputs).
        classes: the labels in order, (k,); a single one is a yes/no output that never says yes, as in scikit-learn.

    >>> labels = Labels.of(np.array(["cat", "dog", "cat"]))
    >>> labels.kind, labels.encode(np.array(["dog", "cat"])).tolist()
    ('binary', [1, 0])
    """

    kind: str
    classes: Array

    @classmethod
    def of(cls, y: Array) -> Labels:
        """The labels of targets ``y``: (m,) of any sortable kind, or (m, k) of 0 and 1.

        Raises:
            InvalidInput: several columns of more than two classes, or labels that are missing.
        """
        from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels

        if type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in PLAIN:
            classes = np.unique(y)
            if 2 * len(classes) <= len(y):  # else scikit-learn has something to say
                return cls.over(classes)
        _refuse_missing(y)
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        if kind == "multiclass-multioutput":
            raise InvalidInput(
                "y has several columns with more than two classes each, which no output layer fits",
                remedy="train one classifier for each column (sklearn.multioutput.MultiOutputClassifier)",
            )
        if kind.startswith("multilabel"):
            return cls("multilabel", np.arange(y.shape[1]))
        return cls.over(unique_labels(y))

    @classmethod
    def over(cls, classes: Array) -> Labels:
        """Labels over known classes, sorted.

        Raises:
            InvalidInput: no class.
        """
        if not len(classes):
            raise InvalidInput("a classifier needs classes", "none", "name at least one")
        return cls("binary" if len(classes) <= 2 else "multiclass", classes)

    @property
    def single(self) -> bool:
        """True where there is nothing to choose from."""
        return len(self.classes) == 1 and self.kind == "binary"

    def named(self, classes: Array | None = None) -> str:
        """Classes, all of them unless given, in a list for messages."""
        return listed((one_line(repr(c), 40) for c in (self.classes if classes is None else classes).tolist()), most=3)

    @property
    def outputs(self) -> int:
        """How many outputs the network has."""
        return 1 if self.kind == "binary" else len(self.classes)

    @property
    def loss(self) -> str:
        """The loss that fits."""
        return "cross_entropy" if self.kind == "multiclass" else "binary_cross_entropy"

    def encode(self, y: Matrix) -> Array:
        """Targets for the loss: class indices (m,), or 0 and 1 (m, k).

        Raises:
            InvalidInput: labels that are not classes.
        """
        if self.kind == "multilabel":
            return np.asarray(dense(y))
        y = np.asarray(y)
        if self._are_indices(y):
            return y
        indices = np.searchsorted(self.classes, y)
        known = self.classes[np.minimum(indices, len(self.classes) - 1)] == y
        if not np.all(known):
            unknown = np.unique(y[~known])
            raise InvalidInput(
                "y has a class that the model does not know",
                seen=f"{self.named(unknown)}, known are {self.named()}",
                remedy="leave such rows out, or fit the model with them",
            )
        return indices

    def balanced(self, indices: Array, weights: Array | None = None) -> Array:
        """Weights (m,) under which all classes weigh the same: ``m / (k * rows of the class)``, rows counted by weight.

        A class whose rows all weigh 0 has no share to balance: its rows keep 0.

        Args:
            indices: the classes of the rows, (m,).
            weights: of the rows (m,), or None for all 1.
        """
        rows = np.bincount(indices, weights, minlength=len(self.classes)).astype(np.float64)
        by_class = np.divide(rows.sum(), len(rows) * rows, out=np.zeros_like(rows), where=rows > 0)
        return by_class[indices]

    def _are_indices(self, y: Array) -> bool:
        """True where the classes are 0 ... k - 1 and ``y`` holds nothing else: there is nothing to look up."""
        k = len(self.classes)
        if not (y.dtype == np.intp == self.classes.dtype and len(y)):
            return False
        return self.classes[0] == 0 and self.classes[-1] == k - 1 and y.min() >= 0 and y.max() < k

    def decode(self, predictions: Array) -> Array:
        """Labels (m,), or 0 and 1 (m, k), from a network's predictions (m, k)."""
        if self.kind == "multiclass":
            return self.classes[predictions.argmax(axis=1)]
        yes = predictions > 0.5
        if self.kind == "multilabel":
            return yes.astype(np.int64)
        return self.classes[yes[:, 0].astype(np.intp) if len(self.classes) > 1 else np.zeros(len(yes), np.intp)]

    def probabilities(self, predictions: Array) -> Array:
        """Of each class, (m, k)."""
        if self.single:
            return np.ones_like(predictions)
        return of_each_class(predictions) if self.kind == "binary" else predictions


def _refuse_missing(y: Array) -> None:
    """Raise where labels are None, which cannot be sorted among words; scikit-learn refuses NaN itself."""
    if not isinstance(y, np.ndarray) or y.dtype.kind != "O" or y.ndim != 1:
        return
    missing = [label is None for label in y.tolist()]
    if any(missing):
        seen = f"{sum(missing)} of {counted(len(missing), 'row')}, the first has index {missing.index(True)}"
        raise InvalidInput("y has labels that are missing", seen, "leave these rows out, or give them a class")


def of_each_class(predictions: Array) -> Array:
    """Probabilities (m, 2) from those of the second of two classes (m, 1); of more outputs as they are."""
    if predictions.shape[1] != 1:
        return predictions
    # 1 - p and p, without rounding twice; as a product because for one row that is the fastest.
    return predictions.dot(_BOTH_SIGNS[predictions.dtype]) + _ONE_AND_NONE[predictions.dtype]


_BOTH_SIGNS = {np.dtype(dtype): np.array([[-1, 1]], dtype) for dtype in ("float32", "float64")}
_ONE_AND_NONE = {np.dtype(dtype): np.array([[1, 0]], dtype) for dtype in ("float32", "float64")}
