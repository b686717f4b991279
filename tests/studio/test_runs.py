"""Runs: watched or not, and whatever is branched, undone or reset, the bits are those of a plain training."""

import numpy as np
import pytest

from glassnet.learning.training import train
from glassnet.studio.session.run import Run, where_they_part
from glassnet.studio.session.session import Session
from glassnet.studio.session.setup import Edit, Setup


@pytest.fixture
def session():
    made = Session(lambda: None)
    made.receive({"do": "dataset", "name": "moons"})
    yield made
    made.close()


def theta(session, step):
    return session.view().run.at(step).state.theta


@pytest.mark.parametrize("viewers", [0, 1, 3])
def test_watching_changes_no_bit(session, viewers):
    tabs = [session.viewer() for _ in range(viewers)]
    for message in (
        {"do": "step", "by": 2, "grain": "operation"},
        {"do": "step", "by": 7, "grain": "batch"},
        {"do": "select", "key": "w12[1]"},
        {"do": "seek", "step": 2},
        {"do": "step", "by": 4, "grain": "epoch"},
    ):
        session.receive(message)
        for tab in tabs:
            tab.message()
    plain = session.view().run.setup.start()
    train(plain.plan, plain.state, plain.rows, validation=plain.validation, epochs=4)
    assert np.array_equal(theta(session, plain.state.step), plain.state.theta)


def test_an_edit_branches_and_undo_and_reset_give_the_same_bits(session):
    session.receive({"do": "step", "by": 9, "grain": "batch"})
    kept = {step: theta(session, step) for step in (0, 4, 9)}
    session.receive({"do": "seek", "step": 4})
    session.receive({"do": "edit", "key": "w12[1]", "value": "1/4"})
    view = session.view()
    assert (view.run.number, view.desk.previous, view.clock.step) == (view.run.number, view.run.number - 1, 4)
    assert view.paused.parameters.W[1][0, 1] == 0.25
    assert np.array_equal(theta(session, 0), kept[0])  # the steps before are the other run's
    session.receive({"do": "step", "by": 5})
    assert not np.array_equal(theta(session, 9), kept[9])
    session.receive({"do": "undo"})
    assert all(np.array_equal(theta(session, step), bits) for step, bits in kept.items())
    session.receive({"do": "reset"})
    session.receive({"do": "step", "by": 9, "grain": "batch"})
    assert all(np.array_equal(theta(session, step), bits) for step, bits in kept.items())
    session.receive({"do": "redraw"})
    assert not np.array_equal(theta(session, 0), kept[0])


def test_a_setup_makes_the_same_bits_again():
    edits = (Edit(0, "w11[1]", 0.5), Edit(3, "b1[2]", -1.0), Edit(3, "w21[1]", 2.0))
    setup = Setup("xor", "", edits=edits)
    one, other = Run.of(1, setup), Run.of(2, setup)
    assert where_they_part(one, other) is None
    assert np.array_equal(one.at(20).state.theta, other.at(20).state.theta)
    assert one.at(3).parameters.b[2][0] == -1.0
    assert one.at(3).parameters.W[1][1, 0] == 2.0


def test_a_branch_before_a_branch_leaves_the_run_that_has_the_step():
    run = Run.of(1, Setup("xor", ""))
    branch = run.branch(2, Edit(6, "w12[1]", 3.0)).branch(3, Edit(2, "w12[1]", 0.25))
    again = Run.of(4, branch.setup)
    assert branch.parent is run and branch.setup.edits == (Edit(2, "w12[1]", 0.25),)
    assert np.array_equal(branch.at(9).state.theta, again.at(9).state.theta)


@pytest.mark.parametrize("first", [0, 2])
def test_where_two_runs_part(first):
    run = Run.of(1, Setup("xor", ""))
    run.advance(10)
    one = run.branch(2, Edit(first, "w12[1]", 3.0))
    later = run.branch(3, Edit(6, "w11[1]", -2.0))
    for branch in (one, later):
        branch.advance(10)
    assert (where_they_part(run, later).step, where_they_part(run, later).name) == (6, "w11[1]")
    assert (where_they_part(one, later).step, where_they_part(one, later).name) == (first, "w12[1]")
    assert where_they_part(run, run) is None


def test_eight_runs_are_kept(session):
    for number in range(12):
        session.receive({"do": "edit", "key": "b1[1]", "value": number})
    view = session.view()
    assert len(view.runs) == 8
    assert view.run.setup.edits[-1].value == 11
    assert len(view.run.setup.edits) == 12
    for _ in range(30):
        session.receive({"do": "undo"})
    assert session.view().run.number == min(session.view().runs)
