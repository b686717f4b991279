"""A record's settings declare what values they take; one mechanism checks them all.

A new loss, optimizer or schedule writes its settings once, as dataclass fields made by :func:`setting`; validation,
menus, command-line options and saved files read them from there.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from abc import ABC
from numbers import Integral, Real
from typing import Any, ClassVar

from glassnet.errors import InvalidInput, InvalidType


@dataclasses.dataclass(frozen=True)
class Range:
    """The numbers a setting takes, from ``low`` to ``high``; an ``above`` or ``below`` leaves the end itself out."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    def __contains__(self, value: Any) -> bool:
        low = value > self.low if self.above else value >= self.low
        high = value < self.high if self.below else value <= self.high
        return low and high and abs(value) <= sys.float_info.max  # NaN is not; integers have no largest

    def __str__(self) -> str:
        ends = []
        if self.low > -math.inf:
            ends.append(f"{'above' if self.above else 'at least'} {self.low:g}")
        if self.high < math.inf:
            ends.append(f"{'below' if self.below else 'at most'} {self.high:g}")
        return " and ".join(ends) or "that is finite"


def setting(
    default: object = dataclasses.MISSING,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
    below: bool = False,
    whole: bool = False,
    help: str = "",
) -> Any:
    """A dataclass field with the range of values it takes and a line of help.

    Args:
        default: the value where none is given; True, False or a whole number make it a setting of that type.
        low, high: the ends of the range.
        above, below: True leaves ``low`` (``high``) itself out.
        whole: True for whole numbers where no default says so.
        help: what it sets, for menus and ``--help``.
    """
    kind = bool if isinstance(default, bool) else int if whole or isinstance(default, int) else float
    metadata = {"range": Range(low, high, above, below), "kind": kind, "help": help}
    return dataclasses.field(default=default, metadata=metadata)


def check_number(name: str, value: object, wanted: Range, whole: bool = False) -> None:
    """Raise where ``value`` is not a (``whole``) number within ``wanted``.

    >>> check_number("momentum", 1.5, Range(0, 1, below=True))
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: momentum must be a number at least 0 and below 1 (seen: 1.5).
    """
    number = "a whole number" if whole else "a number"
    plain = type(value) is int or (type(value) is float and not whole)  # nearly always, and quick to check
    if not plain and (isinstance(value, bool) or not isinstance(value, Integral if whole else Real)):
        seen = f"{value!r} of type {type(value).__name__}"
        raise InvalidType(f"{name} must be {number} {wanted}", seen, remedy="pass it as a number")
    if (value if plain or isinstance(value, Integral) else float(value)) not in wanted:  # type: ignore[arg-type]
        raise InvalidInput(f"{name} must be {number} {wanted}", seen=f"{value!r}")


class Record(ABC):
    """Parent of the frozen dataclasses that fill the tables: settings checked when made, readable as plain data.

    Class attributes: ``name``; ``formula`` as people write it; ``source``; ``aliases``, other names for it.
    """

    name: ClassVar[str]
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    # A method, and what is written about it: a class that overrides the method alone must not inherit those.
    faces: ClassVar[tuple[str, tuple[str, ...]]] = ("", ())
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        method, faces = cls.faces
        if method in vars(cls):
            protocol = cls.__mro__[cls.__mro__.index(Record) - 1]
            for face in faces:
                if face not in vars(cls):
                    setattr(cls, face, getattr(protocol, face))

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if "range" not in field.metadata:
                continue
            name, value, kind = f"{self.name}: {field.name}", getattr(self, field.name), field.metadata["kind"]
            if kind is not bool:
                check_number(name, value, field.metadata["range"], whole=kind is int)
                # Plain numbers: a numpy.float64 among float32 arrays would promote them, and JSON takes no numpy.int64.
                object.__setattr__(self, field.name, kind(value))
            elif not isinstance(value, bool):
                raise InvalidType(f"{name} must be True or False", seen=repr(value), remedy="pass one of the two")

    def settings(self) -> dict[str, Any]:
        """The settings by name, as plain data."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
