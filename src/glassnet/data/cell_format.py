"""How cells are written in a table: which texts mean "missing", which decimal mark. Stored with the encoder, so that
rows to predict are read as the training rows were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.reading.options import ReadOptions
from glassnet.data.spelling.numbers import NumberFormat

NUMBER = r"(?i)^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$|^[+-]?(inf|infinity|nan)$"


@dataclass(frozen=True)
class CellFormat:
    """How the cells of a table are to be read.

    Args:
        markers: cell texts that mean "missing".
        decimal: the decimal mark, ``"."`` or ``","``.
        number: how the numbers of a column are written, where the format is of one column.

    >>> CellFormat(("", "-999")).sentinels
    array([-999.])
    """

    markers: tuple[str, ...] = ReadOptions().markers
    decimal: str = "."
    number: NumberFormat | None = None

    @classmethod
    def of(cls, options: ReadOptions) -> CellFormat:
        """The format that ``options`` ask for."""
        return cls(options.markers, options.decimal or ".")

    @classmethod
    def restore(cls, facts: Facts) -> CellFormat:
        """The format among the facts of a file.

        Raises:
            BrokenFile: invalid markers or decimal mark.
        """
        number = NumberFormat.restore(facts.section("number")) if "number" in facts else None
        return cls(tuple(facts.texts("markers", distinct=True)), facts.choice("decimal", (".", ",")), number)

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON data."""
        number = {} if self.number is None else {"number": self.number.facts}
        return {"markers": list(self.markers), "decimal": self.decimal, **number}

    @cached_property
    def sentinels(self) -> np.ndarray:
        """Markers that are numbers, such as -999: missing wherever a number is written, float64 (k,)."""
        words = [word.replace(self.decimal, ".") for word in self.markers]
        numbers = [float(word) for word in words if re.match(NUMBER, word)]
        return np.array([number for number in numbers if np.isfinite(number)])

    @cached_property
    def _marker_array(self) -> pa.Array:
        return pa.array(self.markers, pa.string())

    def clean(self, texts: pa.Array) -> pa.Array:
        """The same Arrow strings without surrounding blanks, null where they mean "missing"."""
        trimmed = pc.utf8_trim_whitespace(texts)
        return pc.if_else(pc.is_in(trimmed, self._marker_array), pa.scalar(None, pa.string()), trimmed)

    def is_number(self, texts: pa.Array) -> pa.Array:
        """Whether each Arrow string is written as a number, Arrow booleans."""
        return pc.match_substring_regex(self.with_point(texts), NUMBER)

    def with_point(self, texts: pa.Array) -> pa.Array:
        """The same Arrow strings with a point as the decimal mark, as parsers expect it."""
        return texts if self.decimal == "." else pc.replace_substring(texts, self.decimal, ".")
