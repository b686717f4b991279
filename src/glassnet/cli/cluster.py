"""Options of a command that trains on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Record, setting

if TYPE_CHECKING:
    from glassnet.cluster.on_ray import RayCluster

CLUSTER = "Many machines"


@dataclass(frozen=True)
class ClusterOptions(Record):
    """How a training is divided over a cluster.

    Args:
        shards: into how many the rows are dealt.
        local_steps: of each shard between two averages.
    """

    shards: int = setting(16, low=1, help="parts that the rows of a single network are dealt to, with --ray")
    local_steps: int = setting(
        1, low=1, help="steps of each part between two averages (1: exact gradient descent), with --ray"
    )

    name = "cluster"


def chosen_cluster(address: str | None, options: ClusterOptions) -> RayCluster | None:
    """The cluster at an address, which must answer; None where none is named.

    Raises:
        MissingPackage, ClusterFailed: Ray is not installed, or does not answer.
        InvalidInput: an option of a cluster without one.
    """
    if address is None:
        if options != ClusterOptions():
            remedy = "name a cluster by --ray, or leave them out"
            raise InvalidInput("--shards and --local-steps divide the work of a cluster", remedy=remedy)
        return None
    from glassnet.cluster.on_ray import RayCluster, connected

    connected(address)
    return RayCluster(address, options.shards, options.local_steps)
