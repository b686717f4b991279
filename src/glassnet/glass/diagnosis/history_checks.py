"""Looks at the curve of the cost: how training ended, how it went, and whether it learnt by heart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.curve import Curve
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.glass.diagnosis.scale_checks import STANDARDISE, badly_scaled, calmer
from glassnet.learning.training import DIVERGED, FINISHED, INTERRUPTED, STOPPED


def _diverged(case: Case) -> Iterator[Finding]:
    if case.ending != DIVERGED and np.isfinite(case.parameters.theta).all():
        return
    where = case.reason.partition(" (seen: ")[0] or "parameters are not finite: training has diverged"
    yield Finding("warning", where, calmer(case), {"reason": case.reason, "epochs": len(case.curve("cost").values)})


def _unsteady(case: Case) -> Iterator[Finding]:
    curve = case.curve("cost")
    if case.ending == DIVERGED or len(curve.values) < 2:
        return
    first, last, rise = float(curve.values[0]), float(curve.values[-1]), curve.risen()
    facts: Facts = {"first": first, "last": last, "lowest": float(curve.values.min()), "rise": rise}
    if rise > at.ROSE:
        where = "in" if curve.window == 1 else "around"
        lowest = int(curve.epochs[curve.means.argmin() + curve.window // 2])
        what = f"the cost rose again, to {curve.means[-1]:.3g}, after {curve.means.min():.3g} {where} epoch {lowest}"
        yield Finding("warning", what, calmer(case), facts)
    elif curve.jumps():
        jump, about = curve.jump(), float(curve.later.mean())
        what = f"the cost jumps up and down, in the later epochs by about {jump:.2g} around {about:.2g}"
        yield Finding("warning", what, calmer(case), facts | {"jump": jump, "around": about})
    elif last < first and not hardly_moved(case):
        what = f"the cost fell from {first:.3g} to {last:.3g} in {len(curve.values)} epochs"
        yield Finding("good", what, evidence=facts)


def _slow(case: Case) -> Iterator[Finding]:
    if not hardly_moved(case):
        return
    values = case.curve("cost").values
    first, last = float(values[0]), float(values[-1])
    quicker = STANDARDISE if badly_scaled(case) or case.whole_batch else case.rate(10)
    what = f"the cost hardly moved: from {first:.4g} to {last:.4g} in {len(values)} epochs"
    yield Finding("warning", what, quicker, {"first": first, "last": last, "epochs": len(values)})


def _convergence(case: Case) -> Iterator[Finding]:
    if case.ending in (DIVERGED, INTERRUPTED) or hardly_moved(case):
        return
    if case.ending == STOPPED and case.whole_batch:
        more = STANDARDISE if badly_scaled(case) else f"raise {case.setting('evaluations')}"
        yield Finding("warning", f"training ended before it converged: {case.reason}", more, {"reason": case.reason})
    elif not _ran_out(case):
        yield Finding("good", f"training ended of itself{f': {case.reason}' if case.reason else ''}")
    elif not case.curve("cost").shaky():  # of a curve that jumps about, nobody knows where it goes
        yield _at_the_end(case, case.curve("cost"))


def _at_the_end(case: Case, curve: Curve) -> Finding:
    """Of a training that had no epochs left."""
    n, k = len(curve.values), curve.window
    limit = case.setting("epochs")
    if n == 1:
        return Finding("warning", "one epoch is too little to tell where the cost settles", f"raise {limit}")
    before, now = float(curve.means[-1 - k]), float(curve.means[-1])
    fall = (before - now) / curve.size(now)
    less = percent(abs(before - now) / (abs(before) or 1.0))  # as shown; judged by ``fall``, with its floor near 0
    facts: Facts = {"before": before, "now": now, "window": k, "fall": fall, "epochs": n}
    if fall <= at.STILL_FALLING:
        what = f"the cost has settled at {now:.3g} after {n} epochs: {less} from where it was before"
        if curve.size(now) > abs(now):
            what = f"the cost is next to nothing after {n} epochs: {now:.3g}, and {curve.values[0]:.3g} in the first"
        return Finding("good", what, "", facts)
    what = f"the cost was still falling when training ended after {n} epochs: {before:.3g}, then {now:.3g}"
    what += f" ({less} less)" + (f" as means of {k} epochs each" if k > 1 else "")
    return Finding("warning" if fall > at.FALLING_FAST else "note", what, f"raise {limit}, to {2 * n} say", facts)


def _overfitting(case: Case) -> Iterator[Finding]:
    cost, held = case.curve("cost"), case.curve("validation_cost")
    if len(held.values) < 2:
        return
    best, now, rise = held.best_epoch, float(held.values[-1]), held.risen(at.NEAR_ZERO)
    lowest, fell = float(held.values.min()), cost.values[-1] < cost.values[min(best, len(cost.values)) - 1]
    facts: Facts = {"best_epoch": best, "lowest": lowest, "last": now, "rise": rise}
    if rise <= at.VALIDATION_ROSE or not fell:
        yield Finding("good", f"the cost of held-out rows went along: {now:.3g}, lowest {lowest:.3g}", "", facts)
        return
    what = f"the network learns by heart: the cost of held-out rows was lowest, {lowest:.3g}, in epoch {best} and "
    what += f"rose to {now:.3g} by epoch {held.epochs[-1]}, while the training cost went on falling"
    yield Finding(_how_far(case, rise), what, "stop early and keep the best epoch", facts)


def _how_far(case: Case, rise: float) -> Severity:
    """Early stopping bounds the harm, so it is a note then."""
    stopped = case.ending == STOPPED and case.reason.startswith("validation")
    return "warning" if rise > at.VALIDATION_ROSE_FAR and not stopped else "note"


# -- what they share ---------------------------------------------------------------------------------------------------


def hardly_moved(case: Case) -> bool:
    """True for a cost that stands where it began, unless the network is far better than a constant guess."""
    values = case.curve("cost").values
    if case.ending == DIVERGED or len(values) < at.SOME_EPOCHS or values[0] == 0:
        return False
    if np.abs(values - values[0]).max() > at.HARDLY_MOVED * abs(values[0]):
        return False
    if case.has("rows") and case.has("Y"):
        cost, constant = case.costs
        return not cost < at.LEARNT * constant
    return True


def _ran_out(case: Case) -> bool:
    """True where there were no epochs left; without an ending or a plan, the curve alone has to tell."""
    if case.ending not in (None, FINISHED):
        return False
    only_limit = case.ending == FINISHED and not case.whole_batch  # L-BFGS alone finishes because it converged
    return only_limit or case.plan is None or len((case.history or {}).get("cost", ())) >= case.plan.epochs


CURVES = [
    Look("diverged", "did training leave the finite numbers?", (), _diverged),
    Look("unsteady_cost", "is the learning rate too large, by the curve?", ("history",), _unsteady),
    Look("slow_learning", "is the learning rate too small, by the curve?", ("history",), _slow),
    Look("not_converged", "would more epochs help?", ("history",), _convergence),
    Look("overfitting", "does it learn by heart?", ("history", "validation_cost"), _overfitting),
]
"""Looks at the history."""
