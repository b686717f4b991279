"""Which rows are held out where they belong together, or have an order: laws, and what columns say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.splitting.columns import loose, read_groups, read_order, read_weights
from glassnet.data.splitting.split import Split
from glassnet.errors import InvalidInput, UnknownName

SEEDS = st.integers(0, 2**64 - 1)
SHARES = st.floats(0.01, 0.99)
LABELS = st.lists(st.integers(0, 9), min_size=2, max_size=120).filter(lambda labels: len(set(labels)) > 1)


def check_sides(m: int, training: np.ndarray, held_out: np.ndarray) -> None:
    assert len(training) and len(held_out)
    assert np.array_equal(np.sort(np.concatenate([training, held_out])), np.arange(m))
    assert (np.diff(training) > 0).all() and (np.diff(held_out) > 0).all()


@given(labels=LABELS, fraction=SHARES, seed=SEEDS, classes=st.integers(1, 4))
def test_no_group_stands_on_both_sides(labels: list[int], fraction: float, seed: int, classes: int) -> None:
    groups = np.array(labels)
    split, m = Split(groups=groups), len(groups)
    y = np.arange(m) % classes
    training, held_out = split.hold_out(m, fraction, seed, y)
    check_sides(m, training, held_out)
    assert not set(groups[training]) & set(groups[held_out])
    again = split.hold_out(m, fraction, seed, y)
    assert np.array_equal(again[1], held_out)


@given(sizes=st.integers(1, 5), count=st.integers(10, 40), fraction=st.floats(0.1, 0.9), seed=SEEDS)
def test_groups_of_one_size_meet_the_share(sizes: int, count: int, fraction: float, seed: int) -> None:
    groups = np.repeat(np.arange(count), sizes)
    held_out = Split(groups=groups).hold_out(len(groups), fraction, seed)[1]
    assert abs(len(held_out) - fraction * len(groups)) <= sizes


@given(labels=LABELS, fraction=SHARES, seed=SEEDS)
def test_a_class_of_several_groups_keeps_rows_to_learn_from(labels: list[int], fraction: float, seed: int) -> None:
    groups = np.arange(len(labels))  # each row its own
    y = np.concatenate([labels, labels])
    training, _ = Split(groups=np.concatenate([groups, groups + len(groups)])).hold_out(len(y), fraction, seed, y)
    assert set(y[training]) == set(labels)


@given(places=LABELS, fraction=SHARES, seed=SEEDS)
def test_the_last_are_held_out_and_equal_ones_together(places: list[int], fraction: float, seed: int) -> None:
    order = np.array(places, float)
    training, held_out = Split(order=order).hold_out(len(order), fraction, seed)
    check_sides(len(order), training, held_out)
    assert order[training].max() < order[held_out].min()
    wanted = min(max(round(len(order) * fraction), 1), len(order) - 1)
    possible = [int((order >= place).sum()) for place in set(places) if place > min(places)]
    assert abs(len(held_out) - wanted) == min(abs(count - wanted) for count in possible)


@given(rows=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=2, max_size=60), fraction=SHARES)
def test_groups_in_an_order_are_held_out_whole(rows: list[tuple[int, int]], fraction: float) -> None:
    groups, order = np.array(rows).T
    split = Split(groups=groups, order=order.astype(float))
    if not split.possible:
        with pytest.raises(InvalidInput, match="have the same 'order'"):
            split.hold_out(len(rows), fraction, 0)
        return
    training, held_out = split.hold_out(len(rows), fraction, 0)
    check_sides(len(rows), training, held_out)
    assert not set(groups[training]) & set(groups[held_out])
    began = {group: order[groups == group].min() for group in set(groups)}
    assert max(began[g] for g in groups[training]) < min(began[g] for g in groups[held_out])


@pytest.mark.parametrize(
    ("split", "match"),
    [
        (Split(groups=np.zeros(4), group="shop"), "all 4 rows are of one group of 'shop'"),
        (Split(order=np.ones(4), order_by="day"), "all 4 rows have the same 'day'"),
    ],
)
def test_nothing_to_divide_by(split: Split, match: str) -> None:
    assert not split.possible
    with pytest.raises(InvalidInput, match=match):
        split.hold_out(4, 0.5, 0)


@pytest.mark.parametrize("m", [0, 1])
def test_too_few_rows(m: int) -> None:
    for split in (Split(), Split(groups=np.zeros(m)), Split(order=np.zeros(m))):
        with pytest.raises(InvalidInput, match="too few rows"):
            split.hold_out(m, 0.5, 0)


def test_a_group_of_most_rows_is_learned_from() -> None:
    groups = np.array([0] * 90 + [1] * 10)
    assert all((Split(groups=groups).hold_out(100, 0.2, seed)[1] >= 90).all() for seed in range(5))


def test_what_columns_say() -> None:
    table = open_source(
        {
            "shop": [" b", "a", "b ", "1"],
            "day": ["03.02.2024", "01.02.2024", "13.02.2024", "02.02.2024"],
            "year": [2020, 2019, 2020, 2021],
            "w": ["1,5", "0", "2", "1"],
        }
    )
    assert read_groups(table, "shop").tolist() == [0, 1, 0, 2]
    assert read_groups(table, "year").tolist() == [0, 1, 0, 2]
    assert np.argsort(read_order(table, "day")).tolist() == [1, 3, 0, 2]
    assert read_order(table, "year").tolist() == [2020, 2019, 2020, 2021]
    assert read_weights(table, "w").tolist() == [1.5, 0, 2, 1]
    assert read_weights(table.take([0, 3]), "w").tolist() == [1.5, 1]
    assert read_order(open_source(loose([3, 1, 2], "order", 3)), "order").tolist() == [3, 1, 2]


@pytest.mark.parametrize(
    ("read", "values", "match"),
    [
        (read_groups, ["a", None, "b"], r"cells are missing \(seen: 1 of 3 rows, the first is row 2\)"),
        (read_order, [1.0, None, 2.0], "row 2"),
        (read_order, ["2024-01-01", "2024-01-02", ""], "row 3"),
        (read_order, ["low", "high", "low"], "holds neither numbers nor dates"),
        (read_weights, [1.0, None, 2.0], "row 2"),
        (read_weights, [1.0, -2.0, 2.0], r"below 0 \(seen: -2 in row 2\)"),
        (read_weights, [0.0, 0.0, 0.0], "all weights in column 'c' are 0"),
        (read_weights, ["much", "little", "much"], "row 1 of column 'c' is not a number"),
    ],
)
def test_what_columns_cannot_say(read: object, values: list[object], match: str) -> None:
    with pytest.raises(InvalidInput, match=match):
        read(open_source({"c": values}), "c")  # type: ignore[operator]


def test_a_column_that_is_not_there() -> None:
    for read in (read_groups, read_order, read_weights):
        with pytest.raises(UnknownName, match="'shop'"):
            read(open_source({"shop": [1, 2]}, ReadOptions()), "shops")
    with pytest.raises(InvalidInput, match="3 rows, 2 values"):
        loose([1, 2], "groups", 3)
