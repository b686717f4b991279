"""What the parameters of a multi-layer perceptron describe: its network, and the plan of its training."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np

from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.estimators.mlp.parameters import NORMS, MLPParameters
from glassnet.learning.stopping import Stopping
from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.network.network import Network
from glassnet.pieces.activation import as_activation
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import Initializer
from glassnet.pieces.losses import Loss
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Adam, Momentum, Nesterov, Optimizer
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Constant, InverseScaling, Schedule


class Planning(MLPParameters):
    """From parameters to network, optimizer, schedule, stopping and plan."""

    # -- the network -------------------------------------------------------------------------------------------------

    def _loss_record(self) -> Loss:
        raise NotImplementedError

    def _network(self, inputs: int, outputs: int) -> Network:
        nearest = self._activations()[-1:] or [a for a in [self.activation] if isinstance(a, str)]
        last = Dense(outputs, None, self._initializer_beside(*nearest))
        return Network(inputs, [*self._hidden_layers(), last], self._loss_record())

    def _hidden_sizes(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        hidden = [int(size) for size in (sizes if hasattr(sizes, "__iter__") else [sizes])]
        if any(size < 1 for size in hidden):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {hidden}.")
        return hidden

    def _hidden_layers(self) -> list[Layer]:
        layers: list[Layer] = []
        rates = _for_each("dropout", self.dropout, len(self._hidden_sizes()))
        for units, g, rate in zip(self._hidden_sizes(), self._activations(), rates, strict=True):
            initializer = self._initializer_beside(g)
            if self.normalization is None:
                layers.append(Dense(units, g, initializer))
            else:
                layers += [Dense(units, None, initializer), LAYERS.make(NORMS[self.normalization], activation=g)]
            if rate:
                layers.append(Dropout(float(rate)))
        return layers

    def _activations(self) -> list[str | Activation]:
        """One for each hidden layer; by name where it has one, since names can be pickled."""
        return [_activation(choice) for choice in _for_each("activation", self.activation, len(self._hidden_sizes()))]

    def _initializer_beside(self, *activations: str | Activation) -> str | Initializer:
        """The one asked for, else scikit-learn's, which draws smaller weights where the activation is logistic."""
        if self.initializer is not None:
            return self.initializer
        logistic = any(ACTIVATIONS.find(g) is ACTIVATIONS["sigmoid"] for g in activations)
        return "sklearn_logistic" if logistic else "sklearn"

    # -- the plan ----------------------------------------------------------------------------------------------------

    def _optimizer(self) -> Optimizer:
        if isinstance(self.solver, Optimizer):
            return self.solver
        rate = float(self.learning_rate_init)
        match self.solver:
            case "lbfgs":
                return LBFGS(tolerance=float(self.tol), max_evaluations=int(self.max_fun))
            case "adam":
                return Adam(rate, float(self.beta_1), float(self.beta_2), float(self.epsilon))
            case "sgd":
                return (Nesterov if self.nesterovs_momentum else Momentum)(rate, float(self.momentum))
        return OPTIMIZERS.make(self.solver, learning_rate=rate)

    def _schedule(self) -> Schedule:
        # "invscaling" and "adaptive" are scikit-learn's words, and there they move sgd alone.
        if self.learning_rate == "invscaling" and self.solver == "sgd":
            return InverseScaling(power=float(self.power_t))
        if self.learning_rate in ("constant", "invscaling", "adaptive"):
            return Constant()
        return SCHEDULES.make(self.learning_rate)

    def _watched(self) -> tuple[str, bool]:
        """What early stopping looks at, and whether higher is better."""
        if not self.early_stopping:
            return "cost", False
        return ("validation_cost", False) if self.scoring == "loss" else ("validation_score", True)

    def _stopping(self, validated: bool) -> Stopping | None:
        whole_batch = self._optimizer().whole_batch
        if whole_batch and not (validated and self.early_stopping):
            return None  # it knows itself when it has converged
        watch, higher = self._watched()
        adaptive = self.solver == "sgd" and self.learning_rate == "adaptive"
        return Stopping(
            watch=watch,
            higher_is_better=higher,
            patience=float(self.n_iter_no_change),
            tolerance=float(self.tol),
            restore_best=bool(self.early_stopping),
            reduce_rate=0.2 if adaptive else 1.0,
        )

    def _batch_size(self, m: int) -> int:
        if self._optimizer().whole_batch:
            return m
        if self.batch_size == "auto":
            return min(200, m)
        if int(self.batch_size) > m:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=5
            )
        return min(int(self.batch_size), m)

    def _plan(self, network: Network, m: int, dtype: Any, epochs: int) -> Plan:
        return Plan(
            network,
            examples=m,
            optimizer=self._optimizer(),
            schedule=self._schedule(),
            penalties=Penalties(l1=float(self.l1), l2=float(self.alpha), per_example=True),
            clipping=Clipping(norm=float(self.clip_norm or 0), value=float(self.clip_value or 0)),
            batch_size=self._batch_size(m),
            epochs=epochs,
            shuffle=bool(self.shuffle),
            dtype=np.dtype(dtype).name,
            n_threads=self.n_threads,
        )


def _activation(choice: Any) -> str | Activation:
    choice = as_activation(choice)
    return ACTIVATIONS[choice].name if isinstance(choice, str) else ACTIVATIONS.find(choice)


def _for_each(name: str, value: Any, hidden: int) -> list[Any]:
    """One value for each hidden layer; a single one stands for all."""
    if isinstance(value, (str, Real)) or not hasattr(value, "__len__"):
        return [value] * hidden
    if len(value) != hidden:
        raise InvalidInput(
            f"{name} must have one entry for each hidden layer", seen=f"{len(value)} entries, {hidden} hidden layers"
        )
    return list(value)
