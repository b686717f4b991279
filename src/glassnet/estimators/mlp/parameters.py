"""The parameters of a multi-layer perceptron: scikit-learn's own, ours behind them, and what each may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from os import PathLike
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from glassnet.estimators.hidden import NORMS
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.run import Callback
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.initializers import INITIALIZERS, Initializer
from glassnet.pieces.optimizers import OPTIMIZERS, Optimizer
from glassnet.pieces.own_loss import LossChoice
from glassnet.pieces.schedules import SCHEDULES, Schedule
from glassnet.pieces.tables import Table

PARAMETERS = """
    Args:
        hidden_layer_sizes: units of each hidden layer, a tuple or one number.
        activation: of the hidden layers: a name from ``ACTIVATIONS`` ("logistic" is sigmoid), a record such as
            ``own_activation`` makes, a function ``z -> g(z)``, or a list with one for each hidden layer.
        solver: "adam", "sgd", "lbfgs", any other name from ``OPTIMIZERS``, or a record such as ``AdamW()``, which
            brings its own learning rate.
        alpha: strength of the L2 penalty, ``alpha / 2 |w|^2`` divided by the rows of the batch.
        batch_size: rows of a mini-batch; "auto" is ``min(200, m)``.
        learning_rate: "constant", "invscaling" or "adaptive" (the last two for sgd only, as in scikit-learn); for any
            solver but lbfgs also a name from ``SCHEDULES`` or a record such as ``Cosine(warmup=100)``.
        learning_rate_init: the learning rate at the beginning.
        power_t: the exponent of "invscaling".
        max_iter: most epochs (iterations, with lbfgs).
        shuffle: True draws a new order of the rows for each epoch.
        random_state: seed, generator or None, for weights, shuffles and held-out rows.
        tol: the least improvement that counts; with lbfgs the largest derivative to stop at.
        verbose: True prints a line for each epoch.
        warm_start: True lets ``fit`` start from the parameters of the previous fit.
        momentum, nesterovs_momentum: of sgd.
        early_stopping: True holds rows out and stops when their score no longer improves, keeping the best weights.
        validation_fraction: share of the rows held out.
        beta_1, beta_2, epsilon: of adam.
        n_iter_no_change: epochs without improvement that are tolerated.
        max_fun: most evaluations of the cost, with lbfgs.
        dropout: share of the units dropped in training, one number for all hidden layers or a list with one for each.
        normalization: "batch" or "layer" normalizes before each activation.
        initializer: a name from ``INITIALIZERS``, a record, or None for scikit-learn's.
        l1: strength of the L1 penalty, ``l1 |w|`` divided by the rows of the batch.
        clip_norm, clip_value: the largest norm of the gradient, the largest derivative; None for no limit.
        scoring: what early stopping watches: None for accuracy or R2, "loss", or a scorer as scikit-learn takes it.
        callbacks: ``Callback`` objects, or functions called with the run after each epoch.
        progress: True shows a progress bar on standard error.
        max_time: stop after so many seconds, keeping what was learned (the best, with early stopping).
        checkpoint, checkpoint_every: a file the training is saved to, every so many seconds and at its end; by
            ``partial_fit`` after its first batch and then every so many seconds.
        resume: True lets ``fit`` resume the training that ``checkpoint`` holds, to the same bits (lbfgs with an l1:
            nearly), or begin where there is no such file. The file must be of the same rows and parameters;
            ``max_iter`` may be another, and a training that had ended is not done again.
        standardize: True trains on inputs (and numbers to predict) of mean 0 and deviation 1: those of all rows in
            ``fit``; in ``partial_fit`` they follow the stream, see ``docs/scale.md``. What goes in and comes out is in
            the user's units; ``coefs_`` are not, nor what other tools make of them (a converter to ONNX).
        half_life: the rows after which a row counts half in the means and deviations of ``partial_fit``; ``inf`` never
            forgets.
        cluster: a ``LocalCluster`` or ``RayCluster`` that computes the steps, the rows dealt to its shards; None for
            this process alone.
        row_digests: whether the model knows which rows taught it, so that it is judged by others: up to a million rows,
            16 bytes each. After ``partial_fit`` it is not known.
