"""The drawers: every number in them is the library's, what is hidden is in none of them, and their frames are small."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from glassnet import explain, gradcheck, ledger
from glassnet.studio.answering import fitted, rows_of, truth_of
from glassnet.studio.exports.script import current, script, text
from glassnet.studio.parts import PARTS, check, data, matrices, surface, why
from glassnet.studio.parts import map as map_part
from glassnet.studio.session.later import Later
from glassnet.studio.session.session import Session
from glassnet.text import format_number
from glassnet.views.displays.boundary import DecisionBoundaryDisplay

DRAWERS = [part for part in PARTS.values() if part.drawer]


class Desk:
    """A session whose view computes everything at once."""

    def __init__(self):
        self.session = Session(lambda: None)

    def __call__(self, do, **arguments):
        self.session.receive({"do": do, **arguments})
        return self

    @property
    def view(self):
        view = self.session.view()
        return type(view)(view.desk, view.runs, view.url)


@pytest.fixture
def desk():
    found = Desk()
    yield found
    found.session.close()


class Tags(HTMLParser):
    """Whether every element is closed, and what attributes there are."""

    def __init__(self):
        super().__init__()
        self.open, self.names = [], set()

    def handle_starttag(self, tag, attributes):
        self.names |= {name for name, _ in attributes}
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.names |= {name for name, _ in attributes}


@pytest.mark.parametrize("part", DRAWERS, ids=lambda part: part.name)
def test_markup_is_whole_and_has_no_style_and_no_script(desk, part):
    for view in (desk.view, desk("step", by=1, grain="batch").view, desk("dataset", name="xor").view):
        tags = Tags()
        tags.feed(part.markup(view))
        assert tags.open == [] and not {name for name in tags.names if name.startswith("on") or name == "style"}
        assert "<script" not in part.markup(view) and part.version(view) == part.version(view)
        if part.frame is not None:
            assert len(json.dumps(part.frame(view))) < 9_000


@pytest.mark.parametrize("part", DRAWERS, ids=lambda part: part.name)
def test_no_drawer_tells_what_the_clock_has_not_reached(desk, part):
    """The first act is an answer: 0.6986, the answer 0.45 and the cost are nowhere before they are asked for."""
    said = part.markup(desk.view) + json.dumps(part.frame(desk.view) if part.frame else None)
    assert not re.search(r"0\.6986|0\.7985|(?<![\d.])0\.45(?![\d])", said)


def test_what_is_computed_meanwhile_is_said():
    desk = Desk()
    desk("step", by=1, grain="batch")
    view = desk.session.view()
    assert "Computing" in surface.markup(view) and not surface.version(view)[-1]
    desk.session.later.wait(surface._key(view))
    assert "Computing" not in surface.markup(desk.session.view())
    desk.session.close()


def test_later_answers_the_newest_question_and_says_why_not():
    import threading

    begun, gate, notified = threading.Event(), threading.Event(), threading.Event()
    later = Later(notified.set)
    later.get(("a", 1), lambda: begun.set() or gate.wait(5))
    assert begun.wait(5)
    later.get(("b", 1), lambda: "stale")
    later.get(("b", 2), lambda: 1 / 0)
    gate.set()
    later.wait(("b", 2))
    assert not later.is_there(("b", 1)) and notified.wait(5)
    assert later.get(("b", 2), lambda: None).why.startswith("This cannot be computed here (ZeroDivisionError")
    later.close()


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_the_map_is_the_display_of_the_same_network(desk):
    view = desk("dataset", name="xor")("step", by=40, grain="batch").view
    run = view.run
    model = fitted(run.table, run.network, view.paused.parameters)
    display = DecisionBoundaryDisplay.from_estimator(
        model, rows_of(run.table), truth_of(run.table), resolution=map_part.RESOLUTION
    )
    whole, *units = map_part.maps(view)
    assert np.array_equal(whole.display.response, display.response)
    assert np.array_equal(whole.display.plane.wrong, display.plane.wrong)
    assert [one.display.unit for one in units] == [(1, 1), (1, 2), (1, 3)]
    markup = map_part.markup(view)
    assert 'data-do="example" data-row="4"' in markup and 'data-pick="point"' in markup and "row:" not in markup


def test_a_row_that_is_added_to_many_is_on_the_map(desk):
    view = desk("dataset", name="moons")("point", x1=-0.2, x2=-1.1, y=1).view
    assert f'data-row="{len(view.run.table.X)}"' in map_part.markup(view)


def test_the_frame_of_a_map_fits_its_markup(desk):
    view = desk("dataset", name="xor").view
    keys = set(re.findall(r'data-value="([^"]+)"', map_part.markup(view)))
    assert set(map_part.frame(view)) - keys <= {f"unit{u}:wrong" for u in range(1, 13)}


def test_the_surface_begins_where_the_desk_says(desk):
    view = desk("dataset", name="xor")("look", name="first", value="w21[1]")("look", name="second", value="b1[2]").view
    assert surface.weights_of(view) == ("w21[1]", "b1[2]")
    here = view.paused.parameters
    assert surface.display(view).path[0] == pytest.approx([here.W[1][1, 0], here.b[2][0]])
    view = desk("start", x1=1.5, x2=-0.25).view
    assert surface.display(view).path[0] == pytest.approx([1.5, -0.25])
    assert "begin there" in surface.markup(view)


def test_a_rate_too_large_is_seen_to_diverge(desk):
    view = desk("dataset", name="xor")("look", name="alpha", value="5000").view
    assert surface.alpha_of(view) == 5000 and "steps" in surface.markup(view)


def test_the_check_is_gradcheck_of_the_step(desk):
    view = desk("step", by=1, grain="batch").view
    found, step = check.check(view), view.trace
    again = gradcheck(step.plan, step.X, step.Y, state=view.paused.state, count=check.COUNT)
    assert found == again and found.ok
    assert format_number(found.worst.analytic, 8) in check.markup(view)
    chosen = desk("select", key="w12[1]").view
    assert [row.name for row in check.check(chosen).rows] == ["w12[1]"]


def test_why_is_the_explanation_of_the_row(desk):
    view = desk("dataset", name="xor")("step", by=300, grain="batch")("look", name="explained", value="3").view
    run = view.run
    again = explain(fitted(run.table, run.network, view.paused.parameters, run.plan), rows_of(run.table), 3)
    found = why.explanation(view)
    assert found.contributions() == again.contributions() and found.row == 3
    said = why.markup(view)
    assert f"ŷ = {format_number(found.probability)}" in said and "yes" in said and "it teaches" in said


def test_matrices_are_those_of_the_trace(desk):
    view = desk("dataset", name="xor").view
    values = {one.name: one.values for one in matrices.shown(view)}
    assert set(values) == {"W[1]", "b[1]", "Z[1]", "A[1]"} and np.array_equal(values["Z[1]"], view.trace.Z[1])
    frame = matrices.frame(view)
    assert frame["w12[1]"] == format_number(view.trace.W[1][0, 1]).replace("-", "−")
    assert frame["z2[1]"] == format_number(view.trace.Z[1][0, 1]).replace("-", "−")
    view = desk("lens", name="gradients")("look", name="matrices", value="2").view
    assert {one.name for one in matrices.shown(view)} == {"dW[2]", "db[2]", "dZ[2]"} | (
        {"dA[2]"} if 2 in view.trace.dA else set()
    )


def test_cells_of_a_truth_table_are_fields(desk):
    view = desk("dataset", name="xor").view
    assert data.markup(view).count('data-do="cell"') == 12
    view = desk("cell", row=1, column=3, value="1").view
    assert view.run.table.Y.tolist() == [1, 1, 1, 0] and data.version(view) != data.version(Desk().view)


def test_the_error_of_a_lane_has_the_targets_unit(desk):
    """By the deviation of the rows that teach: the network learns targets divided by it."""
    rows = [(1 + i % 5, 40 + 3 * i % 90, 30 * (1 + i % 5) + 2 * (40 + 3 * i % 90) + i % 7) for i in range(60)]
    desk.session.upload("flats.csv", b"rooms,area,price\n" + b"".join(b"%d,%d,%d\n" % row for row in rows))
    view = desk("step", by=5, grain="epoch").view
    assert "RMSE, in the unit of price" in data.markup(view)
    spread = np.std([rows[i][-1] for i in view.run.table.learn])
    shown = {name: float(text) for name, text in data.frame(view).items()}
    for lane in ("learn", "validate"):
        assert shown[f"{lane}.good"] == pytest.approx(spread * np.sqrt(2 * shown[f"{lane}.cost"]), rel=1e-3)


def test_lanes_tell_the_cost_once_it_is_known(desk):
    frame = data.frame(desk.view)
    assert set(frame.values()) == {"?"}
    view = desk("step", by=1, grain="batch").view
    assert data.frame(view)["learn.cost"] == format_number(view.trace.cost)


# -- the script --------------------------------------------------------------------------------------------------------


def printed(source):
    """What a script prints, by what it says before the numbers."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = (line for line in done.stdout.splitlines() if re.match(r"(d?[A-Zy]\^?(\[\d\])?|J)( \w+)? [\[\d-]", line))
    return {
        line[: re.search(r" [\[\d-]", line).start()]: json.loads(line[re.search(r" [\[\d-]", line).start() :])
        for line in lines
    }


def test_the_script_prints_the_same_bits(desk):
    desk("dataset", name="xor")("step", by=7, grain="batch")("edit", key="w12[1]", value="2")("step", by=30)
    view = desk.view
    found, step = printed(text(view)), view.trace
    assert found["Z[1]"] == step.Z[1].tolist() and found["J"] == step.cost and found["J after"] == step.cost_after
    assert found["dW[1]"] == step.dW[1].tolist() and found["W[2] after"] == step.after.W[2].tolist()
    assert found["y^ sigmoid"] == step.predictions.tolist()


def test_the_line_of_the_next_operation_is_marked(desk):
    seen = []
    for _ in range(len(desk.view.operations)):
        view = desk.view
        lines = script(view)
        seen.append(lines[current(view, lines)].text)
        desk("step", by=1, grain="operation")
    assert seen[0].startswith('print("Z[1]"') and seen[-1].startswith('print("J after"')
    assert len(dict.fromkeys(seen)) == 19 and current(desk.view, script(desk.view)) is None


def test_a_line_of_code_has_the_key_of_the_ledgers_line(desk):
    view = desk.view
    of_code = {line.key for line in script(view) if line.key}
    of_ledger = {line.key for step in ledger(view.trace).steps for line in step.lines}
    assert of_code == of_ledger & of_code and {"Z[1]", "y^", "L", "J", "dW[2]", "b[1]", "J(after)"} <= of_code
    assert 'data-key="dW[2]"' in PARTS["code"].markup(view)


def test_the_list_of_lessons_says_what_is_on_the_page():
    """With other rows the walked lesson is no longer chosen: choosing it leads back."""
    session = Session(lambda: None)
    try:
        assert '<option value="go-to-class" selected>' in PARTS["lessons"].markup(session.view())
        session.receive({"do": "dataset", "name": "xor"})
        assert '<option value="" selected>' in PARTS["lessons"].markup(session.view())
        assert "<h1>XOR</h1>" in PARTS["lesson"].markup(session.view())
        session.receive({"do": "lesson", "name": "xor"})
        assert '<option value="xor" selected>' in PARTS["lessons"].markup(session.view())
    finally:
        session.close()
