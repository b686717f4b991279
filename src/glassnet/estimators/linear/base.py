"""What linear and logistic regression share: networks with no hidden layer, and how the bottom of their cost is found.

Inputs (and a numeric target) are standardized inside, which is what lets gradient descent run on a house's bedrooms and
square feet alike; coefficients, penalties and predictions are in the user's own units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from types import SimpleNamespace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, validate_data

from glassnet.arrays import Array, Matrix
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.base import Data, NetworkEstimator
from glassnet.estimators.learned import Ended
from glassnet.estimators.linear.standardize import Standardizer
from glassnet.estimators.sound import sound, sound_rows, summable
from glassnet.estimators.transparent import Transparent
from glassnet.learning.history import History
from glassnet.learning.job import Job
from glassnet.learning.progress import Progress
from glassnet.learning.proximal_descent import ProximalDescent
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome
from glassnet.network.cache import Cache
from glassnet.network.layers import Dense, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Parameter, Parameters
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, GradientDescent, Optimizer
from glassnet.pieces.penalties import Penalties

Line = tuple[Array, Array]  # weights (k, n) and biases (k,)
Trained = tuple[Outcome, Job]


@dataclass(frozen=True)
class ThroughOrigin(Layer):
    """A dense layer around which no gradient reaches the biases: they stay 0. For training only.

    Args:
        dense: the layer.
    """

    dense: Dense

    name = "dense through the origin"
    affine = sparse = True

    def width(self, n_in: int) -> int:
        return self.dense.width(n_in)

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return self.dense.parameters(n_in)

    def forward(self, A_prev: Matrix, p: SimpleNamespace, c: Cache) -> Array:
        return self.dense.forward(A_prev, p, c)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        dA_prev = self.dense.backward(dA, p, g, c)
        g.b[...] = 0
        return dA_prev


@dataclass(kw_only=True, eq=False, repr=False)
class LinearParameters:
    """The parameters that linear and logistic regression share, stored untouched."""

    fit_intercept: bool = True
    solver: str = "lbfgs"
    learning_rate: float | None = None
    batch_size: int | None = None
    max_iter: int = 1000
    tol: float = 1e-8
    random_state: int | np.random.RandomState | None = None
    verbose: bool | int = False


class LinearModel(LinearParameters, Transparent, NetworkEstimator):
    """What linear and logistic regression share."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NetworkEstimator._parameter_constraints,
        "fit_intercept": ["boolean"],
        "solver": [StrOptions({*OPTIMIZERS, *OPTIMIZERS.aliases})],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    # Evaluations are allowed in proportion to iterations.
    settings: ClassVar[dict[str, str]] = {
        "epochs": "max_iter",
        "learning_rate": "learning_rate",
        "evaluations": "max_iter, or tol",
    }
    note: ClassVar[str] = "In the user's units; the penalties of the training are not in this cost."

    coef_: Array
    intercept_: float | Array

    def _solve(
        self, rows: Rows, outputs: int, loss: str, penalties: Penalties, start: Line | None = None
    ) -> tuple[Line, Trained]:
        """The lines ``w . x + b`` with the smallest mean of losses plus ``l1 |w| + l2/2 |w|^2``.

        Args:
            rows: in the units of the lines; X may be sparse, Y is as the loss reads it.
            outputs: k, how many lines.
            loss: a name.
            penalties: on the weights in the units of ``rows``.
            start: where the search begins; None for 0.
        """
        standard = Standardizer.of(rows.X, rows.weights, centered=bool(self.fit_intercept))
        standard = standard.stretched(np.sqrt(penalties.l2))
        dense = Dense(outputs, None, "zeros")
        network = Network(rows.X.shape[1], [dense if self.fit_intercept else ThroughOrigin(dense)], loss)
        plan = self._plan(network, len(rows.Y), penalties, np.repeat(1 / standard.scale, outputs))
        state = self._begin(plan, None if start is None else standard.from_users_units(*start))
        rows = rows._replace(X=standard.apply(rows.X))
        job = Job(plan, state, rows, judge_training=False, stopping=self._stopping(plan), engine=self.engine)
        job.callbacks = [Progress()] if self.verbose else []
        outcome = self._run(job)
        self.n_iter_ = state.epoch
        self._ended = Ended(plan, outcome.ending, outcome.reason)
        return standard.in_users_units(outcome.parameters.W[1], outcome.parameters.b[1]), (outcome, job)

    def _keep(self, W: Array, b: Array, trained: Trained) -> None:
        """Make the line, in the user's units, the network's: of inputs as the user has them; then say how it ended."""
        self.network_ = Network(W.shape[1], [Dense(len(b), None, "zeros")], self.network_.loss)
        self.parameters_ = self.network_.initialize(seed=0, dtype=np.float64)
        self.parameters_.W[1], self.parameters_.b[1] = W, b
        self._ended = self._ended._replace(plan=self._plan_again(self._ended.plan.examples))
        self._prepared()
        self._show(W, b)
        self._report().say(*trained)

    def _show(self, W: Array, b: Array) -> None:
        """Set ``coef_`` and ``intercept_``, apart from the parameters, in scikit-learn's shapes."""
        self.coef_, self.intercept_ = W, b

    def restore(self, network: Network, parameters: Parameters, history: History, **facts: Any) -> Self:
        super().restore(network, parameters, history, **facts)
        self._show(parameters.W[1].copy(), parameters.b[1].copy())
        return self

    def _plan(self, network: Network, m: int, penalties: Penalties, factors: Array) -> Plan:
        optimizer = self._optimizer(penalties.l1 * factors)
        return Plan(
            network,
            examples=m,
            optimizer=optimizer,
            penalties=penalties,
            batch_size=m if optimizer.whole_batch or self.batch_size is None else min(int(self.batch_size), m),
            epochs=int(self.max_iter),
            dtype="float64",
            penalty_factors=factors,
            n_threads=self.n_threads,
            device=self.device,
        )

    def _optimizer(self, thresholds: Array) -> Optimizer:
        """The solver's; ``thresholds`` (number of weights,) are the strengths of L1."""
        kind = OPTIMIZERS[self.solver].cls
        if kind is LBFGS:
            # A convex cost can be followed to its bottom, where only the gradient says when to stop; a long memory gets
            # there in a tenth of the steps, as long as the memory of the machine allows.
            memory = max(10, min(50, 10_000_000 // thresholds.size))
            evaluations = max(15_000, 20 * int(self.max_iter))  # max_iter alone is the limit
            return LBFGS(history=memory, tolerance=float(self.tol), improvement=1e-15, max_evaluations=evaluations)
        rate = {} if self.learning_rate is None else {"learning_rate": float(self.learning_rate)}
        if not thresholds.any():
            return OPTIMIZERS.make(self.solver, **rate)
        if kind is not GradientDescent:
            raise InvalidInput(
                "an L1 penalty needs a solver that can stay at exactly 0",
                seen=f"solver={self.solver!r}",
                remedy="take solver 'lbfgs' or 'gradient_descent'",
            )
        return ProximalDescent(**rate, thresholds=thresholds)

    def _begin(self, plan: Plan, start: Line | None) -> State:
        state = State.new(plan)
        state.seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        if start is not None:
            parameters = state.parameters(plan.network)
            parameters.W[1], parameters.b[1] = start
        return state

    def _stopping(self, plan: Plan) -> Stopping | None:
        if plan.optimizer.whole_batch:
            return None
        patience = max(10, 100 // plan.steps_per_epoch)  # momentum runs past the bottom and back, for many steps
        return Stopping(patience=patience, tolerance=float(self.tol))


def checked_rows(estimator: LinearModel, X: Data, y: Data, weights: ArrayLike | None, **options: bool) -> Rows:
    """Inputs in float64, targets and ``weights`` (m,) as scikit-learn checks them; ``options`` of ``validate_data``."""
    kinds = {"accept_sparse": ["csr", "csc"], "dtype": np.float64}
    rows = Rows(*validate_data(estimator, sound_rows(X), sound(y, "y"), **kinds, **options))
    if weights is None:
        return rows
    checked = _check_sample_weight(sound(weights, "sample_weight"), rows.X, dtype=np.float64, ensure_non_negative=True)
    return rows._replace(weights=summable(checked))
