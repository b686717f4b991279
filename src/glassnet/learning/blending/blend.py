"""``Blend``: several networks that answer together, each with its weight; a single network is a blend of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.choice import AUTO, Arithmetic
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Member:
    """One network of a blend.

    Args:
        network, parameters: what it is.
        weight: its share in the prediction, above 0.
        number: which of the networks trained it is, from 1.
        epoch: after how many epochs its parameters were kept.
    """

    network: Network
    parameters: Parameters
    weight: float = 1.0
    number: int = 1
    epoch: int = 0

    def __str__(self) -> str:
        return f"network {self.number} after epoch {self.epoch:,}, weight {self.weight:.2f}"

    @property
    def precise(self) -> Parameters:
        """The parameters in float64."""
        theta, running = self.parameters.theta, self.parameters.running
        return self.network.parameters(theta.astype(np.float64), running.astype(np.float64))


@dataclass(frozen=True, eq=False)
class Blend:
    """The mean of the members' predictions by weight; probabilities ``p`` become ``p^(1/T)``, scaled to sum 1.

    Args:
        members: the one of largest weight first; weights sum to 1.
        temperature: T; above 1 it makes probabilities less extreme. Guo et al. 2017, arXiv 1706.04599.

    >>> network = Network.mlp(2, [3], 1, loss="binary_cross_entropy")
    >>> blend = Blend(tuple(Member(network, network.initialize(seed), 0.5) for seed in range(2)), temperature=2.0)
    >>> blend.ready()(np.ones((4, 2))).shape
    (4, 1)
    """

    members: tuple[Member, ...]
    temperature: float = 1.0

    @property
    def is_one(self) -> bool:
        """True where it is a single network as it is."""
        return len(self.members) == 1 and self.temperature == 1

    def combined(self, predictions: Iterable[Array]) -> Array:
        """Of all members (m, k) each, in their order -> of the blend (m, k)."""
        if self.is_one:
            return next(iter(predictions))
        # not the sum of a list: a member's predictions are freed before the next are made
        total, rest = None, zip(self.members, predictions, strict=True)
        for member, answers in rest:
            part = answers * answers.dtype.type(member.weight)
            total = part if total is None else np.add(total, part, out=total)
        assert total is not None
        return total if self.temperature == 1 else tempered(total, self.temperature)

    def copy(self) -> Blend:
        """The same with parameters of its own."""
        return replace(self, members=tuple(replace(one, parameters=one.parameters.copy()) for one in self.members))

    def predict(self, X: Array, arithmetic: Arithmetic = AUTO) -> Array:
        """The predictions (m, k) for ``X`` (m, n)."""
        engines = ((arithmetic.choose(one.network, one.parameters).engine, one.parameters) for one in self.members)
        return self.combined(engine.predict(parameters, X) for engine, parameters in engines)

    def precise(self, X: Array) -> Array:
        """The predictions (m, k) in float64, whatever the parameters are."""
        with np.errstate(all="ignore"):
            return self.combined(one.network.forward(X, one.precise).predictions for one in self.members)

    def ready(self, arithmetic: Arithmetic = AUTO, frozen: bool = False) -> Callable[[Array], Array]:
        """A function of dense ``X`` (m, n): the predictions (m, k). Prepared once, each call is arithmetic only.

        Args:
            arithmetic: who does it.
            frozen: True if the parameters will not be changed.
        """
        forwards = [
            arithmetic.choose(member.network, member.parameters).engine.ready(member.parameters, frozen=frozen)[1]
            for member in self.members
        ]
        if self.is_one:
            return forwards[0]
        return lambda X: self.combined(forward(X) for forward in forwards)


def tempered(p: Array, temperature: float) -> Array:
    """Probabilities (m, k), or of the second of two classes (m, 1), to the power ``1 / temperature``, scaled to sum 1.

    >>> tempered(np.array([[0.8]]), 2.0).round(4)
    array([[0.6667]])
    """
    power = p.dtype.type(1 / temperature)
    if p.shape[1] == 1:
        yes, no = p**power, (1 - p) ** power
        return np.asarray(yes / (yes + no))
    powers = (p / p.max(axis=1, keepdims=True)) ** power  # not all of many small ones may become 0
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
