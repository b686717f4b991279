"""The sample does not depend on how the stream is cut."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.stream_sample import StreamSample
from glassnet.randomness import sampling_keys


@given(m=st.integers(0, 300), limit=st.integers(1, 50), cuts=st.lists(st.integers(0, 300), max_size=6))
def test_blocks_do_not_matter(m: int, limit: int, cuts: list[int]) -> None:
    values = np.arange(float(m))
    whole, pieces = StreamSample(limit), StreamSample(limit)
    whole.add(values, sampling_keys(np.arange(m)))
    for rows in np.split(np.arange(m), sorted(min(cut, m) for cut in cuts)):
        pieces.add(values[rows], sampling_keys(rows))
    np.testing.assert_array_equal(whole.values(), pieces.values())
    assert len(whole.values()) <= limit
    if m <= limit:
        np.testing.assert_array_equal(whole.values(), values)


def test_a_sample_is_near_its_limit_and_fair() -> None:
    sample = StreamSample(4000)
    for start in range(0, 1_000_000, 50_000):
        rows = np.arange(start, start + 50_000)
        sample.add(rows.astype(float), sampling_keys(rows))
    values = sample.values()
    assert 1500 < len(values) <= 4000
    assert abs(np.median(values) - 500_000) < 5 * 500_000 / np.sqrt(len(values))
