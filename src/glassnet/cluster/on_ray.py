"""``RayCluster``: the shards of a training on the machines of a Ray cluster.

Ray moves, places and repeats the work; a task whose worker dies is run again elsewhere, to the same bits. Rows and
states are in Ray's object store and nowhere else, so workers may come and go.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from glassnet.cluster.ray_tasks import add, as_ours, compute, read
from glassnet.engines.plan import Rows
from glassnet.errors import ClusterFailed, InvalidInput, MissingPackage
from glassnet.learning.rounds.portions import Portions
from glassnet.learning.rounds.shard import Round, Share, Work
from glassnet.learning.rounds.tree import added, blocks
from glassnet.learning.streaming.order import Order
from glassnet.pieces.settings import Range, check_number
from glassnet.text import one_line
from glassnet.version import __version__

if TYPE_CHECKING:
    from ray import ObjectRef

AT_LEAST_1 = Range(1)
FAN_IN = 16  # sums that the driver adds up itself; of more workers, workers add up first
RETRIES = 100  # of a task whose worker dies
ANSWER = 5.0  # seconds in which a cluster's head must accept a connection
COUNTED = 1.0  # seconds for which the number of workers is taken as known


@dataclass(frozen=True)
class RayCluster:
    """The workers of a Ray cluster. glassnet must be installed on its machines, in the same version.

    Args:
        address: of the head, "host:port"; "auto" for the cluster this process is connected to, or one on this machine;
            "local" starts one here, for a first look.
        shards: S, into how many the rows are dealt; a batch is rounded up to a multiple of it. At least as many as
            there are workers; more leave room for workers that join.
        steps: k, steps of each shard between two averages; 1 is exact synchronous gradient descent, and more need
            fewer messages.

    Raises:
        InvalidInput, InvalidType: a number that is not whole, or below 1.

    >>> RayCluster("10.0.0.7:6379", shards=64, steps=8).steps
    8
    """

    address: str = "auto"
    shards: int = 16
    steps: int = 1

    def __post_init__(self) -> None:
        for name in ("shards", "steps"):
            check_number(name, getattr(self, name), AT_LEAST_1, whole=True)

    def workers(self, work: Work, shards: Iterable[Rows | Order]) -> Tasks:
        """Put the rows of each shard into the object store, or have workers read them.

        Raises:
            MissingPackage: Ray is not installed.
            ClusterFailed: no cluster answers, or its store is full.
        """
        ray = connected(self.address)
        with _in_one_sentence(ray):
            return Tasks(ray, work, shards)

    def pool(self) -> RayPool:
        """Tasks that call functions.

        Raises:
            MissingPackage, ClusterFailed: as above.
        """
        return RayPool(connected(self.address))


def connected(address: str, workers: int | None = None) -> ModuleType:
    """Ray, connected to a cluster; where this process is connected already, to that one.

    Args:
        address: see :class:`RayCluster`.
        workers: of a local one; None for as many as there are processors.

    Raises:
        MissingPackage: Ray is not installed.
        ClusterFailed: no cluster answers.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_IGNORE_UNHANDLED_ERRORS", "1")  # of two errors at once the first is reported
    if address.startswith(("local", "127.")):  # else Ray would take this machine's address in the network instead
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
    except ImportError:
        raise MissingPackage("a Ray cluster needs the package ray", remedy="pip install 'glassnet[ray]'") from None
    if not ray.is_initialized():
        _check_answer(address)
        local = {"include_dashboard": False, "num_cpus": workers} if address == "local" else {}
        before = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **local)
        except Exception as error:  # of many kinds
            raise _no_answer(address, one_line(str(error).strip().partition("\n")[0], 120)) from None
        finally:
            with suppress(ValueError, TypeError):  # not of the main thread, or not set from Python
                signal.signal(signal.SIGTERM, before)  # which ends a training as Ctrl-C does
    return ray


