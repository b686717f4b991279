"""What is recorded of each epoch: cost, metrics, learning rate, seconds; and when that needs no look between epochs."""

from __future__ import annotations

from math import nan

from glassnet.engines.judging import COST, Ratio, Sums
from glassnet.engines.whole_epochs import Between, Watch, WholeEpochs
from glassnet.learning.history import recorded_epochs
from glassnet.learning.run import Run


def end_epoch(run: Run, cost: float) -> None:
    """Record the epoch and advance the state to the next one.

    Args:
        run: the training.
        cost: of the epoch, the mean over its steps.
    """
    state = run.state
    parameters = state.parameters(run.plan.network)
    columns = {"cost": [cost]}
    for prefix, judge in run.judges.items():
        columns |= _judged(run, prefix, [run.engine.judge(parameters, judge.rows)])
    columns["learning_rate"] = [state.learning_rate(run.plan)]
    columns["seconds"] = [state.seconds - run.recorded_seconds]
    run.recorded_seconds = state.seconds
    _record(run, columns, 1)
    state.epoch += 1
    state.examples += run.plan.examples
    state.rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0
    if run.stopping is not None and (reason := run.stopping.judge(run.plan, state)):
        run.ask_to_stop(reason)
    run.notify("on_epoch_end")


def end_epochs(run: Run, done: WholeEpochs) -> None:
    """Record whole epochs, which have advanced the state."""
    columns = {"cost": done.costs}
    for prefix in run.judges:
        columns |= _judged(run, prefix, done.held_out if prefix else done.training)
    run.state.epoch -= len(done.costs)
    _record(run, columns | {"learning_rate": done.rates, "seconds": done.seconds}, len(done.costs))
    run.state.epoch += len(done.costs)
    run.state.seconds += sum(done.seconds)
    run.recorded_seconds = run.state.seconds
    if run.stopping is not None and (reason := run.stopping.decide(run.plan, run.state)):
        run.ask_to_stop(reason)
    run.notify("on_epoch_end")


def _record(run: Run, columns: dict[str, list[float]], epochs: int) -> None:
    """Add to the history; what only some calls of ``train`` recorded has gaps."""
    history, before = run.state.history, recorded_epochs(run.state)
    for name in history | columns:
        history.setdefault(name, [nan] * before).extend(columns.get(name, [nan] * epochs))


def _judged(run: Run, prefix: str, sums: list[Sums]) -> dict[str, list[float]]:
    """The columns of rows that were judged: the cost of those held out, and every metric."""
    judge = run.judges[prefix]
    columns = {"validation_cost": [judge.value(COST, each) for each in sums]} if prefix else {}
    predictions = None
    for metric in run.metrics:
        if metric.ratio is not None and judge.knows(metric.ratio):
            columns[prefix + metric.name] = [judge.value(metric.ratio, each) for each in sums]
            continue
        if predictions is None:
            predictions = run.engine.predict(run.state.parameters(run.plan.network), judge.rows.X)
        columns[prefix + metric.name] = [metric.function(judge.rows.Y, predictions, judge.rows.weights)]
    return columns


def between_epochs(run: Run) -> Between | None:
    """What an engine is to look at between whole epochs; None where only Python can."""
    watched: dict[str, tuple[bool, Ratio | None]] = {"cost": (False, None)}
    for prefix, judge in run.judges.items():
        if not all(judge.knows(metric.ratio) for metric in run.metrics):
            return None
        watched |= {prefix + metric.name: (bool(prefix), metric.ratio) for metric in run.metrics}
    if "validation_" in run.judges:
        watched["validation_cost"] = True, COST
    rule, watch = run.stopping, None
    if run.followed or (rule is not None and rule.watch not in watched):
        return None
    if rule is not None:
        held_out, ratio = watched[rule.watch]
        sign = 1.0 if rule.higher_is_better else -1.0
        watch = Watch(ratio, held_out, sign, rule.patience, rule.tolerance, rule.restore_best)
    return Between(run.judges.get(""), run.judges.get("validation_"), watch)
