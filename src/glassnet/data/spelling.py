"""How values are written in a table: what means "missing", which decimal mark. Kept with the encoder, so that rows to
be predicted are read as the training rows were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.reading.options import ReadOptions

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = r"(?i)^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$|^[+-]?(inf|infinity|nan)$"
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Spelling:
    """What the words of a table mean.

    Args:
        markers: cell texts that mean "missing".
        decimal: the decimal mark, ``"."`` or ``","``.

    >>> Spelling(("", "-999")).sentinels
    array([-999.])
    """

    markers: tuple[str, ...] = ReadOptions().markers
    decimal: str = "."

    @classmethod
    def of(cls, options: ReadOptions) -> Spelling:
        """The spelling that ``options`` ask for."""
        return cls(options.markers, options.decimal)

    @classmethod
    def restore(cls, facts: Facts) -> Spelling:
        """The spelling among the facts of a file.

        Raises:
            BrokenFile: markers or a decimal mark that cannot be.
        """
        return cls(tuple(facts.texts("markers", distinct=True)), facts.choice("decimal", (".", ",")))

    @cached_property
    def sentinels(self) -> np.ndarray:
        """Markers that are numbers, such as -999: missing wherever a number is written, float64 (k,)."""
        words = [word.replace(self.decimal, ".") for word in self.markers]
        numbers = [float(word) for word in words if re.match(NUMBER, word)]
        return np.array([number for number in numbers if np.isfinite(number)])

    @cached_property
    def _nothing(self) -> pa.Array:
        import pyarrow as pa

        return pa.array(self.markers, pa.string())

    def clean(self, texts: Any) -> Any:
        """The same Arrow strings without surrounding blanks, null where they say "missing"."""
        import pyarrow as pa
        import pyarrow.compute as pc

        trimmed = pc.utf8_trim_whitespace(texts)
        return pc.if_else(pc.is_in(trimmed, self._nothing), pa.scalar(None, pa.string()), trimmed)

    def is_number(self, texts: Any) -> Any:
        """Whether each Arrow string is written as a number, Arrow booleans."""
        import pyarrow.compute as pc

        return pc.match_substring_regex(self.point(texts), NUMBER)

    def point(self, texts: Any) -> Any:
        """The same Arrow strings with the decimal mark that parsers understand."""
        import pyarrow.compute as pc

        return texts if self.decimal == "." else pc.replace_substring(texts, self.decimal, ".")
