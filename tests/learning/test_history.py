"""History: columns by name, one entry an epoch, readable as a table."""

from __future__ import annotations

from typing import Any

import pytest

from glassnet.engines.state import State
from glassnet.learning.history import History
from glassnet.learning.training import train
from glassnet.pieces.schedules import Exponential


def test_columns() -> None:
    history = History({"cost": [3.0, 2.0], "validation_accuracy": [0.5, 0.75]})
    assert list(history) == ["cost", "validation_accuracy"]
    assert (len(history), history.epochs) == (2, 2)
    assert history["cost"] == [3.0, 2.0]
    assert "cost" in history
    assert history.last() == {"cost": 2.0, "validation_accuracy": 0.75}
    with pytest.raises(KeyError):
        history["absent"]


def test_an_empty_history() -> None:
    history = History({})
    assert (len(history), history.epochs, history.last(), str(history)) == (0, 0, {}, "epoch")


def test_the_table_lines_up() -> None:
    history = History({"cost": [1234567.0, 2e-9], "validation_binary_accuracy": [0.5, float("nan")]})
    lines = str(history).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["epoch", "cost", "validation_binary_accuracy"]
    assert lines[1].split() == ["1", "1.235e+06", "0.5"]
    assert lines[2].split() == ["2", "2e-09", "nan"]


def test_a_history_follows_its_state(plan: Any, rows: Any) -> None:
    what = plan(schedule=Exponential(0.5))
    state = State.new(what)
    history = train(what, state, rows(), epochs=1).history
    train(what, state, rows())
    assert history.epochs == 4
    assert history["learning_rate"] == [0.001 * 0.5**epoch for epoch in range(4)]
    assert sum(history["seconds"]) == pytest.approx(state.seconds)
    assert min(history["seconds"]) > 0
