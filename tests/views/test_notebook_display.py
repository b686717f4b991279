"""What notebooks show of networks, traces, histories, graphs and fitted models: HTML, SVG and words, without script."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import sklearn
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from glassnet import (
    Dense,
    History,
    LinearRegression,
    LogisticRegression,
    MLPClassifier,
    Network,
    Recipe,
    TableModel,
    draw,
    graph,
    trace,
)
from glassnet.glass.scenes.network.overview import overview
from glassnet.notebook_hook import Displayable
from glassnet.views.notebook import bundle

KINDS = ["image/svg+xml", "text/html", "text/plain"]
NET = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
STEP = trace(NET, [[0.4, 2, 17]], [1], parameters=NET.initialize(seed=0))
X, Y = load_iris(return_X_y=True, as_frame=True)


def whole_graph() -> graph.Graph:
    x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    return graph.Graph((x + y) * z)


def title(svg: str) -> str:
    return ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}title").text


@pytest.mark.parametrize(
    ("thing", "called", "said"),
    [
        (NET, "Network 3-4-1 in blocks", "3 inputs, 21 parameters"),
        (STEP, "Network 3-4-1", "1. Forward propagation"),
        (History({"cost": [0.9, 0.4], "seconds": [0.1, 0.1]}), "cost by epoch", "from 0.9 to 0.4"),
        (History({"validation_accuracy": [0.5, 0.6]}), "validation accuracy by epoch", "from 0.5 to 0.6"),
        (whole_graph(), "Computation graph of f", "df/dx = "),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_shown(thing, called, said):
    assert isinstance(thing, Displayable)
    shown = thing._repr_mimebundle_()
    assert sorted(shown) == KINDS and title(shown["image/svg+xml"]) == called
    assert said in shown["text/plain"]
    assert "<script" not in shown["text/html"] and shown["image/svg+xml"] in shown["text/html"]
    assert shown["text/html"].count("<style>") == 1 and "light-dark(" in shown["text/html"], "as the page is"
    assert thing._repr_mimebundle_(include=None, exclude=None) == shown, "as IPython calls it"


def test_a_trace_shows_its_ledger_and_the_numbers_on_the_picture():
    shown = STEP._repr_mimebundle_()
    assert shown["text/html"].count("<h4>") == 4 and "<math>" in shown["text/html"]
    texts = [
        "".join(text.itertext()).replace("\N{NO-BREAK SPACE}", " ")
        for text in ElementTree.fromstring(shown["image/svg+xml"]).iter()
    ]
    assert f"dz1 = {STEP.dZ[2].item():.4g}".replace("-", "−") in texts


@pytest.mark.parametrize("history", [{}, {"cost": []}, {"cost": [np.nan]}])
def test_without_a_number_there_are_words_alone(history):
    assert History(history)._repr_mimebundle_() == {"text/plain": str(History(history))}


def test_too_large_a_graph_is_words_alone():
    (x,) = graph.inputs(x=1.0)
    for _ in range(100):
        x = x + 1.0
    assert list(graph.Graph(x)._repr_mimebundle_()) == ["text/plain"]


def test_anything_else_is_its_words():
    assert bundle(3) == {"text/plain": "3"}


def test_a_large_trace_is_shown_small():
    network = Network.mlp(784, [1024, 1024], 10, loss="cross_entropy")
    rng = np.random.default_rng(0)
    step = trace(network, rng.normal(size=(256, 784)), rng.integers(0, 10, 256), parameters=network.initialize())
    shown = step._repr_mimebundle_()
    assert sum(map(len, shown.values())) < 1_000_000 and "1,016 more units" in shown["image/svg+xml"]


def test_a_deep_trace_is_drawn_in_blocks():
    network = Network.mlp(2, [3] * 20, 1)
    step = trace(network, np.ones((2, 2)), [0, 1], parameters=network.initialize())
    assert title(step._repr_mimebundle_()["image/svg+xml"]) == "Building blocks"


def test_expanded_or_compact_by_size():
    for widths, kind in (((10, 10), "network"), ((11, 10), "compact"), ((2,) * 7, "network"), ((2,) * 8, "compact")):
        network = Network.mlp(widths[0], widths[1:-1], widths[-1])
        assert overview(network, network.initialize()).kind == kind


def test_looking_changes_nothing():
    before = [array.tobytes() for array in STEP.arrays()]
    STEP._repr_mimebundle_()
    assert [array.tobytes() for array in STEP.arrays()] == before


def test_glass_is_loaded_when_something_is_shown():
    code = (
        "import sys, glassnet; net = glassnet.Network(2, [glassnet.Dense(1)])\n"
        "assert not any(name.startswith('glassnet.glass') for name in sys.modules)\n"
        "assert 'image/svg+xml' in net._repr_mimebundle_()\n"
        "from glassnet.network.network import Network"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


# --- estimators -------------------------------------------------------------------------------------------------------


def fitted(model, y=Y):
    with pytest.warns(ConvergenceWarning) if isinstance(model, MLPClassifier) else sklearn.config_context():
        return model.fit(X, y)


@pytest.mark.parametrize(
    "make", [lambda: MLPClassifier((4,), max_iter=3), LogisticRegression, LinearRegression], ids=["mlp", "log", "lin"]
)
def test_estimators_show_as_scikit_learn_does_and_their_network_below(make):
    model = make()
    theirs = model._repr_mimebundle_()
    assert sorted(theirs) == ["text/html", "text/plain"] and "glassnet-scene" not in theirs["text/html"]
    shown = fitted(model)._repr_mimebundle_()
    assert sorted(shown) == KINDS and shown["text/plain"] == theirs["text/plain"]
    assert "sk-top-container" in shown["text/html"] and shown["text/html"].endswith("</figure>")
    assert "petal length (cm)" in shown["image/svg+xml"]
    with sklearn.config_context(display="text"):
        assert model._repr_mimebundle_() == {"text/plain": theirs["text/plain"]}


def test_outputs_have_the_names_of_their_classes():
    def outputs(y):
        svg = fitted(MLPClassifier((2,), max_iter=2), y)._repr_mimebundle_()["image/svg+xml"]
        return [name for name in ("blue", "red", "green") if f">{name}<" in svg]

    assert outputs(np.array(["blue", "green", "red"])[Y]) == ["blue", "red", "green"]
    assert outputs(np.where(Y > 0, "red", "blue")) == ["red"], "one output stands for the second class"
    assert outputs(np.stack([Y > 0, Y > 1], axis=1).astype(int)) == []


def test_a_table_model():
    model = TableModel(Recipe(hidden=(4,), epochs=2))
    assert "image/svg+xml" not in model._repr_mimebundle_()
    shown = model.fit("iris")._repr_mimebundle_()
    display, card, ours = shown["text/html"].partition("<table><caption>TableModel")
    assert sorted(shown) == KINDS and "<script" in display and card and "<script" not in ours  # scikit-learn's has one
    assert "virginica" in shown["image/svg+xml"] and "classification: setosa" in shown["text/plain"]


def test_draw_is_public():
    assert draw("compact", NET).svg() == NET._repr_mimebundle_()["image/svg+xml"]
