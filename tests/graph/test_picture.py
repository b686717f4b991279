"""A graph as text, as Graphviz's language and as plain data."""

import json

import numpy as np
import pytest

from glassnet import graph
from glassnet.errors import InvalidInput, InvalidType


def the_slide():
    x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    return graph.Graph(q * z, q=q)


SLIDE = """\
forward
  x = -2
  y = 5
  z = -4
  q = x + y = 3
  f = q * z = -12
backward
  df/df = 1
  df/dq = -4
  df/dz = 3
  df/dy = df/dq * dq/dy = -4 * 1 = -4
  df/dx = df/dq * dq/dx = -4 * 1 = -4"""

SLIDE_DOT = r"""digraph {
  rankdir=LR
  node [shape=box]
  n0 [label="x\nvalue -2\ndf/dx -4"]
  n1 [label="y\nvalue 5\ndf/dy -4"]
  n2 [label="z\nvalue -4\ndf/dz 3"]
  n3 [label="q = x + y\nvalue 3\ndf/dq -4"]
  n4 [label="f = q * z\nvalue -12\ndf/df 1"]
  n0 -> n3 [label="1"]
  n1 -> n3 [label="1"]
  n3 -> n4 [label="-4"]
  n2 -> n4 [label="3"]
}
"""


def test_the_slide_in_text():
    assert str(the_slide()) == SLIDE


def test_the_slide_for_graphviz():
    assert the_slide().to_dot() == SLIDE_DOT


def test_the_slide_as_data():
    data = the_slide().to_data()
    assert json.loads(json.dumps(data)) == data
    assert data["nodes"][3] == {"name": "q", "operation": "x + y", "value": 3.0, "derivative": -4.0}
    assert [(a["source"], a["target"], a["derivative"]) for a in data["edges"]] == [
        ("x", "q", 1), ("y", "q", 1), ("q", "f", -4), ("z", "f", 3),
    ]  # fmt: skip


def test_the_neuron_of_the_workshop_with_sums_over_arrows():
    """A node with two arrows: the derivative is a sum."""
    (w,) = graph.inputs(w=3.0)
    s = w * w
    lines = str(graph.Graph(s + w, s=s)).splitlines()
    assert lines[-1] == "  df/dw = 1 * 3 + 1 * 3 + 1 * 1 = 7"
    y = graph.Graph(np.exp(s * 0 + w * 0), s=s)
    assert "df/dw = df/ds * ds/dw + df/ds * ds/dw + df/dv2 * dv2/dw = 0 * 3 + 0 * 3 + 1 * 0 = 0" in str(y)


def test_derivatives_are_the_sums_over_the_arrows():
    """The picture's own numbers obey the chain rule."""
    a, b = graph.inputs(a=0.3, b=-1.2)
    picture = graph.Graph(np.tanh(a * b + np.sin(a)) / (1 + b**2) * a)
    derivative = {node.name: node.derivative for node in picture.nodes}
    for node in picture.nodes[:-1]:
        parts = [derivative[edge.target] * edge.derivative for edge in picture.edges if edge.source == node.name]
        assert sum(parts) == pytest.approx(node.derivative, rel=1e-14)
    assert str(picture).endswith("(rounded to 6 digits)")


def test_operations_as_people_write_them():
    x, W = graph.inputs(x=[1.0, 2.0, 3.0], W=np.ones((2, 3)))
    z = W @ x + 0.5
    h = np.where(z > 0, z, -0.1 * z)
    end = -np.mean(h**2) + x[::2].sum() + np.stack([x, x], axis=1)[0, 1] + abs(x[-1])
    operations = [node.operation for node in graph.Graph(end, z=z, h=h).nodes]
    assert {"W @ x", "v1 + 0.5", "(-0.1) * z", "where([True, True], z, v2)", "h ** 2", "x[::2]", "x[-1]"} <= set(
        operations
    )
    assert any(operation.startswith("sum(") and "axis=(0,)" in operation for operation in operations)
    assert any(operation.startswith("|v") for operation in operations)


def test_arrays_are_shown_by_shape_or_written_out():
    (W,) = graph.inputs(W=np.ones((2, 3)))
    picture = graph.Graph(np.sum(W[0] * 2) / 3)
    text = str(picture)
    assert "  W = array (2, 3)\n" in text and "df/dW = array (2, 3)" in text and "W[0] = [1, 1, 1]" in text
    assert [edge.derivative for edge in picture.edges][:3] == [None, None, None]
    assert "[label=" not in picture.to_dot().splitlines()[8]


def test_a_graph_that_ends_in_an_array_has_no_derivatives():
    (x,) = graph.inputs(x=[1.0, 2.0])
    picture = graph.Graph(x * 2)
    assert str(picture) == "forward\n  x = [1, 2]\n  f = x * 2 = [2, 4]"
    assert [node.derivative for node in picture.nodes] == [None, None]
    assert picture.to_data()["nodes"][1]["value"] == [2, 4]
    assert "df" not in picture.to_dot()


def test_names():
    f, v1 = graph.inputs(f=1.0, v1=2.0)
    assert [node.name for node in graph.Graph(f * v1 + 1).nodes] == ["f", "v1", "v2", "f1"]
    J = f * v1
    assert [node.name for node in graph.Graph(J, J=J).nodes] == ["f", "v1", "J"]
    assert [node.name for node in graph.Graph(f).nodes] == ["f"]
    assert [node.name for node in graph.Graph(J, speed=f).nodes] == ["speed", "v1", "f"]


def test_names_that_do_not_do():
    (x,) = graph.inputs(x=1.0)
    (again,) = graph.inputs(x=2.0)
    with pytest.raises(InvalidInput, match=r"two nodes have one name \(seen: 'x'\)"):
        graph.Graph(x * again)
    assert [node.name for node in graph.Graph(x * again, x2=again).nodes] == ["x", "x2", "f"]
    with pytest.raises(InvalidInput, match="the node named 'q' is not in the graph of this end"):
        graph.Graph(x * 2, q=again)
    with pytest.raises(InvalidType, match=r"the end of a graph must be a number or a node \(seen: 3\.0\)"):
        graph.Graph(3.0)


def test_labels_are_quoted_for_graphviz():
    x, y = graph.inputs(**{'a"b\\': 1.0, "y": 2.0})
    assert r'label="a\"b\\\nvalue 1' in graph.Graph(x * y).to_dot()


def test_drawing_leaves_the_graph_as_it_was():
    (x,) = graph.inputs(x=2.0)
    f = np.log(x) * x
    before = graph.backward(f)[x]
    str(graph.Graph(f)), graph.Graph(f).to_dot()
    assert graph.backward(f)[x] == before and (f.name, x.name) == ("", "x")


def test_infinite_slopes_and_values_are_shown():
    (x,) = graph.inputs(x=0.0)
    text = str(graph.Graph(np.sqrt(x)))
    assert "df/dx = inf" in text and "rounded" not in text
