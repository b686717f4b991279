"""The order of addition: fixed by the number of shards, on any worker."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.learning.rounds.tree import Block, added, blocks, halves


@given(shards=st.integers(1, 70), least=st.integers(1, 80))
def test_blocks_cover_all_shards_in_order(shards: int, least: int) -> None:
    found = blocks(shards, least)
    assert [number for block in found for number in range(*block)] == list(range(shards))
    assert len(found) == min(least, shards)


@settings(max_examples=40)
@given(shards=st.integers(1, 70), seed=st.integers(0, 2**32), data=st.data())
def test_any_division_into_nodes_gives_the_same_bits(shards: int, seed: int, data: st.DataObject) -> None:
    numbers = np.random.default_rng(seed).lognormal(0, 20, shards)

    def nodes(block: Block) -> list[Block]:
        if block[1] - block[0] == 1 or data.draw(st.booleans()):
            return [block]
        return [node for half in halves(block) for node in nodes(half)]

    def leaf(number: int) -> float:
        return float(numbers[number])

    parts = {node: added(node, {}, leaf) for node in nodes((0, shards))}
    assert added((0, shards), parts) == added((0, shards), {}, leaf)


def test_what_is_missing_is_noticed() -> None:
    with pytest.raises(KeyError):
        added((0, 4), {(0, 2): 1.0})
