"""The network: layers in a row; forward propagation, cost, back propagation (*Intro to Neural Networks*, Summary).

A ``Network`` is a description: widths, layers, loss. It holds no parameters; they are passed in, so the same network
can be pushed with any of them. Training for real is an engine's job; here each step can be taken by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from glassnet.arrays import Array, Matrix, SparseMatrix, checked_sparse, contiguous, dense, in_dtype, is_sparse
from glassnet.errors import InvalidInput
from glassnet.network.cache import Cache, Mode
from glassnet.network.declared import check_declared, scoring
from glassnet.network.first_values import fit_first
from glassnet.network.forward_pass import ForwardPass
from glassnet.network.layer import IDENTITY
from glassnet.network.layers import LAYERS, Dense, Layer
from glassnet.network.parameters import Gradients, Layout, Parameters
from glassnet.network.summary import LayerRow, summary
from glassnet.network.targets import as_targets, shares
from glassnet.notebook_hook import Displayable
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.initializers import Draws
from glassnet.pieces.links import LINKS, Link
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.own_loss import LossChoice, as_loss
from glassnet.randomness import generator


class Network(Displayable):
    """Layers in a row, and the loss that judges them.

    Args:
        inputs: n[0], the number of features.
        layers: l = 1 ... L, in order; none hidden makes it a linear or a logistic regression. The last layer's
            activation may be left out: it is the loss's link, which turns scores into predictions.
        loss: a name from ``LOSSES``, a record, or a function ``(S, Y) -> (m,)``; see ``own_loss``.

    Raises:
        InvalidInput: no layer, no input, or an output activation that does not go with the loss.

    >>> net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    >>> parameters = net.initialize(seed=0)
    >>> X, Y = np.array([[0.4, 2, 17], [0.9, 0, 3]]), np.array([1, 0])
    >>> costs = [net.step(parameters, X, Y, alpha=0.01) for _ in range(20)]
    >>> costs[-1] < costs[0]
    True
    """

    def __init__(self, inputs: int, layers: Sequence[Layer], loss: LossChoice = "squared_error"):
        check_declared(inputs, layers)
        # As the user declared them; in ``layers`` the last one gives scores, without the link as its activation.
        self.inputs, self.declared_layers, self.loss = int(inputs), tuple(layers), as_loss(loss)
        self.layers = (*self.declared_layers[:-1], scoring(self.declared_layers[-1], self.loss))
        self.widths = [self.inputs]
        for layer in self.layers:
            self.widths.append(layer.width(self.widths[-1]))
        self.layout = Layout([layer.parameters(n) for layer, n in zip(self.layers, self.widths, strict=False)])
        self.running_layout = Layout([layer.running(n) for layer, n in zip(self.layers, self.widths, strict=False)])

    @classmethod
    def mlp(
        cls,
        inputs: int,
        hidden: Sequence[int],
        outputs: int,
        *,
        activation: ActivationChoice = "relu",
        loss: LossChoice = "squared_error",
        initializer: str | None = None,
    ) -> Network:
        """Dense layers of the ``hidden`` widths with one activation, then ``outputs`` scores.

        >>> Network.mlp(784, [128, 64], 10, loss="cross_entropy").size
        109386
        """
        middle = [Dense(units, activation, initializer) for units in hidden]
        return cls(inputs, [*middle, Dense(outputs, None, initializer)], loss)

    @property
    def outputs(self) -> int:
        """k, the number of outputs n[L]."""
        return self.widths[-1]

    @property
    def sizes(self) -> list[int]:
        """The inputs, and the units of each layer that makes new ones: not of dropout, normalization, scale or mix.

        >>> from glassnet import Dropout
        >>> Network(3, [Dense(4, "relu"), Dropout(0.5), Dense(1)], loss="squared_error").sizes
        [3, 4, 1]
        """
        pairs = zip(self.layers, self.widths, self.widths[1:], strict=False)
        return [self.inputs, *(n for layer, before, n in pairs if isinstance(layer, Dense) or n != before)]

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.layout.size

    @property
    def link(self) -> Link:
        """What makes predictions of the scores: ``A[L] = link(Z[L])``."""
        return LINKS[self.loss.link]

    # -- the steps, by hand ------------------------------------------------------------------------------------------

    def initialize(self, seed: int | Draws = 0, dtype: DTypeLike = np.float64, X: Matrix | None = None) -> Parameters:
        """New parameters.

        Args:
            seed: a whole number, or a NumPy generator to draw from.
            dtype: float64 or float32.
            X: (m, n[0]), rows of the training, for layers whose initializer is "data"; without, they stay as drawn.
        """
        rng = generator(seed) if isinstance(seed, (int, np.integer)) else seed
        parameters = self.parameters(self.layout.new(dtype))
        for layer, p in zip(self.layers, parameters.layers, strict=True):
            layer.initialize(p, rng)
        if X is not None and X.shape[0]:
            fit_first(self.layers, X, parameters, rng)
        return parameters

    def parameters(self, theta: Array, running: Array | None = None) -> Parameters:
        """Views into the flat vector ``theta`` (n,), which is kept, not copied."""
        return Parameters(self.layout, self.running_layout, theta, running)

    def check(self, parameters: Parameters) -> None:
        """Raise where ``parameters`` are of another network.

        Raises:
            InvalidInput: they are laid out in another way.
        """
        if parameters.layout is not self.layout and parameters.layout.places != self.layout.places:
            seen = f"{parameters.theta.size} parameters, {self.size} wanted"
            raise InvalidInput("the parameters are of another network", seen, "make some with initialize()")

    def forward(self, X: ArrayLike | SparseMatrix, parameters: Parameters, mode: Mode | None = None) -> ForwardPass:
        """Step 1, forward propagation: the pass with every ``Z[l]`` and ``A[l]``.

        Args:
            X: (m, n[0]).
            parameters: of this network.
            mode: how the pass is made; by default as for prediction.
        """
        X = self.check_inputs(X, parameters.theta.dtype)
        caches = self.caches(parameters, mode or Mode())
        scores = self.scores(X, parameters, caches)
        return ForwardPass(X, scores, self.predictions(scores), parameters, caches)

    def cost(
        self, forward_pass: ForwardPass, Y: ArrayLike, weights: ArrayLike | None = None, *, total: bool = False
    ) -> float:
        """Step 2, the cost ``J``: the weighted mean of the losses over the examples.

        Args:
            forward_pass: the forward pass, as :meth:`forward` returns it.
            Y: targets, (m, k), or (m,) for one output or for classes.
            weights: (m,) >= 0, or None for all 1.
            total: True gives the sum over the examples instead of the mean.
        """
        losses = self.loss.value(forward_pass.scores, self._targets(Y, forward_pass.scores))
        J = float(losses @ shares(weights, forward_pass.scores))
        return J * (len(losses) if weights is None else float(np.sum(weights))) if total else J

    def backward(self, forward_pass: ForwardPass, Y: ArrayLike, weights: ArrayLike | None = None) -> Gradients:
        """Step 3, back propagation: ``dW[l]``, ``db[l]`` of the cost. The pass keeps each layer's ``dA``."""
        parameters = forward_pass.parameters
        gradients = Gradients(self.layout, self.running_layout, np.zeros_like(parameters.theta))
        dS = np.empty_like(forward_pass.scores)
        self.loss.gradient(forward_pass.scores, self._targets(Y, forward_pass.scores), dS)
        dS *= shares(weights, forward_pass.scores)[:, None]
        self.backpropagate(dS, parameters, gradients, forward_pass.caches)
        return gradients

    def step(
        self, parameters: Parameters, X: ArrayLike, Y: ArrayLike, alpha: float, weights: ArrayLike | None = None
    ) -> float:
        """All of it once: forward, cost, backward, then ``theta := theta - alpha dJ/dtheta``; the cost before."""
        forward_pass = self.forward(X, parameters, Mode(training=True, learn_running=True))
        J = self.cost(forward_pass, Y, weights)
        gradient = self.backward(forward_pass, Y, weights).theta
        for group in self.layout.groups:
            parameters.theta[group.part] -= alpha * group.rate * gradient[group.part]
        return J

    # -- what engines call -------------------------------------------------------------------------------------------

    def caches(self, parameters: Parameters, mode: Mode) -> list[Cache]:
        """One empty cache for each layer, all in one ``mode``."""
        return [Cache(l, mode, running) for l, running in enumerate(parameters.running_layers, start=1)]

    def scores(self, X: Matrix, parameters: Parameters, caches: Sequence[Cache]) -> Array:
        """The last layer's output before the link, (m, k), the caches filled on the way."""
        self.check(parameters)
        A: Any = X if self.layers[0].sparse else dense(X)  # only a first layer that says so takes a sparse matrix
        for layer, p, c in zip(self.layers, parameters.layers, caches, strict=True):
            c.A_prev = A
            c.A = A = layer.forward(A, p, c)
        return A

    def predictions(self, scores: Array, out: Array | None = None) -> Array:
        """``y^ = link(scores)``, (m, k)."""
        out = np.empty_like(scores) if out is None else out
        self.link.value(scores, out)
        return out

    def backpropagate(
        self, dS: Array, parameters: Parameters, gradients: Parameters, caches: Sequence[Cache]
    ) -> Array | None:
        """Propagate ``dS`` (m, k), the gradient with respect to the scores, back through all layers.

        Fills ``gradients``; returns dJ/dX where the mode asks for it.
        """
        dA: Array | None = dS
        for layer, p, g, c in zip(
            reversed(self.layers),
            reversed(parameters.layers),
            reversed(gradients.layers),
            reversed(caches),
            strict=True,
        ):
            assert dA is not None
            c.dA = dA
            dA = layer.backward(dA, p, g, c)
        return dA

    def check_inputs(self, X: Any, dtype: DTypeLike) -> Matrix:
        """``X`` as (m, n[0]) of the dtype, or an error that names both shapes."""
        X = in_dtype(checked_sparse(X), dtype) if is_sparse(X) else contiguous(X, dtype)
        if X.ndim != 2 or X.shape[1] != self.inputs:
            raise InvalidInput(
                f"X must have shape (m, {self.inputs}): rows are examples, columns the network's inputs",
                seen=f"shape {X.shape}",
                remedy="pass X.reshape(1, -1) for a single example"
                if X.ndim == 1
                else f"drop or add columns of X, or build the network with inputs={X.shape[-1] if X.ndim else 1}",
            )
        return X

    def _targets(self, Y: ArrayLike, scores: Array) -> Array:
        targets = as_targets(Y, self.loss, self.outputs, scores.dtype)
        if len(targets) != len(scores):
            raise InvalidInput(
                "X and Y must have one row for each example",
                seen=f"{len(scores)} rows in X, {len(targets)} in Y",
                remedy="pass the targets of the same rows",
            )
        return targets

    # -- as data -----------------------------------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """The network as plain data, from which :meth:`from_description` makes its equal."""
        return {
            "inputs": self.inputs,
            "layers": [LAYERS.describe(layer) for layer in self.declared_layers],
            "loss": LOSSES.describe(self.loss),
        }

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Network:
        """The network that :meth:`describe` described."""
        layers = [LAYERS.make(layer) for layer in description["layers"]]
        return cls(description["inputs"], layers, description["loss"])

    # -- for people --------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """A table of the layers: what they are, their shapes, their parameters."""
        sizes = [0] * len(self.layers)
        for place in self.layout.places:
            sizes[place.layer - 1] += place.stop - place.start
        rows = [LayerRow(self.kind(l), self.widths[l], size) for l, size in enumerate(sizes, start=1)]
        return summary(self.inputs, rows, self.loss.name)

    def kind(self, l: int) -> str:
        """Layer ``l`` in short: its name and its activation.

        >>> Network(3, [Dense(1)], loss="binary_cross_entropy").kind(1)
        'dense sigmoid'
        """
        layer = self.layers[l - 1]
        activation = self.activation_name(l)
        return (
            layer.name if layer.activation_record is None and activation == "identity" else f"{layer.name} {activation}"
        )

    def activation_name(self, l: int) -> str:
        """The activation of layer ``l``; of the last layer, the loss's link where it has no other."""
        g = self.layers[l - 1].activation_record or IDENTITY
        return self.link.name if l == len(self.layers) and g is IDENTITY else g.name

    def arriving(self, l: int) -> str:
        """The gradient that back propagation brings to layer ``l``: "dA"; to the last, that of the loss's scores.

        These are ``Z[L]``, so it is "dZ"; "dA" where an activation follows that is not the link; "dS" where the layer
        has no ``Z`` and a link follows.

        >>> [Network(3, [Dense(1, g)]).arriving(1) for g in (None, "identity", "tanh")]
        ['dZ', 'dZ', 'dA']
        """
        g = self.layers[l - 1].g
        if l < len(self.layers) or not (g is None or g is IDENTITY):
            return "dA"
        if g is not None:
            return "dZ"
        return "dA" if self.link is LINKS["identity"] else "dS"

    def __repr__(self) -> str:
        return f"Network({self.inputs}, {list(self.declared_layers)}, loss={self.loss})"
