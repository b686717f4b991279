"""The session: what messages do to the desk, and what a tab is sent; no page and no HTTP."""

import json
import time

import pytest

from glassnet.data.reading.bundled import SETS
from glassnet.errors import GlassnetError
from glassnet.studio.datasets import BUNDLED
from glassnet.studio.parts import PARTS
from glassnet.studio.session.actions import ACTIONS
from glassnet.studio.session.session import Session

CSV = b"age,city,price\n" + b"".join(b"%d,%s,%d\n" % (20 + i, b"ab"[i % 2 : i % 2 + 1], i * i) for i in range(40))


@pytest.fixture
def session():
    made = Session(lambda: None)
    yield made
    made.close()


def test_it_opens_before_the_first_sum_with_one_number_to_guess(session):
    message = session.viewer().message()
    assert message["seq"] == 1
    assert set(message["markup"]) >= {"network", "ledger", "clock", "next", "worry"}
    assert message["state"]["operation"] == 0 < message["state"]["operations"]
    assert "0.6986" not in json.dumps([message["markup"], message["frame"]])  # z1, which is asked for


def test_the_usual_slip_is_named_and_the_right_answer_uncovers(session):
    viewer = session.viewer()
    message = viewer.message()
    assert "z1[1]" not in message["frame"]["ledger"] and 'data-key="z1[1]"' not in message["markup"]["ledger"]
    assert len(json.dumps(message, ensure_ascii=False).encode()) < 50_000
    session.receive({"do": "unfold", "key": "Z[1]"})
    message = viewer.message()
    assert message["frame"]["ledger"]["z1[1]"] and 'data-key="z1[1]"' in message["markup"]["ledger"]
    session.receive({"do": "answer", "number": 0, "text": "0,4986"})
    assert "when the bias is forgotten" in viewer.message()["say"]
    session.receive({"do": "answer", "number": 0, "text": "0.7"})
    message = viewer.message()
    assert message["say"].startswith("Right")
    assert message["state"]["operation"] == 1
    assert message["frame"]["ledger"]["z1[1]"][0].endswith("= 0.6986")
    assert viewer.message() is None


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "fly"},
        {"do": ["step"]},
        {"do": "edit", "key": "w99[9]", "value": 1},
        {"do": "edit", "key": "w11[1]", "value": "much"},
        {"do": "edit", "key": "w11[1]", "value": "nan"},
        {"do": "edit", "key": "w11[1]"},
        {"do": "step", "by": "x"},
        {"do": "step", "by": {}},
        {"do": "lens", "name": "x-ray"},
        {"do": "grain", "name": "year"},
        {"do": "set", "name": "activation", "value": "cubic"},
        {"do": "set", "name": "layers", "value": "9,9,9,9,9,9,9,9,9"},
        {"do": "set", "name": "layers", "value": "1000"},
        {"do": "dataset", "name": "../etc/passwd"},
        {"do": "lesson", "name": "nothing"},
        {"do": "answer", "number": 77, "text": "1"},
        {"do": "run", "number": 5},
        {"do": "cell", "row": 9, "column": 1, "value": 1},
        {"do": "point", "x1": 1, "x2": 2, "y": 0},
        {"do": "units", "layer": 3, "by": 1},
        {"do": "open", "url": "data=own"},
        {"do": "open", "url": "data=xor&set.seed=-3"},
    ],
)
def test_a_refused_message_says_why_in_one_sentence_and_changes_nothing(session, message):
    before, runs = session.view().desk, session.view().runs
    with pytest.raises(GlassnetError) as refused:
        session.receive(message)
    assert len(str(refused.value)) < 400 and "\n" not in str(refused.value)
    assert session.view().desk == before
    assert session.view().runs == runs


