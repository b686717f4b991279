"""What drawers show of what they could: a map's columns, a surface's weights; choices apart from the selection."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range, check_number
from glassnet.pieces.tables import Table as Named
from glassnet.studio.settings import Value, read_number

LONGEST = 60  # letters of a name


@dataclass(frozen=True)
class Look:
    """One choice.

    Args:
        name: in messages.
        default: what is shown at first; a number makes it a choice of numbers.
        values: the range of a number; None for a name.
    """

    name: str
    default: Value
    values: Range | None = None

    def read(self, value: object) -> Value:
        """The choice that is meant.

        Raises:
            InvalidInput: none that it can be.
        """
        if self.values is None:
            text = str(value)
            if len(text) > LONGEST:
                raise InvalidInput(f"{self.name} is a short name", f"{len(text)} letters", f"send up to {LONGEST}")
            return text
        if str(value) == "":
            return self.default
        number = read_number(self.name, value)
        whole = isinstance(self.default, int)
        found: Value = int(number) if whole and number.is_integer() else number
        check_number(self.name, found, self.values, whole=whole)
        return found


@dataclass(frozen=True)
class Start(Look):
    """A place of the cost surface: two numbers."""

    def read(self, value: object) -> Value:
        """The same, as it is written; "" for where the run is."""
        numbers = [read_number("a start", part) for part in str(value).split()[:3]]
        if len(numbers) not in (0, 2):
            raise InvalidInput("a start is two numbers", f"{len(numbers)}", "write them as 0.5 -1")
        return " ".join(map(repr, numbers))


PLACE = Range(0, 10**9)
LOOKS = Named(
    "choice",
    [
        Look("page", 0, PLACE),  # of the table
        Look("put", 0, PLACE),  # the class of a point that is added
        Look("judge", 0, Range(0, 1)),  # whether the rows kept for the end are opened
        Look("across", ""),  # the map's columns
        Look("up", ""),
        Look("matrices", 0, PLACE),  # the layer; 0 for that of the selection
        Look("method", ""),  # of an explanation
        Look("explained", 0, PLACE),  # the row; 0 for the example
        Look("first", ""),  # the surface's weights
        Look("second", ""),
        Start("start", ""),  # of a descent
        Look("alpha", 0.0, Range(0, 1e6)),  # 0 for that of the run
        Look("steps", 40, Range(1, 500)),
    ],
)
"""Every choice."""