"""


class NamesIn(StrOptions):
    """scikit-learn's constraint "one of these names", over a table that users may add to.

    Args:
        table: whose names are taken, the ones added later too.
        others: further names.
    """

    def __init__(self, table: Table[Any], *others: str) -> None:
        self._table, self._others = table, others
        super().__init__({*others, *table, *table.aliases})

    def is_satisfied_by(self, value: object) -> bool:
        return isinstance(value, str) and (value in self._others or value in self._table)


def _share(closed: str) -> Interval:
    return Interval(Real, 0, 1, closed=closed)


def _above_0(closed: str = "left", low: int = 0, kind: type = Real) -> Interval:
    return Interval(kind, low, None, closed=closed)


# scikit-learn's own table of what a parameter may be: same values, same messages.
CONSTRAINTS: dict[str, Any] = {
    "hidden_layer_sizes": ["array-like", _above_0(low=1, kind=Integral)],
    "activation": [NamesIn(ACTIVATIONS), Activation, callable, "array-like"],
    "solver": [NamesIn(OPTIMIZERS, "sgd", "adam", "lbfgs"), Optimizer],
    "alpha": [_above_0()],
    "batch_size": [StrOptions({"auto"}), _above_0(low=1, kind=Integral)],
    "learning_rate": [NamesIn(SCHEDULES, "invscaling", "adaptive"), Schedule],
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
    "dropout": [_share("left"), "array-like"],
    "normalization": [StrOptions({norm.removesuffix("_norm") for norm in NORMS}), None],
    "initializer": [NamesIn(INITIALIZERS), Initializer, None],
    "l1": [_above_0()],
    "clip_norm": [_above_0("neither"), None],
    "clip_value": [_above_0("neither"), None],
    "scoring": [str, callable, None],
    "callbacks": [list, tuple, None],
    "progress": ["boolean"],
    "max_time": [_above_0("neither"), None],
    "checkpoint": [str, PathLike, None],
    "checkpoint_every": [_above_0()],
    "resume": ["boolean"],
    "standardize": ["boolean"],
    "half_life": [_above_0("neither"), Options(Real, {np.inf})],
    "cluster": [Cluster, None],
    "row_digests": ["boolean"],
}


@dataclass(kw_only=True, eq=False, repr=False)
class MLPParameters:
    """The parameters that classifier and regressor share, stored untouched; ``PARAMETERS`` says what they are."""

    solver: str | Optimizer = "adam"
    alpha: float = 0.0001
    batch_size: int | Literal["auto"] = "auto"
    learning_rate: str | Schedule = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
    tol: float = 1e-4
    verbose: bool = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    dropout: float | Sequence[float] = 0.0
    normalization: Literal["batch", "layer"] | None = None
    initializer: str | Initializer | None = None
    l1: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    scoring: str | Callable[..., float] | None = None
    callbacks: Sequence[Callback | Callable[..., object]] | None = None
    progress: bool = False
    max_time: float | None = None
    checkpoint: str | PathLike[str] | None = None
    checkpoint_every: float = 30.0
    resume: bool = False
    standardize: bool = False
    half_life: float = 1000.0
    cluster: Cluster | None = None
    row_digests: bool = True

    # Taken by position too, so the classifier and the regressor each have them as fields of their own.
    @property
    def hidden_layer_sizes(self) -> int | Sequence[int]:
        """Units of each hidden layer."""
        raise NotImplementedError

    @property
    def activation(self) -> ActivationChoice | Sequence[ActivationChoice]:
        """Of the hidden layers."""
        raise NotImplementedError

    @property
    def loss(self) -> LossChoice:
        """What training lowers."""
        raise NotImplementedError
