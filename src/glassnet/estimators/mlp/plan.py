"""What the parameters of a multi-layer perceptron describe: its network, and the plan of its training."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from glassnet.engines.choice import AUTO, Arithmetic
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.base import of_plain_data
from glassnet.estimators.hidden import hidden_layers
from glassnet.estimators.mlp.parameters import MLPParameters
from glassnet.learning.rounds.cluster import planned
from glassnet.learning.stopping import Stopping
from glassnet.network.layers import Dense, Layer
from glassnet.network.network import Network
from glassnet.pieces.activation import ActivationChoice, as_activation
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import Initializer
from glassnet.pieces.losses import Loss
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Adam, Momentum, Nesterov, Optimizer
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Constant, InverseScaling, Schedule
from glassnet.text import one_line

R = TypeVar("R")  # a record

# -- the network -------------------------------------------------------------------------------------------------------


class Shape(NamedTuple):
    """The parameters that a network follows from, by their names."""

    hidden_layer_sizes: int | Sequence[int]
    activation: ActivationChoice | Sequence[ActivationChoice]
    dropout: float | Sequence[float]
    normalization: str | None
    initializer: str | Initializer | None

    @classmethod
    def of(cls, mlp: MLPParameters) -> Shape:
        """Those of an estimator, lists as tuples."""
        values = [getattr(mlp, name) for name in cls._fields]
        return cls._make(tuple(value) if type(value) is list else value for value in values)

    @property
    def plain(self) -> bool:
        """True where they hold nothing of the user's."""
        return all(map(of_plain_data, self))


def network_of(mlp: MLPParameters, inputs: int, outputs: int, loss: Loss) -> Network:
    """The network of ``inputs`` columns and ``outputs`` outputs; of the same parameters the same one."""
    shape = Shape.of(mlp)
    if shape.plain and isinstance(mlp.loss, str):
        return _known_network(repr(shape), shape, inputs, outputs, loss)
    return _network(shape, inputs, outputs, loss)


@lru_cache(maxsize=64)
def _known_network(type_name: str, shape: Shape, inputs: int, outputs: int, loss: Loss) -> Network:
    """A network, built once; 1 and 1.0, which are equal, count as different, as in the layers."""
    return _network(shape, inputs, outputs, loss)


def _network(shape: Shape, inputs: int, outputs: int, loss: Loss) -> Network:
    nearest = _activations(shape)[-1:] or [g for g in [shape.activation] if isinstance(g, str)]
    return Network(inputs, [*layers_of(shape), Dense(outputs, None, _initializer_for(shape, *nearest))], loss)


def layers_of(mlp: MLPParameters | Shape) -> list[Layer]:
    """The hidden layers.

    Raises:
        InvalidInput, ValueError: sizes, activations or rates that do not go together.
    """
    sizes, activations = _sizes(mlp), _activations(mlp)
    initializers = [_initializer_for(mlp, g) for g in activations]
    rates = _for_each("dropout", mlp.dropout, len(sizes))
    norm = None if mlp.normalization is None else f"{mlp.normalization}_norm"
    return hidden_layers(zip(sizes, activations, initializers, rates, strict=True), norm)


def _sizes(mlp: MLPParameters | Shape) -> list[int]:
    sizes = mlp.hidden_layer_sizes
    given = [*sizes] if isinstance(sizes, Sequence | np.ndarray) else [sizes]
    if not all(isinstance(size, Integral) for size in given):
        raise InvalidType("hidden_layer_sizes must be whole numbers", one_line(given, 60), "pass units of each layer")
    hidden = [int(size) for size in given]
    if any(size < 1 for size in hidden):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {hidden}.")
    return hidden


def _activations(mlp: MLPParameters | Shape) -> list[str | Activation]:
    """One for each hidden layer; by name where it has one, since names can be pickled."""
    return [_activation(choice) for choice in _for_each("activation", mlp.activation, len(_sizes(mlp)))]


def _activation(choice: ActivationChoice) -> str | Activation:
    record: str | Activation = as_activation(choice)
    return ACTIVATIONS[record].name if isinstance(record, str) else ACTIVATIONS.find(record)


def _initializer_for(mlp: MLPParameters | Shape, *activations: str | Activation) -> str | Initializer:
    """The one asked for, else scikit-learn's, which draws smaller weights where the activation is logistic."""
    if mlp.initializer is not None:
        return mlp.initializer
    logistic = any(ACTIVATIONS.find(g) is ACTIVATIONS["sigmoid"] for g in activations)
    return "sklearn_logistic" if logistic else "sklearn"


