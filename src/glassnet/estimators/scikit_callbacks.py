"""scikit-learn's own callbacks (its ``sklearn.callback``, from 1.9 on), for our training: ``model.set_callbacks``.

The task "fit" has one subtask for each epoch. A callback that returns True at the end of an epoch ends the training.
"""

from __future__ import annotations

from typing import Any

from glassnet.arrays import Array
from glassnet.learning.run import Callback, Run

# What an estimator needs to predict.
FITTED = ("n_features_in_", "feature_names_in_", "labels_", "classes_", "network_")


class ScikitCallbacks(Callback):
    """Passes on what happens to the callbacks that were set on an estimator.

    Args:
        estimator: the one in training.
        y: the user's targets of the rows in training.
    """

    def __init__(self, estimator: Any, y: Array) -> None:
        self.estimator, self.y = estimator, y

    def on_train_begin(self, run: Run) -> None:
        weights = run.rows.weights
        self._facts = {
            "estimator": self.estimator,
            "X": run.rows.X,
            "y": self.y,
            "metadata": {} if weights is None else {"sample_weight": weights},
        }
        self._fit = self.estimator._init_callback_context(max_subtasks=run.until - run.state.epoch)
        self._fit.call_on_fit_task_begin(**self._facts)
        self._epoch: Any = None
        self._begin_epoch(run)

    def on_epoch_end(self, run: Run) -> None:
        task, self._epoch = self._epoch, None
        if task.call_on_fit_task_end(**self._facts, reconstruction_attributes=lambda: self._fitted(run)):
            run.ask_to_stop("a callback asked to stop")
        self._begin_epoch(run)

    def on_train_end(self, run: Run) -> None:
        if self._epoch is not None:  # begun, and interrupted
            self._epoch.call_on_fit_task_end(estimator=self.estimator)
        self._fit.call_on_fit_task_end(**self._facts, reconstruction_attributes=lambda: self._fitted(run))

    def _begin_epoch(self, run: Run) -> None:
        if run.state.epoch < run.until and not run.is_set():
            self._epoch = self._fit.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(**self._facts, reconstruction_attributes=lambda: self._fitted(run))

    def _fitted(self, run: Run) -> dict[str, Any]:
        """The attributes of an estimator that stopped here, with parameters of its own."""
        held = {name: getattr(self.estimator, name) for name in FITTED if hasattr(self.estimator, name)}
        return held | {"parameters_": run.state.parameters(run.plan.network).copy()}
