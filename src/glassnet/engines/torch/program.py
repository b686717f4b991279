"""What a plan computes in a step, as a function of tensors without side effects: PyTorch derives it, and maps it over
many trainings at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

from glassnet.engines.plan import Plan
from glassnet.engines.torch.forward import StepMode, scores
from glassnet.engines.torch.package import Tensor, on_device, torch
from glassnet.engines.torch.values import Values, torch_operations
from glassnet.pieces.expressions import Operations
from glassnet.pieces.optimizer import StepValues


class Batch(NamedTuple):
    """Rows of a step: ``X`` (m, n), ``Y`` (m, k), and ``weights`` (m,) or None."""

    X: Tensor
    Y: Tensor
    weights: Tensor | None

    def shares(self) -> tuple[Tensor, Tensor]:
        """Each example's share of the cost (m,), and the total weight, in float64; 0 of nothing."""
        if self.weights is None:
            m = len(self.X)
            return torch.full((m,), 1 / max(m, 1), dtype=self.X.dtype, device=self.X.device), torch.full(
                (), float(m), dtype=torch.float64, device=self.X.device
            )
        total = self.weights.sum()
        return (self.weights / torch.where(total == 0, 1.0, total)).to(self.X.dtype), total


class Vectors(NamedTuple):
    """What a training changes: ``theta`` (n,), ``slots`` (s, n), ``running`` (r,)."""

    theta: Tensor
    slots: Tensor
    running: Tensor


class Clock(NamedTuple):
    """What differs from step to step: ``alpha`` and ``number`` of the step from 1, ``keys`` (d, 2) of what draws."""

    alpha: Tensor
    number: Tensor
    keys: Tensor


