"""The case: what a diagnosis is given, and what several looks need of it, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.engines.plan import Plan
from glassnet.glass.diagnosis.curve import Curve
from glassnet.glass.diagnosis.scales import Scales, scales_of
from glassnet.glass.diagnosis.thresholds import CELLS, FEW_ROWS, ROWS
from glassnet.network.forward_pass import ForwardPass
from glassnet.network.layer import IDENTITY, Activated
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets


class Sloped(NamedTuple):
    """A layer ``l`` with an activation, and the slopes ``g'(Z)`` (m, n[l]) of its units."""

    l: int
    layer: Activated
    slopes: Array

    def __str__(self) -> str:
        return f"layer {self.l} ({self.layer.name} {self.layer.g.name})"


@dataclass(frozen=True)
class Case:
    """What is known of a network and its training; arguments as in ``diagnose``."""

    network: Network
    parameters: Parameters
    X: Any = None
    Y: Any = None
    weights: Any = None
    history: Mapping[str, Sequence[float]] | None = None
    plan: Plan | None = None
    ending: str | None = None
    reason: str = ""
    columns: Sequence[str] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def has(self, need: str) -> bool:
        """Whether a look's ``need`` is met: "X", "Y", "history", "rows" (enough of X), or a column of the history."""
        if need == "rows":
            return self.X is not None and len(self.rows) >= FEW_ROWS
        if need in ("X", "Y", "history"):
            return getattr(self, need) is not None and (need != "history" or len(self.curve("cost").values) > 0)
        return len(self.curve(need).values) > 0

    # -- words -------------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str:
        """What the user calls a setting of the plan."""
        return self.settings.get(name, name)

    def column(self, j: int) -> str:
        """The name of an input, or its index."""
        return repr(str(self.columns[j])) if self.columns is not None else f"column {j}"

    # -- the training ------------------------------------------------------------------------------------------------

    def curve(self, name: str) -> Curve:
        """A column of the history."""
        values = np.asarray((self.history or {}).get(name, ()), np.float64)
        known = np.isfinite(values)
        return Curve(np.flatnonzero(known) + 1, values[known])

    @property
    def whole_batch(self) -> bool:
        """True for an optimizer whose steps have no learning rate, L-BFGS."""
        return self.plan is not None and self.plan.optimizer.whole_batch

    def rate(self, factor: float) -> str:
        """The learning rate changed by a factor, in words."""
        name = self.setting("learning_rate")
        verb = "raise" if factor > 1 else "lower"
        if self.plan is None:
            return f"{verb} {name} to {'ten times' if factor > 1 else 'a tenth of'} what it was"
        now = self.plan.optimizer.learning_rate
        return f"{verb} {name} from {now:.3g} to {now * factor:.3g}"

    # -- the data ----------------------------------------------------------------------------------------------------

    @cached_property
    def all_rows(self) -> int:
        """How many rows of X there are."""
        return int(self.X.shape[0]) if hasattr(self.X, "shape") else len(self.X)

    @cached_property
    def drawn(self) -> Array:
        """Indices of the rows that are looked at: all, or as many drawn as memory and need allow."""
        most = max(FEW_ROWS, min(ROWS, CELLS // max(self.network.widths)))
        if self.all_rows <= most:
            return np.arange(self.all_rows)
        return np.sort(np.random.default_rng(0).choice(self.all_rows, most, replace=False))

    @cached_property
    def inputs(self) -> Any:
        """These rows, (m, n), sparse where X is; a copy."""
        X = self.X.tocsr() if is_sparse(self.X) else np.asarray(self.X)
        with np.errstate(over="ignore"):  # what is too large for float32 is reported as not finite
            return self.network.check_inputs(X[self.drawn].copy(), self.parameters.theta.dtype)

    @cached_property
    def table(self) -> Array:
        """The same as a float64 array."""
        return np.asarray(self.inputs.toarray() if is_sparse(self.inputs) else self.inputs, np.float64)

    @cached_property
    def scales(self) -> Scales:
        """The scale of each input."""
        return scales_of(self.table)

    @cached_property
    def finite(self) -> Array:
        """Which of them are finite throughout, (m,)."""
        return np.asarray(np.isfinite(self.table).all(axis=1))

    @property
    def rows(self) -> Array:
        """Indices of the rows a pass is made of: those drawn that are finite."""
        return self.drawn[self.finite]

    @cached_property
    def targets(self) -> Array:
        """All targets, (m, k) float64."""
        return as_targets(self.Y, self.network.loss, self.network.outputs, np.float64)

    @cached_property
    def shares(self) -> Array:
        """Each target's share of all weights, (m,)."""
        w = np.ones(len(self.targets)) if self.weights is None else np.asarray(self.weights, np.float64)
        return w / (w.sum() or 1.0)

    # -- one pass ----------------------------------------------------------------------------------------------------

    @cached_property
    def forward_pass(self) -> ForwardPass:
        """One forward pass, as for prediction; over copies, so that not even a user's own layer changes anything."""
        with np.errstate(all="ignore"):
            return self.network.forward(self.inputs[self.finite], self.parameters.copy())

    @cached_property
    def signals(self) -> Array:
        """The gradient as it arrives at each layer's output, (L,): mean length over the rows, each row by itself."""
        Y, w = self.targets[self.rows], None if self.weights is None else np.asarray(self.weights)[self.rows]
        with np.errstate(all="ignore"):
            self.network.backward(self.forward_pass, Y, w)
            lengths = [np.linalg.norm(np.asarray(c.dA, np.float64), axis=1) for c in self.forward_pass.caches]
            return np.array([float(length.sum()) for length in lengths])

    @cached_property
    def costs(self) -> tuple[float, float]:
        """The cost of the rows looked at, and what the best of two constant guesses costs on them."""
        Y, loss = self.targets[self.rows], self.network.loss
        guesses = [self.network.link.inverse(middle(Y, axis=0)) for middle in (np.mean, np.median)]
        with np.errstate(all="ignore"):
            cost = self.network.cost(self.forward_pass, Y)
            constant = min(float(np.mean(loss.value(np.broadcast_to(S, Y.shape), Y))) for S in guesses)
        return cost, constant

    def sloped(self) -> Iterator[Sloped]:
        """Every layer with an activation; the link at the end is the loss's affair and not among them."""
        for layer, c in zip(self.network.layers, self.forward_pass.caches, strict=True):
            if isinstance(layer, Activated) and layer.g is not IDENTITY and np.isfinite(c.Z).all():
                slopes = np.empty_like(c.Z)
                with np.errstate(all="ignore"):
                    layer.g.derivative(c.Z, c.A, slopes)
                yield Sloped(c.l, layer, np.abs(slopes))
