"""Checkpoints: all of a state in one whole file, refused where it does not belong, never the end of a training."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.archive import write
from glassnet.engines.state import State
from glassnet.errors import BrokenFile, InvalidInput, UnusableFile
from glassnet.learning.callbacks import Callback
from glassnet.learning.checkpoints import Checkpointing, check_same_plan, load_checkpoint, save_checkpoint
from glassnet.learning.metrics import METRICS
from glassnet.learning.run import Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.losses import CrossEntropy
from glassnet.pieces.optimizers import Nesterov
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import OneCycle

RICH = {
    "network": Network(
        4, [Dense(7, initializer="he_normal"), BatchNorm("silu"), Dropout(0.2), Dense(3)], CrossEntropy(0.1)
    ),
    "optimizer": Nesterov(0.02, 0.8),
    "schedule": OneCycle(warmup=2),
    "penalties": Penalties(l1=0.001, per_example=True),
    "clipping": Clipping(norm=2.0),
    "shuffle": False,
    "dtype": "float64",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.safetensors"


@pytest.fixture
def trained(plan: Any, rows: Any) -> tuple[Any, State]:
    """A plan with no setting at its default, and a state with everything in it."""
    what = plan(**RICH)
    state = State.new(what, seed=2**64 - 1)
    stopping = Stopping("validation_cost", restore_best=True)
    train(
        what, state, rows("float64"), validation=rows("float64", m=9), stopping=stopping, metrics=[METRICS["accuracy"]]
    )
    return what, state


def test_what_is_saved_is_loaded(trained: tuple[Any, State], path: Path, numbers: Any) -> None:
    what, state = trained
    save_checkpoint(path, what, state, {"data": "abc", "nested": {"rows": 3}})
    loaded_plan, loaded, about = load_checkpoint(path)
    assert numbers(loaded) == numbers(state)
    assert loaded.seconds == state.seconds
    assert loaded.history["seconds"] == state.history["seconds"]
    assert loaded_plan.describe() == what.describe()
    assert about["data"] == "abc"
    assert about.section("nested")["rows"] == 3
    assert loaded.best is not None
    assert state.best is not None
    assert loaded.best.running.tobytes() == state.best.running.tobytes()


def test_a_state_before_its_first_step(plan: Any, path: Path, numbers: Any) -> None:
    what = plan()
    state = State.new(what)
    save_checkpoint(path, what, state)
    loaded = load_checkpoint(path)[1]
    assert numbers(loaded) == numbers(state)
    assert loaded.best is None
    assert loaded.history == {}


def test_numbers_that_are_not_finite_come_back(plan: Any, path: Path) -> None:
    what = plan()
    state = State.new(what)
    state.epoch, state.history = 3, {"cost": [math.nan, math.inf, 1.0]}
    save_checkpoint(path, what, state)
    assert str(load_checkpoint(path)[1].history) == str(state.history)


def test_a_metric_added_on_the_way_has_a_gap(plan: Any, rows: Any, path: Path) -> None:
    what = plan()
    state = State.new(what)
    train(what, state, rows(), epochs=2)
    train(what, state, rows(), epochs=1, metrics=[METRICS["accuracy"]])
    train(what, state, rows(), epochs=1)
    assert [math.isnan(entry) for entry in state.history["accuracy"]] == [True, True, False, True]
    save_checkpoint(path, what, state)
    assert str(load_checkpoint(path)[1].history) == str(state.history)


def test_the_same_training_gives_the_same_file(trained: tuple[Any, State], path: Path) -> None:
    save_checkpoint(path, *trained)
    before = path.read_bytes()
    save_checkpoint(path, *trained)
    assert path.read_bytes() == before


# --- what it refuses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_size", 9),
        ("examples", 54),
        ("dtype", "float64"),
        ("shuffle", False),
        ("optimizer", Nesterov()),
        ("schedule", OneCycle()),
        ("penalties", Penalties(l2=1.0)),
        ("clipping", Clipping(value=1.0)),
        ("network", Network(4, [Dense(9, "tanh"), Dense(3)], "cross_entropy")),
    ],
)
def test_another_plan_is_named(name: str, value: Any, plan: Any) -> None:
    with pytest.raises(InvalidInput, match=f"^the checkpoint was made with another {name} ") as caught:
        check_same_plan(plan(), plan(**{name: value}))
    assert "in the checkpoint" in caught.value.seen
    assert "now" in caught.value.seen


def test_the_same_plan_and_more_epochs_are_welcome(plan: Any, path: Path) -> None:
    what = plan(**RICH)
    save_checkpoint(path, what, State.new(what))
    check_same_plan(load_checkpoint(path)[0], plan(**RICH, epochs=400))


@pytest.mark.parametrize("cut", [0, 7, 8, 100, -1])
def test_a_cut_file_is_broken(cut: int, trained: tuple[Any, State], path: Path) -> None:
    save_checkpoint(path, *trained)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BrokenFile):
        load_checkpoint(path)


def test_a_flipped_bit_is_found(trained: tuple[Any, State], path: Path) -> None:
    save_checkpoint(path, *trained)
    content = bytearray(path.read_bytes())
    content[-9] ^= 4
    path.write_bytes(content)
    with pytest.raises(BrokenFile):
        load_checkpoint(path)


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    write(path, {"theta": np.ones(3)}, {}, kind="model", version=1)
    with pytest.raises(BrokenFile, match="model"):
        load_checkpoint(path)


def test_no_file_is_told(path: Path) -> None:
    with pytest.raises(UnusableFile, match="does not exist"):
        load_checkpoint(path)


def facts_of(plan: Any) -> dict[str, Any]:
    counters = dict.fromkeys(("seed", "step", "epoch", "row", "examples", "stale"), 0)
    amounts = dict.fromkeys(("cost_sum", "weight_sum", "rate_scale", "seconds"), 1.0)
    return {"plan": plan.describe(), "about": {}, "counters": counters, "amounts": amounts, "history": ["cost"]}


@pytest.mark.parametrize(
    "spoiled",
    [
        {"plan": {}},
        {"plan": 3},
        {"counters": {}},
        {"counters": {"seed": -1}},
        {"amounts": {"cost_sum": "a lot"}},
        {"best": {"score": 1.0}},
        {"about": []},
        {"history": "cost"},
        {"history": ["cost", "accuracy"]},
    ],
    ids=str,
)
def test_facts_that_make_no_state_are_broken(spoiled: dict[str, Any], plan: Any, path: Path) -> None:
    what = plan()
    state = State.new(what)
    arrays = {"theta": state.theta, "running": state.running, "slots": state.slots, "history": np.ones((1, 0))}
    write(path, arrays, facts_of(what), kind="checkpoint", version=1)
    load_checkpoint(path)
    write(path, arrays, facts_of(what) | spoiled, kind="checkpoint", version=1)
    with pytest.raises(BrokenFile):
        load_checkpoint(path)


@pytest.mark.parametrize("name", ["theta", "slots", "history"])
def test_arrays_of_another_shape_are_broken(name: str, plan: Any, path: Path) -> None:
    what = plan()
    state = State.new(what)
    arrays = {"theta": state.theta, "running": state.running, "slots": state.slots, "history": np.ones((1, 0))}
    write(path, arrays | {name: np.ones(2, "float32")}, facts_of(what), kind="checkpoint", version=1)
    with pytest.raises(BrokenFile, match=name):
        load_checkpoint(path)


# --- while training ---------------------------------------------------------------------------------------------------


def test_the_last_save_is_the_end(plan: Any, rows: Any, path: Path, numbers: Any) -> None:
    what = plan()
    state = State.new(what)
    train(what, state, rows(), callbacks=[Checkpointing(path, seconds=3600, about={"data": "d"})])
    _, loaded, about = load_checkpoint(path)
    assert numbers(loaded) == numbers(state)
    assert about["data"] == "d"


def test_zero_seconds_save_after_every_chunk(plan: Any, rows: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    what, steps = plan(epochs=2), []

    class Look(Callback):
        def on_chunk_end(self, run: Run) -> None:
            steps.append(load_checkpoint(path)[1].step)

    train(what, State.new(what), rows(), callbacks=[Checkpointing(path, seconds=0), Look()])
    assert steps == list(range(1, 15))


def test_saves_keep_their_distance(plan: Any, rows: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, saved = iter(range(10**6)), []
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    monkeypatch.setattr("glassnet.learning.checkpoints.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(
        "glassnet.learning.checkpoints.save_checkpoint", lambda path, plan, state, about: saved.append(state.step)
    )
    what = plan(epochs=2)
    train(what, State.new(what), rows(), callbacks=[Checkpointing(path, seconds=5)])
    assert saved == [0, 5, 10, 14]  # a second a look: at the beginning, every five, at the end


def test_a_stopped_training_leaves_its_checkpoint(plan: Any, rows: Any, path: Path) -> None:
    what = plan(epochs=50)
    stop = lambda run: run.ask_to_stop("enough") if run.state.epoch == 3 else None  # noqa: E731
    train(what, State.new(what), rows(), callbacks=[Checkpointing(path), stop])
    assert load_checkpoint(path)[1].epoch == 3


def test_early_stopping_has_ended_it_for_good(plan: Any, rows: Any, path: Path, numbers: Any) -> None:
    what = plan(epochs=500)
    state, stopping = State.new(what), Stopping(patience=2, tolerance=10.0)
    first = train(what, state, rows(), stopping=stopping, callbacks=[Checkpointing(path)])
    assert (first.ending, state.epoch) == ("stopped", 4)
    loaded = load_checkpoint(path)[1]
    again = train(what, loaded, rows(), stopping=stopping)
    assert (again.ending, again.reason) == (first.ending, first.reason)
    assert numbers(loaded) == numbers(state)
    # More patience, or asking for epochs, goes on.
    train(what, loaded, rows(), stopping=Stopping(patience=3, tolerance=10.0))
    assert loaded.epoch == 5
    train(what, loaded, rows(), stopping=stopping, epochs=2)
    assert loaded.epoch == 6


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A disk that is full while ``disk["full"]``."""
    if not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    real, state = os.open, {"full": False}

    def on_disk(path: Any, flags: int, *mode: int) -> int:
        if not (state["full"] and flags & os.O_CREAT):
            return real(path, flags, *mode)
        os.close(real(path, flags, *mode))
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("glassnet.archive.atomic.os.open", on_disk)
    return state


