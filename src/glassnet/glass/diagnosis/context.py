"""The context: what a diagnosis is given, and what several checks compute from it, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array, SparseMatrix, dense, is_sparse
from glassnet.engines.plan import Plan
from glassnet.engines.threads import suitable_threads
from glassnet.glass.diagnosis.curve import Curve
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.scales import Scales, scales_of
from glassnet.glass.diagnosis.thresholds import ENOUGH_ROWS, MOST_CELLS, MOST_ROWS
from glassnet.network.forward_pass import ForwardPass
from glassnet.network.layer import IDENTITY, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets
from glassnet.pieces.activations import Activation
from glassnet.randomness import sampled_rows
from glassnet.text import one_line

LONGEST = 40  # letters of a name in a sentence

Data = ArrayLike | SparseMatrix


def row_count(data: Data) -> int:
    """How many rows ``data`` has."""
    return int(data.shape[0] if is_sparse(data) else np.shape(data)[0])


class LayerDerivatives(NamedTuple):
    """A layer ``l`` with an activation ``g``, and ``|g'(Z)|`` (m, n[l]) of its units."""

    l: int
    layer: Layer
    g: Activation
    derivatives: Array

    def __str__(self) -> str:
        return f"layer {self.l} ({self.layer.name} {self.g.name})"


