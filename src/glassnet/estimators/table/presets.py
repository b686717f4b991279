"""Presets: how much work goes into a table's model. One record each; a recipe's own settings take precedence.

>>> {name: preset.members for name, preset in PRESETS.items()}
{'plain': 1, 'fast': 2, 'balanced': 4, 'best': 8}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.randomness import member_seed

FEW_ROWS = 1000  # up to so many simple models win as often as not, so they are tried too
MOST_STEPS = 10_000
BATCHES = ((1_000, 64), (8_000, 128), (30_000, 256), (100_000, 512))  # rows up to which a batch is so large
LARGEST_BATCH = 1024
_BARE: dict[str, object] = {"dropout": 0.0, "sigma": 0.0, "scale": False, "mix": False, "ntk": False}
_BARE |= {"initializer": "auto", "optimizer": "adamw"}
SIMPLE: tuple[Mapping[str, object], ...] = (
    _BARE | {"hidden": (64,), "activation": "relu"},
    _BARE | {"hidden": ()},
)


@dataclass(frozen=True)
class Preset:
    """How many networks are trained, and what they are like.

    Args:
        words: what it is good for.
        members: how many networks; 1 is the recipe alone.
        epochs: passes over the rows, of tables in between ...
        least_steps: ... small enough that this takes more passes, and large enough that ``MOST_STEPS`` take fewer.
        settings: of the recipe, for all members.
        each: of the recipe, for one member after the other, from the first again where they are fewer.
    """

    words: str
    members: int = 1
    epochs: int = 0
    least_steps: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)
    each: Mapping[str, Sequence[object]] = field(default_factory=dict)

    def shared(self, recipe: Recipe) -> Recipe:
        """What holds for every network: the preset's, where the user's recipe is as by default."""
        return _filled(recipe, self.settings)

    def recipes(self, recipe: Recipe, rows: int) -> list[Recipe]:
        """The recipe of each network to train.

        Args:
            recipe: the user's; what is not as by default there holds for every member.
            rows: learned from.
        """
        if self.members == 1:
            return [recipe]
        batch = next((size for most, size in BATCHES if rows <= most), LARGEST_BATCH)
        steps = -(-rows // batch)
        epochs = max(1, min(max(self.epochs, -(-self.least_steps // steps)), MOST_STEPS // steps))
        shared = {**self.settings, "batch_size": batch, "epochs": epochs}
        members = [
            {**shared, **{name: values[i % len(values)] for name, values in self.each.items()}}
            for i in range(self.members)
        ]
        if rows <= FEW_ROWS:
            members += [{**shared, **simple} for simple in SIMPLE]
        return [
            replace(_filled(recipe, settings), seed=member_seed(recipe.seed, number))
            for number, settings in enumerate(members)
        ]


def _filled(recipe: Recipe, settings: Mapping[str, object]) -> Recipe:
    """The recipe, its defaults replaced."""
    given = {f.name for f in fields(Recipe) if getattr(recipe, f.name) != getattr(DEFAULTS, f.name)}
    return replace(recipe, **{name: value for name, value in settings.items() if name not in given})  # type: ignore[arg-type]


_SHARED: Mapping[str, object] = {
    "hidden": (256, 256, 256),
    "activation": "silu",
    "scale": True,
    "mix": True,
    "ntk": True,
    "initializer": "data",
    "schedule": "coslog",
    "optimizer": "adamw:learning_rate=0.04,beta_2=0.95,weight_decay=0.02",
    "validation": 0.2,
}
# What suits noisy tables and what suits smooth ones: no single value does (a grid, log-spaced, of TabPack's kind).
_DIVERSE: Mapping[str, Sequence[object]] = {"sigma": (0.1, 0.4, 0.02, 2.0), "dropout": (0.15, 0.0, 0.075, 0.3)}
PRESETS = {
    "plain": Preset("one network by the recipe alone"),
    "fast": Preset("2 networks, few passes", 2, 16, 300, {**_SHARED, "hidden": (128, 128)}, _DIVERSE),
    "balanced": Preset("4 networks", 4, 64, 1_500, _SHARED, _DIVERSE),
    "best": Preset("8 networks, many passes", 8, 192, 6_000, _SHARED, _DIVERSE),
}
