"""The backward pass: order, sums over arrows, derivatives apart from the nodes."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, basic_indices, integer_array_indices, mutually_broadcastable_shapes

from glassnet import graph
from glassnet.graph.backward import ancestors
from graph.directions import check


def test_the_slide():
    """Row 17: f = (x + y) z at (-2, 5, -4)."""
    x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    f = q * z
    assert (q.value, f.value) == (3, -12)
    slopes = graph.backward(f)
    assert [float(slopes[node]) for node in (x, y, z, q, f)] == [-4, -4, 3, -4, 1]


def test_two_passes_give_the_same_and_leave_the_nodes_as_they_were():
    x, y = graph.inputs(x=[1.0, 2.0], y=0.5)
    f = np.sum(np.exp(x * y) + x)
    before = [(node.value.copy(), node.arguments) for node in ancestors(f)]
    first, second = graph.backward(f), graph.backward(f)
    assert first.keys() == second.keys() == set(ancestors(f))
    for node in first:
        assert first[node].tobytes() == second[node].tobytes()
    for node, (value, arguments) in zip(ancestors(f), before, strict=True):
        assert np.array_equal(node.value, value) and node.arguments is arguments


def test_every_arrow_counts():
    (x,) = graph.inputs(x=3.0)
    y = x * x
    assert graph.backward(y * y + y + x)[x] == 4 * 27 + 6 + 1


def test_one_node_by_itself():
    (x,) = graph.inputs(x=3.0)
    assert graph.backward(x) == {x: 1.0}


def test_20_000_nodes():
    def f(x):
        for _ in range(10_000):
            x = x * 1.00001 + 1e-5
        return x

    assert graph.grad(f)(0.5) == pytest.approx(1.00001**10_000, rel=1e-12)
    (x,) = graph.inputs(x=0.5)
    end = f(x)
    assert len(ancestors(end)) == 20_001
    text = str(graph.Graph(end))
    assert "... 19,961 more" in text and len(text.splitlines()) == 2 + 2 * 41 + 1
    del end, text
    gc.collect()  # so long a chain is taken down without recursion, too


def test_a_wide_graph_and_a_diamond_of_many_paths():
    """2^60 paths, 61 nodes: each is visited once."""
    (x,) = graph.inputs(x=1.0)
    y = x
    for _ in range(60):
        y = y + y
    assert graph.backward(y)[x] == 2.0**60


def test_values_are_read_only_and_inputs_copied():
    mine = np.array([1.0, 2.0])
    (x,) = graph.inputs(x=mine)
    y = np.sum(x * mine.copy())
    mine[0] = 99
    assert graph.backward(y)[x].tolist() == [1, 2] and x.value.tolist() == [1, 2]
    for node in (x, y):
        with pytest.raises(ValueError, match="read-only"):
            node.value[...] = 0


def test_constants_stay_writeable():
    constant = np.ones(3)
    graph.grad(lambda x: np.sum(x * constant + np.where(constant > 0, constant, x)))(np.ones(3))
    assert constant.flags.writeable


def test_results_are_the_callers_own():
    gx, gy = graph.grad(lambda x, y: np.sum(x + y), argnums=(0, 1))(np.ones(2), np.ones(2))
    gx[0] = 7
    assert gy.tolist() == [1, 1]


numbers = st.floats(-3, 3)


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0), st.data())
def test_broadcasting_is_undone(shapes, data):
    """d/dx sum(x op y) is right in shape and value for any two shapes that go together."""
    x, y = (data.draw(arrays(np.float64, shape, elements=numbers)) for shape in shapes.input_shapes)
    check(lambda x, y: x * y + np.exp(x - y) + np.where(x > 1e9, x, y), x, y, rtol=1e-5)


@given(st.data(), st.booleans())
def test_reductions_over_any_axes(data, keepdims):
    shape = data.draw(st.lists(st.integers(1, 3), max_size=3))
    axes = data.draw(st.none() | st.sets(st.integers(0, len(shape) - 1)).map(tuple) if shape else st.none())
    x = data.draw(arrays(np.float64, shape, elements=numbers, unique=True))
    for reduce in (np.sum, np.mean, np.var, graph.logsumexp):
        check(lambda x, reduce=reduce: reduce(x, axis=axes, keepdims=keepdims), x, rtol=1e-5)


@given(st.data())
def test_any_index(data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    index = data.draw(basic_indices(tuple(shape), allow_newaxis=True) | integer_array_indices(tuple(shape)))
    x = data.draw(arrays(np.float64, shape, elements=numbers))
    check(lambda x: np.square(x[index]), x, rtol=1e-5)


@given(st.data())
def test_the_chain_rule_is_linear(data):
    """The derivative of a f + b g is a f' + b g', for random compositions."""
    known = [np.tanh, np.sin, graph.sigmoid, np.square, lambda x: x * x[::-1], np.arctan, lambda x: x - np.mean(x)]
    f, g = (data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=5)) for _ in range(2))
    a, b = data.draw(numbers), data.draw(numbers)
    x = data.draw(arrays(np.float64, (3,), elements=numbers))

    def composed(functions):
        def of(x):
            for function in functions:
                x = function(x)
            return np.sum(x)

        return of

    together = graph.grad(lambda x: a * composed(f)(x) + b * composed(g)(x))(x)
    apart = a * graph.grad(composed(f))(x) + b * graph.grad(composed(g))(x)
    np.testing.assert_allclose(together, apart, rtol=1e-12, atol=1e-12)
