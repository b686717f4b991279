"""Witnesses for whole networks: random networks with rows to learn from, and slopes by differences of the cost.

Hypothesis draws what a network is made of; the numbers in it come from a seed it draws, so that failing examples stay
small enough to read.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import oracles
from glassnet.engines.plan import Rows
from glassnet.network.cache import Mode
from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.network.mix import Mix
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Gradients, Parameters
from glassnet.network.periodic import Periodic
from glassnet.network.scale import Scale
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, Loss

# Where differences of the cost prove nothing: at 0 the first derivative of these, or the second, jumps.
KINKED = {name for name, g in ACTIVATIONS.items() if not oracles.smooth_along(g, np.array(0.0), np.array(1.0))}

# What Hypothesis may take of each. A new record of a table is drawn without a change here; a new layer needs a line.
activations = st.sampled_from(list(ACTIVATIONS))
widths = st.integers(1, 7)
seeds = st.integers(0, 2**32 - 1)
shares = st.floats(0.05, 0.9)
factors = st.sampled_from([1.0, 6.0, 0.1, 0.0])  # of the learning rate and of weight decay


def losses_of(name: str) -> st.SearchStrategy[Loss]:
    """Records of the loss ``name``; settings near their middle, extremes are tested with the pieces."""
    cls = LOSSES[name].cls
    return st.builds(cls, **{field.name: _middle(field) for field in dataclasses.fields(cls)})


def _middle(field: dataclasses.Field[Any]) -> st.SearchStrategy[float]:
    """The default, or a value from the middle of the range."""
    low, high = field.metadata["range"].low, field.metadata["range"].high
    ends = (low + 0.3, low + 2) if math.isinf(high) else (low + 0.05 * (high - low), low + 0.9 * (high - low))
    return st.just(field.default) | st.floats(*ends)


losses = st.sampled_from(list(LOSSES)).flatmap(losses_of)


def layers_of(name: str, g: st.SearchStrategy[Any] = activations) -> st.SearchStrategy[Layer]:
    """Layers of the kind ``name``. A norm's epsilon is large: where a variance is smaller than it, a norm of a few
    numbers is nearly a step, which differences cannot tell from a kink."""
    match name:
        case "dense":
            return st.builds(Dense, widths, g)
        case "dropout":
            return st.builds(Dropout, shares)
        case "batch_norm":
            return st.builds(BatchNorm, activation=st.none() | g, momentum=shares, epsilon=st.floats(0.1, 1))
        case "layer_norm":
            return st.builds(LayerNorm, activation=st.none() | g, epsilon=st.floats(0.1, 1))
        case "scale":
            return st.builds(Scale, factors, factors)
        case "mix":
            return st.builds(Mix, g, factors, factors)
        case "periodic":
            return st.builds(
                Periodic,
                st.sampled_from([None, 1]),
                st.integers(1, 18),
                st.integers(1, 6),
                st.floats(0.05, 0.5),
                factors,
                factors,
            )
    raise AssertionError(f"no random layers for {name!r}: write a line into tests/witnesses.py")


OWN = {
    "dense",
    "dropout",
    "batch_norm",
    "layer_norm",
    "scale",
    "mix",
    "periodic",
}  # tests may register more for a while
any_layer = st.sampled_from(sorted(OWN)).flatmap(layers_of)


@dataclass(frozen=True)
class Case:
    """A network with parameters and rows."""

    network: Network
    parameters: Parameters
    rows: Rows

    @property
    def by_hand(self) -> Gradients:
        """Fresh memory for a gradient."""
        network = self.network
        return Gradients(network.layout, network.running_layout, np.full_like(self.parameters.theta, np.nan))


def targets(loss: Loss, m: int, k: int, rng: np.random.Generator) -> Any:
    """Targets such as ``loss`` takes."""
    match loss.targets:
        case "classes":
            return np.eye(k)[rng.integers(0, k, m)]
        case "zero_one":
            return rng.integers(0, 2, (m, k)).astype(float)
        case "counts":
            return rng.poisson(2, (m, k)).astype(float)
    return rng.normal(size=(m, k))


def weights(m: int, rng: np.random.Generator) -> Any:
    """Weights, some of them 0, the first never."""
    w = rng.uniform(0.1, 3, m) * (rng.random(m) < 0.7)
    w[:1] = 1.5
    return w


@st.composite
def cases(
    draw: Callable[..., Any],
    hidden: st.SearchStrategy[Layer] = any_layer,
    loss: st.SearchStrategy[Loss] = losses,
    *,
    depth: st.SearchStrategy[int] | None = None,
    rows: st.SearchStrategy[int] | None = None,
    last: bool = True,
    dtype: str = "float64",
) -> Case:
    """Networks of 0 to 6 ``hidden`` layers, with parameters and rows; biases, scales and running means are not at
    their first values. ``last`` lets some networks whose loss leaves it open end in an activation."""
    judge = draw(loss)
    count = draw(st.integers(0, 6) if depth is None else depth)
    before = draw(st.lists(hidden, min_size=count, max_size=count))
    k, m = draw(st.integers(1, 4)), draw(st.integers(1, 6) if rows is None else rows)
    final = draw(st.none() | activations) if last and judge.link == "identity" else None
    network = Network(draw(widths), [*before, Dense(k, final)], judge)
    rng = np.random.default_rng(draw(seeds))
    parameters = network.initialize(rng, dtype)
    parameters.theta += rng.normal(0, 0.2, network.size).astype(dtype)
    parameters.running += rng.uniform(0, 0.5, parameters.running.size).astype(dtype)
    w = weights(m, rng) if draw(st.booleans()) else None
    X, Y = rng.normal(size=(m, network.inputs)), targets(judge, m, k, rng)
    return Case(network, parameters, Rows(X.astype(dtype), Y.astype(dtype), None if w is None else w.astype(dtype)))


def pieces_of_the_cost(case: Case, X: Any, parameters: Parameters, mode: Mode) -> Any:
    """On which side of every kink a point lies: where two points agree, the cost between them is smooth."""
    network, Y = case.network, case.rows.Y
    made = network.forward(X, parameters, mode)
    sides = [made.Z.get(l, made.A[l - 1]) > 0 for l, layer in enumerate(network.layers, start=1) if kinked(layer)]
    error = made.scores - Y
    sides += [error > 0, np.abs(error) > getattr(network.loss, "delta", np.inf), parameters.weights > 0]
    return np.concatenate([side.ravel() for side in sides])


def kinked(layer: Layer) -> bool:
    """Whether the layer's activation has a kink."""
    activation = getattr(layer, "activation", None)
    return activation is not None and ACTIVATIONS.find(activation).name in KINKED


def directions(n: int, rng: np.random.Generator, axes: int = 6, across: int = 4) -> list[Any]:
    """Some single coordinates, and some random directions through all of them, of length 1."""
    single = [np.eye(1, n, k=j)[0] for j in rng.permutation(n)[:axes]]
    random = rng.normal(size=(across, n))
    return [*single, *(random / np.linalg.norm(random, axis=1, keepdims=True))]


def slope_error(
    f: Callable[[Any], float], piece: Callable[[Any], Any], x: Any, gradient: Any, along: Sequence[Any], h: float = 1e-5
) -> float:
    """The relative error of ``gradient`` (n,) of ``f`` at ``x`` (n,), seen along some directions.

    Directions in which one of the points asked for lies across a kink tell nothing and are left out; a place with
    kinks on most sides is thrown away. Tolerances are the same for all.
    """
    here = piece(x)
    clear = [d for d in along if all(np.array_equal(here, piece(x + k * h * d)) for k in (-2, -1, 1, 2))]
    assume(2 * len(clear) > len(along))
    found = np.array([oracles.slope_along(f, x, d, h) for d in clear])
    return oracles.relative_error(np.array(clear) @ gradient, found)


assert set(LAYERS) >= OWN
