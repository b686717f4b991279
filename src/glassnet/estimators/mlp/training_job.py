"""The training of a multi-layer perceptron as a job, of what ``fit`` was given and what was learned before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from glassnet.arrays import is_sparse
from glassnet.engines.choice import Arithmetic
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp.following import followed
from glassnet.estimators.mlp.parameters import MLPParameters
from glassnet.estimators.mlp.plan import network_of, plan_of, stopping_of, warn_of_batches
from glassnet.estimators.mlp.scaling import Scaling, scaled
from glassnet.estimators.mlp.start import next_epoch, warm
from glassnet.estimators.mlp.validation import hold_out, in_dtype
from glassnet.estimators.verbose import IterationLines
from glassnet.learning.job import Job
from glassnet.learning.progress import Progress
from glassnet.learning.run import Callback, TimeLimit
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.losses import Loss
from glassnet.randomness import drawn_seed, mersenne_twister

if TYPE_CHECKING:
    from glassnet.estimators.mlp.streaming import Streamed

# What makes another training of it, apart from the plan: see `Job.settings`.
NOT_PLANNED = ("random_state", "engine", "early_stopping", "validation_fraction", "n_iter_no_change", "tol")


class Asked(NamedTuple):
    """What a training is asked for, apart from the estimator's parameters.

    Args:
        rows: to learn from, targets as the loss reads them.
        validation: the user's own rows to judge by, or None.
        outputs: of the network.
        loss: of the network.
        strata: the labels that held-out rows have in the proportions of all rows, or None.
        arithmetic: who computes.
        earlier: the state of the fit before that goes on, or None.
        parameters: those that a warm start begins with, or None.
        scaling: what scaled rows until now, or None.
        incremental: True takes one epoch and keeps the optimizer's slots (``partial_fit``).
        streamed: the dataset that the rows are a sample of, or None.
    """

    rows: Rows
    validation: Rows | None
    outputs: int
    loss: Loss
    strata: Labels | None
    arithmetic: Arithmetic
    earlier: State | None = None
    parameters: Parameters | None = None
    scaling: Scaling | None = None
    incremental: bool = False
    streamed: Streamed | None = None


def job_of(mlp: MLPParameters, asked: Asked) -> tuple[Job, Scaling | None]:
    """What is to be done, and what scales its rows."""
    generator: np.random.RandomState | None = None

    def random() -> np.random.RandomState:  # made where it is needed: that takes its time
        nonlocal generator
        generator = generator or _random(mlp.random_state)
        return generator

    network = network_of(mlp, asked.rows.X.shape[1], asked.outputs, asked.loss)
    state = next_epoch(mlp, asked.earlier) if asked.incremental and asked.earlier is not None else None
    after = _scaling(mlp, network, asked, None if state is None else asked.scaling)
    rows, validation = scaled(after, asked.rows), scaled(after, asked.validation)
    dtype = rows.X.dtype if state is None else state.theta.dtype
    epochs = int(mlp.max_iter) if not asked.incremental else 1 if state is None else state.epoch + 1
    m = rows.X.shape[0] if asked.streamed is None else asked.streamed.stream.order.rows
    plan = plan_of(mlp, network, m, dtype, epochs, asked.arithmetic)
    # Weights are drawn before rows are held out, as in scikit-learn: a random_state gives the same of both.
    if state is None:
        state = State.new(plan, rng=random(), X=rows.X)
        if asked.earlier is not None and asked.parameters is not None:
            state = warm(mlp, network, state, asked.parameters, asked.earlier)
    rows = in_dtype(rows, dtype)
    if asked.earlier is not None:
        after = followed(plan, state, asked.scaling, after, rows)
    if validation is None and mlp.early_stopping and not plan.optimizer.whole_batch:
        rows, validation = hold_out(rows, mlp.validation_fraction, random(), asked.strata)
        plan = plan_of(mlp, network, m := rows.X.shape[0], dtype, epochs, asked.arithmetic)
    warn_of_batches(mlp, m)
    if not state.epoch:
        state.seed = drawn_seed(random())
    return _as_job(mlp, plan, state, rows, in_dtype(validation, dtype), asked), after


def _random(random_state: int | np.random.RandomState | None) -> np.random.RandomState:
    """As scikit-learn's ``check_random_state``."""
    if isinstance(random_state, (int, np.integer)):
        return mersenne_twister(int(random_state))
    return check_random_state(random_state)


def _scaling(mlp: MLPParameters, network: Network, asked: Asked, before: Scaling | None) -> Scaling | None:
    """What scales the rows and what is predicted of them, which goes on from ``before``; None for nothing."""
    if not mlp.standardize:
        return None
    if is_sparse(asked.rows.X):
        what = "standardize=True takes dense rows: with their means taken off, sparse ones would not be sparse"
        raise InvalidInput(what, remedy="scale the columns before, by sklearn.preprocessing.MaxAbsScaler")
    numbers = network.loss.targets == "numbers" and network.loss.link == "identity"
    before = before or Scaling.start(network.inputs, network.outputs if numbers else None)
    if asked.streamed is not None:
        return asked.streamed.standardize(before)
    return before.learned(asked.rows, float(mlp.half_life))


def _as_job(mlp: MLPParameters, plan: Plan, state: State, rows: Rows, validation: Rows | None, asked: Asked) -> Job:
    job = Job(plan, state, rows, validation, judge_training=False)
    job.stopping = stopping_of(mlp, validation is not None)
    job.engine, job.cluster = asked.arithmetic.engine, mlp.cluster
    if asked.streamed is not None:
        asked.streamed.check(plan)
        job.stream = asked.streamed.stream
    return job


def accompany(mlp: MLPParameters, job: Job, incremental: bool, others: Sequence[Callback] = ()) -> None:
    """Add the callbacks of a training, ``others`` among them, and what a checkpoint holds of it."""
    callbacks: list[Callback | Callable[..., object]] = [*(mlp.callbacks or ())]
    if mlp.verbose:
        callbacks.append(IterationLines())
    if mlp.max_time is not None:
        callbacks.append(TimeLimit(float(mlp.max_time)))
    job.callbacks = [*callbacks, *others, *([Progress()] if mlp.progress else ())]
    file = None if mlp.checkpoint is None else Path(mlp.checkpoint)
    again = incremental and job.state.epoch and file and file.exists()
    if file is None or (again and time.time() - file.stat().st_mtime < mlp.checkpoint_every):
        return
    job.checkpoint, job.checkpoint_every = file, float(mlp.checkpoint_every)
    job.settings = {name: getattr(mlp, name) for name in NOT_PLANNED}
    if mlp.random_state is not None:  # of a generator what it has drawn
        seed = mlp.random_state if isinstance(mlp.random_state, Integral) else job.state.seed
        job.settings["random_state"] = int(seed)
    if mlp.resume and not incremental and file.exists():
        job.resume()
