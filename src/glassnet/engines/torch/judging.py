"""Judging predictions on the device: what :meth:`Sums.of` adds up, there."""

from __future__ import annotations

from glassnet.engines.judging import Sums
from glassnet.engines.torch.package import Tensor, torch
from glassnet.engines.torch.program import Program
from glassnet.engines.torch.resident import Resident


def sums(program: Program, theta: Tensor, running: Tensor, resident: Resident, part: slice) -> Sums:
    """The sums of some rows.

    Args:
        program: what predicts.
        theta, running: its vectors.
        resident: the rows.
        part: which of them.
    """
    batch, labels = resident.batch(part), resident.labels
    S = program.scores(theta, running, batch.X)
    predictions = program.predictions(S)
    w = torch.ones(len(S), dtype=torch.float64, device=S.device) if batch.weights is None else batch.weights
    sides = ((predictions > 0.5) == (batch.Y > 0.5)).all(dim=1)
    right = sides if labels is None else predictions.argmax(dim=1) == labels[part]
    off = predictions[:, 0].double() - batch.Y[:, 0].double()
    terms = torch.stack([program.losses(S, batch.Y).double(), right.double(), off**2, off.abs()])
    return Sums(*(terms @ w).tolist())
