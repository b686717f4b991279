"""Checks of scale: inputs and numeric targets far from mean 0 and deviation 1, or on very different scales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity
from glassnet.glass.diagnosis.scales import Scales, scales_of

STANDARDIZE = "standardize the inputs (and a numeric target) to mean 0 and deviation 1"


def _unscaled(context: Context) -> Iterator[Finding]:
    scales = context.scales
    ratio, largest = _ratio(scales), float(scales.size.max(initial=0))
    near = largest <= at.CENTERED and scales.inner.min(initial=1) >= at.SMALL_INPUT  # as after any scaling
    far = np.zeros(len(scales.mean)) if near else _distance(scales)
    if ratio <= at.APART and (near or not (far > 1).any()):
        what = f"the {len(far)} inputs are on similar scales"
        facts: Facts = {"ratio": ratio, "largest": largest}
        yield Finding("good", what, "", facts)
        return
    worst = [int(j) for j in np.argsort(-far, kind="stable") if far[j] > 1][:2] or _extremes(scales)
    named = [f"{context.column(j)} has {scales.text(j)}" for j in worst]
    apart = f"scales differ up to {ratio:,.0f}-fold; " if ratio > at.APART else ""
    count = f"{int((far > 1).sum())} of {len(far)} are far from mean 0 and deviation 1: " if (far > 1).any() else ""
    facts = {"columns": tuple(worst), "ratio": ratio, "far": int((far > 1).sum())}
    what = f"inputs are not scaled: {apart}{count}{', '.join(named)}"
    yield Finding(_unscaled_severity(scales, ratio), what, "standardize the inputs, as StandardScaler does", facts)


def _distance(scales: Scales) -> Array:
    """How far each input is from mean 0 and deviation 1, in multiples of the thresholds, (n,); above 1 is far."""
    far = np.maximum(scales.size / at.LARGE_SCALE, at.SMALL_INPUT / np.maximum(scales.inner, 1e-300))
    # A large mean with a small deviation matters only for large inputs: an indicator that is nearly always 1 is fine.
    if (large := scales.size > at.CENTERED).any():
        with np.errstate(over="ignore"):  # for constants, which are left out below
            off = np.abs(scales.mean) / np.maximum(scales.deviation, 1e-300) / at.OFF_CENTER
        far = np.where(large, np.maximum(far, off), far)
    return np.where(scales.varying, far, 0.0)


def _ratio(scales: Scales) -> float:
    varying = scales.varying
    if not varying.any():
        return 1.0
    return float(scales.size[varying].max() / max(scales.inner[varying].min(), 1e-300))


def _extremes(scales: Scales) -> list[int]:
    """The inputs with the largest and with the smallest scale."""
    size = np.where(scales.varying, scales.size, -1.0)
    inner = np.where(scales.varying, scales.inner, np.inf)
    return [int(size.argmax()), int(inner.argmin())]


def _unscaled_severity(scales: Scales, ratio: float) -> Severity:
    largest = scales.size[scales.varying].max(initial=0)
    return "warning" if ratio > at.APART or largest > at.VERY_LARGE_SCALE else "note"


def _target_scale(context: Context) -> Iterator[Finding]:
    if context.network.loss.targets != "numbers" or context.network.link.name != "identity":
        return
    if len(targets := context.sampled_targets()) < 2:  # one row varies in nothing
        return
    scales = scales_of(targets)
    size, deviation = float(scales.size.max()), float(scales.deviation.max())
    mean = float(scales.mean[scales.size.argmax()])
    facts: Facts = {"mean": mean, "deviation": deviation, "size": size}
    remedy = "standardize the target, as TransformedTargetRegressor does"
    text = scales.text(int(scales.size.argmax()))
    if bad := int((~np.isfinite(targets)).any(axis=1).sum()):
        yield Finding("warning", f"{bad:,} targets are not finite numbers", "drop those rows", {"rows": bad})
    elif deviation == 0:
        digits = 6 if np.asarray(context.Y).dtype == np.float32 else 15  # no more than are true
        yield Finding("note", f"the target is constant: {mean:.{digits}g}", "check the column it comes from", facts)
    elif size > at.LARGE_SCALE:
        severity: Severity = "warning" if size > at.VERY_LARGE_SCALE else "note"
        yield Finding(severity, f"the target's scale is large: {text}", remedy, facts)
    elif deviation < at.SMALL_TARGET:
        yield Finding(
            "note", f"the target varies so little that its cost is near 0 from the start: {text}", remedy, facts
        )
    else:
        yield Finding("good", f"the target's scale is fine: {text}", "", facts)


def bad_scale(context: Context) -> Finding | None:
    """The first warning of the scale of the inputs or of a numeric target, in short; None where they are fine."""
    checks = [_unscaled] * context.has("X") + [_target_scale] * context.has("Y")
    found = (finding for check in checks for finding in context.found(check) if finding.severity == "warning")
    worst = next(found, None)
    columns = worst.evidence.get("columns") if worst is not None else None
    if worst is None or not isinstance(columns, tuple) or not isinstance(j := columns[0], int):
        return worst
    return replace(worst, what=f"inputs are not scaled: {context.column(j)} has {context.scales.text(j)}")


def is_badly_scaled(context: Context) -> bool:
    """True where the scale of the inputs or of a numeric target is worth a warning."""
    return bad_scale(context) is not None


def remedy_for_instability(context: Context, otherwise: str = STANDARDIZE) -> str:
    """Standardizing where the scale is bad, else a lower learning rate, or ``otherwise`` where there is no rate."""
    if is_badly_scaled(context):
        return STANDARDIZE
    return otherwise if context.whole_batch else context.changed_rate(0.1)


SCALE_CHECKS = [
    Check("unscaled_inputs", "are the inputs on similar scales?", ("X", "rows"), _unscaled),
    Check("target_scale", "is a numeric target on a scale that can be learned?", ("Y",), _target_scale),
]
"""Checks of scale."""
