"""``model.diagnose()``: what is wrong with a fitted network, in plain words, with one thing to try for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sklearn.utils.validation import check_is_fitted

from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.estimators.base import NetworkEstimator
from glassnet.glass.diagnosis.diagnose import diagnose
from glassnet.glass.diagnosis.diagnosis import Diagnosis

# What the words of a diagnosis are called among the estimator's parameters.
SETTINGS = {"epochs": "max_iter", "learning_rate": "learning_rate_init", "evaluations": "max_fun, or tol"}


@dataclass(frozen=True)
class Ended:
    """How the last training ended, and what had been planned."""

    plan: Plan
    ending: str
    reason: str


class Diagnosing(NetworkEstimator):
    """``diagnose``, for networks that take their inputs as they are given."""

    _ended: Ended

    def _encoded(self, y: Any) -> Array:
        """Targets as the loss reads them."""
        raise NotImplementedError

    def diagnose(self, X: Any = None, y: Any = None) -> Diagnosis:
        """Findings about the training, the network and the data, worst first when printed.

        Not converged, diverged, dead or saturated units, unscaled inputs, overfitting and the like, each with its
        evidence and one thing to try. What a look would need and was not given is named in ``skipped``.

        Args:
            X: rows to look at, (m, n); without them only the history of the training is judged.
            y: their labels or numbers, for the gradients and the target's scale.

        >>> from sklearn.datasets import load_wine
        >>> from glassnet import MLPClassifier
        >>> X, y = load_wine(return_X_y=True)
        >>> diagnosis = MLPClassifier(random_state=0).initialize(X, y).diagnose(X)
        >>> diagnosis.ok, "unscaled_inputs" in [finding.name for finding in diagnosis.problems]
        (False, True)
        """
        check_is_fitted(self)
        ended = vars(self).get("_ended")  # a model from a file does not know how its training ended
        return diagnose(
            self.network_,
            self.parameters_,
            X=None if X is None else self._inputs(X),
            Y=None if y is None else self._encoded(y),
            history=self.history_,
            plan=None if ended is None else ended.plan,
            ending=None if ended is None else ended.ending,
            reason="" if ended is None else ended.reason,
            columns=self._columns(),
            settings=SETTINGS,
        )
