"""The end of an epoch: record it, decide whether to stop, notify callbacks."""

from __future__ import annotations

from math import nan

from glassnet.learning.run import Run
from glassnet.network.parameters import Parameters


def end_epoch(run: Run, cost: float) -> None:
    """Record the epoch and advance the state to the next one.

    Args:
        run: the training.
        cost: of the epoch, the mean over its steps.
    """
    state, entries = run.state, _entries(run, cost)
    for name in state.history | entries:  # what only some calls of `train` recorded has gaps
        state.history.setdefault(name, [nan] * state.epoch).append(entries.get(name, nan))
    state.epoch += 1
    state.examples += run.plan.examples
    state.rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0
    if run.stopping is not None:
        reason = run.stopping.judge(run.plan, state)
        if reason is not None:
            run.ask_to_stop(reason)
    run.notify("on_epoch_end")


def _entries(run: Run, cost: float) -> dict[str, float]:
    """The epoch's entries of the history."""
    state = run.state
    parameters = state.parameters(run.plan.network)
    entries = {"cost": cost}
    if run.judge_training:
        entries |= _scores(run, parameters, "")
    if run.validation is not None:
        entries["validation_cost"] = run.engine.cost(parameters, run.validation)
        entries |= _scores(run, parameters, "validation_")
    entries["learning_rate"] = state.learning_rate(run.plan)
    entries["seconds"] = state.seconds - sum(state.history.get("seconds", ()))
    return entries


def _scores(run: Run, parameters: Parameters, prefix: str) -> dict[str, float]:
    """The metrics on the training rows, or with the prefix "validation_" on the validation rows."""
    rows = run.validation if prefix else run.rows
    if not run.metrics or rows is None:
        return {}
    predictions = run.engine.predict(parameters, rows.X)
    return {prefix + metric.name: metric.function(rows.Y, predictions, rows.weights) for metric in run.metrics}
