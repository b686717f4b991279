"""The workshop's pictures, with the workshop's numbers, each by one call."""

from __future__ import annotations

import numpy as np
import pytest

from glass.scenes.laws import check, missing_from_twin, struck, texts
from glassnet import draw, graph
from glassnet.glass.scenes.shapes import Circle, Group, Path, leaves
from glassnet.network.layers import Dense
from glassnet.network.network import Network

GO_TO_CLASS = """\
Network 3-4-1
A network 3-4-1: input (3), layer 1 dense relu (4), output dense sigmoid (1), with 21 parameters, all drawn; the \
numbers on the units are those of row 1.

Units
  layer    unit                          z       a  derivative of the cost
  input    difficulty of material              0.4
  input    assignments due                       2
  input    days until midterm                   17
  layer 1  a1[1]                    0.6986  0.6986                   -0.44
  layer 1  a2[1]                     -0.01       0                   0.275
  layer 1  a3[1]                      0.74    0.74                   0.165
  layer 1  a4[1]                     -1.87       0                  -0.495
  output   goto_class              -0.2007    0.45                   -0.55

Edges
  layer  from                    to           weight  sign      derivative of the cost
      1  difficulty of material  a1[1]           0.5  positive                  -0.176
      1  assignments due         a1[1]           0.1  positive                   -0.88
      1  days until midterm      a1[1]        0.0058  positive                   -7.48
      1  bias                    a1[1]           0.2  positive                   -0.44
"""


@pytest.fixture
def scene(workshop):
    return draw(
        "network",
        workshop.network,
        workshop.parameters,
        workshop.forward_pass,
        workshop.gradients,
        names=workshop.names,
        outputs=workshop.outputs,
    )


def test_go_to_class_in_words(scene):
    """Row 9: 0.5*0.4 + 0.1*2 + 0.0058*17 + 0.2 = 0.6986, and y^ = 0.45."""
    assert scene.text().startswith(GO_TO_CLASS)


def test_every_edge_and_every_bias_is_drawn_with_its_number(scene, workshop):
    """Row 7. Where are the weights in this diagram? On the edges."""
    edges = [g for g in scene.shapes if isinstance(g, Group) and " to " in g.title]
    assert len(edges) == workshop.network.size == 3 * 4 + 4 + 4 + 1
    numbers = [text.text for edge in edges for text in texts_of(edge)]
    first = ["0.5", "0.1", "0.0058", "0.2"]
    assert numbers[:4] == first and numbers[4:8] == ["0.3", "-0.2", "0.01", "0.1"] and numbers[-1] == "-0.5376"
    assert edges[0].title == "difficulty of material to a1[1]: W = 0.5, positive; dW = -0.176"
    check(scene)
    assert struck(scene) == [] == missing_from_twin(scene)


def texts_of(group):
    return [shape for shape in leaves(group.shapes) if hasattr(shape, "text")]


def test_sign_is_not_shown_by_color_alone(scene):
    """By dash, by the minus, and by a word; the strongest edge of a layer is the widest."""
    edges = [g for g in scene.shapes if isinstance(g, Group) and " to " in g.title]
    for edge in edges:
        lines, text = [s for s in edge.shapes if isinstance(s, Path)], texts_of(edge)[0].text
        negative = text.startswith("-")
        assert all(one.dash == negative for one in lines)
        assert ("negative" in edge.title) == negative
        assert (lines[0].role == "negative") == negative
    widths = {texts_of(edge)[0].text: edge.shapes[0].width for edge in edges[:16]}
    assert max(widths, key=widths.get) == "-1" and widths["0.5"] > widths["0.1"] > widths["0.0058"]
    legend = [shape.text for shape in leaves(scene.shapes) if hasattr(shape, "text")]
    assert {"positive", "negative", "zero", "bias"} <= set(legend)


def test_units_have_their_numbers(scene, workshop):
    shown = [text.text for text in texts(scene)]
    assert len([shape for shape in leaves(scene.shapes) if isinstance(shape, Circle)]) == 8
    for words in ("z1 = 0.6986", "0.6986", "da1 = -0.44", "z4 = -1.87", "0.45", "dz1 = -0.55", *workshop.names):
        assert words in shown
    without = [text.text for text in texts(draw("network", workshop.network, workshop.parameters))]
    assert {"a1[1]", "x1", "y^"} <= set(without) and not [text for text in without if "=" in text]


