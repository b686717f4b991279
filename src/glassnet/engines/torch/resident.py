"""Rows that stay on the device."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.arrays import dense
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.torch.package import Tensor, on_device, torch
from glassnet.engines.torch.program import Batch
from glassnet.network.targets import as_targets, check_classes


class Resident:
    """Rows in memory of the device.

    Args:
        plan: what reads them.
        device: "cpu" or "cuda".
        parts: rows; those of several trainings, one behind the other.
    """

    def __init__(self, plan: Plan, device: str, parts: Sequence[Rows]) -> None:
        loss, k, dtype = plan.network.loss, plan.network.outputs, plan.numpy_dtype
        for part in parts:
            part.check(plan.network)
        sizes = [len(part.Y) for part in parts]
        self.starts = np.cumsum([0, *sizes])[:-1]
        self.X = on_device(np.concatenate([dense(part.X) for part in parts]), device, dtype)
        labels = loss.targets == "classes" and all(part.Y.ndim == 1 for part in parts)
        if labels:
            for part in parts:
                check_classes(part.Y, k)
            Y = np.concatenate([part.Y.astype(np.int64) for part in parts])
        else:
            Y = np.concatenate([as_targets(part.Y, loss, k, dtype) for part in parts])
        self.Y = on_device(Y, device)
        self._classes = torch.arange(k, device=device) if labels else None
        self.weights = None
        if any(part.weights is not None for part in parts):
            of = [np.ones(m) if part.weights is None else part.weights for part, m in zip(parts, sizes, strict=True)]
            self.weights = on_device(np.concatenate(of), device, np.float64)

    @property
    def labels(self) -> Tensor | None:
        """The class of each row by number (m,), where that is how they are given."""
        return None if self._classes is None else self.Y

    def batch(self, chosen: Tensor | slice) -> Batch:
        """Some of the rows, classes as rows of 0 with a single 1."""
        X, Y = self.X[chosen], self.Y[chosen]
        if self._classes is not None:
            Y = (Y[:, None] == self._classes).to(X.dtype)
        return Batch(X, Y, None if self.weights is None else self.weights[chosen])
