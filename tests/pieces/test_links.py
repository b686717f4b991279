"""Every link: from scores to predictions."""

import numpy as np
import pytest
from scipy import special

from glassnet.errors import UnknownName
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.links import LINKS

every = pytest.mark.parametrize("link", LINKS.values(), ids=list(LINKS))
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])

WITNESSES = {
    "identity": lambda S: S,
    "sigmoid": special.expit,
    "softmax": lambda S: special.softmax(S, axis=1),
    "exp": np.exp,
}


def predict(link, S):
    out = np.full_like(S, np.nan)
    link.value(S, out)
    return out


@every
@dtypes
def test_value(link, dtype):
    assert link.name in WITNESSES, f"write what {link.name!r} should give into WITNESSES"
    S = np.random.default_rng(0).normal(0, 5, (40, 3)).astype(dtype)
    S.flags.writeable = False
    exact = WITNESSES[link.name](S.astype(np.float64))
    np.testing.assert_allclose(predict(link, S), exact, rtol=16 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(predict(link, S[:, ::2]), predict(link, S[:, ::2].copy()))


@every
@dtypes
def test_extreme_scores_stay_in_the_range(link, dtype):
    S = np.array([[1e4, -1e4], [-1e4, -1e4], [0, -0.0], [1e4, 1e4]], dtype)
    predictions = predict(link, S)
    low, high = link.range
    assert ((low <= predictions) & (predictions <= high)).all()


@every
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (3, 1)], ids=str)
def test_edge_shapes(link, shape):
    predictions = predict(link, np.zeros(shape))
    assert predictions.shape == shape and np.isfinite(predictions).all()


@dtypes
def test_softmax_rows_are_shares_and_shifts_change_nothing(dtype):
    S = np.random.default_rng(1).integers(-9, 9, (50, 7)).astype(dtype)
    shares = predict(LINKS["softmax"], S)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=4 * np.finfo(dtype).eps)
    assert np.array_equal(shares, predict(LINKS["softmax"], S + dtype(8192)))


@dtypes
def test_exp_beyond_the_largest_float_is_inf(dtype):
    assert predict(LINKS["exp"], np.array([[1e4, -1e4]], dtype)).tolist() == [[np.inf, 0]]


def test_links_that_are_activations():
    for name in ("identity", "sigmoid"):
        assert LINKS[name].value is ACTIVATIONS[name].value
    assert LINKS["logistic"] is LINKS["sigmoid"]
    with pytest.raises(UnknownName, match="no link 'softmx'; did you mean 'softmax'"):
        LINKS["softmx"]
