"""The one selection: a number by its key, and the example whose numbers are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

KEY = re.compile(r"(?P<letter>d?[A-Za-z]+\^?)_?(?P<index>\d+(?:,\d+)*)?(?P<all>k)?(?:\[(?P<layer>\d+)\])?")
LONGEST = 40  # letters of a key


@dataclass(frozen=True)
class Selection:
    """What is chosen.

    Args:
        key: of the number, as ledger and network have it: ``w12[1]``, ``z1[1]``; "" for none.
        example: the row of the batch whose numbers are shown, from 1.

    >>> Selection("w12[1]").layer, Selection("w12[1]").unit, Selection("w12[1]").edge
    (1, 1, (1, 2))
    >>> Selection("x2").layer, Selection("x2").unit, Selection("x2").edge
    (0, 2, None)
    """

    key: str = ""
    example: int = 1

    @property
    def letter(self) -> str:
        """Of which array: ``w``, ``dz``, ``y^``."""
        found = KEY.fullmatch(self.key)
        return found["letter"] if found else ""

    @property
    def layer(self) -> int | None:
        """Of the number; the inputs are layer 0."""
        found = KEY.fullmatch(self.key)
        if found is None or not found["index"]:
            return None
        return int(found["layer"]) if found["layer"] else 0 if found["letter"].endswith("x") else None

    @property
    def indices(self) -> tuple[int, ...]:
        """``w12[1]`` -> (1, 2); of a unit its number alone."""
        found = KEY.fullmatch(self.key)
        if found is None or not found["index"]:
            return ()
        weight = found["letter"] in ("w", "dw")
        digits = found["index"].split(",") if "," in found["index"] or not weight else list(found["index"])
        return tuple(map(int, digits))

    @property
    def unit(self) -> int | None:
        """The unit that it belongs to, from 1; of an edge the one that it leads to."""
        return self.indices[0] if self.indices else None

    @property
    def edge(self) -> tuple[int, int] | None:
        """Of a weight or its gradient: the unit that it leads to, and the one that it comes from."""
        return (self.indices[0], self.indices[1]) if len(self.indices) == 2 else None
