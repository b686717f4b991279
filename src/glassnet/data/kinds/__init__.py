"""The kinds of columns: one record and one file each. The table is the only list of them."""

from __future__ import annotations

from glassnet.data.kinds.base import Column, Kind, Limits, Writer
from glassnet.data.kinds.boolean import BOOLEAN
from glassnet.data.kinds.category import CATEGORY
from glassnet.data.kinds.dropped import EMPTY
from glassnet.data.kinds.number import NUMBER
from glassnet.data.kinds.time import TIME

KINDS: dict[str, Kind] = {kind.column.kind: kind for kind in (NUMBER, BOOLEAN, CATEGORY, TIME, EMPTY)}

__all__ = ["KINDS", "Column", "Kind", "Limits", "Writer"]
