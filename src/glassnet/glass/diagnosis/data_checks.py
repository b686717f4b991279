"""Looks at what the data hold: numbers that are none, inputs that tell nothing, classes that hardly occur."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.text import listed


def _not_finite(case: Case) -> Iterator[Finding]:
    bad = ~np.isfinite(case.table)
    if not bad.any():
        return
    columns = [case.column(int(j)) for j in np.flatnonzero(bad.any(axis=0))]
    rows = int(bad.any(axis=1).sum())
    what = f"{rows:,} of {len(bad):,} rows have inputs that are not finite numbers, in {listed(columns, 3)}"
    facts: Facts = {"rows": rows, "columns": tuple(columns), "first_row": int(case.drawn[bad.any(axis=1).argmax()])}
    yield Finding("warning", what, "fill in or drop missing values before training", facts)


def _constant(case: Case) -> Iterator[Finding]:
    scales = case.scales
    constant = np.flatnonzero(~scales.varying)
    if not len(constant):
        return
    large = bool((scales.size[constant] > at.LARGE).any())
    share = len(constant) / len(scales.mean)
    named = listed([case.column(int(j)) for j in constant], 3)
    verb = "is" if len(constant) == 1 else "are"
    what = f"{len(constant)} of {len(scales.mean)} inputs {verb} constant"
    facts: Facts = {"columns": tuple(int(j) for j in constant), "share": share}
    if large or share >= at.MANY_CONSTANT:
        yield Finding("note", f"{what}: {named}", "drop them: they tell the rows apart in nothing", facts)
    else:
        yield Finding("good", f"{what}, which does no harm: {named}", "", facts)


def _classes(case: Case) -> Iterator[Finding]:
    shares = _class_shares(case)
    if shares is None:
        return
    rarest, ratio = int(shares.argmin()), float(shares.max() / max(shares.min(), 1e-300))
    facts: Facts = {"shares": tuple(shares.tolist()), "rarest": rarest, "ratio": ratio}
    named = f"class {rarest} of {len(shares)}"
    if shares.min() == 0:
        yield Finding("warning", f"{named} has no row at all", "give rows of every class", facts)
    elif ratio > at.UNEVEN:
        what = f"classes are uneven: {named} has {percent(float(shares.min()))} of the rows, "
        what += f"the commonest {percent(float(shares.max()))}"
        severity: Severity = "warning" if ratio > at.VERY_UNEVEN else "note"
        yield Finding(severity, what, "weigh rare rows more (sample_weight), and judge by more than accuracy", facts)
    else:
        what = f"the {len(shares)} classes are even enough: the rarest has {percent(float(shares.min()))} of the rows"
        yield Finding("good", what, "", facts)


def _class_shares(case: Case) -> Array | None:
    """The share of each class by weight, (k,); of several yes/no answers, those of the most uneven; else None."""
    kind = case.network.loss.targets
    if kind not in ("classes", "zero_one"):
        return None
    ones = case.shares @ case.targets
    if kind == "classes":
        return ones
    worst = ones[np.abs(ones - 0.5).argmax()]
    return np.array([1 - worst, worst])


CONTENTS = [
    Look("not_finite", "are all inputs numbers?", ("X",), _not_finite),
    Look("constant_inputs", "do all inputs tell something?", ("X", "rows"), _constant),
    Look("class_imbalance", "are the classes even?", ("Y",), _classes),
]
"""Looks at the data."""
