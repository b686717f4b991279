"""What tabs are shown: nothing hidden, small frames, strict markup; and random use breaks nothing."""

import json
import random
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from glassnet import Recipe, TableModel
from glassnet.errors import GlassnetError
from glassnet.studio.data import Data, DataSet
from glassnet.studio.datasets import DATASETS
from glassnet.studio.parts import PARTS
from glassnet.studio.session.address import opened
from glassnet.studio.session.session import Session


@pytest.fixture
def session():
    made = Session(lambda: None)
    yield made
    made.close()


class Strict(HTMLParser):
    """Refuses what the page's policy forbids."""

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "style", "iframe", "object", "embed", "link")
        for name, _ in attrs:
            assert not name.startswith("on") and name != "style", (tag, name)


@pytest.mark.parametrize("done", [0, 3, 14, 40])
@pytest.mark.parametrize("lens", ["values", "gradients", "change"])
def test_what_is_not_reached_is_not_sent(session, done, lens):
    session.receive({"do": "dataset", "name": "moons"})
    session.receive({"do": "select", "key": "dw12[1]"})
    session.receive({"do": "lens", "name": lens})
    session.receive({"do": "step", "by": 1, "grain": "operation"})
    session.receive({"do": "step", "by": done})
    view = session.view()
    hidden = {line.shown for operation in view.operations[done:] for _, line in operation.line.walk()}
    shown_texts = {line.shown for operation in view.operations[:done] for _, line in operation.line.walk()}
    secret = {text for text in hidden - shown_texts if re.fullmatch(r"-?\d*\.\d{4,}", text)}
    assert len(secret) > 5
    message = session.viewer().message()
    sent = json.dumps([message["markup"], message["frame"]], ensure_ascii=False).replace("−", "-")
    sent += json.dumps(message["frame"]["network"][0])
    numbers = set(re.findall(r"-?\d+\.\d+", sent))
    assert not numbers & secret
    short = {text: f"{float(text):.4g}" for text in (shown_texts | secret) if re.fullmatch(r"-?\d*\.\d{4,}", text)}
    known = {short[text] for text in short if text in shown_texts}
    assert not numbers & {short[text] for text in secret if len(short[text]) > 6} - known  # as the picture writes them


def test_frames_of_2_8_8_1_are_small(session):
    session.receive({"do": "dataset", "name": "moons"})
    session.receive({"do": "layer"})
    viewer = session.viewer()
    viewer.message()
    for grain in ("batch", "epoch"):
        session.receive({"do": "step", "by": 5, "grain": grain})
        frame = viewer.message()["frame"]
        for name in ("network", "clock", "curve"):
            assert len(json.dumps(frame.get(name), ensure_ascii=False, separators=(",", ":")).encode()) <= 4096, name


@pytest.mark.parametrize("lens", ["values", "gradients"])
def test_where_room_grows_only_places_are_sent(session, lens):
    """A tab that has patched them in has the picture that a new tab is sent."""
    session.receive({"do": "dataset", "name": "xor"})
    session.receive({"do": "lens", "name": lens})
    viewer = session.viewer()
    places = places_in(viewer.message()["markup"]["network"])
    grown = 0
    for _ in range(12):
        session.receive({"do": "step", "by": 20, "grain": "epoch"})
        message = viewer.message()
        assert "network" not in message.get("markup", {}) and set(message["state"]) <= {
            "url",
            "step",
            "steps",
            "operation",
        }
        moved = message.get("places", {}).get("network", {})
        grown += bool(moved)
        for at, now in moved.items():
            places[at] = now
        assert places == places_in(session.viewer().message()["markup"]["network"])
    assert 0 < grown < 12


def places_in(markup):
    """Where each shape of the picture is."""
    names = ("viewBox", "width", "height", "x", "y", "r", "cx", "cy", "d")
    tags = re.findall(r"<(?:svg|rect|circle|path|text) [^>]*>", markup.partition("</svg>")[0])
    return [{name: said for name, said in re.findall(r'([\w-]+)="([^"]*)"', tag) if name in names} for tag in tags]


