"""The options of figures, as a command line has them: how each is read, and its help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from glassnet.data.roles import Judge
from glassnet.errors import InvalidInput, unknown_name
from glassnet.pieces.settings import Range


@dataclass(frozen=True)
class Option:
    """One option of figures.

    Args:
        name: of the keyword argument, and of the option on the command line.
        help: what it chooses.
        read: the value that a text means; it raises InvalidInput where there is none.
        number: the range of an option that is a number; ``read`` is not used then.
        whole: True for whole numbers.
        default: as the help shows it.
    """

    name: str
    help: str
    read: Callable[[str], object] = str
    number: Range | None = None
    whole: bool = True
    default: str = ""


def columns(text: str) -> tuple[str, str]:
    """``age,height``."""
    names = text.split(",")
    if len(names) != 2:
        raise InvalidInput("--features names two columns", seen=repr(text[:60]), remedy="as in --features age,height")
    return names[0], names[1]


def unit(text: str) -> tuple[int, int]:
    """``1:3``, layer and unit."""
    return _pair("--unit", text, ":", "as in --unit 1:3, layer and unit, both from 1")


def shape(text: str) -> tuple[int, int]:
    """``8x8``."""
    return _pair("--shape", text, "x", "as in --shape 8x8, rows and columns")


def directions(text: str) -> str | tuple[str, ...]:
    """A name, or two parameters: ``w11[1]:b1[1]``."""
    return tuple(text.split(":")) if ":" in text else text


def judge(text: str) -> str:
    """``unseen``, ``all``, ``learned`` or ``validated``."""
    if text not in get_args(Judge):
        raise unknown_name("rows to judge", text, get_args(Judge))
    return text


def _pair(flag: str, text: str, between: str, remedy: str) -> tuple[int, int]:
    numbers = text.split(between)
    if len(numbers) != 2 or not all(number.isdecimal() and len(number) < 9 for number in numbers):
        raise InvalidInput(f"{flag} is two whole numbers", seen=repr(text[:60]), remedy=remedy)
    return int(numbers[0]), int(numbers[1])


FEATURES = Option("features", "its two columns, A,B; the first two of numbers if not given", columns)
FEATURE = Option("feature", "the column; the only one, or a classifier's score, if not given")
UNIT = Option("unit", "that of one unit, LAYER:UNIT from 1, instead of the answer", unit)
LAYER = Option("layer", "the layer, from 1", number=Range(1), default="1")
DIRECTIONS = Option("directions", "random, curved, or two parameters, w11[1]:b1[1]", directions, default="random")
REACH = Option("reach", "how far it goes", number=Range(0, above=True), whole=False, default="1")
METRIC = Option("metric", "the column that is drawn", default="cost")
SHAPE = Option("shape", "ROWSxCOLUMNS of the image; a square if not given", shape)
JUDGE = Option(
    "judge", f"the rows it judges by, {', '.join(get_args(Judge))}; all where none is unseen", judge, default="unseen"
)
ROW = Option("row", "the row of DATA whose numbers are drawn, from 1", number=Range(1))
LENS = Option("lens", "what stands on the edges: values, gradients, or the change of the step", default="values")
SELECT = Option("select", "a weight or bias, w12[1]: every path from it to the cost is lit")
