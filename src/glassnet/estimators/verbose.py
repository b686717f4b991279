"""``verbose=True``: the lines that scikit-learn's networks print."""

from __future__ import annotations

from glassnet.learning.run import Callback, Run


class IterationLines(Callback):
    """A line for each epoch on standard output, in scikit-learn's words."""

    def on_train_begin(self, run: Run) -> None:
        if not run.state.epoch:  # not at every call of partial_fit
            print(f"Engine {run.engine.name}, because {run.choice.why}.")

    def on_epoch_end(self, run: Run) -> None:
        last = run.history.last()
        print(f"Iteration {run.state.epoch}, loss = {last['cost']:.8f}")
        if "validation_score" in last:
            print(f"Validation score: {last['validation_score']:f}")

    def on_train_end(self, run: Run) -> None:
        if run.reason:
            print(f"{run.reason}. Stopping.")
