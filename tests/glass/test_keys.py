"""A key is one number of a step, the same in ledger, picture, text twin and equations."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from glassnet import OPTIMIZERS, BatchNorm, Dense, Dropout, Network, Plan, Rows, draw, ledger, trace
from glassnet.glass.notation import key
from glassnet.network.equations import equations

layers = st.one_of(
    st.builds(Dense, st.integers(1, 3), st.sampled_from(["relu", "tanh", "identity"])),
    st.just(Dropout(0.3)),
    st.just(BatchNorm("tanh")),
)


@st.composite
def steps(draw):
    loss, last = draw(
        st.sampled_from([("squared_error", "identity"), ("squared_error", "tanh"), ("cross_entropy", None)])
    )
    inputs, outputs, m = draw(st.integers(1, 3)), draw(st.integers(2, 3)), draw(st.integers(1, 3))
    network = Network(inputs, [*draw(st.lists(layers, max_size=3)), Dense(outputs, last)], loss)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    Y = rng.normal(size=(m, outputs)) if loss == "squared_error" else rng.integers(0, outputs, m)
    optimizer = OPTIMIZERS.make(draw(st.sampled_from(["gradient_descent", "adam", "rmsprop"])))
    return trace(
        Plan(network, examples=m, optimizer=optimizer, dtype="float64"), *Rows(rng.normal(size=(m, inputs)), Y)
    )


def keys_in(markup: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'data-key="([^"]*)"', markup)]


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(steps())
def test_each_key_is_there_once_in_each_face(step):
    network = step.plan.network
    written = ledger(step)
    lines = [line.key for line in written.lines() if line.key]
    picture = draw("network", network, step.before, step, step.gradients)
    twin = [
        k
        for table in picture.tables
        for k, cell in zip(sum(table.keys, ()), sum(table.rows, ()), strict=True)
        if k and cell is not None
    ]
    faces = {
        "ledger": lines,
        "page": keys_in(written.markup()),
        "picture": keys_in(picture.svg()),
        "twin": twin,
        "equations": [key(e.symbol) for l in range(1, step.L + 1) for side in equations(network, l) for e in side],
    }
    for name, found in faces.items():
        assert found and max(Counter(found).values()) == 1, name
    assert faces["page"] == lines
    assert set(faces["picture"]) <= set(lines) and set(twin) <= set(lines)
    assert set(faces["picture"]) <= set(twin), "what the picture shows, the twin says"
    assert sum(bool(re.fullmatch(r"[wb][\d,]+\[\d+\]", k)) for k in faces["picture"]) > 0


def test_a_key_is_the_same_number_everywhere():
    """Not only the same name: the line's value is the cell's, and what the picture says."""
    network = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    step = trace(network, [[0.4, 2, 17]], [1], parameters=network.initialize(seed=1))
    written = {line.key: line for line in ledger(step, digits=4).lines() if line.key and line.value is not None}
    picture = draw("network", network, step.before, step, step.gradients)
    cells = {
        k: cell
        for table in picture.tables
        for k, cell in zip(sum(table.keys, ()), sum(table.rows, ()), strict=True)
        if k
    }
    units = {k: cell for k, cell in cells.items() if k[0] in "xzy" or k[:2] in ("da", "dz", "dw", "db") or k[0] == "a"}
    assert len(units) > 30
    for name, cell in units.items():
        assert cell is None or abs(written[name].value - cell) <= 1e-12 * abs(cell), name
    assert written["w12[1]"].value == step.after.W[1][0, 1] and cells["w12[1]"] == step.before.W[1][0, 1]
