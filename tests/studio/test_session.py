"""The session: what messages do to the desk, and what a tab is sent; no page and no HTTP."""

import json

import pytest

from glassnet.errors import GlassnetError
from glassnet.studio.session.session import Session


@pytest.fixture
def session():
    made = Session(lambda: None)
    yield made
    made.close()


def test_it_opens_before_the_first_sum_with_one_number_to_guess(session):
    message = session.viewer().message()
    assert message["seq"] == 1
    assert set(message["markup"]) >= {"network", "ledger", "clock", "next"}
    assert message["state"]["operation"] == 0 < message["state"]["operations"]
    assert "0.6986" not in json.dumps(message)  # z1, which is asked for
    assert "0.45" not in json.dumps(message["frame"])  # the answer


def test_the_usual_slip_is_named_and_the_right_answer_uncovers(session):
    viewer = session.viewer()
    viewer.message()
    session.receive({"do": "answer", "number": 0, "text": "0,4986"})
    assert "when the bias is forgotten" in viewer.message()["say"]
    session.receive({"do": "answer", "number": 0, "text": "0.7"})
    message = viewer.message()
    assert message["say"].startswith("Right")
    assert message["state"]["operation"] == 1
    assert message["frame"]["ledger"]["z1[1]"][0].endswith("= 0.6986")
    assert viewer.message() is None


def test_a_refused_message_changes_nothing(session):
    before = session.view().desk
    for message in ({}, {"do": "fly"}, {"do": "edit", "key": "w99[9]", "value": 1}, {"do": "step", "by": "x"}):
        with pytest.raises(GlassnetError):
            session.receive(message)
    assert session.view().desk == before
