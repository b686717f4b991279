"""Whether PyTorch can run a plan: its pieces are rehearsed on shapes alone, which costs milliseconds."""

from __future__ import annotations

from glassnet.engines.plan import Plan
from glassnet.engines.torch.program import Program
from glassnet.errors import GlassnetError
from glassnet.pieces.optimizer import Optimizer


def refused(plan: Plan) -> str | None:
    """Why not, or None."""
    optimizer, network = plan.optimizer, plan.network
    if not optimizer.whole_batch and type(optimizer).expression is Optimizer.expression:
        return f"optimizer {optimizer.name!r} has no expression"
    try:
        Program(plan, "meta").rehearse()
    except Exception as error:
        reason = error.cause if isinstance(error, GlassnetError) else f"{type(error).__name__}: {error}"
        return f"a piece of {network} does not run on tensors: {reason}"
    return None