@dataclass(eq=False)
class Context:
    """What is known of a network and its training; arguments as in ``diagnose``."""

    network: Network
    parameters: Parameters
    X: Data | None = None
    Y: Data | None = None
    weights: ArrayLike | None = None
    history: Mapping[str, Sequence[float]] | None = None
    plan: Plan | None = None
    ending: str | None = None
    reason: str = ""
    columns: Sequence[str] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    classes: Sequence[object] | None = None
    most_rows: int = MOST_ROWS
    known: dict[object, Any] = field(default_factory=dict)  # what was asked for before

    def found(self, question: Callable[[Context], Iterable[Finding]]) -> Sequence[Finding]:
        """What is found, looked for once."""
        if question not in self.known:
            self.known[question] = tuple(question(self))
        return self.known[question]

    def has(self, need: str) -> bool:
        """Whether a check's ``need`` is met: "X", "Y", "history", "rows" (enough of X), or a column of the history."""
        if need == "rows":
            return self.X is not None and len(self.rows) >= ENOUGH_ROWS
        if need in ("X", "Y", "history"):
            return getattr(self, need) is not None and (need != "history" or len(self.curve("cost").values) > 0)
        return len(self.curve(need).values) > 0

    @property
    def data(self) -> dict[str, Data | None]:
        """Rows, targets and weights by name."""
        return {"X": self.X, "Y": self.Y, "weights": self.weights}

    @property
    def _X(self) -> Data:
        assert self.X is not None, "the check does not need X"
        return self.X

    @property
    def _Y(self) -> Data:
        assert self.Y is not None, "the check does not need Y"
        return self.Y

    # -- names -------------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str:
        """What the user calls a setting of the plan."""
        return self.settings.get(name, name)

    def column(self, j: int) -> str:
        """The name of an input, or its number, from 1."""
        return repr(one_line(self.columns[j], LONGEST)) if self.columns is not None else f"column {j + 1}"

    def class_name(self, c: int, k: int) -> str:
        """The user's name of the class ``c`` of ``k``, or its number."""
        known = self.classes or ()
        return f"class {one_line(repr(known[c]), LONGEST)}" if len(known) == k else f"class {c} of {k}"

    # -- the training ------------------------------------------------------------------------------------------------

    def curve(self, name: str) -> Curve:
        """A column of the history."""
        if name not in self.known:
            self.known[name] = Curve.of((self.history or {}).get(name, ()))
        return self.known[name]

    @property
    def whole_batch(self) -> bool:
        """True for an optimizer without a learning rate, L-BFGS."""
        return self.plan is not None and self.plan.optimizer.whole_batch

    def changed_rate(self, factor: float) -> str:
        """A remedy: the learning rate changed by a factor."""
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
        return row_count(self._X)

    @cached_property
    def sample(self) -> Array:
        """Indices of the rows that are examined: all, or as many as memory and need allow."""
        most = max(ENOUGH_ROWS, min(self.most_rows, MOST_CELLS // max(self.network.widths)))
        return sampled_rows(self.all_rows, most)

    @cached_property
    def inputs(self) -> Any:
        """These rows, (m, n), sparse where X is; not to be written into."""
        X = self._X.tocsr() if is_sparse(self._X) else np.asarray(self._X)
        X = X if len(self.sample) == self.all_rows else X[self.sample]
        dtype = self.parameters.theta.dtype
        if X.dtype == dtype:
            return self.network.check_inputs(X, dtype)
        with np.errstate(over="ignore"):  # a number too large for float32 is reported as not finite
            return self.network.check_inputs(X, dtype)

    @cached_property
    def table(self) -> Array:
        """The same as a float64 array."""
        return np.asarray(dense(self.inputs), np.float64)

    @cached_property
    def scales(self) -> Scales:
        """The scale of each input."""
        return scales_of(self.table)

    @cached_property
    def finite(self) -> Array:
        """Which of them are finite in every column, (m,)."""
        known = np.isfinite(self.table)
        return np.ones(len(known), bool) if known.all() else np.asarray(known.all(axis=1))

    @cached_property
    def rows(self) -> Array:
        """Indices of the rows of the forward pass: those of the sample that are finite."""
        return self.sample[self.finite]

    @cached_property
    def targets(self) -> Array:
        """The targets of the rows of the forward pass, (m, k) float64."""
        return self.targets_of(self.rows)

    def targets_of(self, rows: Array | slice) -> Array:
        """Some rows' targets, (m, k) float64."""
        return as_targets(np.asarray(self._Y)[rows], self.network.loss, self.network.outputs, np.float64)

    def sampled_targets(self) -> Array:
        """As many as are examined, whether there is an X or not, (m, k) float64."""
        return self.targets_of(sampled_rows(row_count(self._Y), self.most_rows))

    def target_means(self) -> Array:
        """The mean of all targets by weight, (k,); a block of rows at a time, since one-hot rows take memory."""
        m = row_count(self._Y)
        if self.network.loss.targets == "classes" and (classes := np.asarray(self._Y)).ndim == 1:
            counts = np.bincount(classes, self.weights, self.network.outputs)
            return counts / (counts.sum() or 1.0)
        w = np.ones(m) if self.weights is None else np.asarray(self.weights, np.float64)
        blocks = (slice(first, first + MOST_ROWS) for first in range(0, m, MOST_ROWS))
        return np.asarray(sum(w[rows] @ self.targets_of(rows) for rows in blocks) / (w.sum() or 1.0))

    # -- one pass ----------------------------------------------------------------------------------------------------

    @cached_property
    def forward_pass(self) -> ForwardPass:
        """One forward pass, as for prediction; over copies, so that not even a custom layer changes anything."""
        with np.errstate(all="ignore"), suitable_threads(self.network, len(self.rows)):
            return self.network.forward(self.inputs[self.finite], self.parameters.copy())

    @cached_property
    def gradients(self) -> Parameters:
        """One backward pass, in the dtype that training computes in; it leaves ``dA`` in the caches of the forward."""
        Y, w = self.targets.astype(self.forward_pass.scores.dtype), self.weights
        with np.errstate(all="ignore"), suitable_threads(self.network, len(self.rows)):
            return self.network.backward(self.forward_pass, Y, None if w is None else np.asarray(w)[self.rows])

    @cached_property
    def gradient_lengths(self) -> Array:
        """The length of ``dJ/dA[l]`` for each layer, (L,): the sum over the rows of each row's length."""
        assert self.gradients is not None
        with np.errstate(all="ignore"):
            lengths = [np.linalg.norm(np.asarray(c.dA, np.float64), axis=1) for c in self.forward_pass.caches]
            return np.array([float(length.sum()) for length in lengths])

    @cached_property
    def costs(self) -> tuple[float, float]:
        """The cost of the rows examined, and that of the better of two constant guesses: mean and median."""
        Y, loss = self.targets, self.network.loss
        guesses = [self.network.link.inverse(middle(Y, axis=0)) for middle in (np.mean, np.median)]
        with np.errstate(all="ignore"):
            cost = self.network.cost(self.forward_pass, Y)
            constant = min(float(np.mean(loss.value(np.broadcast_to(S, Y.shape), Y))) for S in guesses)
        return cost, constant

    def activation_derivatives(self) -> Iterator[LayerDerivatives]:
        """Of every layer with an activation; the link at the end belongs to the loss."""
        for layer, c in zip(self.network.layers, self.forward_pass.caches, strict=True):
            g = layer.g
            if g is not None and g is not IDENTITY and np.isfinite(c.Z).all():
                derivatives = np.empty_like(c.Z)
                with np.errstate(all="ignore"):
                    g.derivative(c.Z, c.A, derivatives)
                yield LayerDerivatives(c.l, layer, g, np.abs(derivatives))
