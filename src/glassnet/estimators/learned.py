"""What a training leaves on an estimator, and the same as plain data.

Pickles hold the plain data, so that they name no class but the estimator's: the only one that a reader (skops) must
trust. Pieces of the user's own stay what they are, for in another process no table would know them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from glassnet.data.row_digests import RowDigests, RowPrints
from glassnet.engines.choice import EngineUsed
from glassnet.engines.plan import Plan
from glassnet.engines.state import Best, State
from glassnet.errors import UnknownName
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp.scaling import Moments, Scaling
from glassnet.learning.history import History
from glassnet.network.network import Network
from glassnet.pieces.settings import Record


class Ended(NamedTuple):
    """How the last training ended, and what had been planned."""

    plan: Plan
    ending: str
    reason: str


def as_plain(known: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an estimator, those that a training leaves as plain data."""
    return {name: _PLAIN[name](value) if name in _PLAIN else value for name, value in known.items()}


def from_plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes again; a pickle of an earlier version holds them as they are."""
    made = {name: _MADE[name](value) if name in _MADE else value for name, value in state.items()}
    if isinstance(parameters := made.get("parameters_"), dict):
        made["parameters_"] = made["network_"].parameters(**parameters)
    return made


def _described(thing: Network | Plan, *pieces: Record) -> Any:
    """``thing`` as plain data where each of its pieces is glassnet's own and known by name, else as it is."""
    try:
        ours = all(type(piece).__module__.startswith("glassnet.") for piece in pieces)
        return thing.describe() if ours else thing
    except UnknownName:
        return thing


def _plain_network(network: Network) -> Any:
    return _described(network, *network.declared_layers, network.loss)


def _network(plain: Any) -> Network:
    return Network.from_description(plain) if isinstance(plain, dict) else plain


def _plain_ended(ended: Ended) -> tuple[Any, ...]:
    plan, *how = ended
    network = plan.network
    plain = _described(plan, *network.declared_layers, network.loss, plan.optimizer, plan.schedule)
    if isinstance(plain, dict):
        plain |= {"penalty_factors": plan.penalty_factors, "n_threads": plan.n_threads, "device": plan.device}
    return plain, *how


def _ended(plain: tuple[Any, ...]) -> Ended:
    plan, ending, reason = plain
    return Ended(Plan.from_description(plan) if isinstance(plan, dict) else plan, ending, reason)


def _plain_state(state: State) -> dict[str, Any]:
    return vars(state) | {"best": None if state.best is None else {**vars(state.best)}}


def _state(plain: Any) -> State:
    if not isinstance(plain, dict):
        return plain
    return State(**plain | {"best": None if plain["best"] is None else Best(**plain["best"])})


def _plain_scaling(scaling: Scaling | None) -> Any:
    if scaling is None:
        return None
    inputs, targets = ({**vars(each)} if each else None for each in (scaling.inputs, scaling.targets))
    return {"inputs": inputs, "targets": targets, "evidence": scaling.evidence}


def _scaling(plain: Any) -> Scaling | None:
    if not isinstance(plain, dict):
        return plain
    inputs, targets = (Moments(**plain[name]) if plain[name] else None for name in ("inputs", "targets"))
    return Scaling(inputs, targets, plain["evidence"]) if inputs else None


def _plain_rows(known: RowDigests | RowPrints | None) -> Any:
    digests = known.digests if isinstance(known, RowPrints) else known
    return digests and {**vars(digests)}


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "network_": _plain_network,
    "parameters_": lambda parameters: {"theta": parameters.theta, "running": parameters.running},
    "history_": lambda history: history.columns,
    "engine_": tuple,
    "labels_": lambda labels: {**vars(labels)},
    "scaling_": _plain_scaling,
    "_state": _plain_state,
    "_ended": _plain_ended,
    "_known_rows": _plain_rows,
}
_MADE: dict[str, Callable[[Any], Any]] = {
    "network_": _network,
    "history_": lambda plain: History(plain) if isinstance(plain, dict) else plain,
    "engine_": lambda plain: EngineUsed(*plain),
    "labels_": lambda plain: Labels(**plain) if isinstance(plain, dict) else plain,
    "scaling_": _scaling,
    "_state": _state,
    "_ended": _ended,
    "_known_rows": lambda plain: plain and RowDigests(**plain),
}
