"""The reference engine: the specification in NumPy, vectorized (Intro to Neural Networks, *Vectorization*).

What the network's layers say is carried out here with memory planned once: the caches of a training keep their arrays
from step to step.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.divergence import diverged
from glassnet.engines.engine import Engine, Workspace
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import LayerRecord, StepRecord
from glassnet.engines.threads import suitable_threads
from glassnet.errors import Diverged
from glassnet.network.cache import Cache, Mode
from glassnet.network.parameters import Gradients, Parameters
from glassnet.network.targets import shares


class Reference(Engine):
    """NumPy. Runs every plan."""

    name = "reference"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._caches: tuple[Parameters, Mode, list[Cache]] | None = None
        self._dX: Array | None = None  # dJ/dX of the last pass, where its mode asked for it
        self._scratch = np.empty(plan.network.layout.weights, plan.numpy_dtype)

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        network, penalties = self.plan.network, self.plan.penalties
        caches = self._caches_of(parameters, mode)
        S = network.scores(rows.X, parameters, caches)
        dS = caches[-1].array("dS", S)
        network.loss.gradient(S, rows.Y, dS)
        dS *= shares(rows.weights, S)[:, None]
        self._dX = network.backpropagate(dS, parameters, gradients, caches)
        if penalties:
            w, total = parameters.weights, rows.total_weight() or 1.0
            penalties.add_gradient(w, gradients.weights, self._scratch, total, self.plan.penalty_factors)
        return self._cost(S, parameters, rows)

    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        network = self.plan.network
        return network.scores(X, parameters, network.caches(parameters, Mode()))

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        plan, network, after = self.plan, self.plan.network, state.apart()
        workspace = Workspace(plan, after, len(rows.Y))
        workspace.mode.input_gradient = True
        with np.errstate(all="ignore"), suitable_threads(network, plan.batch_size):  # as in training
            batch = workspace.gather(rows, np.arange(len(rows.Y)))
            J = workspace.look(self, batch)
            clipped = workspace.gradients.theta  # once the step is taken
            gradient = clipped.copy() if plan.clipping else clipped
            stepped = not plan.optimizer.whole_batch
            if stepped:
                workspace.update(batch, J)
            caches = self._caches_of(workspace.parameters, workspace.mode)
            assert self._dX is not None  # it was asked for
            arriving = [self._dX, *(c.dA for c in caches)]
            S = caches[-1].A
            return StepRecord(
                engine=self.name,
                rows=batch,
                layers=tuple(map(LayerRecord.of, network.layers, caches, arriving)),
                predictions=network.predictions(S),
                losses=network.loss.value(S, batch.Y),
                shares=shares(batch.weights, S),
                cost=J,
                penalty=self._penalty(state.parameters(network), batch),
                gradient=gradient,
                clipped=clipped,
                after=after if stepped else None,
                cost_after=self._cost_again(workspace.parameters, batch, workspace.mode) if stepped else None,
            )

    def diverged_at(self, state: State, rows: Rows, chosen: Array) -> Diverged:
        """The error for a step on the chosen rows that another engine found not to be finite, with its place."""
        workspace = Workspace(self.plan, state, len(chosen))
        batch = workspace.gather(rows, chosen)
        mode = Mode(training=True, seed=state.seed, step=state.step)
        with np.errstate(all="ignore"):
            J = self.value_and_gradient(workspace.parameters, batch, mode, workspace.gradients)
        finite = np.isfinite(J) and np.isfinite(workspace.gradients.theta).all()
        otherwise = "the step along the gradient" if finite else "the cost itself"
        return diverged(self.plan, state, workspace.parameters, workspace.gradients, batch, mode, otherwise)

    def _cost_again(self, parameters: Parameters, rows: Rows, mode: Mode) -> float:
        """J of other parameters, with the same masks; no running statistics are learned."""
        network = self.plan.network
        S = network.scores(rows.X, parameters, network.caches(parameters, replace(mode, learn_running=False)))
        return self._cost(S, parameters, rows)

    def _cost(self, S: Array, parameters: Parameters, rows: Rows) -> float:
        """``J``: the weighted mean of the losses, plus the penalty."""
        losses = self.plan.network.loss.value(S, rows.Y)
        return float(losses @ shares(rows.weights, S)) + self._penalty(parameters, rows)

    def _penalty(self, parameters: Parameters, rows: Rows) -> float:
        """What penalties add to the cost."""
        penalties, factors = self.plan.penalties, self.plan.penalty_factors
        return penalties.value(parameters.weights, rows.total_weight() or 1.0, factors) if penalties else 0.0

    def _caches_of(self, parameters: Parameters, mode: Mode) -> list[Cache]:
        """The caches of a training: for the same parameters and mode, the same memory."""
        if self._caches is None or self._caches[0] is not parameters or self._caches[1] is not mode:
            self._caches = parameters, mode, self.plan.network.caches(parameters, mode)
        return self._caches[2]