def test_the_numbers_of_the_network_as_text_are_written_when_they_are_unfolded(session):
    session.receive({"do": "dataset", "name": "xor"})
    viewer = session.viewer()
    assert "<table" not in viewer.message()["markup"]["network"]
    session.receive({"do": "drawer", "name": "numbers"})
    assert "<table" in viewer.message()["markup"]["network"]
    session.receive({"do": "step", "by": 7, "grain": "epoch"})
    weight = float(session.view().paused.parameters.W[1][0, 0])
    assert f'<td data-key="w11[1]">{weight:.4g}</td>' in viewer.message()["markup"]["network"]


def test_a_link_has_the_lines_that_are_unfolded(session):
    session.receive({"do": "unfold", "key": "Z[1]"})
    link = session.viewer().message()["state"]["url"]
    other = Session(lambda: None)
    other.receive({"do": "open", "url": link})
    markup = other.viewer().message()["markup"]["ledger"]
    other.close()
    assert '<details data-key="Z[1]" open>' in markup and markup.count(" open>") == 1
    assert 'data-key="z1[1]"' in markup


@pytest.mark.parametrize("name", ["line", "xor", "spirals", "iris", "diabetes"])
def test_every_data_set_is_learned_and_its_parts_are_strict(session, name):
    session.receive({"do": "dataset", "name": name})
    for drawer in PARTS:
        session.receive({"do": "drawer", "name": drawer, "open": True})
    session.receive({"do": "step", "by": 3, "grain": "epoch"})
    session.receive({"do": "select", "key": "w11[1]"})
    message = session.viewer().message()
    for part, markup in message["markup"].items():
        Strict().feed(markup)
        assert "<script" not in markup, part
    json.dumps(message, allow_nan=False)
    cost = session.view().run.history["cost"]
    assert len(cost) == 3 and cost[-1] < 2 * cost[0]


def test_the_ghost_and_where_the_runs_part(session):
    session.receive({"do": "dataset", "name": "xor"})
    session.receive({"do": "step", "by": 5, "grain": "epoch"})
    viewer = session.viewer()
    assert len(viewer.message()["frame"]["network"]) == 2  # the run before has other edges: it is not a ghost
    session.receive({"do": "seek", "step": 2})
    session.receive({"do": "edit", "key": "w12[1]", "value": "-1"})
    session.receive({"do": "step", "by": 1, "grain": "epoch"})
    message = viewer.message()
    assert len(message["frame"]["network"]) == 3
    assert "first differ after step 2: w12[1] is" in message["markup"]["runs"]
    assert 'data-value="ghost"' in message["markup"]["curve"]


def test_names_of_the_users_are_escaped(session):
    session.upload("<b>.csv", b"<i>x</i>,y\n" + b"".join(b"%d,<u>%d</u>\n" % (i, i % 2) for i in range(20)))
    session.receive({"do": "step", "by": 1, "grain": "epoch"})
    session.receive({"do": "select", "key": "w11[1]"})
    for markup in session.viewer().message()["markup"].values():
        Strict().feed(markup)
        assert "<i>x" not in markup and "<u>" not in markup and "<b>.csv" not in markup


VALUES = ("0", "-1,5", "1/0", "1e8")
SET = {"learning_rate": 0.3, "layers": "2,2", "l2": "0,01", "noise": 9, "batch_size": 3}
ACTS = [
    *(
        {"do": "step", "by": by, "grain": grain}
        for by in (1, -1, 3)
        for grain in ("operation", "example", "batch", "epoch")
    ),
    *({"do": "seek", "step": step} for step in (0, 5, 999)),
    *({"do": "select", "key": key} for key in ("w12[1]", "z1[1]", "x1", "y^1", "dw11[2]", "b1[1]", "J", "q7[7]")),
    *(
        {"do": "edit", "key": key, "value": value}
        for key in ("w11[1]", "b1[2]", "x1", "y1")
        for value in ("0", "-1,5", "1/0")
    ),
    *({"do": "lens", "name": name} for name in ("values", "gradients", "change")),
    *({"do": "dataset", "name": name} for name in ("xor", "line", "circles", "clicked")),
    *(
        {"do": "set", "name": n, "value": v}
        for n, v in (("learning_rate", 0.3), ("layers", "2,2"), ("l2", "0,01"), ("noise", 9))
    ),
    *({"do": "layer", "add": add} for add in (True, False)),
    *({"do": "units", "layer": 1, "by": by} for by in (1, -1)),
    *({"do": name} for name in ("undo", "reset", "redraw", "clear", "pause", "reveal", "play")),
    {"do": "example", "row": 3},
    {"do": "answer", "number": 0, "text": "0,5"},
    {"do": "cell", "row": 1, "column": 1, "value": 0.5},
    {"do": "point", "x1": 0.1, "x2": 0.2, "y": 1},
    {"do": "train", "epochs": 3},
    {"do": "run", "number": 2},
    {"do": "drawer", "name": "map", "open": True},
    {"do": "lesson", "name": "xor"},
    {"do": "whole", "on": True},
]


