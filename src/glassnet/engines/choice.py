"""Which engine runs a plan, and which one predicts; and why.

>>> list(ENGINES)
['native', 'reference', 'loops', 'torch']
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple, get_args

from glassnet.arrays import Matrix
from glassnet.engines.engine import Engine
from glassnet.engines.loops import Loops
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Device, Plan
from glassnet.engines.reference import Reference
from glassnet.engines.torch.engine import Torch
from glassnet.errors import Unsupported, unknown_name
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

# Fastest first; `loops` is for reading and never chosen by itself.
ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (Native, Reference, Loops, Torch)}
AUTOMATIC = ("native", "reference")
ON_GPU = ("torch",)
EngineName = Literal["auto", "native", "reference", "loops", "torch"]  # what may be asked for
NAMES: tuple[EngineName, ...] = get_args(EngineName)


class EngineUsed(NamedTuple):
    """The name of the engine that was chosen, and why; kept after the engine is freed."""

    name: str
    why: str


UNKNOWN = EngineUsed("unknown", "it is not recorded")


class Choice(NamedTuple):
    """An engine for a plan, and why it was chosen."""

    engine: Engine
    why: str

    @property
    def used(self) -> EngineUsed:
        """The choice without the engine."""
        return EngineUsed(self.engine.name, self.why)


def choose(plan: Plan, wanted: str | Engine = "auto", X: Matrix | None = None) -> Choice:
    """The engine named ``wanted``, or with "auto" the first that supports the plan and the rows.

    Args:
        plan: what is to run.
        wanted: one of ``NAMES``, or an engine made for the plan.
        X: the rows it will train on, where they are known: dense or sparse makes a difference.

    Raises:
        UnknownName: no engine of that name.
        Unsupported: the engine asked for cannot run the plan; the reason is in the message.

    >>> choose(Plan(Network.mlp(2, [3], 1), examples=10)).engine.name in AUTOMATIC
    True
    """
    if isinstance(wanted, Engine):
        return Choice(wanted, "it was asked for")
    if wanted == "auto":
        rejected: list[str] = []
        for name in ON_GPU if plan.device == "cuda" else AUTOMATIC:
            reason = refusal(name, plan, X)
            if reason is None:
                return Choice(ENGINES[name](plan), "; ".join([*rejected, f"{name} is the fastest that can"]))
            rejected.append(f"{name}: {reason}")
        what = f"no engine can run this plan on {plan.device!r}"
        raise Unsupported(what, "; ".join(rejected), "mend what the last of these names, or choose another device")
    if wanted not in ENGINES:
        raise unknown_name("engine", wanted, NAMES)
    reason = refusal(wanted, plan, X)
    if reason is not None:
        raise Unsupported(f"engine {wanted!r} cannot run this plan: {reason}", remedy="leave the engine at 'auto'")
    return Choice(ENGINES[wanted](plan), "it was asked for")


def refusal(name: str, plan: Plan, X: Matrix | None = None) -> str | None:
    """Why the engine of that name cannot run the plan; None where it can."""
    engine = ENGINES[name]
    if plan.device not in engine.devices:
        return f"it computes on the {' or '.join(engine.devices)}, not on {plan.device!r}"
    return engine.supports(plan, X)


def check_device(wanted: str, device: Device) -> None:
    """Raise where an engine cannot compute on a device here, before a table is read for it.

    Args:
        wanted: one of ``NAMES``.
        device: where.

    Raises:
        Unsupported: it cannot; the reason is in the message.

    >>> check_device("auto", "cpu")
    """
    if device != "cpu":
        choose(Plan(Network.mlp(1, [], 1), examples=1, device=device), wanted)


class Arithmetic(NamedTuple):
    """Who does the arithmetic of a fitted model: the engine asked for where it can, else the one chosen by itself.

    A training that cannot run as asked is refused; but a model always answers, and its file goes to machines that have
    not what trained it.

    Args:
        engine: a name, or "auto".
        n_threads: the most to use; None for as many as are useful.
        device: where.
    """

    engine: str = "auto"
    n_threads: int | None = None
    device: str = "cpu"

    def choose(self, network: Network, parameters: Parameters, X: Matrix | None = None) -> Choice:
        """The engine for a network, and why.

        Args:
            network, parameters: what predicts.
            X: the rows, where they are known: dense or sparse makes a difference.

        >>> net = Network.mlp(2, [3], 1)
        >>> Arithmetic("loops").choose(net, net.initialize(seed=0)).used
        EngineUsed(name='loops', why='it was asked for')
        """
        dtype = parameters.theta.dtype.name
        return self.of(Plan(network, examples=1, dtype=dtype, n_threads=self.n_threads, device=self.device), X)

    def of(self, plan: Plan, X: Matrix | None = None) -> Choice:
        """The engine for a plan, and why."""
        if self.engine == "auto" and plan.device == "cpu":
            return choose(plan, X=X)
        name = ON_GPU[0] if self.engine == "auto" else self.engine
        reason = refusal(name, plan, X)
        if reason is None:
            return choose(plan, self.engine, X)
        engine, why = choose(replace(plan, device="cpu"), X=X)
        return Choice(engine, why if name in AUTOMATIC else f"{name}: {reason}; {why}")


AUTO = Arithmetic()
