"""What the processes of a Ray cluster run, and how its errors are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.engines.plan import Rows
from glassnet.errors import ClusterFailed, GlassnetError
from glassnet.learning.rounds.portions import Portion, Reading
from glassnet.learning.rounds.shard import Round, Shard, Share
from glassnet.learning.rounds.tree import Block, added
from glassnet.text import one_line
from glassnet.version import __version__

if TYPE_CHECKING:
    from ray import ObjectRef

_SHARDS: dict[str, dict[int, Shard]] = {}  # of the training that this process works for, by its name


def compute(
    training: str, version: str, work: list[ObjectRef], portions: dict[int, Portion[ObjectRef]], at: Round
) -> Share:
    """What the shards of a block compute in a round, added up.

    Args:
        training: a name of its own.
        version: of glassnet, where the training was started.
        work: a reference to the ``Work``; in a list, so that it is fetched only by who does not know it yet.
        portions: of the rows of each shard of the block.
        at: the round.
    """
    import ray

    _check_version(version)
    if training not in _SHARDS:
        _SHARDS.clear()  # of a training that has ended: one at a time keeps its memory
    known = _SHARDS.setdefault(training, {})

    def share(number: int) -> Share:
        own = known[number].work if number in known else ray.get(work[0])
        return portions[number].share(known, number, own, ray.get, at)

    return added((min(portions), max(portions) + 1), {}, share)


def read(version: str, work: list[ObjectRef], one: Reading) -> Rows:
    """The rows of a buffer, read here."""
    import ray

    _check_version(version)
    return one.read(ray.get(work[0]))


def _check_version(version: str) -> None:
    if version != __version__:
        seen = f"{version} here, {__version__} on a worker"
        raise ClusterFailed("the workers have another version of glassnet", seen, "install the same one everywhere")


def add(node: Block, parts: list[Block], *shares: Share) -> Share:
    """The sum over a node of the tree, from those of nodes below it."""
    return added(node, dict(zip(parts, shares, strict=True)))


def as_ours(error: Exception) -> Exception:
    """An error of Ray in one sentence; what glassnet raised on a worker as it was; a fault of ours as Ray shows it."""
    from ray import exceptions as of_ray

    if isinstance(error, of_ray.RayTaskError):
        cause = error.cause
        if isinstance(cause, GlassnetError):
            return cause
        if not isinstance(cause, MemoryError | of_ray.RayError):
            return error
        error = cause
    if isinstance(error, MemoryError | of_ray.OutOfMemoryError):
        remedy = "give each worker more memory, or take more shards on more machines, or a smaller batch"
        return ClusterFailed("a worker ran out of memory", remedy=remedy)
    if isinstance(error, of_ray.ObjectStoreFullError | of_ray.OutOfDiskError):
        remedy = "start Ray with a larger object_store_memory or more disk, or give fewer rows"
        return ClusterFailed("the object store of the Ray cluster is full", remedy=remedy)
    seen = one_line(str(error).strip().partition("\n")[0], 120)
    return ClusterFailed("the Ray cluster failed", seen, "see to it, and go on from the checkpoint where there is one")
