"""Progress: nothing unless asked, a bar in a terminal, plain lines elsewhere, never on standard output."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from glassnet.engines.state import State
from glassnet.learning.metrics import METRICS
from glassnet.learning.progress import BAR_WIDTH, Progress
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import train
from glassnet.pieces.optimizers import LBFGS

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"  # the terminal's cursor


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)


def plain() -> Console:
    return Console(file=io.StringIO(), force_terminal=False, width=80)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_silent_unless_asked(plan: Any, rows: Any, capfd: pytest.CaptureFixture[str]) -> None:
    what = plan()
    train(what, State.new(what), rows(), validation=rows(m=9), metrics=[METRICS["accuracy"]])
    assert capfd.readouterr() == ("", "")


def test_nothing_on_standard_output(plan: Any, rows: Any, capfd: pytest.CaptureFixture[str]) -> None:
    what = plan()
    train(what, State.new(what), rows(), callbacks=[Progress()])
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("epoch ")
    assert said.err.splitlines()[-1].startswith("epoch 4/4  cost ")


@pytest.mark.parametrize("optimizer", [None, LBFGS()], ids=["mini-batches", "lbfgs"])
def test_a_bar_in_a_terminal(optimizer: Any, plan: Any, rows: Any) -> None:
    what, console = plan(epochs=7, **({"optimizer": optimizer} if optimizer else {})), terminal()
    train(what, State.new(what), rows(), validation=rows(m=9), callbacks=[Progress(console)])
    text = shown(console)
    assert "7/7" in text
    assert "validation cost" in text
    assert "learning rate" not in text
    assert text.count(HIDE) == text.count(SHOW) == 1


def test_the_bar_goes_on_where_a_training_goes_on(plan: Any, rows: Any) -> None:
    what, console = plan(epochs=9), terminal()
    state = State.new(what)
    train(what, state, rows(), epochs=5)
    train(what, state, rows(), epochs=2, callbacks=[Progress(console)])
    text = shown(console)
    assert "7/7" in text
    assert "1/7" not in text


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_the_terminal_gets_its_cursor_back_after_an_error(error: type[BaseException], plan: Any, rows: Any) -> None:
    class Faulty(Callback):
        def on_epoch_end(self, run: Run) -> None:
            raise error

    what, console = plan(), terminal()
    with pytest.raises(error):
        train(what, State.new(what), rows(), callbacks=[Progress(console), Faulty()])
    text = shown(console)
    assert text.count(HIDE) == text.count(SHOW) == 1


def test_plain_lines_elsewhere(plan: Any, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1000))
    monkeypatch.setattr("glassnet.learning.progress.time.monotonic", lambda: float(next(now)))
    monkeypatch.setattr(Progress, "every_epoch", True)
    what, console = plan(epochs=10), plain()
    train(what, State.new(what), rows(), callbacks=[Progress(console)])
    lines = shown(console).splitlines()
    assert "\x1b" not in shown(console)
    assert 3 <= len(lines) < 10  # every few seconds, not every epoch
    assert lines[0].startswith("epoch 1/10  cost ")
    assert lines[-1].startswith("epoch 10/10  cost ")
    assert len(set(lines)) == len(lines)


def test_one_epoch_is_one_line(plan: Any, rows: Any) -> None:
    what, console = plan(epochs=1), plain()
    train(what, State.new(what), rows(), callbacks=[Progress(console)])
    assert len(shown(console).splitlines()) == 1


def test_a_long_line_is_not_broken(plan: Any, rows: Any) -> None:
    what, console = plan(epochs=1), plain()
    metrics = [METRICS["accuracy"]]
    train(what, State.new(what), rows(), validation=rows(m=9), metrics=metrics, callbacks=[Progress(console)])
    (line,) = shown(console).splitlines()
    assert len(line) > 80
    assert line.split("  ")[-1].startswith("validation accuracy")


def test_nothing_to_do_is_no_line(plan: Any, rows: Any) -> None:
    what, console = plan(epochs=0), plain()
    train(what, State.new(what), rows(), callbacks=[Progress(console)])
    assert shown(console) == ""


@pytest.mark.parametrize("width", [60, 80, 200])
def test_bar_epochs_and_time_stay_in_the_window(width: int, plan: Any, rows: Any) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    its_plan, its_rows = plan(epochs=3), rows()
    state = State.new(its_plan)
    train(its_plan, state, its_rows, validation=its_rows, metrics=[METRICS["accuracy"]], callbacks=[Progress(console)])
    last = [line for line in shown(console).splitlines() if "epoch" in line][-1]
    assert "3/3" in last and "━" * BAR_WIDTH in last and "took 0:00:0" in last and "cost" in last
    assert ("validation accuracy" in last) == (width == 200)
