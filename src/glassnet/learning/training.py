"""Training: epochs of forward pass, cost, backward pass and update, with validation and stopping.

Source: Intro to Neural Networks, *Summary*.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from glassnet.engines.choice import UNKNOWN, Choice, EngineUsed, choose
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import Diverged, InvalidInput
from glassnet.learning.history import History
from glassnet.learning.interrupts import graceful_interrupt
from glassnet.learning.metrics import Metric
from glassnet.learning.recording import between_epochs, end_epoch, end_epochs
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.rounds.engine import OnShards, choose_on_shards
from glassnet.learning.run import AfterEpoch, Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.network.parameters import Parameters
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.learning.streaming.stream import Stream

CHUNK_SECONDS = 0.1  # how long engines run before callbacks are notified

FINISHED, STOPPED, INTERRUPTED, DIVERGED = "finished", "stopped", "interrupted", "diverged"


@dataclass(frozen=True)
class Outcome:
    """How a training ended.

    Args:
        ending: "finished" (all epochs, or converged), "stopped" (early, or by a callback), "interrupted" (by Ctrl-C or
            another signal) or "diverged".
        reason: why it ended.
        parameters: the result: of the best epoch where they were kept, else the last.
        history: what was recorded.
        error: of a training that diverged.
        engine: which one ran, and why.
        signal: the number of the signal that interrupted it, or 0.

    >>> import numpy as np
    >>> from glassnet import Dense, Network, Plan, Rows, State, train
    >>> plan = Plan(Network(1, [Dense(1)]), examples=4, epochs=3)
    >>> outcome = train(plan, State.new(plan), Rows(np.ones((4, 1)), np.ones(4)))
    >>> len(outcome.history["cost"])
    3
    """

    ending: str
    reason: str
    parameters: Parameters
    history: History
    error: Diverged | None = None
    engine: EngineUsed = UNKNOWN
    signal: int = 0


def train(
    plan: Plan,
    state: State,
    rows: Rows,
    *,
    engine: str | Engine = "auto",
    validation: Rows | None = None,
    metrics: Sequence[Metric] = (),
    judge_training: bool = True,
    stopping: Stopping | None = None,
    callbacks: Sequence[Callback | Callable[[Run], object]] = (),
    epochs: int | None = None,
    cluster: Cluster | None = None,
    stream: Stream | None = None,
) -> Outcome:
    """Train until the plan's epochs are done or there is a reason to stop.

    Args:
        plan: what to do.
        state: where to start; changed in place, so the same call later goes on, to the same bits.
        rows: ``plan.examples`` examples.
        engine: a name, "auto", or an engine made for the plan.
        validation: rows held out, judged after each epoch.
        metrics: recorded after each epoch, on the training rows and on the validation rows.
        judge_training: False spares the metrics on the training rows, a forward pass over them an epoch.
        stopping: when to stop early.
        callbacks: callbacks, or functions of the run called after each epoch.
        epochs: at most so many more; None for all that the plan has left, and none where early stopping ended it.
        cluster: who computes the steps, where the rows are dealt to several; the plan's batch is a multiple of its
            shards.
        stream: what is learned from, where that is too much for memory; then ``rows`` are a sample of it, for metrics.

    Returns:
        How it ended; a diverged training does not raise, it keeps the last finite parameters.

    Raises:
        SystemExit: SIGTERM or SIGHUP is to end the program; the last batch is done, and a checkpoint saved.

    >>> import numpy as np
    >>> from glassnet.network.network import Network
    >>> X = np.linspace(-1, 1, 50, dtype="float32").reshape(-1, 1)
    >>> plan = Plan(Network.mlp(1, [8], 1, activation="tanh"), examples=50, epochs=30, batch_size=10)
    >>> outcome = train(plan, State.new(plan), Rows(X, X**2))
    >>> outcome.ending, outcome.history["cost"][-1] < outcome.history["cost"][0]
    ('finished', True)
    """
    rows, validation = _checked(plan, rows), None if validation is None else _checked(plan, validation)
    _check_judged(validation, rows if judge_training and metrics else None)
    state.check(plan)
    _check_fits(plan, rows, stream)
    until = plan.epochs if epochs is None else min(plan.epochs, state.epoch + epochs)
    notified = [callback if isinstance(callback, Callback) else AfterEpoch(callback) for callback in callbacks]
    cluster = cluster if state.epoch < until else None  # where nothing is left to do, no worker is asked
    choice, read = _choice(plan, engine, rows, cluster, stream)
    run = Run(plan, state, rows, choice, validation, metrics, judge_training, stopping, notified, until, read)
    if stopping is not None and epochs is None and (reason := stopping.verdict(state)):
        run.ask_to_stop(reason)
    with graceful_interrupt() as run.interrupted:
        try:
            run.notify("on_train_begin")
            error = _learn(run)
            run.notify("on_train_end")
        except BaseException:
            run.notify("on_train_broken")
            raise
        finally:
            if isinstance(run.engine, OnShards):
                run.engine.close()
            if stream is not None:
                stream.close()
    return _outcome(run, error)


def _check_fits(plan: Plan, rows: Rows, stream: Stream | None) -> None:
    """Raise where these are not the rows that a plan is for."""
    given = rows.X.shape[0] if stream is None else stream.order.rows
    if given != plan.examples:
        seen = f"{plan.examples} planned, {given} rows given"
        raise InvalidInput("the plan is for another number of examples", seen, f"make one with examples={given}")
    if stream is not None and plan.optimizer.whole_batch:
        what = f"{plan.optimizer.name} takes steps on all rows at once, and these do not fit in memory"
        raise InvalidInput(what, remedy="choose another optimizer, such as adamw")


def _checked(plan: Plan, rows: Rows) -> Rows:
    rows.check(plan.network)
    return rows.of_dtype(plan.numpy_dtype)


def _choice(
    plan: Plan, engine: str | Engine, rows: Rows, cluster: Cluster | None, stream: Stream | None
) -> tuple[Choice, Stream | None]:
    """The engine, and the stream where it is read here, not by workers."""
    if cluster is None or isinstance(engine, Engine):
        return choose(plan, engine, rows.X), stream
    return choose_on_shards(plan, engine, rows, cluster, stream), None


def _check_judged(held_out: Rows | None, learned: Rows | None) -> None:
    """Raise where rows that are judged all weigh 0."""
    for rows, words in (held_out, "held out"), (learned, "to learn from"):
        if rows is not None and len(rows.Y) and not rows.total_weight():
            seen = f"{len(rows.Y)} rows {words}"
            raise InvalidInput("rows that are judged all weigh 0", seen, "give some of them a weight")


def _learn(run: Run) -> Diverged | None:
    try:
        if run.plan.optimizer.whole_batch:
            from glassnet.learning.lbfgs.descent import run_lbfgs  # most trainings need none of it

            run_lbfgs(run)
        else:
            while run.state.epoch < run.until and not run.is_set():
                if not _whole_epochs(run):
                    _epoch(run)
    except Diverged as error:
        return error
    return None


def _whole_epochs(run: Run) -> bool:
    """Epochs that nothing looks at in between, in one call of the engine; False where it takes none."""
    between = between_epochs(run)
    if between is None or run.state.rows_done or run.stream is not None:
        return False
    seconds = CHUNK_SECONDS if run.callbacks else inf
    done = run.engine.train_epochs(run.state, run.rows, run.pause - run.state.epoch, seconds, between)
    if done is None:
        return False
    end_epochs(run, done)
    run.notify("on_chunk_end")
    return True


def _epoch(run: Run) -> None:
    """The rest of the present epoch, chunk by chunk."""
    plan, state, seconds = run.plan, run.state, CHUNK_SECONDS if run.callbacks or run.stream else inf
    started = time.perf_counter()
    for rows, order in run.pieces():
        done = 0
        while done < len(order):
            done += run.engine.train(state, rows, order[done:], stop=run, seconds=seconds)
            state.seconds += time.perf_counter() - started  # also what was spent waiting for rows
            run.notify("on_chunk_end")
            if run.is_set() and state.rows_done < plan.examples:
                return
            started = time.perf_counter()
    end_epoch(run, state.cost_sum / (state.weight_sum or 1.0))


def _progress(state: State) -> str:
    return f"{counted(state.epoch, 'epoch')} and {counted(state.rows_done, 'row')}"


def _outcome(run: Run, error: Diverged | None) -> Outcome:
    if error is not None:
        ending, reason = DIVERGED, str(error)
    elif run.interrupted.is_set():
        ending, reason = INTERRUPTED, f"interrupted after {_progress(run.state)}"
    elif run.reason:
        ending, reason = (FINISHED if run.converged else STOPPED), run.reason
    else:
        ending, reason = FINISHED, f"{counted(run.state.epoch, 'epoch')} done"
    parameters, number = run.state.best_parameters(run.plan.network), run.interrupted.number
    return Outcome(ending, reason, parameters, run.history, error, run.choice.used, number)
