"""Whatever is drawn: no two labels meet, nothing is outside, and no edge runs through a number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from glass.scenes.laws import check, meeting, missing_from_twin, outside, struck, texts
from glassnet import draw
from glassnet.errors import InvalidInput
from glassnet.glass.scenes import Scene
from glassnet.glass.scenes.computation.placement import apart
from glassnet.glass.scenes.measure import shortened, text_width
from glassnet.glass.scenes.shapes import Text, line
from glassnet.graph.picture import Graph
from glassnet.graph.rendering import GraphEdge, GraphNode
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.activations import ACTIVATIONS

names = st.text(max_size=60)
numbers = st.floats(allow_subnormal=False)
layers = st.one_of(
    st.builds(Dense, st.integers(1, 30), st.sampled_from(list(ACTIVATIONS))),
    st.builds(Dropout, st.floats(0, 0.9)),
    st.just(BatchNorm("tanh")),
)
networks = st.builds(
    lambda inputs, hidden, outputs, loss: Network(inputs, [*hidden, Dense(outputs)], loss),
    st.integers(1, 30),
    st.lists(layers, max_size=3),
    st.integers(2, 12),
    st.sampled_from(["squared_error", "cross_entropy"]),
)
few = settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@few
@given(networks, st.data())
def test_networks(network, data):
    """With or without numbers, of any size, under any names."""
    p = network.initialize(seed=data.draw(st.integers(0, 9)))
    p.theta *= 10.0 ** data.draw(st.integers(-9, 9))
    forward_pass = network.forward(np.random.default_rng(0).normal(size=(2, network.inputs)), p)
    gradients = (
        network.backward(forward_pass, np.zeros((2, network.outputs))) if network.loss.targets == "numbers" else None
    )
    scene = draw(
        "network",
        network,
        p,
        data.draw(st.sampled_from([None, forward_pass])),
        gradients,
        row=data.draw(st.integers(1, 2)),
        names=data.draw(st.none() | st.lists(names, min_size=network.inputs, max_size=network.inputs)),
        outputs=data.draw(st.none() | st.lists(names, min_size=network.outputs, max_size=network.outputs)),
        most=data.draw(st.integers(2, 9)),
        numbers=(numbered := data.draw(st.sampled_from([None, True]))),
    )
    check(scene)
    if numbered:
        assert struck(scene) == []


@few
@given(networks)
def test_blocks(network):
    compact = draw("compact", network)
    check(compact)
    check(draw("blocks", network))
    assert struck(compact) == []


@few
@given(st.data())
def test_computation_graphs(data):
    """Any graph without a way back, with numbers, vectors or nothing on it."""
    n = data.draw(st.integers(1, 14))
    value = st.one_of(st.none(), numbers, st.lists(numbers, max_size=5))
    slope = st.none() | numbers
    nodes = [GraphNode(f"v{i}", data.draw(st.text(max_size=30)), data.draw(value), 1.5) for i in range(n)]
    pairs = [(a, b) for b in range(n) for a in range(b)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), max_size=24)) if pairs else []
    edges = [GraphEdge(f"v{a}", f"v{b}", data.draw(slope)) for a, b in sorted(chosen, key=lambda pair: pair[1])]
    graph = object.__new__(Graph)
    vars(graph).update(nodes=tuple(nodes), edges=tuple(edges))
    scene = draw("graph", graph)
    check(scene)
    assert len(texts(scene)) > n


@few
@given(st.data())
def test_matrices(data):
    """Any shapes, also without rows or columns in between; any numbers, also none that are finite."""
    m, n, k = (data.draw(st.integers(low, 40)) for low in (1, 0, 1))
    scale = 10.0 ** data.draw(st.integers(-12, 12))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    A, B = rng.normal(size=(m, n)) * scale, rng.normal(size=(n, k))
    if A.size:
        A.flat[0] = data.draw(numbers)
    with np.errstate(all="ignore"):
        scene = draw(
            "product",
            A,
            B,
            bias=data.draw(st.sampled_from([None, rng.normal(size=k)])),
            row=data.draw(st.integers(1, m)),
            column=data.draw(st.integers(1, k)),
            names=data.draw(st.tuples(names, names, names, names)),
            most=data.draw(st.integers(2, 9)),
        )
    check(scene)
    check(draw("matrix", A, name=data.draw(names)))


@few
@given(
    st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=1, max_size=12),
    st.floats(-1e5, 1e5).flatmap(lambda low: st.tuples(st.just(low), st.floats(1e-3, 1e5))),
)
def test_activations(chosen, ends):
    check(draw("activation", chosen, low=ends[0], high=ends[0] + ends[1]))


# -- the parts ---------------------------------------------------------------------------------------------------------


@few
@example([1.7e308, -1.7e308, 0.0], [], "cost")
@example([5e-324], [5e-324, 0.0], "r2")
@given(st.lists(numbers, min_size=1, max_size=900), st.lists(numbers, max_size=900), st.sampled_from(["cost", "r2"]))
def test_histories(training, held_out, metric):
    """Whatever happened in training; only where no number is finite there is nothing to draw."""
    history = {metric: training, f"validation_{metric}": held_out}
    if not np.isfinite([*training, *held_out]).any():
        with pytest.raises(InvalidInput, match="is a finite number"):
            draw("history", history, metric=metric)
        return
    scene = draw("history", history, metric=metric)
    check(scene)
    judged = np.array(held_out if np.isfinite(held_out).any() else training)
    finite = judged[np.isfinite(judged)]
    best = judged[int(scene.sentence.split("best in epoch ")[1].split(":")[0]) - 1]
    assert best == (finite.min() if metric == "cost" else finite.max())


def test_empty_matrices():
    """Edge shapes: nothing in it is still a matrix with a shape."""
    for shape in ((0, 3), (3, 0), (0, 0), (1, 1)):
        scene = draw("matrix", np.ones(shape))
        check(scene)
        assert f"A {shape}" in [text.text for text in texts(scene)]


@given(st.text(), st.floats(1, 400), st.booleans())
def test_a_shortened_text_fits(text, width, bold):
    short = shortened(text, width, 13, bold=bold)
    assert text_width(short, 13, bold=bold) <= max(width, text_width("…", 13, bold=bold))
    assert short == text or "…" in short


@given(st.text(), st.text())
def test_widths_add_up(a, b):
    assert text_width(a + b, 10) == pytest.approx(text_width(a, 10) + text_width(b, 10), abs=0.02)


def test_every_printable_character_has_a_width():
    assert all(0.2 < text_width(chr(c), 1, bold=bold) < 1.3 for c in range(32, 127) for bold in (False, True))
    assert text_width("漢", 10) >= 10 and text_width("e\u0301", 10) == text_width("e", 10) == text_width("é", 10)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.1, 100)), max_size=12))
def test_things_apart_do_not_meet(things):
    wanted, heights = [w for w, _ in things], [h for _, h in things]
    ys = apart(wanted, heights)
    for i in range(len(ys) - 1):
        assert ys[i + 1] - ys[i] >= (heights[i] + heights[i + 1]) / 2 - 1e-9
    assert sum(ys) == pytest.approx(sum(wanted), abs=1e-6)


def test_would_it_notice():
    """Two labels on one place, one beyond the view, one struck out."""
    scene = Scene("matrix", "t", "s.", (), (Text(0, 0, "one"), Text(5, 5, "two"), line(-20, 0, 20, 0)))
    assert meeting(scene) == [("one", "two")]
    assert set(struck(scene)) == {"one", "two"}
    assert missing_from_twin(Scene("matrix", "t", "s.", (), (Text(0, 0, "-3.5"),))) == ["-3.5"]
    object.__setattr__(scene, "view", scene.shapes[1].bounds)
    assert scene.shapes[0] in outside(scene)
