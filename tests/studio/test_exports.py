"""What is taken along: the same bits again, files that open elsewhere, and forged ones refused in one sentence."""

import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from glassnet import load
from glassnet.archive import read, write
from glassnet.cli.main import glassnet as command
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput
from glassnet.studio.exports.kinds import KINDS
from glassnet.studio.exports.literals import array, network
from glassnet.studio.exports.run_file import KIND, MOST, open_bytes, open_run
from glassnet.studio.session.run import Run
from glassnet.studio.session.session import Session


@pytest.fixture(scope="module")
def walked():
    """XOR with a cell written over, trained, edited and trained on."""
    session = Session(lambda: None)
    for message in (
        {"do": "lesson", "name": ""},
        {"do": "dataset", "name": "xor"},
        {"do": "cell", "row": 1, "column": 3, "value": 1},
        {"do": "step", "by": 120, "grain": "batch"},
        {"do": "edit", "key": "w12[1]", "value": "2"},
        {"do": "step", "by": 30},
    ):
        session.receive(message)
    yield session
    session.close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The first screen, before its first number."""
    session = Session(lambda: None)
    yield session
    session.close()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_can_be_taken_along(walked, kind):
    made = walked.leave(kind)
    assert made.data and re.fullmatch(r"xor-step-150[a-z-]*\.[a-z]+", made.name) and "/" in made.media_type
    if made.media_type == "text/html":
        assert b"<script" not in made.data and b"Content-Security-Policy" in made.data


def test_what_there_is_not_is_said(walked):
    with pytest.raises(GlassnetError, match="no download 'fork'"):
        walked.leave("fork")


@pytest.mark.parametrize("kind", ["svg", "run"])
def test_what_is_hidden_is_in_no_picture(opened, kind):
    assert b"0.6986" not in opened.leave(kind).data


def test_a_run_opens_to_the_same_bits(walked):
    found, view = open_bytes(walked.leave("run").data), walked.view()
    run = Run.of(1, found.setup)
    run.advance(150)
    assert found.desk.clock.step == 150 and np.array_equal(found.theta, view.paused.state.theta)
    assert np.array_equal(run.at(150).state.theta, view.paused.state.theta)
    assert found.setup.data == "xor" and found.setup.cells and found.setup.edits == view.run.setup.edits


def test_the_lesson_that_was_open_opens_again(opened):
    found = open_bytes(opened.leave("run").data)
    assert found.setup == opened.view().run.setup and found.desk.clock.operation == 0
    assert found.setup.own is None and found.setup.lesson == "go-to-class"


def test_rows_that_no_name_makes_are_in_the_file(walked, tmp_path):
    def other(arrays, facts):
        arrays["X"][0, 0] = 0.25

    found = open_run(forged(walked, tmp_path, other))
    assert found.setup.data == "own" and found.setup.table.X[0, 0] == 0.25
    assert found.setup.values["learning_rate"] == 0.5


def test_what_is_no_run_is_none():
    assert open_bytes(b"x1,x2\n1,2\n") is None and open_bytes(b"") is None and open_bytes(b"8 bytes {") is None


def forged(session, folder, change):
    """A run's file after it was changed by hand."""
    path = folder / "run.safetensors"
    path.write_bytes(session.leave("run").data)
    arrays, facts, _ = read(path, kind=KIND, newest=1)
    arrays, facts = dict(arrays), json.loads(json.dumps(facts))
    change(arrays, facts)
    write(path, arrays, facts, kind=KIND, version=1)
    return path


def _set(name, value):
    return lambda arrays, facts: facts.__setitem__(name, value)


def _array(name, value):
    return lambda arrays, facts: arrays.__setitem__(name, value)