def test_the_clock_walks_operations_examples_batches_and_epochs(session):
    session.receive({"do": "dataset", "name": "moons"})
    last = session.view().clock.operations
    session.receive({"do": "step", "by": 1, "grain": "operation"})
    assert (session.view().clock.step, session.view().clock.done) == (1, 0)
    session.receive({"do": "step", "by": 1})
    assert session.view().clock.done == 1
    session.receive({"do": "step", "by": -2})
    assert (session.view().clock.step, session.view().clock.done) == (0, last)
    session.receive({"do": "step", "by": 11, "grain": "example"})  # of batches of ten
    assert (session.view().clock.step, session.view().selection.example) == (1, 2)
    session.receive({"do": "step", "by": -2})
    assert (session.view().clock.step, session.view().selection.example) == (0, 10)
    session.receive({"do": "step", "by": 3, "grain": "batch"})
    session.receive({"do": "step", "by": 2, "grain": "epoch"})
    assert session.view().clock.step == 2 * session.view().run.per_epoch == session.view().clock.steps
    session.receive({"do": "step", "by": -1})
    assert session.view().clock.step == session.view().run.per_epoch
    session.receive({"do": "seek", "step": 10**9})
    assert session.view().clock.step == session.view().clock.steps


def test_it_plays_in_every_grain_and_stands_still_at_its_goal(session):
    session.receive({"do": "dataset", "name": "xor"})
    for grain in ("operation", "batch"):
        session.receive({"do": "step", "by": 0, "grain": grain})
        before = session.view().clock
        session.receive({"do": "play"})
        waited(
            lambda before=before: (session.view().clock.step, session.view().clock.done) != (before.step, before.done)
        )
        session.receive({"do": "pause"})
        assert not session.view().clock.playing
    reached = session.view().run.reached
    session.receive({"do": "train", "epochs": 300})
    waited(lambda: not session.view().clock.playing)
    assert session.view().clock.step == reached + 300
    assert min(session.view().run.history["cost"]) == session.view().run.history["cost"][-1] < 0.2


def waited(happened, seconds=20.0):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_training_that_diverges_stops_and_says_so(session):
    session.receive({"do": "dataset", "name": "line"})
    session.receive({"do": "set", "name": "learning_rate", "value": "100"})
    session.receive({"do": "step", "by": 500, "grain": "epoch"})
    message = session.viewer().message()
    assert session.view().run.error
    assert "Warning" in message["markup"]["worry"]
    session.receive({"do": "play"})
    assert not session.view().clock.playing


def test_layers_and_units_come_and_go(session):
    session.receive({"do": "dataset", "name": "circles"})
    for message, widths in (
        ({"do": "layer"}, [2, 8, 8, 1]),
        ({"do": "units", "layer": 1, "by": -6}, [2, 2, 8, 1]),
        ({"do": "layer", "at": 1, "add": True}, [2, 2, 2, 8, 1]),
        ({"do": "layer", "at": 3, "add": False}, [2, 2, 2, 1]),
        ({"do": "units", "layer": 1, "by": -2}, [2, 2, 1]),
        ({"do": "layer", "add": False}, [2, 1]),
        ({"do": "undo"}, [2, 2, 1]),
    ):
        session.receive(message)
        assert session.view().run.network.widths == widths


def test_cells_and_points_are_rows_like_any_other(session):
    session.receive({"do": "dataset", "name": "xor"})
    session.receive({"do": "cell", "row": 1, "column": 3, "value": "1"})
    assert session.view().run.table.Y.tolist() == [1, 1, 1, 0]
    session.receive({"do": "point", "x1": 0.5, "x2": 0.5, "y": 1})
    assert session.view().run.table.X[-1].tolist() == [0.5, 0.5]
    session.receive({"do": "example", "row": 2})
    session.receive({"do": "edit", "key": "x2", "value": "-1"})
    row = session.view().trace.rows[1]
    assert session.view().run.table.X[row - 1, 1] == -1


def test_weights_and_points_are_drawn_from_seeds_of_their_own(session):
    def drawn():
        run = session.view().run
        return run.table.X.tobytes(), run.table.learn.tobytes(), run.at(0).state.theta.tobytes()

    session.receive({"do": "dataset", "name": "moons"})
    X, rows, theta = drawn()
    session.receive({"do": "redraw"})
    assert drawn()[:2] == (X, rows) and drawn()[2] != theta
    session.receive({"do": "undo"})
    session.receive({"do": "redraw_points"})
    assert drawn()[0] != X and drawn()[2] == theta


