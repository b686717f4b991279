"""The answers of a whole table's model: between the user's labels and units and what the network reads and gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from glassnet.arrays import Array
from glassnet.data.reading.opening import open_source
from glassnet.data.source import TableLike
from glassnet.data.target import TargetEncoder
from glassnet.errors import InvalidInput
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.evaluation import Evaluation, evaluate_classes, evaluate_numbers, evaluate_quantile
from glassnet.learning.fitted import Answers
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import Loss, Quantile


def outputs_of(target: TargetEncoder) -> int:
    """Outputs of the network: 1, or the number of classes where they are more than two."""
    return 1 if target.classes is None or len(target.classes) == 2 else len(target.classes)


class TableAnswers(NamedTuple):
    """What the outputs of a table's network mean.

    Args:
        target: what was learned of the target's column.
        loss: of the network.
    """

    target: TargetEncoder
    loss: Loss

    def answers(self) -> Answers:
        """As the record of a fitted model holds it."""
        in_units = self.loss.targets == "numbers" and LINKS[self.loss.link].name == "identity"
        return Answers(
            self.encode,
            self.decode,
            self.target.name,
            self.target.classes,
            of_each_class if self.target.task == "classification" else None,
            self.truth,
            in_table=True,
            scale=self.target.scale if in_units else 1.0,
            center=self.target.center if in_units else 0.0,
        )

    def encode(self, data: TableLike, dtype: DTypeLike = np.float64) -> Array:
        """A table's target, or loose values, as the loss reads them: class numbers (m,), numbers or counts (m, 1).

        Raises:
            InvalidInput: a negative count.
        """
        return self.read(self.target.transform(data, dtype=dtype))

    def read(self, Y: Array) -> Array:
        """The target's numbers as the loss reads them: of counts the counts."""
        if self.loss.targets != "counts":
            return Y
        counts = self.target.inverse(Y)
        if counts.min() < -1e-6 * max(1.0, abs(counts).max()):
            raise InvalidInput(
                f"loss {self.loss.name!r} is for counts, which are 0 or more",
                seen=f"{counts.min():.6g} in {self.target.name!r}",
                remedy="choose another loss",
            )
        return np.maximum(counts, 0).astype(Y.dtype)

    def decode(self, predictions: Array) -> Array:
        """The network's predictions (m, outputs) in the user's labels and units, (m,)."""
        if self.target.task == "classification":
            return self.target.inverse(of_each_class(predictions).argmax(axis=1))
        numbers = predictions[:, 0].astype(np.float64)
        return numbers if self.loss.targets == "counts" else self.target.inverse(numbers)

    def truth(self, data: TableLike, y: TableLike | None) -> Array:
        """The target's column of a table, or ``y``, as the user has it, (m,)."""
        codes = self.target.transform(open_source(data) if y is None else y, dtype=np.float64)
        return np.asarray(self.target.inverse(codes if self.target.classes is not None else codes[:, 0]))

    def judge(self, predictions: Array, truth: Array, weights: Array | None = None) -> Evaluation:
        """How good predictions (m, outputs) are, given the truth: class numbers (m,) or numbers (m, 1); by weights."""
        if self.target.task == "classification":
            assert self.target.classes is not None and self.target.counts is not None
            p = of_each_class(predictions)
            return evaluate_classes(self.target.classes, self.target.counts, truth, p, weights)
        numbers, answers = self.target.inverse(truth)[:, 0], self.decode(predictions)
        if isinstance(self.loss, Quantile):
            return evaluate_quantile(self.loss.level, numbers, answers, weights)
        mean = float(self.target.inverse(np.zeros(1))[0])
        return evaluate_numbers(mean, numbers, answers, weights, self.target.name)