@dataclass(frozen=True, eq=False)
class Program:
    """A plan as functions of tensors.

    Args:
        plan: of pieces with expressions, see :func:`~glassnet.engines.torch.probe.refused`.
        device: where it runs; "meta" computes shapes alone.
    """

    plan: Plan
    device: str

    @cached_property
    def dtype(self) -> Any:
        """PyTorch's name of the plan's dtype."""
        return getattr(torch, self.plan.dtype)

    @cached_property
    def drawing(self) -> list[int]:
        """l of the layers that draw in training."""
        drawing: set[int] = set()
        scores(self.plan.network, *self._nothing, StepMode(True, True), {}, drawing)
        return sorted(drawing)

    @cached_property
    def _nothing(self) -> tuple[Tensor, Tensor, Tensor]:
        """Vectors of the right shapes and two rows, without numbers."""
        network = self.plan.network
        shapes = (network.size,), (network.running_layout.size,), (2, network.inputs)
        theta, running, X = (torch.empty(shape, dtype=self.dtype, device="meta") for shape in shapes)
        return theta, running, X

    @cached_property
    def _factors(self) -> Tensor | None:
        factors = self.plan.penalty_factors
        return None if factors is None else on_device(factors, self.device, self.plan.numpy_dtype)

    @cached_property
    def _decays(self) -> list[Tensor]:
        """For each group of parameters where decoupled decay shrinks it."""
        groups = self.plan.network.layout.groups
        return [torch.arange(group.stop - group.start, device=self.device) < group.decayed for group in groups]

    # -- the cost ----------------------------------------------------------------------------------------------------

    def losses(self, S: Tensor, Y: Tensor) -> Tensor:
        """Of each example, (m,)."""
        losses: Tensor = self.plan.network.loss.expression(torch_operations(), Values(S), Values(Y)).tensor  # type: ignore[arg-type]
        return losses

    def scores(self, theta: Tensor, running: Tensor, X: Tensor) -> Tensor:
        """As for prediction, (m, k)."""
        return scores(self.plan.network, theta, running, X, StepMode(False, False), {})[0]

    def predictions(self, S: Tensor) -> Tensor:
        """``link(S)`` (m, k)."""
        predictions: Tensor = self.plan.network.link.expression(torch_operations(), Values(S)).tensor
        return predictions

    def cost(self, theta: Tensor, running: Tensor, batch: Batch, keys: Tensor, mode: StepMode) -> tuple[Tensor, Any]:
        """``J``, the running statistics after the pass and the weight of the rows."""
        drawn = dict(zip(self.drawing, keys, strict=True))
        S, after = scores(self.plan.network, theta, running, batch.X, mode, drawn)
        shares, weight = batch.shares()
        return (self.losses(S, batch.Y) * shares).sum() + self._penalty(theta, weight), (after, weight)

    def value_and_gradient(
        self, theta: Tensor, running: Tensor, batch: Batch, keys: Tensor, mode: StepMode
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``J``, dJ/dtheta (n,), the running statistics after the pass, and the weight of the rows."""
        derived = torch.func.grad_and_value(self.cost, has_aux=True)
        gradient, (J, (after, weight)) = derived(theta, running, batch, keys, mode)
        return J, gradient, after, weight

    def _penalty(self, theta: Tensor, weight: Tensor) -> Tensor | float:
        penalties = self.plan.penalties
        if not penalties:
            return 0.0
        w = theta[: self.plan.network.layout.weights]
        w = w if self._factors is None else w * self._factors
        penalty = penalties.l1 * w.abs().sum() + penalties.l2 / 2 * (w * w).sum()
        return penalty / torch.where(weight == 0, 1.0, weight).to(w.dtype) if penalties.per_example else penalty

    # -- the step ----------------------------------------------------------------------------------------------------

    def step(self, vectors: Vectors, batch: Batch, clock: Clock) -> tuple[Vectors, Tensor, Tensor, Tensor]:
        """The vectors after a step, ``J`` before it, the weight of its rows, and whether all of it was finite."""
        J, gradient, running, weight = self.value_and_gradient(
            vectors.theta, vectors.running, batch, clock.keys, StepMode(True, True)
        )
        theta, slots = self._update(vectors, self._clipped(gradient), clock)
        good = J.isfinite() & gradient.isfinite().all() & theta.isfinite().all()
        return Vectors(theta, slots, running), J, weight, good

    def _clipped(self, gradient: Tensor) -> Tensor:
        clipping = self.plan.clipping
        if clipping.value:
            gradient = gradient.clamp(-clipping.value, clipping.value)
        if clipping.norm:
            largest = gradient.abs().amax() if gradient.numel() else gradient.sum()
            length = largest * torch.linalg.vector_norm(gradient / largest)  # squares of large ones would overflow
            shorter = gradient * (clipping.norm / length)
            gradient = torch.where((length > clipping.norm) & (length < inf), shorter, gradient)
        return gradient

    def _update(self, vectors: Vectors, gradient: Tensor, clock: Clock) -> tuple[Tensor, Tensor]:
        """The parameters and slots that the optimizer's expression makes, group by group."""
        optimizer, parts = self.plan.optimizer, []
        for group, decays in zip(self.plan.network.layout.groups, self._decays, strict=True):
            found: dict[str, Values] = {}
            theta, slope, *slots = (Values(x[group.part]) for x in (vectors.theta, gradient, *vectors.slots))
            number, alpha = Values(clock.number, self.dtype), Values(clock.alpha * group.rate, self.dtype)
            at = StepValues(theta, slope, slots, number, alpha, Values(decays, self.dtype), group.decay)
            made: Any = optimizer.expression(_keeping(found), at)
            parts.append([made.tensor, *(found[name].tensor for name in optimizer.slots)])
        after, *remembered = (torch.cat(column) for column in zip(*parts, strict=True))
        return after, torch.stack(remembered) if remembered else vectors.slots

    def rehearse(self) -> None:
        """Everything that a step of two trainings computes, on shapes alone; what a piece cannot do is raised."""
        (theta, running, X), network, optimizer = self._nothing, self.plan.network, self.plan.optimizer
        batch = Batch(X, torch.empty((2, network.outputs), dtype=self.dtype, device="meta"), None)
        one = torch.empty((), dtype=torch.float64, device="meta")
        keys = torch.empty((len(self.drawing), 2), dtype=torch.int64, device="meta")
        slots = torch.empty((len(optimizer.slots), len(theta)), dtype=self.dtype, device="meta")
        vectors = Vectors(theta, slots, running)

        def both(theta: Tensor) -> Tensor:
            mine = vectors._replace(theta=theta)
            if optimizer.whole_batch:
                return self.value_and_gradient(theta, running, batch, keys, StepMode(True, True))[0]
            return self.step(mine, batch, Clock(one, one, keys))[0].theta

        torch.func.vmap(both)(torch.stack([theta, theta]))
        self.predictions(self.scores(theta, running, X))


def _keeping(found: dict[str, Values]) -> Operations:
    """The operations, of which ``named`` keeps the first value of each name."""
    named: Callable[[str, Any], Any] = lambda name, x: found.setdefault(name, x)  # noqa: E731
    return Operations(**{**vars(torch_operations()), "named": named})
