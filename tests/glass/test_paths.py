"""Every path from a weight to the cost: the products add up to what back propagation says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from glass.scenes.laws import check, missing_from_twin, struck
from glassnet import Dense, Dropout, Network, Penalties, Plan, draw, trace
from glassnet.errors import InvalidInput
from glassnet.glass.notation import parameter_at
from glassnet.glass.paths import paths
from glassnet.glass.scenes.shapes import Group, Path, leaves


@st.composite
def steps(draw):
    loss, last = draw(st.sampled_from([("squared_error", None), ("squared_error", "tanh"), ("cross_entropy", None)]))
    hidden = draw(st.lists(st.builds(Dense, st.integers(1, 4), st.sampled_from(["relu", "tanh", "identity", "elu"]))))
    network = Network(draw(st.integers(1, 3)), [*hidden[:3], Dense(draw(st.integers(2, 3)), last)], loss)
    m, rng = draw(st.integers(1, 3)), np.random.default_rng(draw(st.integers(0, 99)))
    Y = rng.normal(size=(m, network.outputs)) if loss == "squared_error" else rng.integers(0, network.outputs, m)
    plan = Plan(network, examples=m, dtype="float64")
    return trace(plan, rng.normal(size=(m, network.inputs)), Y, rng.uniform(0.5, 2, m))


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(steps(), st.data())
def test_the_sum_over_all_paths_is_the_gradient(step, data):
    """Of every row its part, of all rows the gradient of the engine; each product is that of its factors."""
    layout = step.plan.network.layout
    at = data.draw(st.integers(0, layout.size - 1))
    key = parameter_at(layout, at)
    found = [paths(step, key, row) for row in range(1, step.m + 1)]
    assert sum(each.total for each in found) == pytest.approx(step.gradients.theta[at], rel=1e-9, abs=1e-12)
    for each in found:
        walks = each.largest(10_000)
        assert len(walks) == each.products.size == np.prod(step.plan.network.widths[each.l + 1 :])
        assert len({walk.units for walk in walks}) == len(walks)
        for walk in walks:
            assert np.prod(walk.factors) == pytest.approx(walk.product, rel=1e-9, abs=1e-300)
        sizes = [abs(walk.product) for walk in walks]
        assert sizes == sorted(sizes, reverse=True) and sum(w.product for w in walks) == pytest.approx(each.total)


def go_to_class():
    net = Network(3, [Dense(2, "relu"), Dense(2, "tanh"), Dense(1)], loss="binary_cross_entropy")
    return trace(net, [[0.4, 2, 17]], [1], parameters=net.initialize(seed=3))


def test_a_path_is_written_as_the_chain_rule():
    step = go_to_class()
    text = paths(step, "b1[2]").largest(1)[0].text(4)
    assert text.startswith("tanh'(z1[2]) w11[3] dz1[3] = ") and text.count("=") == 2
    symbols = {walk.symbols for walk in paths(step, "w12[1]").largest(9)}
    assert ("x2", "relu'(z1[1])", "w21[2]", "tanh'(z2[2])", "w12[3]", "dz1[3]") in symbols and len(symbols) == 2
    assert paths(step, "w11[3]").products.shape == () and len(paths(step, "w11[3]").largest(9)) == 1


def test_the_picture_lights_the_paths_and_dims_the_rest():
    step = go_to_class()
    scene = draw("network", step.plan.network, step.before, step, step.gradients, select="w12[1]")
    edges = [g for g in scene.shapes if isinstance(g, Group) and g.key]
    quiet = {g.key for g in edges if all(s.role == "quiet" for s in g.shapes if isinstance(s, Path))}
    assert {g.key for g in edges} - quiet == {"w12[1]", "w11[2]", "w21[2]", "w11[3]", "w12[3]"}
    assert "w12[1] reaches the cost of row 1 by 2 paths, whose products add up to dJ/dw12[1] = " in scene.sentence
    assert f"{step.dW[1][0, 1]:.4g}" in scene.sentence and len(scene.tables[2].rows) == 2
    check(scene)
    assert missing_from_twin(scene) == [] == struck(scene)


def test_many_paths_are_counted():
    net = Network(1, [Dense(4, "tanh"), Dense(4, "tanh"), Dense(3)], loss="cross_entropy")
    step = trace(net, [[1.0], [2.0]], [0, 2], parameters=net.initialize(seed=0), rows=[7, 9])
    scene = draw("network", net, step.before, step, step.gradients, select="b1[1]", row=2)
    last = scene.tables[2].rows[-1]
    assert last[0] == "4 more paths" and sum(row[-1] for row in scene.tables[2].rows) == pytest.approx(
        paths(step, "b1[1]", 2).total
    )
    assert "cost of row 9 by 12 paths" in scene.sentence and "over all rows" in scene.sentence
    assert any("4 more paths" in getattr(shape, "text", "") for shape in leaves(scene.shapes))
    check(scene)


def test_what_has_no_paths():
    step = go_to_class()
    network = step.plan.network
    for key, words in {"W[1]": "begin at one weight", "w19[1]": "no parameter", "J": "no parameter"}.items():
        with pytest.raises(InvalidInput, match=words):
            paths(step, key)
    with pytest.raises(InvalidInput, match="no row 2 in this step"):
        paths(step, "w12[1]", 2)
    with pytest.raises(InvalidInput, match="those of a traced step"):
        draw("network", network, step.before, select="w12[1]")
    dropping = Network(2, [Dense(2, "tanh"), Dropout(0.5), Dense(1)])
    other = trace(dropping, [[1.0, 2.0]], [1.0], parameters=dropping.initialize())
    with pytest.raises(InvalidInput, match=r"layer 2 is dropout.*choose a weight behind it"):
        paths(other, "w11[1]")
    assert paths(other, "w11[3]").products.size == 1
    wide = Network(2, [Dense(30), *(Dense(30) for _ in range(3)), Dense(1)])
    many = trace(wide, [[1.0, 2.0]], [1.0], parameters=wide.initialize())
    with pytest.raises(InvalidInput, match="at most 10,000 paths are walked"):
        paths(many, "w11[1]")
    with pytest.raises(InvalidInput, match=r"no edge 'w29,1\[4\]' is drawn"):
        draw("network", wide, many.before, many, many.gradients, select="w29,1[4]")


def test_a_part_without_penalties():
    """Penalties are not paths: the sentence says that the whole gradient has them."""
    net = Network(2, [Dense(2, "tanh"), Dense(1)])
    step = trace(Plan(net, examples=1, penalties=Penalties(l2=0.5), dtype="float64"), [[1.0, -2.0]], [1.0])
    found = paths(step, "w12[1]")
    assert found.gradient == pytest.approx(found.total + 0.5 * step.W[1][0, 1])
    scene = draw("network", net, step.before, step, step.gradients, select="w12[1]")
    assert "over all rows with penalties." in scene.sentence
