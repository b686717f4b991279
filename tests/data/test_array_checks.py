"""Arrays are passed on untouched where they can be used, and refused in words where not."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.array_checks import check_matrix, check_target, check_weights
from glassnet.errors import GlassnetError, InvalidInput, InvalidType


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (1, 1), (4, 2)])
def test_floats_are_the_same_memory(shape: tuple[int, int], dtype: type) -> None:
    X = np.ones(shape, dtype=dtype)
    assert check_matrix(X) is X


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, bool, np.float16, object])
def test_other_numbers_become_float64(dtype: type) -> None:
    X = check_matrix(np.ones((2, 2), dtype=dtype))
    assert X.dtype == np.float64
    np.testing.assert_array_equal(X, 1.0)


def test_large_finite_numbers_pass() -> None:
    X = np.full((2, 2), 1.7e308)  # their sum is not finite
    assert check_matrix(X) is X


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_number_that_is_not_finite_is_named(bad: float) -> None:
    X = np.zeros((3, 2))
    X[1, 1] = X[2, 0] = bad
    with pytest.raises(InvalidInput, match=r"X holds 2 numbers that are not finite \(seen: X\[1, 1\] = "):
        check_matrix(X)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check_matrix([1, 2]), InvalidInput, r"shape \(2,\)\); pass X.reshape\(-1, 1\)"),
        (lambda: check_matrix(np.zeros((2, 3)), columns=4), InvalidInput, r"3 columns, not 4 .*shape \(2, 3\)"),
        (lambda: check_matrix(np.zeros((2, 3)), rows=4), InvalidInput, r"2 rows, not 4 .*shape \(2, 3\)"),
        (lambda: check_matrix([["a", "b"]]), InvalidType, "not an array of numbers"),
        (lambda: check_matrix([[1], [2, 3]]), InvalidType, "not an array of numbers"),
        (lambda: check_matrix([[1j]]), InvalidType, "complex128"),
        (lambda: check_matrix(None), InvalidInput, "X is not a matrix|not an array"),
        (lambda: check_target([1, 2], rows=3), InvalidInput, "y has 2 rows, not 3"),
        (lambda: check_target(np.zeros((2, 2)), outputs=1), InvalidInput, "2 columns, not 1"),
        (lambda: check_target([1, np.nan]), InvalidInput, r"y\[1, 0\] = nan"),
        (lambda: check_weights([1, 2], 3), InvalidInput, r"shape \(2,\), not \(3,\)"),
        (lambda: check_weights([1, -2], 2), InvalidInput, r"sample_weight\[1\] = -2"),
        (lambda: check_weights([0, 0], 2), InvalidInput, "zero everywhere"),
        (lambda: check_weights([1, np.inf], 2), InvalidInput, "not finite"),
        (lambda: check_weights("heavy", 2), InvalidType, "not an array of numbers"),
    ],
)
def test_refused(call, error: type[GlassnetError], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_a_vector_of_targets_becomes_a_column() -> None:
    assert check_target([1, 2, 3]).shape == (3, 1)
    assert check_target(np.zeros((3, 2), dtype=np.float32)).dtype == np.float32


def test_weights() -> None:
    np.testing.assert_array_equal(check_weights(None, 2), [1, 1])
    np.testing.assert_array_equal(check_weights(3, 2), [3, 3])
    np.testing.assert_array_equal(check_weights([0, 2], 2), [0, 2])
    assert check_weights([], 0).shape == (0,)


def test_one_number_is_not_called_numbers() -> None:
    with pytest.raises(InvalidInput, match="X holds 1 number that is not finite"):
        check_matrix([[1.0, np.nan]])
    with pytest.raises(InvalidInput, match="X has 1 column, not 2"):
        check_matrix([[1.0]], columns=2)
    with pytest.raises(InvalidInput, match="X has 1 row, not 2"):
        check_matrix([[1.0]], rows=2)
