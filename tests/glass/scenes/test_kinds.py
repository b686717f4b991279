"""The table of pictures, and what is done with a picture: drawing, saving, showing."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from glass.scenes.laws import check, missing_from_twin, texts
from glassnet import compare_engines, draw, graph, ledger
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName, UnusableFile
from glassnet.glass.palette import SCHEMES
from glassnet.glass.scenes import Scene
from glassnet.glass.scenes.network.overview import overview_of_step
from glassnet.glass.tracing.trace import trace
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.views.figures import FIGURES

SCENES = [name for name, figure in FIGURES.items() if figure.by == "glassnet"]


@pytest.fixture
def known(workshop):
    """What a command might know; every kind takes what it needs."""
    x, y = graph.inputs(x=2.0, y=3.0)
    step = trace(workshop.network, workshop.X, workshop.Y, parameters=workshop.parameters)
    return {
        "forward_pass": workshop.forward_pass,
        "step": step,
        "written": ledger(step, depth=1),
        "plan": step.plan,
        "X": workshop.X,
        "y": workshop.Y,
        "comparison": compare_engines(workshop.network, workshop.X, workshop.Y, seconds=0),
        "network": workshop.network,
        "parameters": workshop.parameters,
        "graph": graph.Graph(x * y),
        "values": workshop.parameters.W[1],
        "A": workshop.X,
        "B": workshop.parameters.W[1].T,
        "activation": ["sigmoid", "tanh", "relu"],
        "history": {"cost": [0.9, 0.4, 0.3], "validation_cost": [1.0, 0.5, 0.6]},
    }


def parts(kind, known):
    if kind == "collapse":
        return net(2, 1)
    return [known[name] for name in FIGURES[kind].needs]


@pytest.mark.parametrize("kind", SCENES)
def test_every_kind(kind, known):
    scene = draw(kind, *parts(kind, known))
    check(scene)
    assert scene.kind == kind and scene.title
    if kind not in ("activation", "history", "code", "engines"):  # ticks are not data, times are in another unit
        assert missing_from_twin(scene) == []
    record = FIGURES[kind]
    assert record.needs and set(record.needs) <= known.keys() and record.help and "  " not in record.help
    assert record.make.__doc__ and all(f"{name}" in record.make.__doc__ for name in (*record.needs, *record.takes))


def test_saying_what_is_missing(workshop):
    with pytest.raises(InvalidInput, match=r"the picture 'network' is drawn of network and parameters \(seen: missing"):
        draw("network", workshop.network)
    with pytest.raises(
        InvalidInput,
        match=r"it also takes forward_pass, gradients, row, number, names, outputs, answer, .*, lens",
    ):
        draw("network", workshop.network, workshop.parameters, color="red")
    with pytest.raises(UnknownName, match="no picture 'netwrok'; did you mean 'network'"):
        draw("netwrok")
    with pytest.raises(InvalidInput, match="is drawn of network"):
        draw("blocks")


def test_saving(tmp_path):
    scene = draw("matrix", [[1.5, -2]])
    for name, written in {"a.svg": scene.svg("light"), "a.json": scene.json(), "a.TXT": scene.text()}.items():
        assert scene.save(tmp_path / name).read_text(encoding="utf-8") == written + "\n"
    assert Scene.from_json((tmp_path / "a.json").read_text()).text() == scene.text()
    with pytest.raises(UnknownName, match=r"no kind of picture file '.gif'.*\.svg, \.png, \.pdf, \.json, \.txt"):
        scene.save(tmp_path / "a.gif")
    with pytest.raises(UnusableFile):
        scene.save(tmp_path / "nowhere" / "a.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.TXT", "a.json", "a.svg"]


def test_in_a_notebook():
    scene = draw("matrix", [[1.5, -2]])
    bundle = scene._repr_mimebundle_()
    assert bundle == {"text/html": scene.html(), "image/svg+xml": scene.svg(), "text/plain": scene.text()}
    assert str(scene) == scene.text() and scene.svg() in scene.html()


@pytest.mark.parametrize(("kind", "dark"), [*zip(SCENES, itertools.cycle([False, True]))])
def test_as_png(kind, dark, known, tmp_path):
    """Twice as large as the scene, on its paper, and not empty."""
    image = pytest.importorskip("matplotlib.image")
    names = {"names": ["$x$", "<a&b>", "漢字"]} if kind == "network" else {}
    scene = draw(kind, *parts(kind, known), **names)
    pixels = image.imread(scene.save(tmp_path / "a.png", dark=dark))
    height, width = pixels.shape[:2]
    assert abs(width - 2 * scene.view.width) <= 1 and abs(height - 2 * scene.view.height) <= 1
    paper = SCHEMES["dark" if dark else "light"]["paper"].tint
    assert [round(255 * part) for part in pixels[0, 0, :3]] == [int(paper[i : i + 2], 16) for i in (1, 3, 5)]
    assert np.ptp(pixels[..., :3]) > 0.5


def test_html_has_the_text_twin_and_no_script():
    """The same cells as the text, each in a cell of a table; names are only names."""
    network, p = net(2, 2)
    html = draw("network", network, p, names=["<script>alert(1)</script>", "a & b"]).html()
    assert "<script" not in html and "&lt;script&gt;" in html and "<td>a &amp; b</td>" in html
    rows = ElementTree.fromstring(html[html.index("<figure") :]).findall(".//tr")
    assert [cell.text for cell in rows[1]][:2] == ["input", "<script>alert(1)</script>"] and len(rows) == 5 + 7


def test_numbers_in_full_in_json():
    rows = json.loads(draw("matrix", [[1 / 3, float("nan"), float("inf")]]).json())["tables"][0]["rows"]
    assert rows == [[1, 1 / 3, "nan", "inf"]]


def test_a_trace_is_drawn_like_a_pass(workshop):
    whole = trace(workshop.network, workshop.X, workshop.Y, parameters=workshop.parameters, columns=workshop.names)
    scene = overview_of_step(whole)
    by_hand = draw(
        "network",
        workshop.network,
        workshop.parameters,
        workshop.forward_pass,
        workshop.gradients,
        names=workshop.names,
    )
    assert scene.text() == by_hand.text(), "rows of tables count from 1"
    assert "(1, 3)" in [text.text for text in texts(draw("blocks", whole.plan.network, m=whole.m))]


# -- what cannot be drawn ----------------------------------------------------------------------------------------------


def net(*widths):
    network = Network(widths[0], [Dense(n) for n in widths[1:]])
    return network, network.initialize()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda d: draw("network", "net", None), "drawn of a glassnet.Network (seen: str)"),
        (lambda d: draw("network", d.network, [1.0]), "parameters are a glassnet.Parameters (seen: list)"),
        (lambda d: draw("network", d.network, net(3, 5, 1)[1]), "parameters are those of another network"),
        (lambda d: draw("network", d.network, d.parameters, None, net(3, 5, 1)[1]), "gradients are those of another"),
        (lambda d: draw("network", d.network, d.parameters, [1]), "is a forward pass or a trace (seen: list)"),
        (lambda d: draw("network", *net(3, 5, 1), d.forward_pass), "widths 3-4-1, this network has 3-5-1"),
        (
            lambda d: draw("network", d.network, d.parameters, d.forward_pass, row=2),
            "no row 2 in this pass (seen: 1 row,",
        ),
        (lambda d: draw("network", d.network, d.parameters, d.forward_pass, row=0), "no row 0 in this pass"),
        (lambda d: draw("network", d.network, d.parameters, names=["a"]), "one name for each of the 3 (seen: 1 names)"),
        (
            lambda d: draw("network", d.network, d.parameters, most=1),
            "(seen: most=1); pass a whole number from 2 to 40",
        ),
        (lambda d: draw("network", d.network, d.parameters, digits=0), "digits is a whole number from 1 to 17"),
        (lambda d: draw("network", *net(*[2] * 18)), "room for 16 layers (seen: 17 layers); draw the kind 'compact'"),
        (
            lambda d: draw("network", *net(40, 40, 40), most=40),
            "room for 1,600 edges (seen: 3,200); choose most below",
        ),
        (lambda d: draw("network", *net(20, 20), most=20, numbers=True), "400 edges with their numbers (seen: 420)"),
        (lambda d: draw("compact", d.parameters), "drawn of a glassnet.Network"),
        (lambda d: draw("blocks", 3), "drawn of a glassnet.Network"),
        (lambda d: draw("graph", 3), "drawn of a computation graph (seen: int); pass glassnet.graph.Graph"),
        (lambda d: draw("graph", chain(200)), "room for 80 nodes (seen: 201 nodes)"),
        (lambda d: draw("matrix", "abc"), "A is not a matrix of numbers"),
        (lambda d: draw("matrix", np.zeros((2, 2, 2))), "must be a matrix or a vector (seen: shape (2, 2, 2))"),
        (
            lambda d: draw("product", [[1, 2]], [[1, 2]]),
            "as many columns as B has rows (seen: shapes (1, 2) and (1, 2))",
        ),
        (lambda d: draw("product", [1], [1], bias=[1, 2]), "one number for each column of B (seen: 2 numbers and 1 "),
        (lambda d: draw("product", [1], [1], row=2), "the product has no cell (2, 1)"),
        (lambda d: draw("product", [1], [1], names="ab"), "a product has four names"),
        (lambda d: draw("history", {}), "there is no history to draw"),
        (lambda d: draw("history", {"cost": []}), "there is no history to draw"),
        (lambda d: draw("history", {"cost": [np.nan]}), "no cost in the history is a finite number"),
        (lambda d: draw("history", {"cost": [1.0]}, metric="cots"), "no column in the history 'cots'; did you mean"),
        (lambda d: draw("history", {"cost": [1.0]}, best=2), "no epoch 2 in the history (seen: 1 epoch)"),
        (lambda d: draw("activation", "rleu"), "no activation 'rleu'; did you mean 'relu'"),
        (lambda d: draw("activation", []), "room for 1 to 24 activations"),
        (lambda d: draw("activation", "relu", low=1, high=1), "from low up to high"),
    ],
)
def test_one_clear_sentence(workshop, make, words):
    with pytest.raises(GlassnetError) as error:
        make(workshop)
    assert words in str(error.value) and isinstance(error.value, (InvalidInput, InvalidType, UnknownName))


def chain(steps):
    (x,) = graph.inputs(x=1.0)
    for _ in range(steps):
        x = x + 1.0
    return graph.Graph(x)


def test_ten_thousand_units_are_counted():
    network, p = net(10_000, 1_000, 2)
    scene = draw("network", network, p, network.forward(np.ones((1, 10_000)), p))
    shown = {text.text for text in texts(scene)}
    assert {"9,992 more units", "992 more units"} <= shown and "10,984 units and their edges left out" in scene.sentence
    check(scene)
    check(draw("compact", network))
    check(draw("matrix", p.W[1]))


def test_the_largest_pictures_stay_below_a_megabyte():
    names = [f"{i} 漢字" * 90 for i in range(40)]
    for inputs, outputs, numbers in ((40, 39, None), (19, 20, True)):
        network, p = net(inputs, outputs)
        made = network.forward(np.ones((1, inputs)), p)
        gradients = network.backward(made, np.ones((1, outputs)))
        largest = {"names": names[:inputs], "outputs": names[:outputs], "numbers": numbers, "most": 40, "digits": 17}
        check(draw("network", network, p, made, gradients, **largest))
    A = np.random.default_rng(0).normal(size=(50, 50))
    check(draw("product", A, A, bias=A[0], most=40, digits=17))
    check(draw("activation", ["mish"] * 24))
    check(draw("compact", net(*[3] * 41)[0], most=40))
    check(draw("blocks", net(*[3] * 41)[0], most=40))
    check(draw("graph", chain(79)))


def test_many_layers_are_counted():
    network, _ = net(*[3] * 60)
    scene = draw("compact", network)
    assert "47 more layers" in {text.text for text in texts(scene)} and "47 more layers" in scene.text()
    assert "55 layers left out" in draw("blocks", network).sentence
    check(scene)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 5e-324, 1e308])
def test_any_parameters_are_drawn(workshop, value):
    p = workshop.network.parameters(np.full(workshop.network.size, value))
    scene = draw("network", workshop.network, p)
    check(scene)
    assert missing_from_twin(scene) == []


def test_float32_and_sparse(workshop):
    sparse = pytest.importorskip("scipy.sparse")
    p = workshop.network.initialize(seed=1, dtype=np.float32)
    made = workshop.network.forward(sparse.csr_matrix(workshop.X), p)
    scene = draw("network", workshop.network, p, made)
    assert scene.tables[0].rows[0][-1] == float(np.float32(0.4)) and "0.4" in {text.text for text in texts(scene)}
