"""A model knows which rows taught it: by digests, in whatever order, spelling and container they come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.row_digests import LEARNED, NEVER, ROLES, UNKNOWN, VALIDATED, RowDigests, judged_rows
from glassnet.errors import InvalidInput


def rows(m: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, 3)).astype(np.float32), rng.integers(0, 3, m).astype(np.float64)


@given(counts=st.lists(st.integers(0, 3), min_size=3, max_size=3), seed=st.integers(0, 5))
def test_of_equal_rows_as_many_count_as_learned_from_as_were(counts: list[int], seed: int) -> None:
    learned, validated, new = counts
    X, Y = rows(2, seed)
    row, target = np.repeat(X[:1], sum(counts), axis=0), np.repeat(Y[:1], sum(counts))
    other = X[1:], Y[1:]
    taught = np.concatenate([row[:learned], other[0]]), np.concatenate([target[:learned], other[1]])
    known = RowDigests.of(taught, (row[:validated], target[:validated]), seed)
    roles = known.roles(row, target)
    assert np.bincount(roles, minlength=3).tolist() == [learned, validated, new]
    assert np.bincount(known.roles(row), minlength=3).tolist() == [learned, validated, new]


@given(st.integers(0, 2**32 - 1))
def test_order_and_other_rows_change_no_role(seed: int) -> None:
    X, Y = rows(40)
    known = RowDigests.of((X[:20], Y[:20]), (X[20:30], Y[20:30]), 1)
    truth = np.repeat([LEARNED, VALIDATED, NEVER], [20, 10, 10])
    order = np.random.default_rng(seed).permutation(40)
    assert (known.roles(X[order], Y[order]) == truth[order]).all()


def test_a_changed_target_is_another_row_unless_it_is_not_known() -> None:
    X, Y = rows(5)
    known = RowDigests.of((X, Y), None, 0)
    assert (known.roles(X, Y + 1) == NEVER).all()
    assert (known.roles(X) == LEARNED).all()


def test_a_number_learned_in_float32_is_known_in_float64() -> None:
    X, Y = rows(4000)[0], np.random.default_rng(0).normal(size=(4000, 1))
    known = RowDigests.of((X, Y.astype(np.float32)), None, 0)
    assert (known.roles(X, Y) == LEARNED).all()


def test_edges_no_row_one_row_negative_zero_many_targets() -> None:
    X, Y = rows(1)
    known = RowDigests.of((X, Y), None, 0)
    assert known.roles(X[:0], Y[:0]).shape == (0,)
    assert RowDigests.of((X[:0], Y[:0]), None, 0).roles(X, Y).tolist() == [NEVER]
    zero = np.zeros((1, 2), np.float32)
    assert RowDigests.of((zero, zero), None, 0).roles(-zero, -zero).tolist() == [LEARNED]


def test_salts_differ_with_rows_and_seed_and_repeat_with_both() -> None:
    made = [RowDigests.of(rows(3, table), None, seed) for table, seed in [(0, 0), (0, 1), (1, 0), (0, 0)]]
    assert len({known.salt for known in made}) == 3 and made[0].salt == made[3].salt
    assert not set(made[0].learned.tolist()) & set(made[1].learned.tolist())


def test_of_very_many_rows_a_part_is_known_and_never_mistaken() -> None:
    X, Y = rows(4000)
    known = RowDigests.of((X[:3000], Y[:3000]), None, 0, most=1000)
    assert len(known.learned) <= 1000 and known.halvings == 2
    roles = known.roles(X, Y)
    assert (roles[:3000] != NEVER).all() and (roles[3000:] != LEARNED).all()
    assert 150 < (roles[3000:] == NEVER).sum() < 350  # a quarter


def test_the_rows_to_judge_by() -> None:
    roles = np.array([LEARNED, NEVER, VALIDATED, LEARNED])
    assert judged_rows(roles, 4).places.tolist() == [1]
    assert judged_rows(roles, 4).words == "never seen; 2 learned from, 1 validated on are left out"
    assert judged_rows(roles, 4, "all").words == "2 learned from, 1 validated on, 1 never seen"
    assert judged_rows(roles, 4, "learned").places.tolist() == [0, 3]
    assert judged_rows(roles[:1], 1).words == ROLES[LEARNED]  # all, since none is unseen
    for none in (None, np.full(2, UNKNOWN)):
        assert "unknown" in judged_rows(none, 2).words and len(judged_rows(none, 2).places) == 2
        with pytest.raises(InvalidInput, match="not known"):
            judged_rows(none, 2, "learned")
    with pytest.raises(InvalidInput, match="none of these rows was validated on"):
        judged_rows(roles[:2], 2, "validated")
