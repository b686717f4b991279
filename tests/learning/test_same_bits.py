"""`n` epochs, `n` times one epoch, and a training stopped at any batch and resumed from its file: the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.checkpoints import load_checkpoint, save_checkpoint
from glassnet.learning.metrics import METRICS
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.mix import Mix
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.periodic import Periodic
from glassnet.network.scale import Scale
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES
from isas import RUNNING

MINI_BATCH = [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch]


def deep() -> Network:
    """Everything that has a memory or draws random numbers."""
    return Network(
        4,
        [Dense(9), BatchNorm("relu"), Dropout(0.3), Dense(6), LayerNorm("gelu"), Dropout(0.2), Dense(3)],
        "cross_entropy",
    )


# One setting away from the plain one at a time, and all at once.
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    **{f"optimizer={name}": {"optimizer": OPTIMIZERS.make(name)} for name in MINI_BATCH},
    **{f"schedule={name}": {"schedule": SCHEDULES.make(name, warmup=3)} for name in SCHEDULES},
    "not shuffled": {"shuffle": False},
    "float64": {"dtype": "float64"},
    "dropout and norms": {"network": deep()},
    "penalties and clipping": {"penalties": Penalties(l1=1e-3, l2=1e-2), "clipping": Clipping(norm=0.5, value=0.2)},
    "factors": {
        "network": Network(
            4,
            [
                Periodic(2, 5, 2, rate_factor=0.1),
                Scale(rate_factor=6, decay_factor=6),
                Dense(9, bias_rate_factor=0.1, ntk=True),
                Mix("silu", rate_factor=0.1),
                Dense(3, bias_rate_factor=0.1, ntk=True),
            ],
            "cross_entropy",
        ),
        "optimizer": OPTIMIZERS.make("adamw", beta_2=0.95),
        "schedule": SCHEDULES.make("coslog"),
    },
    "one batch an epoch": {"batch_size": 53},
    "one row a batch": {"batch_size": 1, "epochs": 2},
    "everything": {
        "network": deep(),
        "optimizer": OPTIMIZERS.make("adamw"),
        "schedule": SCHEDULES.make("one_cycle"),
        "penalties": Penalties(l1=1e-3),
        "clipping": Clipping(norm=0.5),
        "dtype": "float64",
    },
}


@dataclass
class StopAtStep(Callback):
    """Asks to stop once a step is done."""

    step: int

    def on_chunk_end(self, run: Run) -> None:
        if run.state.step >= self.step:
            run.ask_to_stop("for the test")


@pytest.fixture(params=[False, True], ids=["no weights", "weights"])
def weighted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def settings_of(plan: Plan, rows: Any) -> dict[str, Any]:
    """Validation, metrics and patience, all of which the history and the state carry along."""
    return {
        "validation": rows(plan.dtype, m=20, seed=9),
        "metrics": [METRICS["accuracy"]],
        "stopping": Stopping("validation_cost", patience=0, tolerance=10, restore_best=True, reduce_rate=0.5),
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_n_epochs_are_n_times_one(variant: str, weighted: bool, plan: Any, rows: Any, numbers: Any) -> None:
    what = plan(**VARIANTS[variant])
    data: Rows = rows(what.dtype, weighted)
    at_once, one_by_one = State.new(what, seed=3), State.new(what, seed=3)
    whole = train(what, at_once, data, **settings_of(what, rows))
    assert at_once.epoch == what.epochs
    assert at_once.rate_scale < 1  # no epoch but the first is good enough
    for _ in range(what.epochs):
        part = train(what, one_by_one, data, epochs=1, **settings_of(what, rows))
    assert numbers(one_by_one) == numbers(at_once)
    assert part.parameters.theta.tobytes() == whole.parameters.theta.tobytes()


@pytest.mark.parametrize("variant", VARIANTS)
def test_stopped_and_resumed_is_undisturbed(
    variant: str, weighted: bool, plan: Any, rows: Any, numbers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = plan(**VARIANTS[variant])
    data: Rows = rows(what.dtype, weighted)
    undisturbed = State.new(what, seed=3)
    ending = train(what, undisturbed, data, **settings_of(what, rows)).ending
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)  # every chunk is one step
    path, state = tmp_path / "run.safetensors", State.new(what, seed=3)
    n = what.steps_per_epoch
    for step in sorted({1, n - 1, n, n + 2, min(2 * n + 1, what.total_steps - 1)} - {0}):
        train(what, state, data, callbacks=[StopAtStep(step)], **settings_of(what, rows))
        save_checkpoint(path, what, state)
        what, state, _ = load_checkpoint(path)
        assert state.step == step
    assert train(what, state, data, **settings_of(what, rows)).ending == ending
    assert numbers(state) == numbers(undisturbed)


def test_every_single_step_can_be_the_last(
    plan: Any, rows: Any, numbers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what, data = plan(deep(), epochs=2), rows()
    undisturbed = State.new(what, seed=1)
    train(what, undisturbed, data)
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    for step in range(1, what.total_steps):
        state = State.new(what, seed=1)
        train(what, state, data, callbacks=[StopAtStep(step)])
        assert state.step == step
        save_checkpoint(tmp_path / "run", what, state)
        _, state, _ = load_checkpoint(tmp_path / "run")
        train(what, state, data)
        assert numbers(state) == numbers(undisturbed), step


def test_chunks_of_any_length_give_the_same_bits(
    plan: Any, rows: Any, numbers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    what, ends = plan(deep(), epochs=3), []
    for seconds in (0.0, 1e-3, 10.0):
        monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", seconds)
        state = State.new(what)
        train(what, state, rows())
        ends.append(numbers(state))
    assert ends[0] == ends[1] == ends[2]


def test_another_seed_is_another_training(plan: Any, rows: Any) -> None:
    what = plan(deep())
    first, same, other = (State.new(what, seed=seed) for seed in (1, 1, 2))
    for state in (first, same, other):
        train(what, state, rows())
    assert first.theta.tobytes() == same.theta.tobytes()
    assert first.theta.tobytes() != other.theta.tobytes()


def test_only_the_seed_of_the_shuffle_differs(plan: Any, rows: Any) -> None:
    what = plan()
    one, other = State.new(what), State.new(what)
    other.seed = 7
    train(what, one, rows())
    train(what, other, rows())
    assert one.theta.tobytes() != other.theta.tobytes()


def test_looking_changes_nothing(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan(deep())
    alone, watched = State.new(what), State.new(what)
    train(what, alone, rows())
    train(
        what, watched, rows(), validation=rows(m=9), metrics=[METRICS["accuracy"]], callbacks=[lambda run: run.history]
    )
    for name in ("theta", "running", "slots", "counters"):
        assert numbers(alone)[name] == numbers(watched)[name]


@pytest.mark.parametrize("engine", RUNNING)
def test_every_engine_resumes(engine: str, plan: Any, rows: Any, numbers: Any) -> None:
    what = plan(epochs=2, dtype="float64")
    at_once, one_by_one = State.new(what), State.new(what)
    train(what, at_once, rows("float64"), engine=engine)
    train(what, one_by_one, rows("float64"), engine=engine, epochs=1)
    train(what, one_by_one, rows("float64"), engine=engine)
    assert numbers(one_by_one) == numbers(at_once)
