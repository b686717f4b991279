"""The protocol of a loss.

A loss takes the scores ``S`` (m, k), that is the last ``Z``, and the targets ``Y`` (m, k). Its ``link`` makes
predictions ``y^ = link(S)`` of them. Taking the scores rather than the predictions is what keeps cross-entropy finite
where y^ is 0 or 1, and what makes ``dZ[L] = A[L] - Y`` come out of one record.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from glassnet.arrays import Array
from glassnet.pieces.derived import loss_gradient
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.settings import Record


class Loss(Record):
    """The protocol of a loss; your own is a frozen dataclass below this class.

    Class attributes: ``name``; ``link``, the name of a link; ``targets``, what ``Y`` holds ("numbers", "counts" >= 0,
    "zero_one" for k independent yes/no answers, "classes" for one of k); ``formula`` of one example's loss,
    ``gradient_formula`` of its gradient with respect to the scores; ``source``; ``aliases``.

    >>> from glassnet import LOSSES
    >>> LOSSES.make("huber", delta=2.0).link
    'identity'
    """

    link: ClassVar[str] = "identity"
    targets: ClassVar[str] = "numbers"
    gradient_formula: ClassVar[str] = ""
    faces = ("value", ("expression", "written", "written_gradient"))

    def in_units(self, scale: float) -> Loss:
        """The same loss where targets and scores are measured in units ``scale`` times as large."""
        return self

    def targets_as_compared(self, Y: Array) -> Array:
        """The targets (m, k) that predictions are compared with: ``Y``, smoothed where the loss smooths labels."""
        return Y

    @abstractmethod
    def value(self, S: Array, Y: Array) -> Array:
        """The loss of each example, (m,): summed over its k outputs."""

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        """Write the gradient of each example's loss with respect to its scores, (m, k), into ``out``.

        A loss of your own that leaves this out has it derived from ``value`` by the computation graph.
        """
        out[...] = loss_gradient(self.name, self.value, S, Y)

    def expression(self, ns: Operations, S: Value, Y: Array) -> Value:
        """``value`` in the operations of ``ns``, for the computation graph.

        Where the scores are the predictions it is the sum of what is ``written``; else your own runs as it stands.
        """
        written = self.written(ns, S, Y) if self.link == "identity" else None
        return self.value(S, Y) if written is None else ns.sum(written, axis=1)

    def written(self, ns: Operations, p: Value, y: Value) -> Value | None:
        """How a ledger writes one output's part of the loss, from the prediction p and the target y as compared.

        None where no formula says it: then its value alone is shown.
        """
        return None

    def written_gradient(self, ns: Operations, p: Value, y: Value) -> Value | None:
        """How it writes the derivative of that part with respect to the score."""
        return None
