"""The expressions of the tables' records, as NumPy and as the graph compute them, against the forms written by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from glassnet import graph
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.expressions import NUMPY, graph_operations
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import LOSSES

GRAPH = graph_operations()
Z = np.concatenate([np.linspace(-30, 30, 241), [1e-3, -1e-3, 0, 1e4, -1e4]])

every_activation = pytest.mark.parametrize("g", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
every_link = pytest.mark.parametrize("link", LINKS.values(), ids=list(LINKS))
every_loss = pytest.mark.parametrize("cls", [LOSSES[name].cls for name in LOSSES], ids=list(LOSSES))


@every_activation
@pytest.mark.parametrize("ns", [NUMPY, GRAPH], ids=["numpy", "graph"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_activations(g, ns, dtype):
    z = Z.astype(dtype)
    a = np.asarray(g.expression(ns, z))
    assert a.dtype == dtype
    np.testing.assert_allclose(a, g(z), rtol=64 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)


@every_activation
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_derivatives_of_activations(g, dtype):
    """At a kink, too: the formulas of the table say "if z > 0"."""
    z = Z.astype(dtype)
    derivative = graph.grad(lambda z: np.sum(g.expression(GRAPH, z)))(z)
    assert derivative.dtype == dtype
    # Derivatives written with `a` inherit its rounding, times z in silu's and mish's.
    eps = 64 * np.finfo(dtype).eps
    np.testing.assert_allclose(g.prime(z), derivative, rtol=eps, atol=eps)


def draw(loss, data):
    """Scores and targets of the kind the loss takes."""
    m, k, rng = (
        data.draw(st.integers(0, 4)),
        data.draw(st.integers(1, 4)),
        np.random.default_rng(data.draw(st.integers(0))),
    )
    targets = {
        "numbers": lambda: rng.normal(size=(m, k)),
        "counts": lambda: rng.poisson(2, (m, k)).astype(float),
        "zero_one": lambda: rng.integers(0, 2, (m, k)).astype(float),
        "classes": lambda: np.eye(k)[rng.integers(0, k, m)],
    }
    return 3 * rng.normal(size=(m, k)), targets[loss.targets]()


@every_loss
@given(data=st.data())
def test_losses(cls, data):
    loss = data.draw(oracles.records(cls))
    S, Y = draw(loss, data)
    dS = np.empty_like(S)
    loss.gradient(S, Y, dS)
    size = np.abs(S).max(initial=1) * np.abs(Y).max(initial=1) + np.exp(np.abs(S).max(initial=0))
    for ns in (NUMPY, GRAPH):
        np.testing.assert_allclose(loss.expression(ns, S, Y), loss.value(S, Y), rtol=1e-12, atol=1e-14 * size)
    np.testing.assert_allclose(
        dS, graph.grad(lambda S: np.sum(loss.expression(GRAPH, S, Y)))(S), rtol=1e-11, atol=1e-13
    )


@every_loss
@given(data=st.data())
def test_losses_written_from_predictions(cls, data):
    """What a ledger writes: a part of the loss and of its gradient for each output."""
    loss = data.draw(oracles.records(cls))
    S, Y = draw(loss, data)
    p, y, dS = np.empty_like(S), loss.targets_as_compared(Y), np.empty_like(S)
    LINKS[loss.link].value(S, p)
    loss.gradient(S, Y, dS)
    np.testing.assert_allclose(loss.written(NUMPY, p, y).sum(axis=1), loss.value(S, Y), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.broadcast_to(loss.written_gradient(NUMPY, p, y), S.shape), dS, rtol=1e-12, atol=1e-14)
