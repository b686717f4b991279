"""What a training asks of a cluster: workers that hold the shards of its rows, and compute rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Protocol, TypeVar, runtime_checkable

from glassnet.engines.plan import Plan, Rows
from glassnet.errors import InvalidInput, Unsupported
from glassnet.learning.rounds.shard import Round, Share, Work
from glassnet.learning.streaming.order import Order
from glassnet.text import counted


class Workers(Protocol):
    """Workers that hold the shards of one training."""

    def total(self, at: Round) -> Share:
        """What all shards compute in a round, added up by the tree of :mod:`~glassnet.learning.rounds.tree`."""

    def close(self) -> None:
        """Free the rows."""


R = TypeVar("R")


class Pool(Protocol):
    """Workers that call functions."""

    def put(self, value: object) -> object:
        """Give all workers something to read; what :meth:`submit` takes in its place."""

    def submit(self, function: Callable[..., R], *arguments: object) -> Future[R]:
        """Call a function that lives in a module, on some worker; again on another where that one dies."""

    def close(self) -> None:
        """Free what was put."""


@runtime_checkable
class Cluster(Protocol):
    """What ``cluster=`` takes: who computes the rounds of a training.

    ``shards`` and ``steps`` decide its numbers; how many workers there are, and which of them computes what, does not.
    """

    @property
    def shards(self) -> int:
        """S, into how many the rows are dealt."""

    @property
    def steps(self) -> int:
        """k, steps of each shard between two averages; 1 is exact synchronous gradient descent."""

    def workers(self, work: Work, shards: Iterable[Rows | Order]) -> Workers:
        """Give the rows of each shard to workers, or the order in which they are to read them."""

    def pool(self) -> Pool:
        """The workers, for other work than rounds."""


def planned(plan: Plan, cluster: Cluster) -> Plan:
    """The plan with a batch of which every shard has the same part: rounded up to a multiple of the shards."""
    return replace(plan, batch_size=-(-plan.batch_size // cluster.shards) * cluster.shards)


def division(cluster: Cluster | None) -> str:
    """What of a cluster decides the numbers of a training, in words; a checkpoint holds it."""
    return (
        "one machine"
        if cluster is None
        else (f"{counted(cluster.shards, 'shard')}, {counted(cluster.steps, 'step')} a round")
    )


def check_usable(plan: Plan, cluster: Cluster) -> None:
    """Raise where a plan cannot be trained over shards.

    Raises:
        Unsupported: batch normalization, or an optimizer that takes whole batches.
        InvalidInput: a batch that is not a multiple of the shards.
    """
    if plan.network.running_layout.size:
        raise Unsupported(
            "batch normalization needs the statistics of a whole batch, and each shard sees a part of it",
            remedy="use layer normalization with a cluster",
        )
    if plan.optimizer.whole_batch:
        raise Unsupported(
            f"{plan.optimizer.name} takes steps along all rows at once, and a cluster trains by mini-batches",
            remedy="choose another optimizer, or no cluster",
        )
    if plan.batch_size % cluster.shards:
        seen = f"{plan.batch_size} rows, {cluster.shards} shards"
        raise InvalidInput("a batch must be a multiple of the shards", seen, "choose another batch_size")
