"""``LocalCluster``: shards in this process. The specification of what a cluster computes, and its first look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from glassnet.engines.plan import Rows
from glassnet.learning.rounds.portions import Portions
from glassnet.learning.rounds.shard import Round, Shard, Share, Work
from glassnet.learning.rounds.tree import Block, added, blocks
from glassnet.learning.streaming.order import Order
from glassnet.pieces.settings import Range, check_number

AT_LEAST_1 = Range(1)


@dataclass(frozen=True)
class LocalCluster:
    """Threads of this process as the workers of a cluster: the same numbers as any other cluster computes.

    Args:
        shards: S, into how many the rows are dealt; a batch is rounded up to a multiple of it.
        steps: k, steps of each shard between two averages; 1 is exact synchronous gradient descent.
        threads: workers; they change no number.

    Raises:
        InvalidInput, InvalidType: a number that is not whole, or below 1.

    >>> from sklearn.datasets import load_iris
    >>> from glassnet import LocalCluster, MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((10,), tol=0.1, n_iter_no_change=1, random_state=0, cluster=LocalCluster(4)).fit(X, y)
    >>> model.engine_.why.endswith("4 shards, 1 step a round")
    True
    """

    shards: int = 16
    steps: int = 1
    threads: int = 1

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            check_number(name, value, AT_LEAST_1, whole=True)

    def workers(self, work: Work, shards: Iterable[Rows | Order]) -> Threads:
        """Keep the shards here."""
        return Threads(work, shards, self.threads)

    def pool(self) -> ThreadPool:
        """Threads that call functions."""
        return ThreadPool(self.threads)


R = TypeVar("R")


class ThreadPool:
    """Threads that call functions; what is put stays where it is.

    Args:
        threads: how many.
    """

    def __init__(self, threads: int) -> None:
        self.pool = ThreadPoolExecutor(threads)

    def put(self, value: object) -> object:
        """The value itself."""
        return value

    def submit(self, function: Callable[..., R], *arguments: object) -> Future[R]:
        """Call a function in a thread."""
        return self.pool.submit(function, *arguments)

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()


class Threads:
    """Workers that are threads of this process.

    Args:
        work: the training.
        shards: the rows of each, or the order in which they are read.
        threads: how many; one more reads.
    """

    def __init__(self, work: Work, shards: Iterable[Rows | Order], threads: int) -> None:
        self.work, self.reader, self.known = work, ThreadPoolExecutor(1, "glassnet-reader"), dict[int, Shard]()
        self.portions: Portions[Callable[[], Rows]] = Portions(
            work, shards, put=lambda rows: lambda: rows, read=lambda one: self.reader.submit(one.read, work).result
        )
        self.blocks = blocks(len(self.portions), threads)
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def total(self, at: Round) -> Share:
        """What all shards compute in a round, added up by the tree."""

        def share(number: int) -> Share:
            return self.portions.of(number, at).share(self.known, number, self.work, lambda part: part(), at)

        def of(block: Block) -> Share:
            return added(block, {}, share)

        found = map(of, self.blocks) if self.pool is None else self.pool.map(of, self.blocks)
        return added((0, len(self.portions)), dict(zip(self.blocks, found, strict=True)))

    def close(self) -> None:
        """Let the rows go."""
        self.reader.shutdown(cancel_futures=True)
        del self.portions, self.known
        if self.pool is not None:
            self.pool.shutdown()
