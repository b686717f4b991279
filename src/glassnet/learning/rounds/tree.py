"""The order in which shards are added up: a binary tree over their numbers, so that no bit depends on who adds.

Floating-point addition is not associative. The tree follows from the number of shards alone: the shards ``low`` to
``high - 1`` are those up to the largest power of two below their number, plus the rest. A worker with the shards of a
node can add them up there, and the sum of all is the same bits for any division of the work into nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self, TypeVar

Block = tuple[int, int]
"""A node: its first shard, and the one after its last."""


class Addable(Protocol):
    """What can be added up."""

    def __add__(self, other: Any, /) -> Self: ...


T = TypeVar("T", bound=Addable)


def halves(block: Block) -> tuple[Block, Block]:
    """The two nodes below one of at least two shards.

    >>> halves((0, 8)), halves((0, 5))
    (((0, 4), (4, 8)), ((0, 4), (4, 5)))
    """
    low, high = block
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    return (low, middle), (middle, high)


def blocks(shards: int, least: int) -> list[Block]:
    """Nodes that cover all shards, at least so many of them, or one for each shard; the largest are divided first.

    >>> blocks(8, 2), blocks(5, 3)
    ([(0, 4), (4, 8)], [(0, 2), (2, 4), (4, 5)])
    """
    found = [(0, shards)]
    while len(found) < min(least, shards):
        largest = max(range(len(found)), key=lambda i: found[i][1] - found[i][0])
        found[largest : largest + 1] = halves(found[largest])
    return found


def added(block: Block, known: Mapping[Block, T], leaf: Callable[[int], T] | None = None) -> T:
    """The sum over a node.

    Args:
        block: the node.
        known: sums of nodes at or below it.
        leaf: computes that of a single shard; None where ``known`` covers all.

    >>> added((0, 3), {(0, 2): 0.5}, leaf=float)
    2.5
    """
    if block in known:
        return known[block]
    if block[1] - block[0] == 1:
        if leaf is None:
            raise KeyError(block)
        return leaf(block[0])
    left, right = halves(block)
    return added(left, known, leaf) + added(right, known, leaf)