def test_a_table_of_ones_own(session):
    viewer = session.viewer()
    session.upload("C:\\prices\\flats.csv", CSV)
    message = viewer.message()
    assert message["state"]["title"] == "flats.csv"
    data = session.view().run.table
    assert (data.X.shape, data.names[0], set(data.names[1:])) == ((40, 3), "age", {"city = a", "city = b"})
    assert (data.target, data.classes) == ("price", ())
    assert len(data.learn) + len(data.validate) + len(data.judge) == 40
    assert abs(data.X[data.learn, 0].mean()) < 0.1  # ages are standardized
    session.receive({"do": "step", "by": 3, "grain": "epoch"})
    assert len(session.view().run.history["validation_cost"]) == 3
    session.receive({"do": "select", "key": "x1"})
    row = session.view().trace.rows[0]
    assert f"{19 + row} in the user" in viewer.message()["markup"]["inspector"]  # raw and encoded
    for message in ({"do": "edit", "key": "x1", "value": 1}, {"do": "cell", "row": 1, "column": 1, "value": 1}):
        with pytest.raises(GlassnetError, match="encoded"):
            session.receive(message)
    for name, bad in (("x.csv", b""), ("x.csv", b"\xff\x00"), ("x.csv", b"a,b\n1,2\n"), ("x.exe", b"MZ\x00\x01")):
        with pytest.raises(GlassnetError):
            session.upload(name, bad)


def test_every_action_is_known_by_the_contract():
    wanted = (
        "open step seek play pause grain lens select example edit undo reset redraw drawer set dataset point "
        "cell layer units lesson lesson_set answer reveal run train clear"
    )
    assert set(ACTIONS) >= set(wanted.split())


@pytest.mark.parametrize("message", [{"do": "lesson_set", "name": "table"}, {"do": "open"}])
def test_no_path_that_a_page_names_is_opened(tmp_path, message):
    (tmp_path / "secret.csv").write_text("a,b\n" + "1,2\n3,4\n" * 20)
    session = Session(lambda: None)
    session.receive({"do": "lesson", "name": "whole-loop"})
    assert set(BUNDLED) == set(SETS)
    path = str(tmp_path / "secret.csv")
    with pytest.raises(GlassnetError, match="bundled table"):
        session.receive(
            {**message, "value": path, "url": f"lesson=whole-loop&of=whole-loop&of.table={path}&lesson.table={path}"}
        )
    session.receive({"do": "lesson_set", "name": "table", "value": "wine"})
    assert "wine: 178 rows" in PARTS["lesson"].markup(session.view())
    session.receive({"do": "own"})
    assert "data" in session.view().open and "data-drop" in PARTS["lesson"].markup(session.view())
    session.close()


def test_once_answered_a_lesson_stays_open_where_its_start_is_dragged(monkeypatch):
    """And its pictures are drawn by what changes it, not by the tab that shows it."""
    session = Session(lambda: None)
    session.receive({"do": "lesson", "name": "descent"})
    session.receive({"do": "place", "x1": 1, "x2": 1})
    assert 'data-pick="place"' not in PARTS["lesson"].markup(session.view()), "before the questions"
    for number in range(1, 5):
        session.receive({"do": "reveal", "number": number})
    runs = set(session.view().runs)
    session.receive({"do": "place", "x1": 2.504, "x2": 99})
    session.receive({"do": "lesson_set", "name": "alpha", "value": "2,1"})
    monkeypatch.setattr("glassnet.studio.pieces.screen.html_of", None)
    markup = PARTS["lesson"].markup(session.view())
    assert 'data-pick="place"' in markup and "data-drag/>" in markup and "It diverges" in markup
    assert dict(session.view().desk.lesson_values) == {"w": 2.5, "b": 10.0, "alpha": 2.1}
    assert len(session.view().runs) == len(runs), "nothing was done with that run"
    session.receive({"do": "again"})
    assert 'data-number="1"' in PARTS["lesson"].markup(session.view())
    session.close()