FORGERIES = {
    "no rows": _array("X", np.zeros((0, 2))),
    "other rows than targets": _array("X", np.zeros((3, 2))),
    "not a number": _array("X", np.full((4, 2), np.nan)),
    "a class that is none": _array("Y", np.array([0, 1, 2, 7])),
    "too many rows": _array("X", np.zeros((30_000, 2))),
    "too many columns": _array("X", np.zeros((4, 500))),
    "lanes of rows that are not there": _array("judge", np.array([9])),
    "a lane twice": _array("judge", np.array([1, 1])),
    "no parameters": lambda arrays, facts: arrays.pop("theta"),
    "names of other columns": _set("table", {"names": ["a"], "target": "y", "classes": []}),
    "a table that is none": _set("table", 3),
    "a setting that is none": _set("changed", [["fly", 1]]),
    "a value that no setting has": _set("changed", [["learning_rate", "x"]]),
    "settings of another form": _set("changed", {"learning_rate": 1}),
    "a setting without a value": _set("changed", [["learning_rate", None]]),
    "edits of another form": _set("edits", [[1, 2]]),
    "too many edits": _set("edits", [[1, "w12[1]", 0.5]] * (MOST + 1)),
    "a step before the first": _set("edits", [[-1, "w12[1]", 0.5]]),
    "cells of another form": _set("cells", [[1, 2, "x"]]),
    "a lesson that is none": lambda arrays, facts: facts.update(data="lesson", lesson="dance"),
    "an impossible network": _set("network", {"inputs": 2, "layers": [], "loss": {"name": "squared_error"}}),
    "a network of other inputs": _set("network", {"inputs": 9}),
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_run_is_refused_in_one_sentence(walked, tmp_path, change):
    path = forged(walked, tmp_path, change)
    with pytest.raises(BrokenFile) as refused:
        open_run(path)
    assert str(refused.value).count("\n") == 0 and len(str(refused.value)) < 400


@pytest.mark.parametrize("cut", [0, 9, 200, -30])
def test_a_damaged_run_is_refused(walked, tmp_path, cut):
    path = tmp_path / "run.safetensors"
    path.write_bytes(walked.leave("run").data[:cut])
    with pytest.raises(GlassnetError):
        open_run(path)


def test_predict_opens_the_model_file(walked, tmp_path):
    path, table = tmp_path / "model.safetensors", tmp_path / "rows.csv"
    path.write_bytes(walked.leave("model").data)
    table.write_text("x2,x1\n0,0\n1,0\n0,1\n1,1\n")
    done = CliRunner().invoke(command, ["predict", "--probabilities", str(path), str(table)])
    assert done.exit_code == 0, done.output
    said = [float(line.split(",")[-1]) for line in done.output.splitlines()[1:5]]
    view = walked.view()
    X = view.run.table.X
    assert said == pytest.approx(
        view.run.network.forward(X, view.paused.parameters).predictions[:, 0].tolist(), abs=1e-5
    )
    assert load(path).fitted.row_digests is not None


def test_a_single_class_makes_no_model_file(opened):
    with pytest.raises(InvalidInput, match="only one class"):
        opened.leave("model")


def test_the_notebook_has_the_script_in_its_cells(walked):
    cells = json.loads(walked.leave("notebook").data)["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    names = {}
    exec(code, names)
    assert names["step"].cost == walked.view().trace.cost


@pytest.mark.parametrize("shape", [(0,), (0, 3), (1, 1), (3,), (40, 20)])
def test_arrays_as_text_are_the_same_bits(shape):
    values = np.random.default_rng(0).normal(size=shape) / 3
    import base64

    again = eval(array(values), {"np": np, "base64": base64})
    assert again.tobytes() == values.tobytes() and (again.shape == shape or 0 in shape)
    with pytest.raises(InvalidInput, match="at most 100,000 numbers"):
        array(np.zeros(100_001))


def test_networks_as_text_are_the_same(walked):
    import glassnet

    for net in (
        walked.view().run.network,
        glassnet.Network(3, [glassnet.Dense(4, "relu", "he_normal"), glassnet.Dropout(0.5), glassnet.Dense(2)]),
        glassnet.Network(1, [glassnet.Dense(1)], loss=glassnet.LOSSES.make("huber", delta=2.0)),
    ):
        again = eval(network(net.describe()), vars(glassnet))
        assert again.describe() == net.describe()


CARS = "color,power,price\n" + "".join(f"{('red', 'blue')[i % 2]},{50 + 7 * i},{2000 + 420 * i}\n" for i in range(30))


def test_a_dropped_table_comes_back_with_its_cells(tmp_path):
    first, second = Session(lambda: None), Session(lambda: None)
    first.upload("cars.csv", CARS.encode())
    first.receive({"do": "step", "by": 7, "grain": "batch"})
    first.receive({"do": "edit", "key": "b1[1]", "value": "1/4"})
    second.upload("x.safetensors", first.leave("run").data)
    there, here = first.view(), second.view()
    assert np.array_equal(here.paused.state.theta, there.paused.state.theta)
    assert here.run.table.given is not None and here.title == "cars.csv"
    assert "open again at step 7, to the bit" in second._now()[2]
    (tmp_path / "run").write_bytes(second.leave("run").data)
    third = Session(lambda: None, open_run(tmp_path / "run"))
    assert third.view().clock.step == 7 and np.array_equal(third.view().paused.state.theta, here.paused.state.theta)
    for session in (first, second, third):
        session.close()


def test_a_model_that_is_dropped_alone_is_refused(walked):
    session = Session(lambda: None)
    with pytest.raises(InvalidInput, match="a model is looked at on its table"):
        session.upload("model.safetensors", walked.leave("model").data)
    session.close()


def test_numbers_that_are_others_here_are_said(walked, tmp_path):
    def other(arrays, facts):
        arrays["theta"] = arrays["theta"] + 1e-9

    session = Session(lambda: None, open_run(forged(walked, tmp_path, other)))
    assert "not the same in every digit" in session._now()[2]
    session.close()


def test_evaluate_knows_which_rows_taught(tmp_path):
    session = Session(lambda: None)
    session.upload("cars.csv", CARS.encode())
    session.receive({"do": "step", "by": 20, "grain": "batch"})
    path, table = tmp_path / "model.safetensors", tmp_path / "cars.csv"
    path.write_bytes(session.leave("model").data)
    table.write_text(CARS)
    done = CliRunner().invoke(command, ["evaluate", str(path), str(table)])
    data = session.view().run.table
    assert done.exit_code == 0 and f"{len(data.learn)} learned from" in done.output, done.output
    session.close()


def test_the_target_is_scaled_by_the_rows_that_teach_on_the_screen_and_in_what_is_taken_along(tmp_path):
    session = Session(lambda: None)
    session.upload("cars.csv", CARS.encode())
    session.receive({"do": "step", "by": 5, "grain": "batch"})
    view, path, table = session.view(), tmp_path / "model.safetensors", tmp_path / "cars.csv"
    data, prices = view.run.table, 2000 + 420 * np.arange(30.0)
    center, scale = prices[data.learn].mean(), prices[data.learn].std()
    assert len(data.judge) and abs(center - prices.mean()) > 1  # the rows that judge would move it
    assert np.allclose(data.Y[:, 0], (prices - center) / scale, rtol=1e-12)
    names = {}
    exec(session.leave("python").data.decode(), names)
    assert np.array_equal(names["y"], data.Y[data.learn]) and names["step"].cost == view.trace.cost
    path.write_bytes(session.leave("model").data)
    table.write_text(CARS)
    seen = view.run.network.forward(data.X, view.paused.parameters).predictions[:, 0] * scale + center
    assert np.allclose(load(path).predict(str(table)), seen, rtol=1e-12)
    session.close()