def _for_each(name: str, value: object, hidden: int) -> list[Any]:
    """One value for each hidden layer; a single one stands for all."""
    if isinstance(value, (str, Real)) or not hasattr(value, "__len__"):
        return [value] * hidden
    entries = [*value]  # type: ignore[misc]  # "array-like", as the constraints have checked
    if len(entries) != hidden:
        raise InvalidInput(
            f"{name} must have one entry for each hidden layer",
            seen=f"{len(entries)} entries, {hidden} hidden layers",
            remedy="pass one value, or a list as long as hidden_layer_sizes",
        )
    return entries


# -- the training ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _record(cls: Callable[..., R], *values: float, **settings: float) -> R:
    """A record, its settings checked once: a search makes the same ones thousands of times."""
    return cls(*values, **settings)


_name = lru_cache(maxsize=8)(lambda dtype: dtype.name)  # NumPy puts it together every time


def plan_of(
    mlp: MLPParameters, network: Network, m: int, dtype: DTypeLike, epochs: int, arithmetic: Arithmetic = AUTO
) -> Plan:
    """The plan to train ``network`` on ``m`` rows."""
    plan = Plan(
        network,
        examples=m,
        optimizer=optimizer_of(mlp),
        schedule=_schedule(mlp),
        penalties=_record(Penalties, l1=float(mlp.l1), l2=float(mlp.alpha), per_example=True),
        clipping=_record(Clipping, norm=float(mlp.clip_norm or 0), value=float(mlp.clip_value or 0)),
        batch_size=_batch_size(mlp, m),
        epochs=epochs,
        shuffle=bool(mlp.shuffle),
        dtype=_name(np.dtype(dtype)),
        n_threads=arithmetic.n_threads,
        device=arithmetic.device,
    )
    return plan if mlp.cluster is None else planned(plan, mlp.cluster)


def optimizer_of(mlp: MLPParameters) -> Optimizer:
    """The optimizer that ``solver`` names."""
    if isinstance(mlp.solver, Optimizer):
        return mlp.solver
    rate = float(mlp.learning_rate_init)
    match mlp.solver:
        case "lbfgs":
            return _record(LBFGS, tolerance=float(mlp.tol), max_evaluations=int(mlp.max_fun))
        case "adam":
            return _record(Adam, rate, float(mlp.beta_1), float(mlp.beta_2), float(mlp.epsilon))
        case "sgd":
            return _record(Nesterov if mlp.nesterovs_momentum else Momentum, rate, float(mlp.momentum))
    return OPTIMIZERS.make(mlp.solver, learning_rate=rate)


def _schedule(mlp: MLPParameters) -> Schedule:
    # "invscaling" and "adaptive" are scikit-learn's words, and there they move sgd alone.
    if mlp.learning_rate == "invscaling" and mlp.solver == "sgd":
        return InverseScaling(power=float(mlp.power_t))
    if mlp.learning_rate in ("constant", "invscaling", "adaptive"):
        return _record(Constant)
    return SCHEDULES.make(mlp.learning_rate)


def stopping_of(mlp: MLPParameters, validated: bool) -> Stopping | None:
    """When to stop early; ``validated`` where there are rows to judge by. None: the optimizer knows itself."""
    if optimizer_of(mlp).whole_batch and not (validated and mlp.early_stopping):
        return None
    watch = "cost"
    if mlp.early_stopping:
        watch = "validation_cost" if mlp.scoring == "loss" else "validation_score"
    adaptive = mlp.solver == "sgd" and mlp.learning_rate == "adaptive"
    return Stopping(
        watch=watch,
        higher_is_better=watch == "validation_score",
        patience=float(mlp.n_iter_no_change),
        tolerance=float(mlp.tol),
        restore_best=bool(mlp.early_stopping),
        reduce_rate=0.2 if adaptive else 1.0,
    )


def _batch_size(mlp: MLPParameters, m: int) -> int:
    if optimizer_of(mlp).whole_batch:
        return m
    if mlp.batch_size == "auto":
        return min(200, m)
    return min(int(mlp.batch_size), m)


def warn_of_batches(mlp: MLPParameters, m: int) -> None:
    """Warn, as scikit-learn does, of batches larger than all rows."""
    if not optimizer_of(mlp).whole_batch and mlp.batch_size != "auto" and int(mlp.batch_size) > m:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
        )
