"""Presets: how much work goes into a table's model. One record each; a recipe's own settings take precedence.

>>> {name: preset.members for name, preset in PRESETS.items()}
{'plain': 1, 'fast': 2, 'balanced': 4, 'best': 5}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from glassnet.errors import unknown_name
from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.randomness import member_seed

PLAIN = "plain"  # one network, judged and stopped by itself
AUTO = "auto"  # "balanced", or "plain" where the recipe describes one network
SHARED = ("loss", "validation", "dtype", "device", "threads", "seed")  # settings that describe no network
QUICK_ENGINES = ("auto", "native")  # of the others one training is long enough
FEW_ROWS = 1000  # up to so many simple models win as often as not, so they are tried too
OF_PROBABILITIES = ("log_loss", "roc_auc")  # metrics that smoothed labels spoil
MOST_STEPS = 20_000
BATCHES = ((1_000, 64), (30_000, 128), (100_000, 256))  # rows up to which a batch is so large
LARGEST_BATCH = 512


@dataclass(frozen=True)
class Preset:
    """How many networks are trained, and what they are like.

    Args:
        words: what it is good for.
        members: how many networks; 1 is the user's recipe alone.
        least_steps: small tables take more epochs than ``recipe`` says, to come to so many steps; large ones fewer, to
            stay below ``MOST_STEPS``.
        recipe: of all members.
        sigmas, dropouts: of one member after the other, from the first again where they are fewer.
        folds: in how many parts the rows are held out in turn, a training of each network for each; 1 holds out once.
        refits: how often each network is trained on all rows too, where rows are held out: then these answer, at the
            moments that the rows held out choose.
        smoothing: of labels, where the share of right classes counts: without it networks grow so sure that the mean
            of their probabilities says little. The blend's temperature takes back what it does to probabilities.
    """

    words: str
    members: int = 1
    least_steps: int = 0
    recipe: Recipe = DEFAULTS
    sigmas: Sequence[float] = ()
    dropouts: Sequence[float] = ()
    smoothing: float = 0.0
    folds: int = 1
    refits: int = 0

    def loss(self, loss: Loss, recipe: Recipe, metric: str | None) -> Loss:
        """The loss of every network.

        Args:
            loss: the recipe's.
            recipe: the user's; a loss that it names stays as it is.
            metric: the metric to improve, or None.

        >>> PRESETS["balanced"].loss(LOSSES.make("cross_entropy"), Recipe(), None)
        CrossEntropy(label_smoothing=0.1)
        """
        smooth = self.smoothing and metric not in OF_PROBABILITIES and "loss" not in recipe.chosen
        if smooth and loss.targets in ("classes", "zero_one"):
            return LOSSES.make(loss.name, label_smoothing=self.smoothing)
        return loss

    def shared(self, recipe: Recipe) -> Recipe:
        """What holds for every network: the preset's, where the user's recipe is as by default."""
        return _filled(recipe, self.recipe)

    def recipes(self, recipe: Recipe, rows: int, copies: int = 1) -> list[Recipe]:
        """The recipe of each network to train.

        Args:
            recipe: the user's; what is not as by default there holds for every member.
            rows: learned from.
            copies: how often, each time with other seeds.
        """
        if self.members == 1:
            return [recipe]
        batch = next((size for most, size in BATCHES if rows <= most), LARGEST_BATCH)
        steps = -(-rows // batch)
        epochs = max(1, min(max(self.recipe.epochs, -(-self.least_steps // steps)), MOST_STEPS // steps))
        own = [
            replace(self.recipe, sigma=self.sigmas[i % len(self.sigmas)], dropout=self.dropouts[i % len(self.dropouts)])
            for i in range(self.members)
        ]
        if rows <= FEW_ROWS:
            own += [replace(simple, schedule=self.recipe.schedule) for simple in SIMPLE]
        own = [replace(one, batch_size=batch, epochs=epochs) for one in own] * copies
        return [replace(_filled(recipe, one), seed=member_seed(recipe.seed, i)) for i, one in enumerate(own)]


def _filled(recipe: Recipe, other: Recipe) -> Recipe:
    """The recipe, its defaults replaced by another's values."""
    return replace(other, named=recipe.named, **{name: getattr(recipe, name) for name in recipe.chosen})


SIMPLE = (Recipe(hidden=(64,)), Recipe(hidden=()))
_PARTS = Recipe(
    hidden=(128, 128, 128),
    activation="silu",
    scale=True,
    mix=True,
    ntk=True,
    initializer="data",
    schedule="coslog",
    optimizer="adamw:learning_rate=0.04,beta_2=0.95,weight_decay=0.02",
    validation=0.2,
    epochs=64,
)
SMOOTHING = 0.1  # of labels
# Noisy tables want low frequencies and dropout, smooth ones the opposite: no single value suits all, the blend decides.
# The first two differ most: of the first four they are the pair that is worth most. The fifth is for columns along
# which answers jump, such as places and amounts, and seldom worth its time elsewhere.
_SIGMAS, _DROPOUTS = (0.1, 2.0, 0.4, 0.02, 10.0), (0.15, 0.3, 0.0, 0.075, 0.15)
_SMALL = replace(_PARTS, hidden=(64, 64), epochs=16)
PRESETS = {
    PLAIN: Preset("one network by the recipe alone"),
    # in few passes low frequencies are nearly straight lines: the first does without, at a third of the work
    "fast": Preset("2 networks, few passes", 2, 300, _SMALL, (0.0, 2.0), _DROPOUTS, SMOOTHING),
    # of all rows in half the passes is better than of four fifths in all of them, in the same time
    "balanced": Preset("4 networks of all rows", 4, 1_500, _PARTS, _SIGMAS, _DROPOUTS, SMOOTHING, refits=1),
    "best": Preset(
        "5 networks of all rows, twice each, many passes, chosen by 5 folds",
        5,
        6_000,
        replace(_PARTS, epochs=192),
        _SIGMAS,
        _DROPOUTS,
        SMOOTHING,
        folds=5,
        refits=2,
    ),
}


def describing(recipe: Recipe) -> tuple[str, ...]:
    """The settings by which a recipe describes one network and its training, so that "auto" trains it alone.

    >>> describing(Recipe(seed=3, epochs=5)), describing(Recipe(engine="loops"))
    (('epochs',), ('engine',))
    """
    quick = (*SHARED, "engine") if recipe.engine in QUICK_ENGINES else SHARED
    return tuple(name for name in recipe.chosen if name not in quick)


def preset_for(name: str, recipe: Recipe) -> str:
    """The preset that a name means: "auto" is "balanced", or "plain" where the recipe describes one network.

    Raises:
        UnknownName: no such preset.

    >>> preset_for("auto", Recipe()), preset_for("auto", Recipe(hidden=(8,))), preset_for("best", Recipe(hidden=(8,)))
    ('balanced', 'plain', 'best')
    """
    if name == AUTO:
        return PLAIN if describing(recipe) else "balanced"
    if name not in PRESETS:
        raise unknown_name("preset", name, (AUTO, *PRESETS))
    return name
