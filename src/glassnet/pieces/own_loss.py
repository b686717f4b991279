"""Your own loss from a plain function; its gradient is the graph's unless given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.pieces.activation import called
from glassnet.pieces.derived import in_one_sentence
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import LOSSES, Loss

# What a network takes: a name, a record, a description, or a plain function.
LossChoice = str | Loss | Mapping[str, Any] | Callable[[Array, Array], Array]
TARGETS = ("numbers", "counts", "zero_one", "classes")


@dataclass(frozen=True)
class OwnLoss(Loss):
    """What :func:`own_loss` makes."""

    name: str  # type: ignore[misc]  # one class for all of them: each record brings the names a class would have
    function: Callable[[Array, Array], Array]
    own_gradient: Callable[[Array, Array], Array] | None = None
    link: str = "identity"  # type: ignore[misc]
    targets: str = "numbers"  # type: ignore[misc]
    unit: float = 1.0

    formula = "your own function"

    def in_units(self, scale: float) -> OwnLoss:
        return replace(self, unit=self.unit * scale)

    def value(self, S: Array, Y: Array) -> Array:
        with in_one_sentence(f"loss {self.name!r}"):
            losses = self.function(*self._in_its_units(S, Y))
        if np.shape(losses) != S.shape[:1]:
            what = f"loss {self.name!r} must return one number for each example"
            seen = f"shape {np.shape(losses)} for {len(S)} examples with {S.shape[1]} outputs"
            raise InvalidInput(what, seen, remedy="sum over the outputs: .sum(axis=1)")
        return losses

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        if self.own_gradient is None:
            super().gradient(S, Y, out)
            return
        gradient = self.own_gradient(*self._in_its_units(S, Y))
        if np.shape(gradient) != S.shape:
            what = f"the gradient of loss {self.name!r} must have the shape of the scores"
            remedy = "return one derivative for each score: no sum over the outputs"
            raise InvalidInput(what, f"{np.shape(gradient)} for {S.shape}", remedy)
        np.multiply(gradient, self.unit, out=out)

    def _in_its_units(self, S: Array, Y: Array) -> tuple[Array, Array]:
        return (S, Y) if self.unit == 1 else (S * self.unit, Y * self.unit)


def own_loss(
    name: str,
    value: Callable[[Array, Array], Array],
    gradient: Callable[[Array, Array], Array] | None = None,
    *,
    link: str = "identity",
    targets: str = "numbers",
) -> Loss:
    """Your own loss from a plain function.

    Args:
        name: its name.
        value: ``(S, Y) -> the loss of each example``, (m,), from the last layer's scores S (m, k) and the targets Y
            (m, k). Written with operators and NumPy's functions it needs no ``gradient``.
        gradient: ``(S, Y) -> the gradient`` of each example's loss with respect to its scores, (m, k); None for the
            graph's.
        link: the name of the link that makes predictions of scores.
        targets: what Y holds: "numbers", "counts" >= 0, "zero_one" or "classes".

    Raises:
        UnknownName: no such link.
        InvalidInput: no such kind of targets; in training, a value of another shape.
        GlassnetError: in training, what the graph does not differentiate; says what.

    >>> fourth = own_loss("fourth_power", lambda S, Y: ((S - Y) ** 4).sum(axis=1))
    >>> dS = np.empty((1, 1))
    >>> fourth.gradient(np.array([[3.0]]), np.array([[1.0]]), dS)
    >>> dS.tolist()
    [[32.0]]
    """
    if targets not in TARGETS:
        raise InvalidInput("there are no such targets", seen=repr(targets), remedy=f"choose from {', '.join(TARGETS)}")
    return OwnLoss(name, value, gradient, LINKS[link].name, targets)


def as_loss(choice: LossChoice, like: Loss | None = None) -> Loss:
    """A loss from a name, a description, a record, or a plain function ``(S, Y) -> (m,)``.

    Args:
        choice: one of these.
        like: the loss whose link and targets a function takes over; identity and numbers where None.

    >>> as_loss("mse").name, as_loss(lambda S, Y: abs(S - Y).sum(axis=1)).name
    ('squared_error', 'own')
    """
    if callable(choice) and not isinstance(choice, Loss):
        link, targets = (like.link, like.targets) if like else ("identity", "numbers")
        return own_loss(called(choice), choice, link=link, targets=targets)
    return LOSSES.make(choice)