def _check_answer(address: str) -> None:
    """Raise at once where no Ray listens; Ray itself would try for minutes."""
    if address in ("auto", "local"):
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        remedy = "pass host:port of its head, as in 10.0.0.7:6379, and start the training on a machine of the cluster"
        raise InvalidInput(f"{address!r} is not an address of a Ray cluster", remedy=remedy)
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, str(error)) from None


def _no_answer(address: str, seen: str) -> ClusterFailed:
    where = "on this machine" if address in ("auto", "local") else f"at {address!r}"
    return ClusterFailed(f"no Ray cluster answers {where}", seen, "start one with: ray start --head")


@contextmanager
def _in_one_sentence(ray: ModuleType) -> Iterator[None]:
    """Within the block Ray's errors become ours."""
    try:
        yield
    except ray.exceptions.RayError as error:
        raise as_ours(error) from None


class Tasks:
    """Workers that are tasks of Ray, as many at a time as the cluster has processors.

    Args:
        ray: connected.
        work: the training.
        shards: the rows of each, or the order in which they are read.
    """

    def __init__(self, ray: ModuleType, work: Work, shards: Iterable[Rows | Order]) -> None:
        self.ray, self.name, self.work = ray, uuid4().hex, [ray.put(work)]
        self.read = ray.remote(num_cpus=1, max_retries=RETRIES)(read)
        self.portions: Portions[ObjectRef] = Portions(
            work, shards, put=ray.put, read=lambda one: self.read.remote(__version__, self.work, one)
        )
        self.compute = ray.remote(num_cpus=1, max_retries=RETRIES)(compute)
        self.add = ray.remote(num_cpus=0, max_retries=RETRIES)(add)
        self._counted, self._workers = 0.0, 1

    @property
    def processors(self) -> int:
        """Of the cluster, as of a moment ago."""
        now = time.monotonic()
        if now - self._counted > COUNTED:
            self._counted, self._workers = now, max(1, int(self.ray.cluster_resources().get("CPU", 1)))
        return self._workers

    def total(self, at: Round) -> Share:
        """What all shards compute in a round, added up by the tree.

        Raises:
            ClusterFailed: a worker without memory, a full store, a cluster that is gone.
        """
        shards = len(self.portions)
        with _in_one_sentence(self.ray):
            state, division = self.ray.put(at), blocks(shards, self.processors)
            parts = {}
            for low, high in division:
                portions = {number: self.portions.of(number, at) for number in range(low, high)}
                parts[low, high] = self.compute.remote(self.name, __version__, self.work, portions, state)
            for node in blocks(shards, FAN_IN) if len(division) > FAN_IN else ():
                below = [part for part in division if node[0] <= part[0] < node[1]]
                if below != [node]:
                    parts[node] = self.add.remote(node, below, *(parts.pop(part) for part in below))
            return added((0, shards), dict(zip(parts, self.ray.get([*parts.values()]), strict=True)))

    def close(self) -> None:
        """Let the rows go."""
        del self.portions
        self.work = []


R = TypeVar("R")


class RayPool:
    """Tasks of Ray that call functions.

    Args:
        ray: connected.
    """

    def __init__(self, ray: ModuleType) -> None:
        self.ray = ray

    def put(self, value: object) -> object:
        """A reference to it, in the object store."""
        with _in_one_sentence(self.ray):
            return self.ray.put(value)

    def submit(self, function: Callable[..., R], *arguments: object) -> Future[R]:
        """Call a function in a task."""
        answer: Future[R] = Future()

        def pass_on(done: Future[R]) -> None:
            if (error := done.exception()) is None:
                answer.set_result(done.result())
            else:
                answer.set_exception(as_ours(error) if isinstance(error, Exception) else error)

        task = self.ray.remote(num_cpus=1, max_retries=RETRIES)(function)
        task.remote(*arguments).future().add_done_callback(pass_on)
        return answer

    def close(self) -> None:
        """Nothing is kept."""
