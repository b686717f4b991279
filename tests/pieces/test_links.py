"""Every link: from scores to predictions."""

import numpy as np
import pytest

import oracles
from glassnet.errors import UnknownName
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.expressions import NUMPY, graph_operations
from glassnet.pieces.links import LINKS

every = pytest.mark.parametrize("link", LINKS.values(), ids=list(LINKS))
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def predict(link, S):
    out = np.full_like(S, np.nan)
    link.value(S, out)
    return out


@every
@dtypes
def test_value(link, dtype):
    S = np.random.default_rng(0).normal(0, 5, (40, 3)).astype(dtype)
    S.flags.writeable = False
    exact = oracles.witness(oracles.LINKS, link.name)(S.astype(np.float64))
    np.testing.assert_allclose(predict(link, S), exact, rtol=16 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(predict(link, S[:, ::2]), predict(link, S[:, ::2].copy()))


@every
def test_inverse(link):
    """Scores whose predictions are those given, row by row and of a single row."""
    S = np.random.default_rng(0).normal(size=(40, 3))
    predictions = predict(link, S)
    np.testing.assert_allclose(predict(link, link.inverse(predictions)), predictions, rtol=1e-12)
    assert np.array_equal(link.inverse(predictions[0]), link.inverse(predictions)[0])
    edges = np.array([end for end in link.range if np.isfinite(end)])
    assert np.isfinite(link.inverse(edges)).all()


@every
@pytest.mark.parametrize("ns", [NUMPY, graph_operations()], ids=["numpy", "graph"])
def test_expression(link, ns):
    S = np.random.default_rng(0).normal(0, 5, (40, 3))
    np.testing.assert_allclose(link.expression(ns, S), predict(link, S), rtol=1e-13)


@every
def test_words_and_rows(link):
    assert link.words.format("price").count("price") == 1
    S = np.zeros((1, 2))
    moved = predict(link, np.array([[0.0, 1.0]]))
    assert (moved[0, 0] != predict(link, S)[0, 0]) == link.by_row


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
