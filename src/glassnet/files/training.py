"""How a training went in the file: the history, the engine's name, and the state that continues it to the same bits.

The state triples the file of a model trained by Adam; ``save((model.network_, model.parameters_), path)`` omits it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.engines.choice import UNKNOWN, EngineUsed
from glassnet.engines.state import AMOUNTS, COUNTERS, SAVED_AS, Best, State
from glassnet.files.parts import Parts, taken
from glassnet.learning.history import History, may_hold
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


def put_history(parts: Parts, history: History) -> None:
    """Add a history."""
    arrays = {name: np.array(column, np.float64) for name, column in history.items()}
    parts.put("history", arrays, list(history))


def restored_history(arrays: Arrays, facts: Facts) -> History:
    """The history.

    Raises:
        BrokenFile: a column is missing, comes twice, or is not a row of numbers.
    """
    columns, names = taken(arrays, "history"), facts.texts("history")
    if sorted(names) != sorted(columns):
        raise facts.broken("has another history than it lists", ", ".join(names))
    if len({array.shape for array in columns.values()}) > 1:
        raise facts.broken("has a history whose columns are not of one length")
    return History({name: columns.expect(name, "f", (None,)).tolist() for name in names})


def restored_engine(facts: Facts) -> EngineUsed:
    """The engine that the section ``facts`` names; files of before it was written down name none.

    Raises:
        BrokenFile: no name.
    """
    return EngineUsed(facts.text("engine"), "the file says so") if "engine" in facts else UNKNOWN


def put_state(parts: Parts, state: State, parameters: Parameters, slots: Sequence[str]) -> None:
    """Add a state.

    Args:
        parts: what it is added to.
        state: of the training.
        parameters: the model's, stored elsewhere: those of the state, or of its best epoch.
        slots: what the optimizer calls its vectors.
    """
    facts: dict[str, object] = {SAVED_AS.get(name, name): int(getattr(state, name)) for name in COUNTERS}
    facts |= {name: float(getattr(state, name)) for name in AMOUNTS}
    # Of another number where the solver was changed after fit: what they remember is worth nothing to the new one.
    remembered = list(slots) if len(state.slots) == len(slots) else []
    arrays = {f"optimizer.{name}": slot for name, slot in zip(remembered, state.slots, strict=False)}
    apart = state.theta is not parameters.theta
    if apart:
        arrays |= {"theta": state.theta, "running": state.running}
    facts |= {"optimizer": remembered, "apart": apart}
    if state.best is not None:
        kept = state.best.theta is parameters.theta
        facts["best"] = {"score": float(state.best.score), "epoch": int(state.best.epoch), "kept": kept}
    parts.put("state", arrays, facts)


def restored_state(
    network: Network, parameters: Parameters, history: History, slots: Sequence[str], arrays: Arrays, facts: Facts
) -> State:
    """The state, in the memory of ``parameters`` where it has the same.

    Raises:
        BrokenFile: counters or vectors that no training has.
    """
    held, said = taken(arrays, "state"), facts.section("state")
    theta, running = parameters.theta, parameters.running
    if said.flag("apart"):
        theta, running = _vector(held, "theta", theta), _vector(held, "running", running)
    state = State(theta, running, _slots(held, said, slots, theta))
    if held:
        raise facts.broken("holds vectors that no optimizer of this model has", ", ".join(sorted(held)[:5]))
    for name in COUNTERS:  # what a later version counts too is at its default in files of this one
        if (saved := SAVED_AS.get(name, name)) in said:
            setattr(state, name, said.integer(saved, low=0, high=2**63 - 1))
    for name in said.keys() & set(AMOUNTS):
        setattr(state, name, said.number(name))
    if not may_hold(history.epochs, state.epoch):
        raise said.broken("counts other epochs than the history has", f"{state.epoch}, {history.epochs}")
    if "best" in said:
        state.best = _best(said.section("best"), parameters)
    state.history = {name: history[name] for name in history}
    return state


def _slots(held: Arrays, said: Facts, slots: Sequence[str], theta: Array) -> Array:
    remembered = said.texts("optimizer")
    if not remembered:
        return np.zeros((len(slots), theta.size), theta.dtype)
    if remembered != list(slots):
        raise said.broken("was trained by another optimizer than its solver", ", ".join(remembered))
    memory = np.empty((len(slots), theta.size), theta.dtype)
    for slot, name in zip(memory, slots, strict=True):
        slot[...] = _vector(held, f"optimizer.{name}", theta)
    return memory


def _vector(held: Arrays, name: str, like: Array) -> Array:
    vector = held.expect(name, "f", like.shape)
    if vector.dtype != like.dtype:
        raise held.broken(f"is not {like.dtype}", at=name)
    return held.pop(name, vector)  # an infinite one is possible: Adam's mean square overflows where a step does not


def _best(said: Facts, parameters: Parameters) -> Best:
    best = Best(said.number("score"), said.integer("epoch", low=0))
    if said.flag("kept"):
        best.theta, best.running = parameters.theta, parameters.running
    return best
