"""Looks at scales: inputs and numeric targets that are far from mean 0 and deviation 1, or far from each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity
from glassnet.glass.diagnosis.scales import Scales, scales_of

STANDARDISE = "standardise the inputs (and a numeric target) to mean 0 and deviation 1"


def _unscaled(case: Case) -> Iterator[Finding]:
    scales = case.scales
    far, ratio = _strangeness(scales), _ratio(scales)
    if far.max(initial=0) <= 1 and ratio <= at.APART:
        what = f"the {len(far)} inputs are on like scales"
        facts: Facts = {"ratio": ratio, "largest": float(scales.size.max(initial=0))}
        yield Finding("good", what, "", facts)
        return
    worst = [int(j) for j in np.argsort(-far, kind="stable") if far[j] > 1][:2] or _outermost(scales)
    named = [f"{case.column(j)} has {scales.words(j)}" for j in worst]
    apart = f"scales differ up to {ratio:,.0f}-fold; " if ratio > at.APART else ""
    count = f"{int((far > 1).sum())} of {len(far)} are far from mean 0 and deviation 1: " if (far > 1).any() else ""
    facts = {"columns": tuple(worst), "ratio": ratio, "far": int((far > 1).sum())}
    what = f"inputs are not scaled: {apart}{count}{', '.join(named)}"
    yield Finding(_unscaled_severity(scales, ratio), what, "standardise the inputs, as StandardScaler does", facts)


def _strangeness(scales: Scales) -> Array:
    """How many times beyond the thresholds each input is, (n,); above 1 is far."""
    large = scales.size / at.LARGE
    small = at.SMALL / np.maximum(scales.inner, 1e-300)
    with np.errstate(over="ignore"):  # of a constant; it does not count, below
        off = np.abs(scales.mean) / np.maximum(scales.deviation, 1e-300) / at.OFF_CENTRE
    # A large mean beside a small deviation matters for what is not small itself: an indicator nearly always 1 is fine.
    off = np.where(scales.size > 2, off, 0.0)
    return np.where(scales.varying, np.maximum(np.maximum(large, small), off), 0.0)


def _ratio(scales: Scales) -> float:
    if not scales.varying.any():
        return 1.0
    sizes, inner = scales.size[scales.varying], scales.inner[scales.varying]
    return float(sizes.max() / max(inner.min(), 1e-300))


def _outermost(scales: Scales) -> list[int]:
    """The largest and the smallest input."""
    size = np.where(scales.varying, scales.size, -1.0)
    inner = np.where(scales.varying, scales.inner, np.inf)
    return [int(size.argmax()), int(inner.argmin())]


def _unscaled_severity(scales: Scales, ratio: float) -> Severity:
    largest = scales.size[scales.varying].max(initial=0)
    return "warning" if ratio > at.APART or largest > at.VERY_LARGE else "note"


def _target_scale(case: Case) -> Iterator[Finding]:
    if case.network.loss.targets != "numbers" or case.network.link.name != "identity":
        return
    scales = scales_of(case.targets)
    size, deviation = float(scales.size.max()), float(scales.deviation.max())
    mean = float(scales.mean[scales.size.argmax()])
    facts: Facts = {"mean": mean, "deviation": deviation, "size": size}
    remedy = "standardise the target, as TransformedTargetRegressor does"
    said = scales.words(int(scales.size.argmax()))
    if bad := int((~np.isfinite(case.targets)).any(axis=1).sum()):
        yield Finding("warning", f"{bad:,} targets are not finite numbers", "drop those rows", {"rows": bad})
    elif deviation == 0:
        yield Finding("note", f"the target is constant: {mean:.3g}", "check the column it comes from", facts)
    elif size > at.LARGE:
        severity: Severity = "warning" if size > at.VERY_LARGE else "note"
        yield Finding(severity, f"the target's scale is large: {said}", remedy, facts)
    elif deviation < at.SMALL_TARGET:
        yield Finding("note", f"the target varies so little that its cost is near 0 at once: {said}", remedy, facts)
    else:
        yield Finding("good", f"the target's scale suits: {said}", "", facts)


def badly_scaled(case: Case) -> bool:
    """True where inputs or a numeric target are known to be on scales to be warned of."""
    looks = [_unscaled] * case.has("X") + [_target_scale] * case.has("Y")
    return any(finding.severity == "warning" for look in looks for finding in look(case))


def calmer(case: Case, otherwise: str = STANDARDISE) -> str:
    """What tames a training: scaling where it is bad, else a lower learning rate, or ``otherwise`` without one."""
    if badly_scaled(case):
        return STANDARDISE
    return otherwise if case.whole_batch else case.rate(0.1)


SCALING = [
    Look("unscaled_inputs", "are the inputs on like scales?", ("X", "rows"), _unscaled),
    Look("target_scale", "is a numeric target on a scale that can be learnt?", ("Y",), _target_scale),
]
"""Looks at the scales."""