@pytest.mark.parametrize("seed", range(2))
def test_random_use_breaks_nothing(session, seed):
    draws = random.Random(seed)
    viewer = session.viewer()
    refused = 0
    for _ in range(30):
        try:
            session.receive(draws.choice(ACTS))
        except GlassnetError:
            refused += 1
        message = viewer.message()
        if message is not None:
            json.dumps(message, allow_nan=False)
        view = session.view()
        assert 0 <= view.clock.step <= view.run.reached <= view.run.last
        assert view.run.number in view.runs
    assert refused < 20


def test_a_data_set_is_one_record(session):
    made = Data(np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]]), ("hours",), "pay")
    DATASETS.add(DataSet("pay", "pay by the hour", lambda values: made, {"layers": "", "batch_size": 3}))
    try:
        session.receive({"do": "drawer", "name": "data", "open": True})
        assert "pay by the hour" in session.viewer().message()["markup"]["data"]
        session.receive({"do": "dataset", "name": "pay"})
        session.receive({"do": "step", "by": 2, "grain": "epoch"})
        link = session.viewer().message()["state"]["url"]
        assert opened(link)[0] == session.view().run.setup
    finally:
        DATASETS.remove("pay")


def test_many_edges_have_no_numbers_until_they_are_asked_for(session):
    session.receive({"do": "dataset", "name": "spirals"})
    session.receive({"do": "set", "name": "layers", "value": "8,8"})
    viewer = session.viewer()
    message = viewer.message()
    assert not any(key.startswith("w") for key in message["keys"]["network"])
    assert 'data-do="whole"' in message["markup"]["network"]
    session.receive({"do": "select", "key": "z1[2]"})
    message = viewer.message()
    assert set(message["state"]["lit"]) == {"z1[2]", "b1[2]", *(f"w1{k}[2]" for k in range(1, 9))}
    assert message["markup"]["inspector"].count("<li>") == 9  # eight units and the bias
    session.receive({"do": "whole", "on": True})
    assert any(key.startswith("w") for key in viewer.message()["keys"]["network"])


def test_the_ten_largest_of_many_contributions_are_shown_and_the_rest_is_counted(session):
    session.receive({"do": "dataset", "name": "spirals"})
    session.receive({"do": "select", "key": "z1[2]"})
    inspector = session.viewer().message()["markup"]["inspector"]
    step = session.view().trace
    assert inspector.count('class="glassnet bar"') == 10 and "7 more terms" in inspector
    products = np.array([*step.W[2][0] * step.A[1][0], step.b[2][0]])
    left = float(products.sum() - sum(sorted(products, key=abs)[-10:]))
    assert f"7 more terms: {left:.4g}" in inspector


def test_a_browser_tells_which_lessons_are_done(session):
    session.receive({"do": "done", "names": "xor,no-such-lesson,line"})
    assert session.viewer().message()["state"]["finished"] == ["line", "xor"]
    session.receive({"do": "done", "names": ""})
    assert session.viewer().message()["state"]["finished"] == []


def test_a_trained_model_is_opened_on_its_table():
    model = TableModel(Recipe(hidden=(5,), epochs=3)).fit("iris")
    session = Session(lambda: None, model, "iris")
    view = session.view()
    assert np.array_equal(view.paused.state.theta, model.fitted.parameters.theta)
    assert len(view.run.table.validate) == model.validation_rows
    assert np.allclose(
        view.trace.predictions, model.fitted.network.forward(view.trace.X, view.trace.before).predictions
    )
    session.receive({"do": "step", "by": 1, "grain": "epoch"})
    session.close()
    with pytest.raises(GlassnetError, match="table"):
        Session(lambda: None, model)
