"""The plan: everything a training is to do, decided before its first step; hyperparameters, not parameters. And the
rows it is done with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from glassnet.arrays import Array, Matrix, checked_sparse, is_sparse, unmasked
from glassnet.errors import InvalidInput
from glassnet.network.network import Network
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import OPTIMIZERS, Adam, Optimizer
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Clock, Constant, Schedule
from glassnet.pieces.settings import Range, check_number

DType = Literal["float32", "float64"]
AT_LEAST_0, AT_LEAST_1 = Range(0), Range(1)
DTYPES: tuple[DType, ...] = get_args(DType)
Device = Literal["cpu", "cuda"]
DEVICES: tuple[Device, ...] = get_args(Device)


@dataclass(frozen=True, eq=False)
class Plan:
    """A network and how to train it.

    Args:
        network: what is trained.
        examples: m, the number of rows it is trained on.
        optimizer, schedule, penalties, clipping: records.
        batch_size: rows of a mini-batch; the last one of an epoch has what is left.
        epochs: how many the training is planned for; schedules stretch over them.
        shuffle: True draws a new order of the rows for every epoch.
        dtype: "float32" or "float64", of all arithmetic.
        penalty_factors: (number of weights,) or None: each weight is penalized as if multiplied by its factor, which
            is how a model on standardized inputs penalizes coefficients in the user's own units. Not described.
        n_threads: the most threads to use; None for as many as there are processors. It changes no number, so it is not
            described.
        device: "cpu" or "cuda", where the engine computes; not described, for any engine may go on with the training.

    Raises:
        InvalidInput, InvalidType: a value it cannot be.

    >>> plan = Plan(Network.mlp(3, [4], 1), examples=1000, batch_size=300, epochs=5)
    >>> plan.steps_per_epoch, plan.total_steps
    (4, 20)
    """

    network: Network
    examples: int
    optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=Constant)
    penalties: Penalties = field(default_factory=Penalties)
    clipping: Clipping = field(default_factory=Clipping)
    batch_size: int = 200
    epochs: int = 200
    shuffle: bool = True
    dtype: str = "float32"
    penalty_factors: Array | None = None
    n_threads: int | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_number("examples", self.examples, AT_LEAST_1, whole=True)
        check_number("batch_size", self.batch_size, AT_LEAST_1, whole=True)
        check_number("epochs", self.epochs, AT_LEAST_0, whole=True)
        if self.n_threads is not None:
            check_number("n_threads", self.n_threads, AT_LEAST_1, whole=True)
        if self.dtype not in DTYPES:
            raise InvalidInput(f"dtype must be {' or '.join(DTYPES)}", seen=repr(self.dtype))
        if self.device not in DEVICES:
            raise InvalidInput(f"device must be {' or '.join(DEVICES)}", seen=repr(self.device))
        factors, weights = self.penalty_factors, self.network.layout.weights
        if factors is not None and factors.shape != (weights,):
            raise InvalidInput(
                "penalty_factors must be a number a weight", f"{factors.shape}", f"pass {weights} numbers"
            )

    @property
    def numpy_dtype(self) -> np.dtype[Any]:
        """The dtype as NumPy's."""
        return np.dtype(self.dtype)

    @property
    def batch_rows(self) -> int:
        """Rows of the largest batch."""
        return min(self.batch_size, self.examples)

    @property
    def steps_per_epoch(self) -> int:
        """Mini-batches in an epoch."""
        return -(-self.examples // self.batch_size)

    @property
    def total_steps(self) -> int:
        """Steps in all planned epochs."""
        return self.epochs * self.steps_per_epoch

    def learning_rate(self, clock: Clock) -> float:
        """alpha of the step the clock stands before."""
        return self.optimizer.learning_rate * self.schedule(clock)

    def describe(self) -> dict[str, Any]:
        """The plan as plain data, from which :meth:`from_description` makes its equal."""
        return {
            "network": self.network.describe(),
            "examples": self.examples,
            "optimizer": OPTIMIZERS.describe(self.optimizer),
            "schedule": SCHEDULES.describe(self.schedule),
            "penalties": self.penalties.settings(),
            "clipping": self.clipping.settings(),
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "shuffle": self.shuffle,
            "dtype": self.dtype,
        }

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Plan:
        """The plan that :meth:`describe` described."""
        made = {
            "network": Network.from_description(description["network"]),
            "optimizer": OPTIMIZERS.make(description["optimizer"]),
            "schedule": SCHEDULES.make(description["schedule"]),
            "penalties": Penalties(**description["penalties"]),
            "clipping": Clipping(**description["clipping"]),
        }
        return cls(**{**description, **made})


class Rows(NamedTuple):
    """Examples: ``X`` (m, n), dense or sparse; ``Y`` as users give it; ``weights`` (m,) or None for all 1.

    >>> import numpy as np
    >>> Rows(np.ones((5, 2)), np.zeros(5)).weights is None
    True
    """

    X: Matrix
    Y: Any
    weights: Array | None = None

    def total_weight(self) -> float:
        """The sum of the weights."""
        return float(len(self.Y) if self.weights is None else self.weights.sum())

    def of_dtype(self, dtype: np.dtype[Any]) -> Rows:
        """These, with ``X`` in an engine's dtype."""
        return self if self.X.dtype == dtype else self._replace(X=self.X.astype(dtype))

    def some(self, which: Array | slice) -> Rows:
        """Those of some numbers, from 0 (h,); of a slice a view."""
        return Rows(self.X[which], self.Y[which], None if self.weights is None else self.weights[which])

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Dense rows one behind the other; of a single part itself."""
        if len(parts) == 1:
            return parts[0]
        X, Y, weights = zip(*parts, strict=True)
        return cls(np.concatenate(X), np.concatenate(Y), None if weights[0] is None else np.concatenate(weights))

    def check(self, network: Network) -> None:
        """Raise where these are not rows of ``network``: engines read memory by these shapes.

        Raises:
            InvalidInput: shapes or dtypes that do not fit; a damaged sparse matrix.
        """
        given: dict[str, Any] = {"rows of X": self.X, "of Y": self.Y}
        if self.weights is not None:
            given["weights"] = self.weights
        for name, array in given.items():
            if type(array) is np.ndarray and array.ndim and array.dtype.kind in "biuf":
                continue  # as nearly always
            if is_sparse(array):
                checked_sparse(array)
            elif not (isinstance(array, np.ndarray) and array.ndim and array.dtype.kind in "biuf"):
                seen = f"{name}: {getattr(array, 'dtype', type(array).__name__)}"
                raise InvalidInput("X, Y and weights must be NumPy arrays of numbers", seen, "use numpy.asarray")
            unmasked(array, name)
        if self.X.shape[1:] != (network.inputs,):
            raise InvalidInput(f"X must have shape (m, {network.inputs})", f"shape {self.X.shape}", "pass all columns")
        if self.weights is not None and self.weights.ndim != 1:
            raise InvalidInput("weights must be a vector (m,)", f"shape {self.weights.shape}", "pass one a row")
        if any(array.shape[0] != self.X.shape[0] for array in given.values()):
            seen = ", ".join(f"{array.shape[0]} {name}" for name, array in given.items())
            raise InvalidInput("X, Y and weights must have as many rows", seen, "pass a target and a weight a row")
        if self.Y.ndim > 1 or network.loss.targets != "classes" or self.Y.dtype.kind not in "iu":
            as_targets(self.Y[:0], network.loss, network.outputs, float)