def test_several_outputs_have_different_symbols():
    """Each circle has its own symbol, and a label only where the user gave a name."""
    network = Network(2, [Dense(3)], loss="cross_entropy")
    p = network.initialize(seed=0)
    plain, named = draw("network", network, p), draw("network", network, p, outputs=["red", "green", "blue"])
    assert [text.text for text in texts(plain) if text.text.startswith("y^")] == ["y^1", "y^2", "y^3"]
    assert {"y^1", "y^2", "y^3", "red", "green", "blue"} <= {text.text for text in texts(named)}


def test_looking_changes_nothing(workshop):
    theta, A = workshop.parameters.theta.tobytes(), {l: a.tobytes() for l, a in workshop.forward_pass.A.items()}
    draw("network", workshop.network, workshop.parameters, workshop.forward_pass, workshop.gradients).svg()
    assert workshop.parameters.theta.tobytes() == theta
    assert {l: a.tobytes() for l, a in workshop.forward_pass.A.items()} == A


def test_compact(workshop):
    """Row 5: the compact drawing, of the same network."""
    scene = draw("compact", workshop.network)
    assert "X (m, 3) -> dense relu (m, 4) -> dense sigmoid (m, 1)" in scene.sentence
    shown = [text.text for text in texts(scene)]
    assert {"W[1] (4, 3)", "b[1] (4,)", "16 parameters", "W[2] (1, 4)", "5 parameters", "y^"} <= set(shown)
    assert missing_from_twin(scene) == [] and struck(scene) == []


def test_building_blocks(workshop):
    """Row 24: forward blocks with caches, backward blocks that return dW, db, dA, in the real shapes."""
    scene = draw("blocks", workshop.network, m=32)
    shown = {text.text for text in texts(scene)}
    assert {"cache", "Z[1], A[0]", "(32, 3)", "(32, 4)", "(32, 1)"} <= shown
    assert {"dW[1] (4, 3)", "db[1] (4,)", "dW[2] (1, 4)", "db[2] (1,)", "dA[1]", "dZ[2]"} <= shown
    assert {"Z[2] = A[1] W[2]^T + b[2]", "dA[1] = dZ[2] W[2]", "dZ[2] = (y^ - y) / 32"} <= shown
    assert missing_from_twin(scene) == []


def test_a_last_activation_that_is_no_link():
    """Then the loss takes A[L], and what comes back is dA[L]: witnessed by the difference quotient of the cost."""
    network = Network(2, [Dense(1, "tanh")])
    p, X, Y = network.initialize(seed=0), np.array([[0.3, -0.7]]), np.array([0.5])
    forward_pass = network.forward(X, p)
    scene = draw("network", network, p, forward_pass, network.backward(forward_pass, Y), digits=10)
    a = forward_pass.A[1].item()
    J = [0.5 * (value - 0.5) ** 2 for value in (a - 1e-6, a + 1e-6)]
    word = next(text.text for text in texts(scene) if text.text.startswith("da1 = "))
    assert float(word.removeprefix("da1 = ")) == pytest.approx((J[1] - J[0]) / 2e-6, rel=1e-8)
    shown = {text.text for text in texts(draw("blocks", network))}
    assert {"dA[1]", "dA[1] = (y^ - y) / m", "dZ[1] = dA[1] * tanh'(Z[1])"} <= shown


def test_chain_rule():
    """Row 17: f = (x + y) z at (-2, 5, -4); q = 3, f = -12, df/dx = -4, df/dy = -4, df/dz = 3."""
    x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    whole = graph.Graph(q * z, q=q)
    scene = draw("graph", whole)
    shown = {text.text for text in texts(scene)}
    assert {"-2", "5", "-4", "3", "-12"} <= shown
    assert {"df/dx = -4", "df/dy = -4", "df/dz = 3", "df/dq = -4", "df/df = 1"} <= shown
    assert {"dq/dx = 1", "dq/dy = 1"} <= shown
    check(scene)
    assert struck(scene) == [] == missing_from_twin(scene)


def test_values_stand_above_their_arrow_and_derivatives_below():
    x, y = graph.inputs(x=3.0, y=7.0)
    scene = draw("graph", graph.Graph(x * y))
    node = next(g for g in scene.shapes if isinstance(g, Group) and g.title == "x = 3")
    wire = next(shape for shape in node.shapes if isinstance(shape, Path))
    value, derivative = (next(t for t in texts_of(node) if t.text == text) for text in ("3", "df/dx = 7"))
    assert value.bounds.bottom <= wire.points[0][1] <= derivative.bounds.top


