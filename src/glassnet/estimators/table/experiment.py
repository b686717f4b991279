"""``experiment``: hold rows out, train a model of the others, judge it by those held out (``glassnet train``)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np

from glassnet.archive.os_errors import StrPath
from glassnet.arrays import Array
from glassnet.data.holdout import holdout
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, TableLike
from glassnet.data.target import TargetEncoder, default_target
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import AUTO
from glassnet.estimators.table.recipe import Recipe
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.learning.run import Callback

FEWEST_TO_DIVIDE = 5  # rows; of fewer none can be spared


@dataclass(eq=False, repr=False)
class Experiment:
    """A table divided in two, and the model that learns from the one part and is judged by the other.

    :func:`experiment` goes through all its steps: :meth:`of` a table, :meth:`prepare`, :meth:`train`, :meth:`judge`.

    Args:
        source: the whole table.
        target: what was found out about the column to predict: its name, the task and why, notes.
        why: why this column, where none was named; else "".
        training: numbers of the rows learned from, from 0 (m,).
        held_out: numbers of the rows held out to judge by, from 0 (h,); empty where none are.
        recipe: hyperparameters.
        model: the model, once it is prepared.
        test: the held-out rows as the model takes them, read before training.

    >>> from glassnet import open_source
    >>> divided = Experiment.of(open_source("iris"))
    >>> len(divided.training), len(divided.held_out), divided.target.name
    (120, 30, 'species')
    """

    source: Source
    target: TargetEncoder
    why: str
    training: Array
    held_out: Array
    recipe: Recipe
    model: TableModel = field(init=False)
    test: tuple[Array, Array] | None = None

    def __repr__(self) -> str:
        rows = f"{len(self.training)} rows to learn from, {len(self.held_out)} held out"
        return f"<Experiment: {self.target.task} of {self.target.name!r} in {self.source.label}, {rows}>"

    @classmethod
    def of(
        cls, source: Source, target: Hashable = None, task: Task | None = None, test: float = 0.2, seed: int = 0
    ) -> Self:
        """Find target and task, and divide the rows; the classes of a classification in proportion.

        Args:
            source: the table.
            target: the column to predict, as the frame names it; None takes the default, the last one.
            task: "classification", "regression", or None to find it from the target.
            test: share of the rows to hold out; of fewer than ``FEWEST_TO_DIVIDE`` none are.
            seed: of the division.
        """
        name, why = default_target(source) if target is None else (str(target), "")
        encoder = TargetEncoder(task).fit(source, name)
        training, held_out = np.arange(source.rows), np.arange(0)
        if test and source.rows >= FEWEST_TO_DIVIDE:
            strata = encoder.transform(source, name) if encoder.task == "classification" else None
            training, held_out = holdout(source.rows, test, seed, strata)
        return cls(source, encoder, why, training, held_out, Recipe(seed=seed))

    def prepare(
        self,
        recipe: Recipe | None = None,
        preset: str = AUTO,
        time_limit: float | None = None,
        row_digests: bool = True,
    ) -> Self:
        """Learn the encoders from the training rows and build the networks; read the held-out rows.

        Args:
            recipe: hyperparameters; None for those that the experiment has.
            preset: how much work goes into the model, a name in ``PRESETS``; "plain" is one network by the recipe,
                "auto" that where the recipe describes a network, else "balanced".
            time_limit: seconds of training; None for no limit.
            row_digests: whether the model knows which rows taught it.
        """
        self.recipe = recipe or self.recipe
        divided = bool(len(self.held_out))
        rows = self.source.take(self.training) if divided else self.source
        model = TableModel(self.recipe, self.target.task, preset, time_limit, row_digests=row_digests)
        self.model = model.prepare(rows, self.target.name)
        # Of all rows, not of those to learn from.
        self.model.target.reason, self.model.target.notes = self.target.reason, self.target.notes
        self.test = self.model.encode(self.source.take(self.held_out)) if divided else None
        return self

    def train(
        self,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
        checkpoint: StrPath | None = None,
        checkpoint_every: float = 30.0,
        resume: bool = False,
    ) -> Self:
        """Train the prepared model.

        Args:
            callbacks: notified of how the training goes.
            checkpoint, checkpoint_every: a file the training is saved to, every so many seconds and at its end.
            resume: True starts from the training that ``checkpoint`` holds, of the same rows and recipe.

        Raises:
            Diverged: there is no model to keep.
            InvalidInput: ``resume`` without a checkpoint, or one of other rows or another recipe.
            Unsupported: a checkpoint of several networks.
        """
        if len(self.model.jobs) > 1 and (checkpoint is not None or resume):
            what = f"a training of {len(self.model.jobs)} networks side by side keeps no checkpoint"
            raise Unsupported(what, remedy="train without one, or one network: preset='plain' (--preset plain)")
        job = self.model.job
        assert job is not None  # it was prepared
        job.checkpoint, job.checkpoint_every = checkpoint, checkpoint_every
        job.settings = {**job.settings, "number of held-out rows": len(self.held_out)}
        if resume:
            job.resume()
        self.model.learn(callbacks)
        if self.model.outcome.error is not None:
            raise self.model.outcome.error
        return self

    def judge(self) -> Self:
        """Judge the model by the held-out rows, where there are some; the scores go into its file."""
        if self.test is not None:
            self.model.evaluation = self.model.judge(*self.test)
        return self

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the table, its target and its columns, as sentences; after :meth:`prepare`."""
        return self.model.notes

    @property
    def evaluation(self) -> Evaluation | None:
        """The scores on held-out rows, each beside that of the trivial guess; None where no rows were held out."""
        return self.model.evaluation

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Findings about the training, the network and the rows it learned from."""
        return self.model.diagnose(self.source.take(self.training))


def experiment(
    data: TableLike,
    target: Hashable = None,
    *,
    task: Task | None = None,
    recipe: Recipe | None = None,
    preset: str = AUTO,
    time_limit: float | None = None,
    row_digests: bool = True,
    test: float = 0.2,
    options: ReadOptions | None = None,
    callbacks: Sequence[Callback | Callable[..., object]] = (),
    checkpoint: StrPath | None = None,
    checkpoint_every: float = 30.0,
    resume: bool = False,
) -> Experiment:
    """Hold rows out, train a model of the others, and judge it by those held out.

    Args:
        data: a table: anything :func:`~glassnet.data.reading.opening.open_source` takes.
        target: the column to predict; None takes the default, the last one.
        task: "classification", "regression", or None to find it from the target.
        recipe: hyperparameters; its seed also divides the rows.
        preset, time_limit, row_digests: of the model, see :meth:`Experiment.prepare`.
        test: share of the rows to hold out, 0 <= test < 1.
        options: how to read ``data``.
        callbacks, checkpoint, checkpoint_every, resume: of the training, see :meth:`Experiment.train`.

    Raises:
        InvalidInput, UnknownName: a table, a column or a share that cannot be used.
        Diverged: the training met a number that is not finite.

    >>> found = experiment("iris", recipe=Recipe(epochs=40))
    >>> len(found.training), len(found.held_out), found.evaluation.rows
    (120, 30, 30)
    >>> accuracy = found.evaluation["accuracy"]
    >>> accuracy.value > accuracy.baseline, type(found.model).__name__
    (True, 'TableModel')
    """
    if not 0 <= test < 1:
        raise InvalidInput("test must be a share of the rows, at least 0 and below 1", repr(test), "take 0.2")
    recipe = recipe or Recipe()
    divided = Experiment.of(open_source(data, options), target, task, test, recipe.seed)
    divided.prepare(recipe, preset, time_limit, row_digests)
    return divided.train(callbacks, checkpoint, checkpoint_every, resume).judge()
