"""Logistic regression: a network of one layer, its link the sigmoid or softmax.

Source: *Intro to Neural Networks*, Logistic Regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import Interval, StrOptions

from glassnet.arrays import Array
from glassnet.engines.choice import EngineName
from glassnet.engines.plan import Device, Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.base import Data
from glassnet.estimators.classification import Classification
from glassnet.estimators.labels import Labels
from glassnet.estimators.linear.base import Line, LinearModel, checked_rows
from glassnet.estimators.typed import fit_context
from glassnet.pieces.penalties import Penalties


@dataclass(kw_only=True, eq=False, repr=False)
class LogisticRegression(Classification, LinearModel):
    """Logistic regression: ``y^ = sigma(w . x + b)``, or softmax of one such line for each of k > 2 classes, with the
    smallest

    ``C sum_i s_i loss_i + l1_ratio |w|_1 + (1 - l1_ratio)/2 |w|_2^2``,

    loss the (binary) cross-entropy and s the product of sample and class weights; the intercept is not penalized. The
    parameters that scikit-learn's class has too have its names and meaning; solvers are ours, every one takes L2, and
    the default ``tol`` and ``max_iter`` are strict enough for coefficients to four digits.

    Args:
        C: inverse strength of the penalties, > 0; ``inf`` leaves them out.
        l1_ratio: 0 is L2 (ridge), 1 is L1 (lasso, coefficients of exactly 0), between them the elastic net.
        tol: with lbfgs the largest derivative to stop at, else the least improvement that counts; of the mean loss for
            standardized inputs.
        fit_intercept: False fixes b at 0.
        class_weight: {label: weight >= 0}, labels left out having 1; "balanced" for
            ``m / (k * examples of the class)``, sample weights counted; None for all 1.
        random_state: of shuffles: None, a whole number or NumPy's RandomState.
        solver: "lbfgs", or an optimizer for gradient descent, such as "gradient_descent"; with L1 those two only.
        max_iter: most iterations or epochs.
        verbose: True (or above 0) shows progress.
        warm_start: True starts from the coefficients of the last ``fit``.
        learning_rate: of gradient descent on standardized inputs, > 0; None is the optimizer's own.
        batch_size: rows of a mini-batch; None takes all rows at once, as in the workshop.
        n_threads: the most threads the native engine may use; None for as many as are useful. It changes no number.
        engine, device: "auto" takes the fastest that can, on the "cpu"; or others, as in ``MLPClassifier``.

    Attributes:
        coef_: (1, n) for two classes, else (k, n), in the user's units. intercept_: (1,) or (k,); of mean 0 for k > 2,
        where only differences count. classes_: (k,). n_iter_: iterations or epochs done.
        engine_: which one trained, and why.

    Source: *Intro to Neural Networks*, Logistic Regression; Zou, Hastie 2005.

    >>> model = LogisticRegression().fit([[100.0], [200.0], [300.0], [400.0]], ["yes", "yes", "no", "no"])
    >>> model.predict([[120.0], [380.0]]).tolist()
    ['yes', 'no']
    >>> X, y = [[1.0, 5.0], [2.0, 3.0], [3.0, 4.0], [4.0, 4.0]], [0, 0, 1, 1]
    >>> LogisticRegression(l1_ratio=1.0).fit(X, y).coef_.round(3).tolist()
    [[0.908, 0.0]]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **LinearModel._parameter_constraints,
        "C": [Interval(Real, 0, None, closed="right")],
        "l1_ratio": [Interval(Real, 0, 1, closed="both")],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "warm_start": ["boolean"],
    }

    C: float = 1.0
    l1_ratio: float = 0.0
    class_weight: dict[Any, float] | Literal["balanced"] | None = None
    warm_start: bool = False
    n_threads: int | None = None
    engine: EngineName = "auto"
    device: Device = "cpu"

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Data, y: Data, sample_weight: ArrayLike | None = None) -> LogisticRegression:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: labels (m,).
            sample_weight: (m,) >= 0, or None for all 1.

        Raises:
            InvalidInput: fewer than two classes; L1 with a solver that knows none; a warm start from other columns or
                classes.
            ValueError: invalid rows, labels or weights, as scikit-learn checks them.
        """
        rows = checked_rows(self, X, y, sample_weight)
        labels = Labels.of(rows.Y)
        if labels.single:
            seen = f"y has one class, {labels.named()}"
            raise InvalidInput("logistic regression needs at least two classes", seen, "pass rows of every class")
        start = self._start(labels, rows.X.shape[1])
        self._learn_labels(labels)
        indices = labels.encode(rows.Y)
        rows = Rows(rows.X, indices, self._weights(indices, rows.Y, rows.weights))
        penalties = self._penalties(rows.total_weight())
        (W, b), trained = self._solve(rows, labels.outputs, labels.loss, penalties, start)
        if self.fit_intercept and labels.kind == "multiclass":
            b = b - b.mean()  # softmax sees only differences
        self._keep(W, b, trained)
        return self

    def _weights(self, indices: Array, y: Array, weights: Array | None) -> Array | None:
        """Sample weights times class weights (m,), or None for all 1; ``indices`` (m,) are the classes of ``y``."""
        if self.class_weight is None:
            return weights
        if self.class_weight == "balanced":
            by_class = self.labels_.balanced(indices, weights)
        else:
            by_class = compute_class_weight(self.class_weight, classes=self.classes_, y=y)[indices]
        return by_class if weights is None else weights * by_class

    def _penalties(self, total_weight: float) -> Penalties:
        """For the mean of the losses, where C is for their sum."""
        strength = 0.0 if np.isinf(self.C) else 1 / (float(self.C) * (total_weight or 1.0))
        return Penalties(l1=strength * float(self.l1_ratio), l2=strength * (1 - float(self.l1_ratio)))

    def _start(self, labels: Labels, n: int) -> Line | None:
        """Where a warm start begins."""
        if not self.warm_start or not hasattr(self, "coef_"):
            return None
        if self.coef_.shape[1] != n or not np.array_equal(self.classes_, labels.classes):
            raise InvalidInput(
                "a warm start needs the columns and classes of the last fit",
                seen=f"{self.coef_.shape[1]} columns and {self.labels_.named()}, now {n} and {labels.named()}",
                remedy="set warm_start=False",
            )
        return self.coef_, np.asarray(self.intercept_) if self.fit_intercept else np.zeros(labels.outputs)
