"""The end of an epoch: what was seen is recorded, judged, and told."""

from __future__ import annotations

from math import nan

from glassnet.learning.run import Run
from glassnet.network.parameters import Parameters


def end_epoch(run: Run, cost: float) -> None:
    """Bring the state to the next epoch.

    Args:
        run: the training.
        cost: of the epoch, the mean over its steps.
    """
    state, seen = run.state, _seen(run, cost)
    for name in state.history | seen:  # what only some calls of `train` looked at has gaps
        state.history.setdefault(name, [nan] * state.epoch).append(seen.get(name, nan))
    state.epoch += 1
    state.examples += run.plan.examples
    state.rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0
    if run.stopping is not None:
        reason = run.stopping.judge(run.plan, state)
        if reason is not None:
            run.ask_to_stop(reason)
    run.notify("on_epoch_end")


def _seen(run: Run, cost: float) -> dict[str, float]:
    state = run.state
    parameters = state.parameters(run.plan.network)
    seen = {"cost": cost}
    if run.judge_training:
        seen |= _judged(run, parameters, "")
    if run.validation is not None:
        seen["validation_cost"] = run.engine.cost(parameters, run.validation)
        seen |= _judged(run, parameters, "validation_")
    seen["learning_rate"] = state.learning_rate(run.plan)
    seen["seconds"] = state.seconds - sum(state.history.get("seconds", ()))
    return seen


def _judged(run: Run, parameters: Parameters, prefix: str) -> dict[str, float]:
    """The metrics on the training rows, or with the prefix "validation_" on those."""
    rows = run.validation if prefix else run.rows
    if not run.metrics or rows is None:
        return {}
    predictions = run.engine.predict(parameters, rows.X)
    return {prefix + metric.name: metric.function(rows.Y, predictions, rows.weights) for metric in run.metrics}
