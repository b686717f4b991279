"""The kernels' order of an epoch is the specification's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glassnet.engines.epoch_order import order_of
from glassnet.engines.kernels import library
from glassnet.errors import InvalidInput
from glassnet.randomness import epoch_order

LARGE = st.integers(0, 2**64 - 2)


@given(m=st.integers(0, 300), seed=LARGE, epoch=LARGE)
@example(m=20_001, seed=2**64 - 1, epoch=3)
def test_the_kernels_make_the_order_of_the_specification(m: int, seed: int, epoch: int) -> None:
    np.testing.assert_array_equal(order_of(m, seed, epoch), epoch_order(m, seed, epoch))


def test_no_shuffle_is_the_order_of_the_rows() -> None:
    assert order_of(4, 0, 0, shuffle=False).tolist() == [0, 1, 2, 3]


def test_without_kernels_the_order_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = order_of(50, 1, 2).tolist()
    monkeypatch.setattr(library, "missing", lambda: "there are none")
    assert order_of(50, 1, 2).tolist() == expected


@pytest.mark.parametrize(("m", "seed", "epoch"), [(-1, 0, 0), (2**32, 0, 0), (1, -1, 0), (1, 2**64, 0), (1, 0, 2**64)])
def test_numbers_out_of_range_are_refused(m: int, seed: int, epoch: int) -> None:
    with pytest.raises(InvalidInput, match="is not usable; pass a whole number of at least 0"):
        order_of(m, seed, epoch)
