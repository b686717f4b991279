"""The state: everything that training is, between two steps. What is not here is not needed to go on.

Plan and state together continue a training to the same bits: the order of the rows and dropout's masks follow from the
seed and the counters, so no generator needs saving.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, fields, replace

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.curvature import Curvature
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.initializers import Draws
from glassnet.pieces.schedules import Clock

SAVED_AS = {"rows_done": "row"}  # counters whose name in files is that of an earlier version


@dataclass(repr=False)
class Best:
    """The best so far by what early stopping watches; its parameters, where they are to be restored.

    Args:
        score: higher is better.
        epoch: after how many epochs.
        theta, running: copies, or None.
    """

    score: float
    epoch: int
    theta: Array | None = None
    running: Array | None = None


@dataclass(repr=False)
class State:
    """The state of a training.

    Args:
        theta: parameters (n,).
        running: running statistics (r,).
        slots: the optimizer's vectors (s, n).
        seed: what every random number follows from.
        step: steps done.
        epoch: whole epochs done.
        rows_done: rows of the running epoch done.
        examples: rows of whole epochs done.
        cost_sum, weight_sum: over those rows, for the epoch's cost.
        rate_scale: what adaptive rules have made of the learning rate, a factor.
        stale: epochs since the watched score last improved enough.
        best: the best so far, or None where nothing is watched.
        history: a column of numbers for each thing recorded, an entry an epoch.
        seconds: spent training.
        curvature: what L-BFGS has seen of the cost, or None.

    >>> from glassnet import Dense, Network, Plan
    >>> state = State.new(Plan(Network(2, [Dense(1)]), examples=10), seed=3)
    >>> state.step, state.theta.shape
    (0, (3,))
    """

    theta: Array
    running: Array
    slots: Array
    seed: int = 0
    step: int = 0
    epoch: int = 0
    rows_done: int = 0
    examples: int = 0
    cost_sum: float = 0.0
    weight_sum: float = 0.0
    rate_scale: float = 1.0
    stale: int = 0
    best: Best | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    curvature: Curvature | None = None

    def __repr__(self) -> str:
        return f"<State: epoch {self.epoch}, step {self.step}, {self.theta.size} parameters>"

    @classmethod
    def new(cls, plan: Plan, seed: int = 0, rng: Draws | None = None, X: Matrix | None = None) -> State:
        """A state before the first step.

        Args:
            plan: what it is for.
            seed: of shuffles, masks and, without ``rng``, of the first parameters.
            rng: a NumPy generator to draw the first parameters from.
            X: rows of the training, for layers whose first values are fitted to some (initializer "data").

        Raises:
            InvalidInput: what a training remembers of each parameter does not fit in memory.
        """
        vectors = len(plan.optimizer.slots) + 3  # its value, its gradient, the next value
        plan.network.layout.check_memory(vectors * plan.numpy_dtype.itemsize)
        parameters = plan.network.initialize(seed if rng is None else rng, plan.numpy_dtype, X)
        slots = np.zeros((len(plan.optimizer.slots), parameters.theta.size), plan.numpy_dtype)
        return cls(parameters.theta, parameters.running, slots, int(seed))

    def apart(self) -> State:
        """A state to take a step from: what that changes is copied, what it reads is shared, the past is left out."""
        own = {name: getattr(self, name).copy() for name in ("theta", "running", "slots")}
        return replace(self, **own, history={}, best=None)

    def copy(self) -> State:
        """All of it, in memory of its own."""
        own = {name: getattr(self, name).copy() for name in ("theta", "running", "slots")}
        history = {name: list(column) for name, column in self.history.items()}
        return replace(self, **own, history=history, best=deepcopy(self.best))

    def check(self, plan: Plan) -> None:
        """Raise where this is not a state that a training of ``plan`` may change.

        Raises:
            InvalidInput: a vector of another plan's shape, or one that must not be written into.

        >>> from glassnet import Dense, Network, Plan
        >>> wide, narrow = (Plan(Network(n, [Dense(1)]), examples=10) for n in (5, 2))
        >>> State.new(narrow).check(wide)
        Traceback (most recent call last):
        glassnet.errors.InvalidInput: the state is of another plan (seen: theta (3,), not (6,)); use State.new(plan).
        """
        n, r, s = plan.network.size, plan.network.running_layout.size, len(plan.optimizer.slots)
        for name, shape in (("theta", (n,)), ("running", (r,)), ("slots", (s, n))):
            array = np.asarray(getattr(self, name))
            if array.shape != shape:
                seen = f"{name} {array.shape}, not {shape}"
                raise InvalidInput("the state is of another plan", seen, "use State.new(plan)")
            if not array.flags.writeable:
                raise InvalidInput(
                    f"the state's {name} is read-only, and training changes it", remedy="call own() first"
                )

    def own(self) -> State:
        """Itself, whose read-only vectors (of a memory map, of another process) are now copies of its own."""
        for name in ("theta", "running", "slots"):
            if not getattr(self, name).flags.writeable:
                setattr(self, name, np.array(getattr(self, name)))
        return self

    def clock(self, plan: Plan) -> Clock:
        """What schedules go by."""
        return Clock(self.step, self.epoch, self.examples, plan.total_steps)

    def learning_rate(self, plan: Plan) -> float:
        """alpha of the next step."""
        return plan.learning_rate(self.clock(plan)) * self.rate_scale

    def parameters(self, network: Network) -> Parameters:
        """Views into this state's vectors."""
        return network.parameters(self.theta, self.running)

    def best_parameters(self, network: Network) -> Parameters:
        """Those of the best epoch where they were kept, else the present ones."""
        if self.best is None or self.best.theta is None:
            return self.parameters(network)
        return network.parameters(self.best.theta, self.best.running)


# What a state counts: every file of a training holds all of it.
COUNTERS = tuple(field.name for field in fields(State) if field.type == "int")
AMOUNTS = tuple(field.name for field in fields(State) if field.type == "float")
