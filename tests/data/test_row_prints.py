"""Prints tell rows apart, in whatever dtype, order and container they come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from glassnet.data.row_digests import LEARNED, NEVER, RowPrints
from glassnet.data.row_prints import CELLS, FEW, Prints, noted, row_prints

FLOATS = st.floats(-(2.0**100), 2.0**100, width=32)


@given(arrays(np.float32, st.tuples(st.integers(0, 6), st.integers(0, 4)), elements=FLOATS))
def test_equal_rows_and_no_others_have_equal_prints(X: np.ndarray) -> None:
    same = (X[:, None] == X[None]).all(axis=2)
    of_inputs = row_prints(X).inputs
    assert ((of_inputs[:, None] == of_inputs[None]) == same).all()
    for twin in (
        X.astype(np.float64),
        np.asfortranarray(X),
        np.where(X == 0, -0.0, X),
        sparse.csr_matrix(X),
        sparse.csc_array(X),
    ):
        assert (row_prints(twin).inputs == of_inputs).all()


def test_a_sparse_cell_in_two_parts_is_their_sum_and_the_rows_stay_as_they_are() -> None:
    parts = sparse.csr_matrix((np.array([1.0, 2.0, 5.0]), np.array([1, 1, 0]), np.array([0, 2, 2, 3])), shape=(3, 2))
    assert (row_prints(parts).inputs == row_prints(parts.toarray()).inputs).all() and parts.nnz == 3


def test_blocks_change_nothing() -> None:
    X = np.random.default_rng(0).normal(size=(5, CELLS // 2 + 1))
    assert (row_prints(X).inputs == [row_prints(row[None]).inputs[0] for row in X]).all()
    tall = np.random.default_rng(0).normal(size=(2 * CELLS // 3 + 7, 3))
    assert (row_prints(tall).inputs[[0, -1]] == row_prints(tall[[0, -1]]).inputs).all()


def test_targets_as_numbers_of_classes_as_floats_and_in_several_columns() -> None:
    Y = np.array([0, 1, 1])
    assert (
        row_prints(np.ones((3, 1)), Y).targets == row_prints(np.ones((3, 1)), Y.astype(float)[:, None]).targets
    ).all()
    several = row_prints(np.ones((2, 1)), np.array([[1.0, 2.0], [2.0, 1.0]])).targets
    assert several[0] != several[1]


def test_a_number_beyond_float32_is_no_warning() -> None:
    assert row_prints(np.array([[1e300], [1e300]])).inputs.std() == 0


@pytest.mark.parametrize("m", [FEW // 2, FEW // 2 + 1])
def test_of_few_rows_a_copy_is_kept_of_many_the_prints(m: int) -> None:
    X, Y = np.random.default_rng(0).normal(size=(m, 2)), np.zeros(m, int)
    known = RowPrints(noted(X, Y), Prints(), seed=0)
    assert isinstance(known.learned, Prints) == (2 * m > FEW)
    before = X.copy()
    X += 1  # the caller's own
    assert (known.roles(before, Y) == LEARNED).all() and (known.roles(X, Y) == NEVER).all()
