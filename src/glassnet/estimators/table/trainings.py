"""The trainings of a table's model: a job for each network, on encoded rows of which some are held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.row_digests import RowDigests
from glassnet.data.source import Source
from glassnet.data.target import TargetEncoder
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.estimators.table.answers import TableAnswers, outputs_of
from glassnet.estimators.table.division import Division, naming
from glassnet.estimators.table.presets import PLAIN, PRESETS
from glassnet.estimators.table.recipe import Recipe, check_memory
from glassnet.learning.job import Job
from glassnet.learning.metrics import METRICS
from glassnet.pieces.losses import Loss


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


class Trainings(NamedTuple):
    """What is trained, on how many rows.

    Args:
        jobs, recipes: of each network.
        rows, validation_rows: learned from, and held out.
        validated: which rows are held out, in words, where they are not drawn at random.
    """

    jobs: list[Job]
    recipes: list[Recipe]
    rows: int
    validation_rows: int
    validated: str

    def digests(self, seed: int) -> RowDigests:
        """Digests of the rows that are learned from, and of those held out."""
        rows, validation = self.jobs[0].rows, self.jobs[0].validation
        held_out = None if validation is None else (dense(validation.X), validation.Y)
        return RowDigests.of((dense(rows.X), rows.Y), held_out, seed)


def trainings(recipe: Recipe, preset: str, rows: Rows, encoding: Encoding, division: Division) -> Trainings:
    """A job for each network of a preset.

    Args:
        recipe: the user's.
        preset: a name in ``PRESETS``.
        rows: encoded, of which a share is held out.
        encoding: of other rows, if ``division`` has some to validate on.
        division: how rows are held out.
    """
    share = PRESETS[preset].shared(recipe).validation
    rows, validation, words = _divided(rows, share, recipe.seed, encoding, division)
    recipes = PRESETS[preset].recipes(recipe, len(rows.Y))
    jobs = [_job(one, preset, rows, validation, encoding) for one in recipes]
    return Trainings(jobs, recipes, len(rows.Y), 0 if validation is None else len(validation.Y), words)


def _divided(
    rows: Rows, share: float, seed: int, encoding: Encoding, division: Division
) -> tuple[Rows, Rows | None, str]:
    """The rows to learn from, those to validate on, and which these are in words."""
    held_out, validation = np.arange(0), None
    if division.validation is not None:
        with naming(division.validation):
            validation = encoding.rows(division.validation, division.validation_weights)
    elif share and division.split.possible:
        training, held_out = division.split.hold_out(len(rows.Y), share, seed, rows.Y if encoding.classes else None)
        if len(held_out):
            rows, validation = rows.some(training), rows.some(held_out)
    return rows, validation, division.words(held_out, 0 if validation is None else len(validation.Y))


def _job(recipe: Recipe, preset: str, rows: Rows, validation: Rows | None, encoding: Encoding) -> Job:
    network = recipe.network(rows.X.shape[1], outputs_of(encoding.target), encoding.loss, encoding.encoder.leading)
    plan = recipe.plan(network, len(rows.Y))
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
        settings={"target": encoding.target.name, "task": encoding.target.task, "preset": preset, **fixed},
    )
