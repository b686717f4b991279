"""What a graph was computed from stays as it was: constants and indices are kept, as inputs are."""

import numpy as np
import pytest

from glassnet.errors import InvalidInput
from glassnet.graph import backward, inputs, value_and_grad

CONSTANTS = {
    "a factor": (np.array([1.0, 2.0, 3.0]), lambda x, c: (x * c).sum()),
    "a matrix": (np.eye(3) + 1, lambda x, c: (c @ x).sum()),
    "an exponent": (np.array([2.0, 3.0, 2.0]), lambda x, c: (x**c).sum()),
    "a divisor": (np.array([2.0, 4.0, 8.0]), lambda x, c: (x / c).sum()),
    "a condition": (np.array([True, False, True]), lambda x, c: np.where(c, x, 2 * x).sum()),
    "an index": (np.array([0, 0, 2]), lambda x, c: x[c].sum()),
    "an index among others": (np.array([0, 1, 1]), lambda x, c: np.outer(x, x)[:, c].sum()),
    "places to take": (np.array([1, 1, 2]), lambda x, c: np.take(x, c).sum()),
    "a list in an index": ([0, 2], lambda x, c: x[c].sum()),
    "a maximum": (np.array([0.0, 9.0, 0.0]), lambda x, c: np.maximum(x, c).sum()),
    "a view": (np.ones((3, 2))[:, 1], lambda x, c: (x * c).sum()),
}


@pytest.mark.parametrize("what", CONSTANTS)
def test_overwritten_between_forward_and_backward(what):
    constant, f = CONSTANTS[what]
    constant = constant.copy()
    (x,) = inputs(x=np.array([0.5, 1.5, 2.5]))
    right = value_and_grad(lambda x: f(x, constant))(x.value.copy())[1]
    end = f(x, constant)
    constant[:] = [value * 0 for value in constant]
    assert np.array_equal(backward(end)[x], right) and right.any()


def test_a_masked_constant_or_input_is_refused():
    masked = np.ma.masked_equal([1.0, -9999.0], -9999.0)
    (x,) = inputs(x=np.ones(2))
    for call in (lambda: np.multiply(x, masked), lambda: inputs(x=masked)):
        with pytest.raises(InvalidInput, match="masked cells"):
            call()
