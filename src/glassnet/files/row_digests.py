"""Which rows taught a model, in the file."""

from __future__ import annotations

import re

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.data.row_digests import BITS, RowDigests, RowPrints
from glassnet.files.parts import Parts, taken


def put_digests(parts: Parts, known: RowDigests | RowPrints | None) -> None:
    """Add which rows taught the model, where that is to be known."""
    if known is None:
        return
    kept = known.digests if isinstance(known, RowPrints) else known
    facts: dict[str, object] = {"salt": kept.salt, "halvings": kept.halvings}
    arrays = {"learned": kept.learned, "validated": kept.validated}
    parts.put("row_digests", arrays, facts | ({"printed": True} if kept.printed else {}))


def restored_digests(arrays: Arrays, facts: Facts) -> RowDigests | None:
    """Which rows taught the model; None in files without, as of older versions.

    Raises:
        BrokenFile: no digests, or not in order.
    """
    if "row_digests" not in facts:
        return None
    numbers, said = taken(arrays, "row_digests"), facts.section("row_digests")
    salt, halvings = said.text("salt"), said.integer("halvings", low=0, high=BITS - 1)
    if not re.fullmatch("(?:[0-9a-f]{2})+", salt):
        raise said.broken("has a salt that is not hexadecimal", repr(salt[:40]))
    learned, validated = (numbers.expect(name, "u", (None,)).astype(np.uint64) for name in ("learned", "validated"))
    if any((each[1:] < each[:-1]).any() for each in (learned, validated)):
        raise said.broken("has digests that are not in order")
    printed = "printed" in said and said.flag("printed")
    return RowDigests(salt, learned, validated, halvings, printed)
