"""SIGTERM and SIGHUP during training are as Ctrl-C, where they would end the program; handlers of others stay."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glassnet.engines.state import State
from glassnet.learning import interrupts
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint
from glassnet.learning.interrupts import ENDING, Ended, code_of, ending_as_by_ctrl_c, graceful_interrupt
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import train

both = pytest.mark.parametrize("number", ENDING, ids=lambda number: signal.Signals(number).name)


@pytest.fixture(autouse=True)
def defaults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The handlers of a fresh Python, and chunks of one step; none is left behind."""
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    left = {number: signal.signal(number, handler) for number, handler in before.items()}
    assert left == dict.fromkeys(ENDING, signal.SIG_DFL) | {signal.SIGINT: signal.default_int_handler}


class Send(Callback):
    """Sends signals when the tenth step is done."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def on_chunk_end(self, run: Run) -> None:
        if run.state.step == 10:
            for number in self.numbers:
                signal.raise_signal(number)


@both
def test_a_program_that_handles_them_as_ctrl_c_goes_on(plan: Any, rows: Any, number: int) -> None:
    what = plan()
    state = State.new(what)
    with ending_as_by_ctrl_c():
        outcome = train(what, state, rows(), callbacks=[Send(number)])
    assert (outcome.ending, outcome.signal, state.step) == ("interrupted", number, 10)


@both
def test_the_same_signal_sent_twice_is_one_request(plan: Any, rows: Any, number: int) -> None:
    what = plan()
    state = State.new(what)
    with ending_as_by_ctrl_c():
        outcome = train(what, state, rows(), callbacks=[Send(number, number, *ENDING)])
        signal.raise_signal(number)  # the second of the two may be late
    assert (outcome.ending, state.step) == ("interrupted", 10)


@both
def test_a_second_request_stops_at_once(plan: Any, rows: Any, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    what = plan()
    with ending_as_by_ctrl_c():
        with pytest.raises(KeyboardInterrupt):
            train(what, State.new(what), rows(), callbacks=[Send(number, signal.SIGINT)])
        monkeypatch.setattr(interrupts, "SAME_REQUEST", 0.0)
        with pytest.raises(Ended) as caught:
            train(what, State.new(what), rows(), callbacks=[Send(number, number)])
    assert code_of(caught.value) == 128 + number


@both
def test_a_program_that_would_end_ends_with_its_files_in_order(
    plan: Any, rows: Any, number: int, tmp_path: Path, numbers: Any
) -> None:
    what = plan()
    state, path = State.new(what), tmp_path / "run"
    with (
        pytest.warns(UserWarning, match=rf"Stopped by {signal.Signals(number).name}; the training is kept in '.*run'"),
        pytest.raises(SystemExit) as ended,
    ):
        train(what, state, rows(), callbacks=[Checkpointing(path), Send(number)])
    assert ended.value.code == 128 + number
    assert state.step == 10
    assert numbers(load_checkpoint(path)[1]) == numbers(state)
    assert list(tmp_path.iterdir()) == [path]


@both
@pytest.mark.parametrize("ignored", [True, False], ids=["ignored", "handled"])
def test_what_the_user_has_set_is_left_alone(plan: Any, rows: Any, number: int, ignored: bool) -> None:
    seen: list[int] = []
    handler: Any = signal.SIG_IGN if ignored else lambda number, frame: seen.append(number)
    signal.signal(number, handler)
    what = plan(epochs=3)
    try:
        with ending_as_by_ctrl_c():
            outcome = train(what, State.new(what), rows(), callbacks=[Send(number)])
            assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, signal.SIG_DFL)
    assert outcome.ending == "finished"
    assert seen == [] if ignored else [number]


def test_threads_and_processes_of_pools_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = []

    def look() -> None:
        with ending_as_by_ctrl_c(), graceful_interrupt():
            found.extend(signal.getsignal(number) for number in ENDING)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "a parent")
    with graceful_interrupt():
        found.extend(signal.getsignal(number) for number in ENDING)
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert found == [signal.SIG_DFL] * 2 * len(ENDING)


@both
def test_outside_of_training_they_raise(number: int) -> None:
    hung_up: list[int] = []
    with pytest.raises(Ended) as caught, ending_as_by_ctrl_c(lambda: hung_up.append(1)):
        signal.raise_signal(number)
    assert code_of(caught.value) == 128 + number
    assert isinstance(caught.value, KeyboardInterrupt)
    assert bool(hung_up) == (signal.Signals(number).name == "SIGHUP")
