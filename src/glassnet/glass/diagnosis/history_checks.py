"""Checks of the history: how training ended, how the cost changed, and whether the network overfits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.curve import Curve
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.glass.diagnosis.scale_checks import STANDARDIZE, is_badly_scaled, remedy_for_instability
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED


def _diverged(context: Context) -> Iterator[Finding]:
    if context.ending != DIVERGED and np.isfinite(context.parameters.theta).all():
        return
    where = context.reason.partition(" (seen: ")[0] or "training diverged: parameters are not finite"
    facts: Facts = {"reason": context.reason, "epochs": len(context.curve("cost").values)}
    yield Finding("warning", where, remedy_for_instability(context), facts)


def _unsteady(context: Context) -> Iterator[Finding]:
    curve = context.curve("cost")
    if context.ending == DIVERGED or len(curve.values) < 2:
        return
    first, last, rise = float(curve.values[0]), float(curve.values[-1]), curve.risen()
    facts: Facts = {"first": first, "last": last, "lowest": float(curve.values.min()), "rise": rise}
    if rise > at.ROSE:
        where = "in" if curve.window == 1 else "around"
        lowest = int(curve.epochs[curve.means.argmin() + curve.window // 2])
        what = f"the cost rose again, to {curve.means[-1]:.3g}, after {curve.means.min():.3g} {where} epoch {lowest}"
        yield Finding("warning", what, remedy_for_instability(context), facts)
    elif curve.jumps():
        jump, about = curve.jump(), float(curve.later.mean())
        what = f"the cost oscillates: in later epochs it jumps by about {jump:.2g} around {about:.2g}"
        yield Finding("warning", what, remedy_for_instability(context), facts | {"jump": jump, "around": about})
    elif last < first and not hardly_changed(context):
        what = f"the cost fell from {first:.3g} to {last:.3g} in {len(curve.values)} epochs"
        yield Finding("good", what, evidence=facts)


def _slow(context: Context) -> Iterator[Finding]:
    if not hardly_changed(context):
        return
    values = context.curve("cost").values
    first, last = float(values[0]), float(values[-1])
    remedy = STANDARDIZE if is_badly_scaled(context) or context.whole_batch else context.changed_rate(10)
    what = f"the cost hardly changed: from {first:.4g} to {last:.4g} in {len(values)} epochs"
    yield Finding("warning", what, remedy, {"first": first, "last": last, "epochs": len(values)})


def _convergence(context: Context) -> Iterator[Finding]:
    if context.ending in (DIVERGED, INTERRUPTED) or hardly_changed(context):
        return
    if context.ending == STOPPED and context.whole_batch:
        more = STANDARDIZE if is_badly_scaled(context) else f"raise {context.setting('evaluations')}"
        what = f"training ended before it converged: {context.reason}"
        yield Finding("warning", what, more, {"reason": context.reason})
    elif not _used_all_epochs(context):
        yield Finding("good", ": ".join(filter(None, ["training met its own stopping criterion", context.reason])))
    elif not context.curve("cost").unsteady():  # an oscillating curve has no trend
        yield _trend_at_the_end(context, context.curve("cost"))


def _trend_at_the_end(context: Context, curve: Curve) -> Finding:
    """Of a training that used all its epochs: whether more would help."""
    n, k = len(curve.values), curve.window
    limit = context.setting("epochs")
    if n == 1:
        return Finding("warning", "one epoch is too few to tell whether the cost has converged", f"raise {limit}")
    before, now = float(curve.means[-1 - k]), float(curve.means[-1])
    fall = (before - now) / curve.size(now)
    less = percent(abs(before - now) / (abs(before) or 1.0))  # as written; ``fall`` decides
    facts: Facts = {"before": before, "now": now, "window": k, "fall": fall, "epochs": n}
    if fall <= at.STILL_FALLING:
        what = f"the cost has converged to {now:.3g} after {n} epochs: it changed by {less} at the end"
        if curve.size(now) > abs(now):
            what = f"the cost is near zero after {n} epochs: {now:.3g}, from {curve.values[0]:.3g} in the first"
        return Finding("good", what, "", facts)
    what = f"the cost was still falling when training ended after {n} epochs: {before:.3g}, then {now:.3g}"
    what += f" ({less} less)" + (f" as means of {k} epochs each" if k > 1 else "")
    severity: Severity = "warning" if fall > at.FALLING_FAST else "note"
    return Finding(severity, what, f"raise {limit}, for example to {2 * n}", facts)


def _overfitting(context: Context) -> Iterator[Finding]:
    cost, held = context.curve("cost"), context.curve("validation_cost")
    if len(held.values) < 2:
        return
    best, now, rise = held.best_epoch, float(held.values[-1]), held.risen(at.NEAR_ZERO)
    lowest, fell = float(held.values.min()), cost.values[-1] < cost.values[min(best, len(cost.values)) - 1]
    facts: Facts = {"best_epoch": best, "lowest": lowest, "last": now, "rise": rise}
    if rise <= at.VALIDATION_ROSE or not fell:
        yield Finding("good", f"validation cost followed training cost: {now:.3g}, lowest {lowest:.3g}", "", facts)
        return
    what = f"the network overfits: validation cost was lowest, {lowest:.3g}, in epoch {best} and "
    what += f"rose to {now:.3g} by epoch {held.epochs[-1]}, while training cost kept falling"
    yield Finding(_overfitting_severity(context, rise), what, "stop early and keep the best epoch", facts)


def _overfitting_severity(context: Context, rise: float) -> Severity:
    """A note where early stopping has already limited the harm."""
    stopped = context.ending == STOPPED and context.reason.startswith("validation")
    return "warning" if rise > at.VALIDATION_ROSE_FAR and not stopped else "note"


# -- shared ----------------------------------------------------------------------------------------------------------


def hardly_changed(context: Context) -> bool:
    """True for a cost still near its first value, unless the network is far better than a constant guess."""
    values = context.curve("cost").values
    if context.ending == DIVERGED or len(values) < at.SOME_EPOCHS or values[0] == 0:
        return False
    if np.abs(values - values[0]).max() > at.HARDLY_CHANGED * abs(values[0]):
        return False
    if context.has("rows") and context.has("Y"):
        cost, constant = context.costs
        return not cost < at.LEARNED * constant
    return True


def _used_all_epochs(context: Context) -> bool:
    """True where there were no epochs left; without an ending or a plan, the history alone decides."""
    if context.ending not in (None, FINISHED):
        return False
    only_limit = context.ending == FINISHED and not context.whole_batch  # L-BFGS alone finishes because it converged
    return only_limit or context.plan is None or len((context.history or {}).get("cost", ())) >= context.plan.epochs


HISTORY_CHECKS = [
    Check("diverged", "did training diverge?", (), _diverged),
    Check("unsteady_cost", "is the learning rate too large?", ("history",), _unsteady),
    Check("slow_learning", "is the learning rate too small?", ("history",), _slow),
    Check("not_converged", "would more epochs help?", ("history",), _convergence),
    Check("overfitting", "does the network overfit?", ("history", "validation_cost"), _overfitting),
]
"""Checks of the history."""
