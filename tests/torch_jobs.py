"""Jobs for the PyTorch engine, and the reference engine."""

from __future__ import annotations

from typing import Any

import numpy as np

import isas
import oracles
import problems
from glassnet import Network, Plan, State
from glassnet.engines.torch.engine import Torch
from isas import TOLERANCE, do, rounding

LEFT = ("theta", "slots", "running", "cost_sum", "weight_sum", "step", "rows_done")
NAMES = ("J", "gradient", "scores", "predictions", *LEFT)


def compare(job: isas.Job) -> None:
    """Both engines do the job, to the same numbers up to rounding."""
    assert Torch.supports(job.plan, job.rows.X) is None
    expected, found, dtype = do(job, "reference"), do(job, "torch"), job.plan.dtype
    assert found.get("diverged") == expected.get("diverged")
    enlarged = rounding(job, NAMES) if dtype == "float32" else {}
    for name in NAMES:
        error = oracles.relative_error(found[name], expected[name], floor=1e-2)
        assert error < TOLERANCE[dtype] + 3 * enlarged.get(name, 0), name


def job_of(network: Network, **settings: Any) -> isas.Job:
    """Two epochs on a few rows, from the first parameters."""
    rng = np.random.default_rng(7)
    plan = Plan(network, 13, batch_size=5, dtype="float64", **settings)
    rows = problems.rows_of(network, 13, rng, weighted=True, labels=True, dtype="float64")
    return isas.Job(plan, State.new(plan, 3), rows, [rng.permutation(13) for _ in range(2)])
