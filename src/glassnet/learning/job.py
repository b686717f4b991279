"""``Job``: a training with all that belongs to it. Every ``fit`` makes one and runs it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.archive.os_errors import StrPath
from glassnet.arrays import Array, is_sparse
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import check_enough_epochs, check_same_plan, check_same_settings, load_checkpoint
from glassnet.learning.metrics import Metric
from glassnet.learning.rounds.cluster import Cluster, division, planned
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.streaming.stream import Stream
from glassnet.learning.training import INTERRUPTED, Outcome, train


@dataclass(eq=False)
class Job:
    """What is trained, from where, on what, and how it is watched.

    Args:
        plan: what to do.
        state: where to start; changed in place.
        rows: what is learned from, ``plan.examples`` rows.
        validation: rows held out to judge each epoch by, or None.
        metrics: recorded after each epoch.
        judge_training: False spares the metrics on the training rows.
        stopping: when to stop early.
        callbacks: callbacks, or functions of the run called after each epoch.
        engine: a name, "auto", or an engine made for the plan.
        checkpoint, checkpoint_every: a file that the training is saved to, every so many seconds and at its end.
        checkpoint_like: a file whose permissions it is to have, where that exists.
        cluster: who computes the steps, where the rows are dealt to several.
        stream: what is learned from, where that is too much for memory; ``rows`` are some of it.
        settings: what else may not differ where the training is resumed, by the user's names for it.
        saving: the callback that saves it, once it runs.

    >>> from glassnet.network.network import Network
    >>> X = np.linspace(-1, 1, 50, dtype="float32").reshape(-1, 1)
    >>> plan = Plan(Network.mlp(1, [8], 1, activation="tanh"), examples=50, epochs=30, batch_size=10)
    >>> Job(plan, State.new(plan), Rows(X, X**2)).run().ending
    'finished'
    """

    plan: Plan
    state: State
    rows: Rows
    validation: Rows | None = None
    metrics: Sequence[Metric] = ()
    judge_training: bool = True
    stopping: Stopping | None = None
    callbacks: Sequence[Callback | Callable[[Run], object]] = ()
    engine: str | Engine = "auto"
    checkpoint: StrPath | None = None
    checkpoint_every: float = 30.0
    checkpoint_like: StrPath | None = None
    cluster: Cluster | None = None
    stream: Stream | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    saving: Checkpointing | None = field(default=None, init=False)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all rows, to tell whether a checkpoint belongs to them."""
        digest = hashlib.blake2b(digest_size=16)
        for array in _arrays(self.rows, self.validation):
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        if self.stream is not None:
            digest.update(self.stream.fingerprint.encode())
        return digest.hexdigest()

    @property
    def about(self) -> dict[str, Any]:
        """What a checkpoint says of the training apart from its plan."""
        settings = {name: repr(value) for name, value in self.settings.items()}
        if (of := self.stream) is not None:  # the order of its rows follows from that
            settings["memory"] = "for all rows at once" if of.order.at_once else f"for {of.order.room:,} rows at once"
        return {"data": self.fingerprint, "settings": settings | {"cluster": division(self.cluster)}}

    def over(self, cluster: Cluster | None) -> Job:
        """The same training by a cluster; None leaves it to this process."""
        return self if cluster is None else replace(self, plan=planned(self.plan, cluster), cluster=cluster)

    def resume(self, path: StrPath | None = None) -> Job:
        """Start from the state of a stopped training of the same settings, plan and rows; more epochs are welcome.

        Args:
            path: its checkpoint; None for ``checkpoint``.

        Raises:
            InvalidInput: the checkpoint is of other settings, another plan or other rows, or further than the plan's
                epochs; says what differs.
            BrokenFile, UnusableFile: it is not a checkpoint, or cannot be read.
        """
        path = self.checkpoint if path is None else path
        if path is None:
            raise InvalidInput("there is no checkpoint to resume from", remedy="pass the path of one")
        saved, state, about = load_checkpoint(path)
        if "settings" in about:  # not in one of an earlier version
            check_same_settings(about.section("settings"), self.about["settings"])
        check_same_plan(saved, self.plan)
        self.check_rows(path, about.get("data"))
        check_enough_epochs(state.epoch, self.plan.epochs)
        self.state = state
        return self

    def check_rows(self, path: StrPath, fingerprint: object) -> None:
        """Raise where a checkpoint has the fingerprint of other rows.

        Raises:
            InvalidInput: it has.
        """
        if fingerprint != self.fingerprint:
            raise InvalidInput(
                f"the checkpoint {os.fspath(path)!r} is of other rows",
                remedy="give the rows of the stopped training, divided as then (the same test, validation and seed, a "
                "number as random_state), or start a new one",
            )

    def run(self, epochs: int | None = None) -> Outcome:
        """Train; see :func:`~glassnet.learning.training.train`.

        Args:
            epochs: at most so many more; None for all that the plan has left.
        """
        saving: list[Callback] = []
        if self.checkpoint is not None:
            self.saving = Checkpointing(self.checkpoint, self.checkpoint_every, self.about, self.checkpoint_like)
            saving = [self.saving]
        outcome = train(
            self.plan,
            self.state,
            self.rows,
            engine=self.engine,
            validation=self.validation,
            metrics=self.metrics,
            judge_training=self.judge_training,
            stopping=self.stopping,
            callbacks=[*saving, *self.callbacks],
            epochs=epochs,
            cluster=self.cluster,
            stream=self.stream,
        )
        if epochs is None and outcome.ending != INTERRUPTED:
            self.state.curvature = None  # twenty times the parameters, which nothing goes on from
        return outcome


def _arrays(*parts: Rows | None) -> Iterator[Array]:
    """Every array of some rows; of a sparse matrix the three it consists of."""
    for rows in parts:
        for array in rows or ():
            if is_sparse(array):
                csr = array.tocsr()
                yield from (csr.indptr, csr.indices, csr.data)
            elif array is not None:
                yield np.asarray(array)
