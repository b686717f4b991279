"""Recorders: callbacks that watch a training, for displays of what happened; they change no bit of it."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array, Matrix, dense
from glassnet.learning.run import Callback, Run
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.99)
GRADIENT_ROWS = 1000  # of which a gradient is taken

Quantiles = dict[int, Array]  # l -> (5,)


class PathRecorder(Callback):
    """Keeps the parameters before the first epoch and after each: the path of the descent.

    Args:
        most: so many points at most; of a longer training every second, fourth, ... is recorded, and the last.

    Attributes:
        path: (t, n).

    >>> from glassnet import Plan, Rows, State, train
    >>> X, recorder = np.linspace(-1, 1, 40).reshape(-1, 1), PathRecorder()
    >>> plan = Plan(Network.mlp(1, [3], 1), examples=40, epochs=5, dtype="float64")
    >>> _ = train(plan, State.new(plan), Rows(X, X**2), callbacks=[recorder])
    >>> recorder.path.shape
    (6, 10)
    """

    def __init__(self, most: int = 400) -> None:
        self.most, self._every, self._count = max(2, most), 1, 0
        self._points: list[Array] = []
        self._last: Array | None = None

    def on_train_begin(self, run: Run) -> None:
        if not self._count:
            self._record(run)

    def on_epoch_end(self, run: Run) -> None:
        self._record(run)

    def _record(self, run: Run) -> None:
        self._last = run.state.theta.astype(np.float64)
        if self._count % self._every == 0:
            self._points.append(self._last)
        self._count += 1
        if len(self._points) > self.most:
            self._points, self._every = self._points[::2], 2 * self._every

    @property
    def path(self) -> Array:
        """(t, n); empty before a training."""
        if self._last is None:
            return np.empty((0, 0))
        points = self._points if self._points[-1] is self._last else [*self._points, self._last]
        return np.array(points)


class DistributionRecorder(Callback):
    """Keeps after each epoch how weights and gradients are distributed in each layer.

    The gradient is that of the cost over a sample of the training rows, as in prediction: nothing is dropped.

    Attributes:
        epochs: their numbers. weights, gradients: for each epoch the quantiles by layer.

    >>> DistributionRecorder().epochs
    []
    """

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self.weights: list[Quantiles] = []
        self.gradients: list[Quantiles] = []

    def on_epoch_end(self, run: Run) -> None:
        network, state, rows = run.plan.network, run.state, run.rows
        parameters = network.parameters(state.theta.copy(), state.running.copy())
        some = slice(0, GRADIENT_ROWS)
        weights = None if rows.weights is None else rows.weights[some]
        gradient = gradient_of(network, parameters, rows.X[some], rows.Y[some], weights)
        self.epochs.append(state.epoch)
        self.weights.append(quantiles_by_layer(parameters))
        self.gradients.append(quantiles_by_layer(gradient))


def gradient_of(
    network: Network, parameters: Parameters, X: Matrix, Y: Array, weights: Array | None = None
) -> Parameters:
    """The gradient of the cost over rows, without penalties."""
    with np.errstate(all="ignore"):
        return network.backward(network.forward(dense(X), parameters), Y, weights)


def quantiles_by_layer(parameters: Parameters) -> Quantiles:
    """The ``QUANTILES`` of the weights of each layer that has any, l -> (5,)."""
    return {
        place.layer: np.quantile(place.view(parameters.theta).astype(np.float64), QUANTILES)
        for place in parameters.layout.places
        if place.parameter.weight
    }
