"""``experiment``: hold rows out, train a model of the others, judge it by those held out (``glassnet train``)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from glassnet.archive.os_errors import StrPath
from glassnet.arrays import Array
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.row_digests import LEARNED, VALIDATED
from glassnet.data.source import Source, TableLike
from glassnet.data.splitting.columns import read_weights
from glassnet.data.splitting.options import SplitBy, refuse_same
from glassnet.data.target import TargetEncoder, default_target
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidInput
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.division import UNDIVIDED, Division, naming, shared_groups
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import AUTO
from glassnet.estimators.table.recipe import Recipe
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.run import Callback
from glassnet.text import counted

FEWEST_TO_DIVIDE = 5  # rows; of fewer none can be spared
DEFAULT_BY = SplitBy()


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
        test, test_weights: the rows to judge by as the model takes them, read before training; what they weigh.
        division: by what the rows are divided, and what they weigh.
        by: the columns that say so.
        apart: a table of its own to judge by, instead of rows held out.

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
    test_weights: Array | None = None
    division: Division = UNDIVIDED
    by: SplitBy = DEFAULT_BY
    apart: Source | None = None

    def __repr__(self) -> str:
        rows = f"{len(self.training)} rows to learn from, {len(self.held_out)} held out"
        return f"<Experiment: {self.target.task} of {self.target.name!r} in {self.source.label}, {rows}>"

    @classmethod
    def of(
        cls,
        source: Source,
        target: Hashable = None,
        task: Task | None = None,
        test: float | Source = 0.2,
        seed: int = 0,
        by: SplitBy = DEFAULT_BY,
        validation: Source | None = None,
    ) -> Self:
        """Find target and task, and divide the rows; the classes of a classification in proportion.

        Args:
            source: the table.
            target: the column to predict, as the frame names it; None takes the default, the last one.
            task: "classification", "regression", or None to find it from the target.
            test: share of the rows to hold out (of fewer than ``FEWEST_TO_DIVIDE`` none are), or a table of others.
            seed: of the division.
            by: columns by which the rows are divided and weighed.
            validation: a table of other rows to validate on; None takes a share of those to learn from.
        """
        name, why = default_target(source) if target is None else (str(target), "")
        refuse_target(name, by)
        encoder = TargetEncoder(task).fit(source, name)
        division = Division.by(source, by, validation)
        training, held_out = np.arange(source.rows), np.arange(0)
        if not isinstance(test, Source) and test and source.rows >= FEWEST_TO_DIVIDE:
            strata = encoder.transform(source, name) if encoder.task == "classification" else None
            training, held_out = division.split.hold_out(source.rows, test, seed, strata)
            if strata is not None:
                _check_classes(encoder, strata, training, division.split.words(held_out))
        apart = test if isinstance(test, Source) else None
        return cls(source, encoder, why, training, held_out, Recipe(seed=seed), division=division, by=by, apart=apart)

    def prepare(
        self,
        recipe: Recipe | None = None,
        preset: str = AUTO,
        time_limit: float | None = None,
        row_digests: bool = True,
        metric: str | None = None,
        n_folds: int | None = None,
        cluster: Cluster | None = None,
    ) -> Self:
        """Learn the encoders from the training rows and build the networks; read the held-out rows.

        Args:
            recipe: hyperparameters; None for those that the experiment has.
            preset: how much work goes into the model, a name in ``PRESETS``; "plain" is one network by the recipe,
                "auto" that where the recipe describes a network, else "balanced".
            time_limit: seconds of training; None for no limit.
            row_digests: whether the model knows which rows taught it.
            metric: what several networks are trained and chosen for; None for what the loss is.
            n_folds: in how many parts the rows to learn from are held out in turn, see :class:`TableModel`.
            cluster: whose workers train; None for this process.
        """
        self.recipe = recipe or self.recipe
        given = (preset, time_limit, metric, row_digests, n_folds, cluster)
        self.model = TableModel(self.recipe, self.target.task, *given)
        self._prepare_model()
        return self

    def _prepare_model(self) -> None:
        rows, division = self.source, self.division
        if len(self.held_out):
            rows, division = rows.take(self.training), division.some(self.training)
        self.model.prepare(rows, self.target.name, division)
        # Of all rows, not of those to learn from.
        self.model.target.reason, self.model.target.notes = self.target.reason, self.target.notes
        if (table := self.tested) is not None:
            with naming(table):
                self.test = self.model.encode(table)
                self.test_weights = None if self.by.weight is None else read_weights(table, self.by.weight)

    @property
    def tested(self) -> Source | None:
        """The rows to judge by, which no training sees; None where there are none."""
        return self.apart or (self.source.take(self.held_out) if len(self.held_out) else None)

    @property
    def counts(self) -> tuple[int, int]:
        """How many rows are learned from or validated on, and how many held out to judge by."""
        return len(self.training), len(self.held_out)

    @property
    def held_out_words(self) -> str:
        """Which rows are held out."""
        return self.division.split.words(self.held_out)

    @property
    def divided(self) -> str:
        """How the rows are divided, a sentence; after :meth:`prepare` also which rows are validated on.

        >>> shops = {"shop": [1, 1, 2, 2, 3, 3], "size": [1, 2, 3, 4, 5, 7], "price": [2.5, 3, 6, 9, 9, 13]}
        >>> Experiment.of(open_source(shops), by=SplitBy(group="shop")).divided
        "4 rows to learn from, 2 held out to judge by: 1 whole group of 3 by 'shop'"
        """
        learned, held = self.counts
        which = self.held_out_words if held else ""
        judged = f"{held:,} held out to judge by" if held else "none held out"
        if self.apart is not None:
            judged = f"the {counted(self.apart.rows, 'row')} of {self.apart.label} to judge by"
        parts = [f"{counted(learned, 'row')} to learn from, {judged}{which and ': '}{which}"]
        parts += [self.model.validated] if "model" in vars(self) and self.model.validated else []
        parts += [f"rows weigh what {self.by.weight!r} says, also in every score"] if self.by.weight else []
        return "; ".join(parts)

    def train(
        self,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
        checkpoint: StrPath | None = None,
        checkpoint_every: float = 30.0,
        resume: bool = False,
        checkpoint_like: StrPath | None = None,
    ) -> Self:
        """Train the prepared model.

        Args:
            callbacks: notified of how the training goes.
            checkpoint, checkpoint_every: a file the training is saved to, every so many seconds and at its end.
            resume: True starts from the training that ``checkpoint`` holds, of the same rows and recipe.
            checkpoint_like: a file whose permissions the checkpoint is to have, where that exists.

        Raises:
            Diverged: there is no model to keep.
            InvalidInput: ``resume`` without a checkpoint, or one of other rows or another recipe.
        """
        for job in self.model.jobs:
            job.settings = {**job.settings, "number of held-out rows": self.counts[1]}
        if checkpoint is not None:
            self.model.save_to(checkpoint, checkpoint_every, checkpoint_like)
        if resume:
            if checkpoint is None:
                raise InvalidInput("there is no checkpoint to resume from", remedy="pass the path of one")
            self.model.resume(checkpoint)
        self.model.learn(callbacks)
        if self.model.outcome.error is not None:
            raise self.model.outcome.error
        return self

    def judge(self) -> Self:
        """Judge the model by the held-out rows, where there are some; the scores go into its file."""
        if self.test is not None:
            self.model.evaluation = self.model.judge(*self.test, self.test_weights)
        return self

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the table, its target and its columns, as sentences; after :meth:`prepare`."""
        tables = [table for table in (self.apart, self.division.validation) if table is not None]
        group = self.by.group
        shared = [note for table in tables if group for note in shared_groups(self.source, table, group)]
        return (*self.model.notes, *shared, *self._seen_before())

    def _seen_before(self) -> Iterator[str]:
        """A note where rows of a table of its own to judge by are known to the training."""
        if self.apart is None or self.test is None or (known := self.model.known_rows) is None:
            return
        X, truth = self.test
        roles = known.roles(X, TableAnswers(self.model.target, self.model.network.loss).read(truth))
        if seen := int(np.isin(roles, (LEARNED, VALIDATED)).sum()):
            of = f"{seen:,} of {counted(len(roles), 'row')} of {self.apart.label}"
            yield f"{of} are also learned from or validated on: the scores flatter the model"

    @property
    def evaluation(self) -> Evaluation | None:
        """The scores on held-out rows, and those of the trivial guess; None where no rows were held out."""
        return self.model.evaluation

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Findings about the training, the network and the rows it learned from."""
        return self.model.diagnose(self.source.take(self.training))


def refuse_target(name: str, by: SplitBy) -> None:
    """Raise where the column to predict is also one that divides or weighs the rows."""
    if name in (by.group, by.order_by, by.weight):
        what = f"{name!r} is the column to predict, so it can neither divide nor weigh the rows"
        raise InvalidInput(what, remedy="choose another column")


def experiment(
    data: TableLike,
    target: Hashable = None,
    *,
    task: Task | None = None,
    recipe: Recipe | None = None,
    preset: str = AUTO,
    time_limit: float | None = None,
    row_digests: bool = True,
    metric: str | None = None,
    n_folds: int | None = None,
    test: float | TableLike = 0.2,
    validation: float | TableLike | None = None,
    group: str | None = None,
    order_by: str | None = None,
    weight: str | None = None,
    as_input: Sequence[str] = (),
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
        preset, time_limit, row_digests, metric, n_folds: of the model, see :meth:`Experiment.prepare`.
        test: share of the rows to hold out, 0 <= test < 1; or a table of other rows to judge by.
        validation: share of the others that is validated on, to stop by and to choose by; or a table of other rows.
        group, order_by, weight, as_input: columns by which rows are divided and weighed, see :class:`SplitBy`.
        options: how to read ``data`` and the other tables.
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
    refuse_same(data, validation=validation, test=test)
    recipe = recipe or Recipe()
    if isinstance(validation, int | float):
        chosen = (*recipe.named, "validation")
        recipe, validation = replace(recipe, validation=float(validation), named=chosen), None
    apart = None if validation is None else open_source(validation, options)
    by = SplitBy(group, order_by, weight, tuple(as_input))
    held_out = checked_share(test) if isinstance(test, int | float) else open_source(test, options)
    divided = Experiment.of(open_source(data, options), target, task, held_out, recipe.seed, by, apart)
    divided.prepare(recipe, preset, time_limit, row_digests, metric, n_folds)
    return divided.train(callbacks, checkpoint, checkpoint_every, resume).judge()


def _check_classes(target: TargetEncoder, strata: Array, training: Array, which: str) -> None:
    """Raise where a class is only in rows held out: nothing could be learned of it."""
    assert target.classes is not None
    counts = np.bincount(strata[training], minlength=len(target.classes))
    if which and not counts.all():
        what = f"the class {str(target.classes[counts.argmin()])!r} of {target.name!r} is only in rows held out"
        raise InvalidInput(what, which, "hold out fewer (test=, --test), or leave the rows of this class out")


def checked_share(test: float) -> float:
    """A share of the rows to hold out.

    Raises:
        InvalidInput: it is below 0, or 1 and more.
    """
    if not 0 <= test < 1:
        raise InvalidInput("test must be a share of the rows, at least 0 and below 1", repr(test), "take 0.2")
    return test
