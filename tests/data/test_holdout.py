"""Which rows are used when: laws of the split and of the order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.holdout import holdout
from glassnet.errors import InvalidInput
from glassnet.randomness import epoch_order

SEEDS = st.integers(0, 2**64 - 1)


@given(m=st.integers(0, 200), seed=SEEDS, epoch=st.integers(0, 2**63))
def test_an_order_is_a_permutation_and_the_same_every_time(m: int, seed: int, epoch: int) -> None:
    order = epoch_order(m, seed, epoch)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(np.sort(order), np.arange(m))
    np.testing.assert_array_equal(order, epoch_order(m, seed, epoch))


def test_orders_of_other_epochs_and_seeds_are_others() -> None:
    orders = [epoch_order(50, seed, epoch).tobytes() for seed in range(5) for epoch in range(5)]
    assert len(set(orders)) == len(orders)


def test_every_row_comes_at_every_place_equally_often() -> None:
    counts = np.zeros((6, 6))
    for epoch in range(6000):
        counts[np.arange(6), epoch_order(6, 1, epoch)] += 1
    assert abs(counts - 1000).max() < 5 * np.sqrt(1000)


def test_the_order_is_pinned() -> None:
    # A saved run goes on with these orders: they may not change from version to version.
    assert epoch_order(8, seed=42, epoch=7).tolist() == [6, 4, 1, 5, 7, 3, 0, 2]
    assert holdout(8, 0.25, seed=42)[1].tolist() == [5, 6]


def test_no_shuffle_is_the_order_of_the_rows() -> None:
    assert epoch_order(4, 0, 0, shuffle=False).tolist() == [0, 1, 2, 3]


@given(m=st.integers(2, 300), fraction=st.floats(0.001, 0.999), seed=SEEDS)
def test_a_split_has_each_row_once(m: int, fraction: float, seed: int) -> None:
    train, test = holdout(m, fraction, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(m))
    assert len(test) == min(max(round(m * fraction), 1), m - 1)
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()


@given(
    classes=st.lists(st.integers(0, 6), min_size=2, max_size=200),
    fraction=st.floats(0.01, 0.99),
    seed=SEEDS,
)
def test_a_stratified_split_leaves_every_class_a_row(classes: list[int], fraction: float, seed: int) -> None:
    y = np.array(classes)
    train, test = holdout(len(y), fraction, seed, stratify=y)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(len(y)))
    assert len(train) and len(test)
    if len(set(classes)) < len(classes):
        assert set(y[train]) == set(classes)
    count = min(max(round(len(y) * fraction), 1), len(y) - 1)
    if fraction <= 0.5 and np.bincount(y)[np.unique(y)].min() > 2:
        assert len(test) == count
        for label in set(classes):  # each class within a row or two of its share
            assert abs((y[test] == label).sum() - (y == label).sum() * count / len(y)) <= 2


@pytest.mark.parametrize("m", [0, 1])
def test_too_few_rows(m: int) -> None:
    with pytest.raises(InvalidInput, match="1 row[)]" if m == 1 else f"{m} rows"):
        holdout(m, 0.5, 0)


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 2.0, float("nan"), "0.2", None])
def test_no_fraction(fraction: object) -> None:
    with pytest.raises(InvalidInput, match="fraction"):
        holdout(10, fraction, 0)


def test_wrong_arguments() -> None:
    with pytest.raises(InvalidInput, match="3 classes for 4 rows"):
        holdout(4, 0.5, 0, stratify=[0, 1, 1])
    with pytest.raises(InvalidInput, match="seed=-1"):
        epoch_order(3, -1, 0)
    with pytest.raises(InvalidInput, match=r"epoch=1\.5"):
        epoch_order(3, 0, 1.5)
    with pytest.raises(InvalidInput, match="seed=True"):
        holdout(4, 0.5, True)
