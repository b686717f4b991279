"""The trainings of a table's model: a job for each network, on encoded rows of which some are held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.row_digests import RowDigests
from glassnet.data.source import Source
from glassnet.data.splitting.folds import fold_numbers
from glassnet.data.target import TargetEncoder
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.table.answers import TableAnswers, outputs_of
from glassnet.estimators.table.division import Division, naming
from glassnet.estimators.table.presets import PLAIN, PRESETS, Preset
from glassnet.estimators.table.recipe import Recipe, check_memory
from glassnet.hardware import refuse_too_large
from glassnet.learning.job import Job
from glassnet.learning.metrics import METRICS
from glassnet.learning.streaming.stream import Stream
from glassnet.pieces.losses import Loss
from glassnet.pieces.settings import Range, check_number
from glassnet.text import counted

FEWEST_OF_A_FOLD = 2  # rows


@dataclass(frozen=True)
class Encoding:
    """How the rows of a table become inputs and answers of a network.

    Args:
        encoder, target: of its columns, and of the one to predict.
        loss: what reads the answers.
        dtype: of both.
    """

    encoder: TableEncoder
    target: TargetEncoder
    loss: Loss
    dtype: str

    @property
    def classes(self) -> bool:
        """Whether the answers are classes."""
        return self.target.task == "classification"

    def rows(self, source: Source, weights: Array | None = None) -> Rows:
        """The rows of a table that has the target too, with what each weighs (m,)."""
        X = self.encoder.transform(source).astype(self.dtype, copy=False)
        return Rows(X, TableAnswers(self.target, self.loss).encode(source, self.dtype), weights)


class Part(NamedTuple):
    """Rows to learn from, and those held out meanwhile; None where none are."""

    rows: Rows
    validation: Rows | None

    def digests(self, seed: int) -> RowDigests:
        """Digests of both."""
        held_out = None if self.validation is None else (dense(self.validation.X), self.validation.Y)
        return RowDigests.of((dense(self.rows.X), self.rows.Y), held_out, seed)


class Trainings(NamedTuple):
    """What is trained, on how many rows.

    Args:
        jobs, recipes: of each network, all that learn from the same rows together.
        kinds: how many those are.
        known: the rows learned from by some network, and those held out that none learns from.
        words: which rows are held out, where they are not drawn at random.
    """

    jobs: list[Job]
    recipes: list[Recipe]
    kinds: int
    known: Part
    words: str


def trainings(
    recipe: Recipe, preset: str, rows: Rows, encoding: Encoding, division: Division, n_folds: int | None = None
) -> Trainings:
    """A job for each network of a preset: of all rows, and of those that remain where some are held out.

    Args:
        recipe: the user's.
        preset: a name in ``PRESETS``.
        rows: encoded, of which a share is held out, or in turn each fold.
        encoding: of other rows, if ``division`` has some to validate on.
        division: how rows are held out.
        n_folds: how many folds; 1 for none, None for what the preset says where the rows can be divided so.

    Raises:
        InvalidInput: folds are asked for of rows that make none.
    """
    own, share = PRESETS[preset], PRESETS[preset].shared(recipe).validation
    if folds := _folds(own, share, n_folds, len(rows.Y), division):
        strata = rows.Y if encoding.classes else None
        numbers = fold_numbers(division.split, len(rows.Y), folds, recipe.seed, strata)
        every, parts = _in_folds(rows, numbers)
        words = division.words_on_folds(folds)
    else:
        every, parts, words = _divided(rows, share, recipe.seed, encoding, division)
    refits = [] if parts[0].rows is every else [Part(every, None)] * own.refits
    known = Part(every, None) if folds or refits else parts[0]
    copies = max(len(parts), len(refits))
    recipes = own.recipes(recipe, len(parts[0].rows.Y), copies)
    kinds = len(recipes) // copies
    # The same seeds, so that what is chosen holds for them too; last, so that a training that is stopped was judged.
    recipes = recipes[: kinds * len(parts)] + recipes[: kinds * len(refits)]
    parts += refits
    jobs = [job_for(one, preset, *parts[i // kinds], encoding, folds) for i, one in enumerate(recipes)]
    return Trainings(jobs, recipes, kinds, known, words)


def _in_folds(rows: Rows, numbers: Array) -> tuple[Rows, list[Part]]:
    """All rows, and for each fold the others and its own: views of the rows fold by fold, which stand there twice.

    Raises:
        InvalidInput: there is no memory for that.
    """
    order, sizes = np.argsort(numbers, kind="stable"), np.bincount(numbers)
    m, ends = len(order), np.cumsum(sizes)
    what, remedy = f"a second copy of {m:,} encoded rows, which {len(sizes)} folds take,", "hold rows out once"
    refuse_too_large(
        what,
        2 * m * rows.X.shape[1] * rows.X.dtype.itemsize,
        f"{remedy} (n_folds=1, --n-folds 1), or choose another preset",
    )
    twice = rows.some(np.concatenate([order, order[: ends[-1] - sizes[-1]]]))
    parts = [
        Part(twice.some(slice(end, end + m - size)), twice.some(slice(end - size, end)))
        for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)
    ]
    return twice.some(slice(0, m)), parts


def _folds(preset: Preset, share: float, asked: int | None, m: int, division: Division) -> int:
    """How many folds the rows are divided into; 0 where they are not."""
    groups = division.split.groups
    most = m // FEWEST_OF_A_FOLD if groups is None else len(np.unique(groups))
    fits = division.validation is None and division.split.order is None and share > 0 and most > 1
    if asked is None:
        return min(preset.folds, most) if fits and preset.folds > 1 else 0
    check_number("n_folds", asked, Range(1), whole=True)
    if asked == 1:
        return 0
    if preset.members == 1:
        raise InvalidInput("one network makes no folds", f"n_folds={asked}", "choose another preset, such as best")
    if division.validation is not None:
        raise InvalidInput(
            "rows of their own to validate on leave nothing to folds", f"n_folds={asked}", "leave one out"
        )
    if not fits or asked > most:
        rows = counted(m, "row") if groups is None else counted(most, "group")
        raise InvalidInput(f"{rows} cannot be divided into {asked} folds", remedy="ask for fewer (n_folds=, --n-folds)")
    return asked


def _divided(
    rows: Rows, share: float, seed: int, encoding: Encoding, division: Division
) -> tuple[Rows, list[Part], str]:
    """All rows, those to learn from of which others are held out, as views of them, and which these are in words."""
    if division.validation is not None:
        with naming(division.validation):
            validation = encoding.rows(division.validation, division.validation_weights)
        return rows, [Part(rows, validation)], division.words(np.arange(0), len(validation.Y))
    training, held_out = np.arange(len(rows.Y)), np.arange(0)
    if share and division.split.possible:
        training, held_out = division.split.hold_out(len(rows.Y), share, seed, rows.Y if encoding.classes else None)
    if not len(held_out):
        return rows, [Part(rows, None)], ""
    rows, n = rows.some(np.concatenate([training, held_out])), len(training)
    parts = [Part(rows.some(slice(0, n)), rows.some(slice(n, None)))]
    return rows, parts, division.words(held_out, len(held_out))


def job_for(
    recipe: Recipe,
    preset: str,
    rows: Rows,
    validation: Rows | None,
    encoding: Encoding,
    folds: int = 0,
    stream: Stream | None = None,
) -> Job:
    """The training of one network, on rows that are in memory, or on a stream of which these are a sample."""
    network = recipe.network(rows.X.shape[1], outputs_of(encoding.target), encoding.loss, encoding.encoder.leading)
    plan = recipe.plan(network, len(rows.Y) if stream is None else stream.order.rows)
    check_memory(plan)
    enough = len(rows.Y) > 1 and (validation is None or len(validation.Y) != 1)
    fixed = {name: value for name, value in vars(recipe).items() if name not in ("epochs", "threads", "named")}
    return Job(
        plan,
        State.new(plan, recipe.seed, X=rows.X),
        rows,
        validation,
        [METRICS["accuracy" if encoding.classes else "r2"]] if enough else [],
        judge_training=preset == PLAIN,
        stopping=recipe.stopping(validation is not None) if preset == PLAIN else None,
        engine=recipe.engine,
        stream=stream,
        settings={
            "target": encoding.target.name,
            "task": encoding.target.task,
            "preset": preset,
            "folds": folds,
            **fixed,
        },
    )
