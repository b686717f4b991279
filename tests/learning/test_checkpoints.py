"""Checkpoints: all of a state in one whole file, refused where it does not belong, never the end of a training."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.archive import write
from glassnet.engines.state import State
from glassnet.errors import BrokenFile, InvalidInput, UnusableFile
from glassnet.learning.checkpoints import check_same_plan, load_checkpoint, save_checkpoint
from glassnet.learning.metrics import METRICS
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
    with pytest.raises(InvalidInput, match=f"^the checkpoint was saved with another {name} ") as caught:
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


def test_no_file_raises(path: Path) -> None:
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
