"""Which engine predicts and is looked into: the one asked for where it can, else the one chosen by itself, so that a
model always answers.

A training that cannot run as asked is refused; but a model file goes to machines that have not what trained it.
"""

from __future__ import annotations

from typing import NamedTuple

from glassnet.arrays import Matrix
from glassnet.engines.choice import AUTOMATIC, ENGINES, Choice, choose
from glassnet.engines.plan import Plan
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


class Arithmetic(NamedTuple):
    """Who does the arithmetic of a fitted model.

    Args:
        engine: a name, or "auto".
        n_threads: the most to use; None for as many as are useful.
    """

    engine: str = "auto"
    n_threads: int | None = None

    def choose(self, network: Network, parameters: Parameters, X: Matrix | None = None) -> Choice:
        """The engine for a network, and why.

        Args:
            network, parameters: what predicts.
            X: the rows, where they are known: dense or sparse makes a difference.

        >>> net = Network.mlp(2, [3], 1)
        >>> Arithmetic("loops").choose(net, net.initialize(seed=0)).used
        EngineUsed(name='loops', why='it was asked for')
        """
        plan = Plan(network, examples=1, dtype=parameters.theta.dtype.name, n_threads=self.n_threads)
        return self.of(plan, X)

    def of(self, plan: Plan, X: Matrix | None = None) -> Choice:
        """The engine for a plan, and why."""
        if self.engine == "auto" or (reason := ENGINES[self.engine].supports(plan, X)) is None:
            return choose(plan, self.engine, X)
        engine, why = choose(plan, X=X)
        return Choice(engine, why if self.engine in AUTOMATIC else f"{self.engine}: {reason}; {why}")


AUTO = Arithmetic()
