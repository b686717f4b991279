"""A network's picture is laid out once, and every moment is a frame of it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from glass.scenes.laws import check, struck
from glassnet import Dense, Network, draw, trace
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.formula import marked
from glassnet.glass.scenes.network import text as twin
from glassnet.glass.scenes.network.diagram import Drawn
from glassnet.glass.scenes.network.layout import NetworkLayout, Room
from glassnet.glass.scenes.network.structure import Structure, structure
from glassnet.glass.scenes.network.values import LENSES, Frame, Moment
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Group, Path, Text, leaves
from glassnet.glass.tracing.record import Trace
from glassnet.pieces.optimizers import LBFGS
from glassnet.studio.pieces.room import grown
from glassnet.text import format_number

few = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def step_of(*widths: int, scale: float = 1.0, rows: int = 1, seed: int = 0) -> Trace:
    network = Network(widths[0], [*(Dense(n, "tanh") for n in widths[1:-1]), Dense(widths[-1])])
    p, rng = network.initialize(seed=seed), np.random.default_rng(seed)
    p.theta *= scale
    return trace(network, rng.normal(size=(rows, widths[0])), rng.normal(size=(rows, widths[-1])), parameters=p)


def moving_picture(drawn: Structure, moment: Moment, lens: str = "values", room: Room | None = None) -> Scene:
    """The picture of a page that moves; None is room for this moment."""
    frame = drawn.frame(moment, lens)
    at = NetworkLayout(drawn.data, room or drawn.room(frame))
    shapes = (at.paper, *Drawn(drawn, at, frame, LENSES[lens]).shapes())
    tables = tuple(twin.tables(drawn, drawn.values(moment), LENSES[lens]))
    return Scene("network", "A network", twin.sentence(drawn, LENSES[lens], None), tables, shapes)


def texts_by_key(scene) -> dict[str, str]:
    """What stands in a picture, by key; an edge's text has that of its edge."""
    edges = [g for g in scene.shapes if isinstance(g, Group) and g.key]
    on_edges = {g.key: next(s.text for s in g.shapes if isinstance(s, Text)) for g in edges}
    return on_edges | {s.key: s.text for s in leaves(scene.shapes) if isinstance(s, Text) and s.key}


@pytest.mark.parametrize("lens", LENSES)
def test_the_static_picture_is_the_structure_and_one_frame(lens):
    step = step_of(3, 4, 2)
    drawn = structure(step.plan.network, Moment.of(step))
    frame = drawn.frame(Moment.of(step), lens)
    static = draw("network", step.plan.network, step.before, step, step.gradients, lens=lens)
    shown = texts_by_key(static)
    assert len(drawn.keys) == len(set(drawn.keys)) == len(frame.texts) > 30
    assert (
        [shown[key] for key in drawn.keys]
        == frame.texts
        == [texts_by_key(moving_picture(drawn, Moment.of(step), lens))[k] for k in drawn.keys]
    )
    assert len(frame.shares) == step.plan.network.size and max(map(abs, frame.shares)) == 100


def test_each_lens_shows_its_numbers():
    """Against the trace's own arrays."""
    step = step_of(3, 4, 2)
    wanted = {"values": step.W, "gradients": step.dW, "change": None}
    for lens, arrays in wanted.items():
        number = arrays[1][2, 0] if arrays else step.after.W[1][2, 0] - step.before.W[1][2, 0]
        scene = draw("network", step.plan.network, step.before, step, step.gradients, lens=lens)
        assert texts_by_key(scene)["w31[1]"] == format_number(number, 4)
        assert (f"on the edges stands {LENSES[lens].symbol}" in scene.sentence) == (lens != "values")
    assert "change" in scene.tables[1].columns and "dw31[1]" not in scene.svg()
    assert (
        'data-key="dw31[1]"'
        in draw("network", step.plan.network, step.before, step, step.gradients, lens="gradients").svg()
    )


def test_signs_and_sizes_are_the_shares():
    network = Network(5, [Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1] = [[2.0, -1.0, 1e-9, 0.0, np.nan]], [-np.inf]
    drawn = structure(network, Moment(p))
    assert drawn.frame(Moment(p)).shares == [100, -50, 1, 0, None, -100]


@few
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(-300, 300), st.integers(1, 17), st.booleans())
def test_nothing_moves_but_numbers(widths, power, digits, numbers):
    """Room for both: pictures of any two moments differ in texts and in how lines look, and nothing overlaps."""
    one, other = (step_of(*widths, scale=scale, seed=seed) for seed, scale in ((0, 1.0), (1, 10.0 ** (power / 10))))
    drawn = structure(one.plan.network, Moment.of(one), numbers=numbers or None, digits=digits)
    room = grown(*(drawn.room(drawn.frame(Moment.of(step))) for step in (one, other)))
    first, second = (moving_picture(drawn, Moment.of(step), room=room) for step in (one, other))
    assert first.view == second.view
    for a, b in zip(leaves(first.shapes), leaves(second.shapes), strict=True):
        assert type(a) is type(b) and getattr(a, "key", "") == getattr(b, "key", "")
        if isinstance(a, Path):
            assert a.points == b.points
        if isinstance(a, Text):
            assert (a.x, a.y, a.anchor, a.size) == (b.x, b.y, b.anchor, b.size)
    for scene in (first, second):
        check(scene)
        assert not numbers or struck(scene) == []


def test_a_frame_of_the_studios_network_is_small():
    """2-8-8-1 with every number: under 4 kB as it is sent, and read back it is the frame."""
    for seed, scale in ((0, 1.0), (1, -1e-7)):
        step = step_of(2, 8, 8, 1, scale=scale, seed=seed)
        drawn = structure(step.plan.network, Moment.of(step), numbers=True)
        for lens in LENSES:
            frame = drawn.frame(Moment.of(step), lens)
            assert len(frame.as_sent().encode()) < 4000
            assert json.loads(frame.as_sent()) == [list(map(marked, frame.texts)), frame.shares]


@few
@given(st.floats(), st.integers(1, 17))
def test_a_number_is_sent_as_pictures_set_it(number, digits):
    for text in (format_number(number, digits), f"dz12 = {format_number(number, digits)}"):
        assert json.loads(Frame([text], []).as_sent())[0] == [marked(text)]


def test_a_lens_that_has_nothing_to_show():
    step = step_of(2, 3, 1)
    network, p = step.plan.network, step.before
    with pytest.raises(UnknownName, match="no lens 'gradient'; did you mean 'gradients'"):
        draw("network", network, p, lens="gradient")
    with pytest.raises(InvalidInput, match=r"'gradients' shows dJ/dw, which is not known here; draw a step"):
        draw("network", network, p, lens="gradients")
    searched = trace(network, step.X, step.Y, parameters=p, optimizer=LBFGS())
    with pytest.raises(InvalidInput, match="'change' shows the change of w"):
        draw("network", network, p, searched, searched.gradients, lens="change")