def test_a_graph_of_the_workshop_s_network(workshop):
    p = workshop.parameters
    X, W1, b1, W2, b2 = graph.inputs(
        X=workshop.X, W1=p.W[1].copy(), b1=p.b[1].copy(), W2=p.W[2].copy(), b2=p.b[2].copy()
    )
    y = graph.sigmoid(graph.relu(X @ W1.T + b1) @ W2.T + b2)[0, 0]
    scene = draw("graph", graph.Graph(-np.log(y)), digits=6)
    assert "0.798508" in {text.text for text in texts(scene)}
    check(scene)
    assert struck(scene) == []


def test_matrix_product():
    """Row 18: [[1,2,1],[0,1,0],[2,3,4]] @ [[2,5],[6,7],[1,8]], and the dot product 15."""
    A, B = [[1, 2, 1], [0, 1, 0], [2, 3, 4]], [[2, 5], [6, 7], [1, 8]]
    for row, column, words in ((1, 1, "1*2 + 2*6 + 1*1 = 15"), (3, 2, "2*5 + 3*7 + 4*8 = 63")):
        scene = draw("product", A, B, row=row, column=column)
        assert words in scene.sentence and words in {text.text for text in texts(scene)}
        assert scene.tables[2].rows == ((1, 15, 27), (2, 6, 7), (3, 26, 63))
        assert missing_from_twin(scene) == [] == struck(scene)
    assert "1*4 + 2*1 + 3*3 = 15" in draw("product", [1, 2, 3], [4, 1, 3]).sentence


def test_a_layer_is_a_matrix_product_with_the_bias_broadcast(workshop):
    p, X = workshop.parameters, np.vstack([workshop.X, [[0.9, 0, 3]]])
    scene = draw("product", X, p.W[1].T, bias=p.b[1], names=("A[0]", "W[1]^T", "b[1]", "Z[1]"))
    assert "0.4*0.5 + 2*0.1 + 17*0.0058 + 0.2 = 0.6986" in scene.sentence
    shown = [text.text for text in texts(scene)]
    assert {"A[0] (2, 3)", "W[1]^T (3, 4)", "b[1] (4,)", "Z[1] (2, 4)", "one row, the same for all"} <= set(shown)
    assert missing_from_twin(scene) == []


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_activation_curves(name):
    """Row 10. The curves are read back from the drawing, pixel by pixel, against the formula written again."""
    g = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[name]
    scene = draw("activation", name, low=-4, high=4)
    box = next(shape for shape in leaves(scene.shapes) if shape.name == "box")
    curve = next(shape for shape in leaves(scene.shapes) if isinstance(shape, Path) and shape.title == "g(z)")
    ends = {text.text: text.y for text in texts(scene) if text.anchor == "end"}  # labels of the y axis
    (y0, p0), (y1, p1) = [(float(word), pixel) for word, pixel in ends.items()][:2]
    for x, y in curve.points:
        z, a = -4 + 8 * (x - box.x) / box.w, y0 + (y - p0) * (y1 - y0) / (p1 - p0)
        assert a == pytest.approx(g(z), abs=1e-9)
    rows = {row[0]: row[1:] for row in scene.tables[0].rows}
    assert rows[0.0][0] == pytest.approx(g(0.0)) and rows[2.0][0] == pytest.approx(g(2.0))


def test_a_long_sum_is_shortened_by_terms_and_headings_are_wrapped():
    """No number and no word of a sentence is cut: what is left out is counted, and longer lines are broken."""
    rng = np.random.default_rng(0)
    scene = draw("product", rng.normal(size=(64, 30)), rng.normal(size=(30, 40)), row=3, column=4)
    shown = [text.text for text in texts(scene)]
    assert not [text for text in shown if "…" in text or "..." in text]
    equation = next(text for text in shown if " = " in text)
    assert equation.count("*") == 5 and "(25 more: " in equation
    many = ["sigmoid", "tanh", "relu", "gelu", "elu", "selu", "silu", "mish", "softplus", "leaky_relu", "hard_sigmoid"]
    title = " ".join(text.text for text in texts(draw("activation", many[:10])))
    assert "softplus, leaky_relu" in title
