"""Checks of the data: non-finite numbers, constant inputs, imbalanced classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.text import listed


def _not_finite(context: Context) -> Iterator[Finding]:
    if context.finite.all():
        return
    bad = ~np.isfinite(context.table)
    columns = [context.column(int(j)) for j in np.flatnonzero(bad.any(axis=0))]
    rows = int(bad.any(axis=1).sum())
    what = f"{rows:,} of {len(bad):,} rows have inputs that are not finite numbers, in {listed(columns, 3)}"
    facts: Facts = {"rows": rows, "columns": tuple(columns), "first_row": int(context.sample[bad.any(axis=1).argmax()])}
    yield Finding("warning", what, "fill in or drop missing values before training", facts)


def _constant(context: Context) -> Iterator[Finding]:
    scales = context.scales
    constant = np.flatnonzero(~scales.varying)
    if not len(constant):
        return
    large = bool((scales.size[constant] > at.LARGE_SCALE).any())
    share = len(constant) / len(scales.mean)
    named = listed([context.column(int(j)) for j in constant], 3)
    verb = "is" if len(constant) == 1 else "are"
    what = f"{len(constant)} of {len(scales.mean)} inputs {verb} constant"
    facts: Facts = {"columns": tuple(int(j) for j in constant), "share": share}
    if large or share >= at.MANY_CONSTANT:
        yield Finding("note", f"{what}: {named}", "drop them: a constant input carries no information", facts)
    else:
        yield Finding("good", f"{what}, which is harmless: {named}", "", facts)


def _classes(context: Context) -> Iterator[Finding]:
    shares = _class_shares(context)
    if shares is None:
        return
    rarest, least, most = int(shares.argmin()), float(shares.min()), float(shares.max())
    ratio = most / max(least, 1e-300)
    facts: Facts = {"shares": tuple(shares.tolist()), "rarest": rarest, "ratio": ratio}
    if least == 0:
        named = context.class_name(rarest, len(shares))
        yield Finding("warning", f"{named} has no rows", "provide rows of every class", facts)
    elif ratio > at.IMBALANCED:
        named = context.class_name(rarest, len(shares))
        what = f"classes are imbalanced: {named} has {percent(least)} of the rows, the most frequent {percent(most)}"
        severity: Severity = "warning" if ratio > at.VERY_IMBALANCED else "note"
        yield Finding(
            severity, what, "give rare classes more weight (sample_weight), and judge by more than accuracy", facts
        )
    else:
        what = f"the {len(shares)} classes are balanced: the rarest has {percent(least)} of the rows"
        yield Finding("good", what, "", facts)


def _class_shares(context: Context) -> Array | None:
    """The share of each class by weight, (k,); of several binary targets, those of the most imbalanced; else None."""
    kind = context.network.loss.targets
    if kind not in ("classes", "zero_one") or (context.classes is not None and len(context.classes) == 1):
        return None
    ones = context.target_means()
    if kind == "classes":
        return ones
    worst = ones[np.abs(ones - 0.5).argmax()]
    return np.array([1 - worst, worst])


DATA_CHECKS = [
    Check("not_finite", "are all inputs finite?", ("X",), _not_finite),
    Check("constant_inputs", "do all inputs vary?", ("X", "rows"), _constant),
    Check("class_imbalance", "are the classes balanced?", ("Y",), _classes),
]
"""Checks of the data."""
