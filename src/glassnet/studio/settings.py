"""The one table of settings: the form, the link and every check are read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from glassnet.errors import InvalidInput, unknown_name
from glassnet.lessons.question import readings
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.settings import Range, check_number
from glassnet.pieces.tables import Table as Named
from glassnet.studio import limits

Value = float | int | str


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        name, title: in links, and on the page.
        default: where a data set has no other; a whole number makes it a setting of whole numbers.
        values: the range of a number, or what gives the names to choose from.
        help: a sentence.
        first: whether it is in view; the others stand behind "all".
        fresh: whether another value asks for another network or other rows, so that its weights are drawn anew.
    """

    name: str
    title: str
    default: Value
    values: Range | Callable[[], tuple[str, ...]]
    help: str
    first: bool = False
    fresh: bool = False

    def read(self, value: object) -> Value:
        """The value that is meant.

        Raises:
            InvalidInput, UnknownName: none of its values.
        """
        if not isinstance(self.values, Range):
            choices = self.values()
            if value not in choices:
                raise unknown_name(self.title, value, choices)
            return str(value)
        number = read_number(self.title, value)
        whole = isinstance(self.default, int)
        number = int(number) if whole and number.is_integer() else number
        check_number(self.title, number, self.values, whole)
        return number


def read_number(name: str, value: object) -> float:
    """A number as people type it: with a point or a comma, or as a fraction.

    Raises:
        InvalidInput: it is none.

    >>> read_number("w", "0,5"), read_number("w", "1/4"), read_number("w", 2)
    (0.5, 0.25, 2.0)
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    found = [number for number, _ in readings(str(value)[:40])]
    if not found:
        raise InvalidInput(f"{name} is a number", repr(str(value)[:40]), "write it as 0.5, 0,5 or 1/2")
    return found[0]


@dataclass(frozen=True)
class Layers(Setting):
    """The units of the hidden layers, ``"8,8"``; "" for none."""

    def read(self, value: object) -> Value:
        """Whole numbers, by commas."""
        assert isinstance(self.values, Range)
        texts = [text.strip() for text in str(value).split(",") if text.strip()]
        limits.LAYERS.check(len(texts))
        units = []
        for text in texts:
            number = read_number("the number of units", text)
            units.append(int(number) if number.is_integer() else number)
            check_number("the number of units", units[-1], self.values, whole=True)
        return ",".join(map(str, units))


def _optimizers() -> tuple[str, ...]:
    """Those that take a step a batch."""
    return tuple(name for name, entry in OPTIMIZERS.items() if not entry.cls.whole_batch)


SETTINGS = Named(
    "setting",
    [
        Setting("noise", "noise", 0.1, Range(0, 2), "how far the points lie from where they belong", True, True),
        Setting("points", "points", 200, Range(4, 5000), "how many are drawn", True, True),
        Layers("layers", "hidden layers", "4", Range(1, limits.UNITS.most), "their units, by commas", True, True),
        Setting("activation", "activation", "tanh", lambda: tuple(ACTIVATIONS), "of the hidden units", True),
        Setting("optimizer", "optimizer", "gradient_descent", _optimizers, "what makes a step of a gradient", True),
        Setting("learning_rate", "learning rate", 0.1, Range(0, 100), "alpha, how far a step goes", True),
        Setting("batch_size", "batch size", 10, Range(1, 5000), "rows of a step", True),
        Setting("seed", "seed", 1, Range(0, 2**31), "what weights and order of rows are drawn from", True, True),
        Setting("loss", "loss", "auto", lambda: ("auto", *LOSSES), "what is minimized; auto: what suits the target"),
        Setting(
            "points_seed",
            "seed of the rows",
            1,
            Range(0, 2**31),
            "what points are drawn from, and rows held out",
            fresh=True,
        ),
        Setting("validate", "share to validate", 0.2, Range(0, 0.8), "rows that watch the learning", fresh=True),
        Setting("judge", "share to judge", 0.2, Range(0, 0.8), "rows that judge it in the end", fresh=True),
        Setting("l2", "L2 penalty", 0.0, Range(0, 10), "keeps weights small"),
        Setting("l1", "L1 penalty", 0.0, Range(0, 10), "makes weights 0"),
        Setting("epochs", "epochs", 2000, Range(1, 100_000), "how many the training is planned for"),
    ],
)
"""Every setting, those in view first."""


def all_values(defaults: Mapping[str, Value], changed: Mapping[str, Value]) -> dict[str, Value]:
    """Every setting's value: what was changed, else what suits the data, else its default."""
    return {name: changed.get(name, defaults.get(name, setting.default)) for name, setting in SETTINGS.items()}