def test_a_disk_that_fills_up_does_not_end_the_training(
    plan: Any, rows: Any, path: Path, disk: dict[str, bool], numbers: Any
) -> None:
    what = plan(epochs=6)
    undisturbed, state = State.new(what), State.new(what)
    train(what, undisturbed, rows())

    def fill(run: Run) -> None:
        disk["full"] = run.state.epoch >= 2

    with pytest.warns(UserWarning, match="the disk is full") as caught:
        outcome = train(what, state, rows(), callbacks=[fill, Checkpointing(path, seconds=0)])
    assert len(caught) == 1  # not once a save
    assert "Training goes on" in str(caught[0].message)
    assert outcome.ending == "finished"
    assert numbers(state) == numbers(undisturbed)
    assert load_checkpoint(path)[1].epoch in (1, 2)  # the last whole one
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_fills_up_twice_is_told_twice(
    plan: Any, rows: Any, path: Path, disk: dict[str, bool], numbers: Any
) -> None:
    what = plan(epochs=8)
    state = State.new(what)

    def fill(run: Run) -> None:
        disk["full"] = run.state.epoch in (2, 3, 5, 6)

    with pytest.warns(UserWarning, match="the disk is full") as caught:
        train(what, state, rows(), callbacks=[fill, Checkpointing(path, seconds=0)])
    assert len(caught) == 2
    assert numbers(load_checkpoint(path)[1]) == numbers(state)


def test_a_place_that_cannot_be_written_is_told_before_work_is_lost(plan: Any, rows: Any, tmp_path: Path) -> None:
    what = plan()
    state = State.new(what)
    with pytest.raises(UnusableFile, match="there is no folder"):
        train(what, state, rows(), callbacks=[Checkpointing(tmp_path / "missing" / "run")])
    assert state.step == 0
