"""Links: what is on the desk goes into the fragment and comes out again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.errors import GlassnetError
from glassnet.glass.scenes.network.values import LENSES
from glassnet.lessons.table import LESSONS
from glassnet.studio.datasets import DATASETS
from glassnet.studio.looks import LOOKS
from glassnet.studio.session.address import fragment, opened
from glassnet.studio.session.clock import GRAINS, Clock
from glassnet.studio.session.selection import Selection
from glassnet.studio.session.session import Session
from glassnet.studio.session.setup import LESSON, Cell, Edit, Point, Setup
from glassnet.studio.session.view import Desk
from glassnet.studio.settings import SETTINGS, all_values

numbers = st.floats(-1e6, 1e6)
keys = st.sampled_from(["", "w12[1]", "w1,12[2]", "b3[1]", "z1[1]", "y^1", "x2", "dz1[2]", "da1[1]", "J", "W[1]"])
edits = st.builds(Edit, st.integers(0, 50), st.sampled_from(["w11[1]", "b1[1]"]), numbers)


@st.composite
def setups(draw):
    name = draw(st.sampled_from([LESSON, *DATASETS]))
    lesson = "go-to-class" if name == LESSON else draw(st.sampled_from(["", "xor"]))
    values = {"difficulty": draw(st.sampled_from([0.4, 0.1 + 0.2])), "due": 2.0}
    known = {n: v for n, v in LESSONS["go-to-class"].values(values).items() if v != LESSONS["go-to-class"].values()[n]}
    setup = Setup(name, lesson, tuple(known.items()) if name == LESSON else ())
    defaults = all_values(setup.chosen.defaults, {})
    changed = draw(st.fixed_dictionaries({}, optional={
        "layers": st.lists(st.integers(1, 64), max_size=4).map(lambda n: ",".join(map(str, n))),
        "activation": st.sampled_from(["relu", "tanh"]),
        "learning_rate": st.floats(0.001, 10),
        "batch_size": st.integers(1, 5000),
        "seed": st.integers(0, 2**31),
    }))  # fmt: skip
    kept = tuple((n, changed[n]) for n in SETTINGS if n in changed and changed[n] != defaults[n])
    cells = draw(st.lists(st.builds(Cell, st.integers(1, 4), st.integers(1, 3), numbers), max_size=3))
    points = draw(st.lists(st.builds(Point, numbers, numbers, st.sampled_from([0.0, 1.0])), max_size=3))
    made = sorted(draw(st.lists(edits, max_size=3)), key=lambda edit: edit.step)
    return Setup(name, lesson, setup.lesson_values, kept, tuple(cells), tuple(points), tuple(made))


@given(
    setups(),
    st.integers(0, 10**6),
    st.none() | st.integers(0, 50),
    st.sampled_from(GRAINS),
    keys,
    st.integers(1, 99),
    st.sampled_from(list(LENSES)),
    st.sets(st.sampled_from(["data", "settings", "map", "why"])),
    st.sampled_from([None, ("", ()), ("activations", (("z", 2.0),))]),
    st.fixed_dictionaries({}, optional={
        "across": st.text(max_size=60), "explained": st.integers(1, 10**9), "alpha": st.floats(1e-6, 1e6),
        "start": st.tuples(numbers, numbers).map(lambda pair: f"{pair[0]!r} {pair[1]!r}"),
    }),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=40)
def test_round_trip(setup, step, operation, grain, key, example, lens, drawers, lesson, looks, whole):
    clock, chosen = Clock(step, operation, grain), Selection(key, example)
    name, values = lesson if setup.data == LESSON and lesson else (setup.lesson, setup.lesson_values)
    shown = tuple((name, looks[name]) for name in LOOKS if looks.get(name))
    desk = Desk(clock=clock, selection=chosen, lens=lens, lesson=name, lesson_values=values, open=frozenset(drawers),
                looks=shown, whole=whole, unfolded=frozenset({key} - {""}))  # fmt: skip
    again, seen = opened("#" + fragment(setup, desk))
    assert again == setup
    assert seen == desk
    assert fragment(again, seen) == fragment(setup, desk)


@given(st.text(max_size=200))
@settings(max_examples=30)
def test_any_text_is_a_link_or_refused(text):
    try:
        setup, desk = opened(text)
    except GlassnetError as refused:
        assert "\n" not in str(refused)
    else:
        assert isinstance(fragment(setup, desk), str)


def test_a_link_leads_another_session_to_the_same_numbers():
    one, other = Session(lambda: None), Session(lambda: None)
    for message in (
        {"do": "dataset", "name": "xor"},
        {"do": "units", "layer": 1, "by": 1},
        {"do": "point", "x1": 0.5, "x2": -0.5, "y": 1},
        {"do": "step", "by": 7, "grain": "batch"},
        {"do": "edit", "key": "w12[1]", "value": "0,3"},
        {"do": "step", "by": 30},
        {"do": "select", "key": "w12[1]"},
        {"do": "lens", "name": "gradients"},
        {"do": "start", "x1": 3, "x2": -1},
        {"do": "drawer", "name": "surface"},
        {"do": "lesson", "name": "activations"},
        {"do": "lesson_set", "name": "z", "value": "2"},
    ):
        one.receive(message)
    link = one.viewer().message()["state"]["url"]
    other.receive({"do": "open", "url": f"#{link}"})
    here, there = one.view(), other.view()
    assert np.array_equal(here.paused.state.theta, there.paused.state.theta)
    assert (there.clock.step, there.selection.key, there.lens) == (37, "w12[1]", "gradients")
    assert (there.lesson, there.desk.lesson_values) == ("activations", (("z", 2.0),))
    assert there.desk.looks == (("start", "3.0 -1.0"),) and there.open == {"surface"}
    assert other.viewer().message()["state"]["url"] == link.replace("run=5", "run=2")
    assert there.trace.cost == here.trace.cost
    one.close()
    other.close()
