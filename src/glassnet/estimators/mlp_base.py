"""How a multi-layer perceptron with scikit-learn's parameters is trained: parameters -> plan, then learning's loop."""

from __future__ import annotations

import warnings
from math import inf, nan
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import _check_sample_weight

from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.warnings import warn_of
from glassnet.learning.metrics import Metric
from glassnet.learning.stopping import Stopping
from glassnet.network.network import Network
from glassnet.network.products import is_sparse
from glassnet.pieces.activations import ACTIVATIONS, Array
from glassnet.pieces.optimizers import LBFGS, Adam, Momentum, Nesterov, Optimizer
from glassnet.pieces.penalties import Penalties
from glassnet.pieces.schedules import Constant, InverseScaling, Schedule

STOCHASTIC = ("sgd", "adam")


def _share(closed: str) -> Interval:
    return Interval(Real, 0, 1, closed=closed)


def _above_0(closed: str = "left", low: int = 0, kind: type = Real) -> Interval:
    return Interval(kind, low, None, closed=closed)


class BaseMLP(NetworkEstimator):
    """The part of a multi-layer perceptron that classifier and regressor share."""

    # scikit-learn's own table of what a parameter may be: same values, same messages.
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": ["array-like", _above_0(low=1, kind=Integral)],
        "activation": [StrOptions({*ACTIVATIONS, *ACTIVATIONS.aliases})],
        "solver": [StrOptions({"lbfgs", *STOCHASTIC})],
        "alpha": [_above_0()],
        "batch_size": [StrOptions({"auto"}), _above_0(low=1, kind=Integral)],
        "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
        "learning_rate_init": [_above_0("neither")],
        "power_t": [_above_0()],
        "max_iter": [_above_0(low=1, kind=Integral)],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [_above_0()],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [_share("both")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean"],
        "validation_fraction": [_share("left")],
        "beta_1": [_share("left")],
        "beta_2": [_share("left")],
        "epsilon": [_above_0("neither")],
        "n_iter_no_change": [_above_0(low=1, kind=Integral), Options(Real, {np.inf})],
        "max_fun": [_above_0(low=1, kind=Integral)],
    }

    _state: State

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun

    # -- what the two kinds say for themselves -----------------------------------------------------------------------

    _score_metric: ClassVar[Metric]

    def _loss_name(self) -> str:
        raise NotImplementedError

    def _outputs(self, Y: Array) -> int:
        raise NotImplementedError

    # -- from parameters to a plan -----------------------------------------------------------------------------------

    def _network(self, inputs: int, outputs: int) -> Network:
        sizes = self.hidden_layer_sizes
        hidden = [int(size) for size in (sizes if hasattr(sizes, "__iter__") else [sizes])]
        if any(size < 1 for size in hidden):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {hidden}.")
        activation = ACTIVATIONS[self.activation].name
        initializer = "sklearn_logistic" if activation == "sigmoid" else "sklearn"
        return Network.mlp(
            inputs, hidden, outputs, activation=activation, loss=self._loss_name(), initializer=initializer
        )

    def _optimizer(self) -> Optimizer:
        rate = float(self.learning_rate_init)
        if self.solver == "lbfgs":
            return LBFGS(tolerance=float(self.tol), max_evaluations=int(self.max_fun))
        if self.solver == "adam":
            return Adam(rate, float(self.beta_1), float(self.beta_2), float(self.epsilon))
        return (Nesterov if self.nesterovs_momentum else Momentum)(rate, float(self.momentum))

    def _schedule(self) -> Schedule:
        inverse = self.solver == "sgd" and self.learning_rate == "invscaling"
        return InverseScaling(power=float(self.power_t)) if inverse else Constant()

    def _stopping(self) -> Stopping | None:
        if self.solver == "lbfgs":
            return None
        adaptive = self.solver == "sgd" and self.learning_rate == "adaptive"
        return Stopping(
            watch="validation_score" if self.early_stopping else "cost",
            higher_is_better=self.early_stopping,
            patience=float(self.n_iter_no_change),
            tolerance=float(self.tol),
            restore_best=self.early_stopping,
            reduce_rate=0.2 if adaptive else 1.0,
        )

    def _batch_size(self, m: int) -> int:
        if self.solver == "lbfgs":
            return m
        if self.batch_size == "auto":
            return min(200, m)
        if int(self.batch_size) > m:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
            )
        return min(int(self.batch_size), m)

    def _plan(self, network: Network, m: int, dtype: Any, epochs: int) -> Plan:
        return Plan(
            network,
            examples=m,
            optimizer=self._optimizer(),
            schedule=self._schedule(),
            penalties=Penalties(l2=float(self.alpha), per_example=True),
            batch_size=self._batch_size(m),
            epochs=epochs,
            shuffle=bool(self.shuffle),
            dtype=np.dtype(dtype).name,
        )

    # -- fitting -----------------------------------------------------------------------------------------------------

    def _fit(self, X: Any, Y: Array, sample_weight: Any, *, incremental: bool) -> BaseMLP:
        """Train on checked inputs.

        Args:
            X: (m, n), float, dense or sparse.
            Y: targets as the loss reads them.
            sample_weight: (m,) or None.
            incremental: True takes one epoch and keeps the optimizer's memory (``partial_fit``).
        """
        if incremental and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        random = check_random_state(self.random_state)
        first = not hasattr(self, "_state") or not (self.warm_start or incremental)
        network = self._network(X.shape[1], self._outputs(Y))
        # Weights are drawn before rows are held out, as in scikit-learn: a random_state gives the same of both.
        state = self._kept_state() if incremental and not first else self._new_state(network, X.dtype, random, first)
        dtype = state.theta.dtype
        X = X.tocsr().astype(dtype, copy=False) if is_sparse(X) else np.ascontiguousarray(X, dtype)
        rows, validation = self._held_out(Rows(X, Y, sample_weight), random)
        begun = state.epoch
        plan = self._plan(network, rows.X.shape[0], dtype, begun + 1 if incremental else int(self.max_iter))
        if not begun:
            state.seed = int(random.randint(np.iinfo(np.int32).max))
        outcome = self._train(
            plan,
            state,
            rows,
            validation=validation,
            metrics=[self._score_metric] if validation is not None else [],
            stopping=self._stopping(),
            epochs=1 if incremental else None,
            show=bool(self.verbose),
        )
        self._state = state
        self.n_iter_ = state.epoch - begun
        warn_of(outcome, plan, converged=incremental)
        return self

    def _kept_state(self) -> State:
        """The state ``partial_fit`` goes on from, optimizer's memory included, at the beginning of an epoch."""
        state = self._state
        state.row, state.cost_sum, state.weight_sum = 0, 0.0, 0.0  # an epoch broken off was one of other rows
        if state.best is not None and state.best.theta is not None:  # kept by a `fit` with early stopping
            state.theta[...], state.best, state.stale = state.best.theta, None, 0
        return state

    def _new_state(self, network: Network, dtype: Any, random: Any, first: bool) -> State:
        """A state before the first step: parameters drawn, or those of the fit before (``warm_start``)."""
        state = State.new(Plan(network, 1, self._optimizer(), dtype=np.dtype(dtype).name), rng=random)
        if first:
            return state
        if self.parameters_.theta.shape != state.theta.shape:
            raise InvalidInput(
                "warm_start goes on with the network of the fit before, and it has another shape now",
                seen=f"{self.parameters_.theta.size} parameters before, {state.theta.size} now",
                remedy="set warm_start=False",
            )
        state.theta[...] = self.parameters_.theta
        return state

    def _held_out(self, rows: Rows, random: Any) -> tuple[Rows, Rows | None]:
        """The rows to train on, and those early stopping is judged by."""
        if not self.early_stopping or self.solver == "lbfgs":
            return rows, None
        from sklearn.model_selection import train_test_split

        indices = np.arange(rows.X.shape[0])
        training, validation = train_test_split(
            indices, random_state=random, test_size=self.validation_fraction, stratify=self._strata(rows.Y)
        )
        if len(validation) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return _take(rows, training), _take(rows, validation)

    def _strata(self, Y: Array) -> Array | None:
        return None

    # -- what scikit-learn's networks show ---------------------------------------------------------------------------

    @property
    def coefs_(self) -> list[Array]:
        """Weights by layer, (n[l-1], n[l]) each: views, so writing into them changes the model."""
        return [W.T for W in self.parameters_.W.values()]

    @property
    def intercepts_(self) -> list[Array]:
        """Biases by layer, (n[l],) each, views."""
        return list(self.parameters_.b.values())

    @property
    def loss_curve_(self) -> list[float]:
        """The cost of each epoch."""
        return self.history_.columns.get("cost", [])

    @property
    def loss_(self) -> float:
        """The cost of the last epoch; nan where training diverged in its first."""
        return self.loss_curve_[-1] if self.loss_curve_ else nan

    @property
    def best_loss_(self) -> float | None:
        """The lowest cost of an epoch; None where early stopping watched something else."""
        return None if self.early_stopping else min(self.loss_curve_, default=inf)

    @property
    def validation_scores_(self) -> list[float] | None:
        """The score on held-out rows after each epoch; None without early stopping."""
        return self.history_.columns.get("validation_score")

    @property
    def best_validation_score_(self) -> float | None:
        """The best of ``validation_scores_``."""
        return max(self.validation_scores_) if self.validation_scores_ else None

    @property
    def t_(self) -> int:
        """Rows seen in training."""
        return self._state.examples

    @property
    def n_layers_(self) -> int:
        """Layers, the input counted."""
        return len(self.network_.widths)

    @property
    def n_outputs_(self) -> int:
        """Outputs of the network."""
        return self.network_.outputs

    @property
    def out_activation_(self) -> str:
        """The output activation, by scikit-learn's name."""
        name = self.network_.link.name
        return "logistic" if name == "sigmoid" else name


def _take(rows: Rows, chosen: Array) -> Rows:
    return Rows(rows.X[chosen], rows.Y[chosen], None if rows.weights is None else rows.weights[chosen])
