"""A model of a whole table: columns of any kind in, answers in the user's own words and units out."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from glassnet.archive.os_errors import StrPath
from glassnet.arrays import dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, TableLike
from glassnet.data.splitting.columns import read_weights
from glassnet.data.streams.by_column import ByColumn
from glassnet.data.streams.dataset import Dataset
from glassnet.data.streams.slices import Shares
from glassnet.data.target import TargetEncoder, default_target
from glassnet.data.targets.values import Task
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.estimators.table.answers import outputs_of
from glassnet.estimators.table.card import card_html, card_text
from glassnet.estimators.table.choice import Trained, blended, candidates, last_moments
from glassnet.estimators.table.columns import TableColumns, notes_on_columns
from glassnet.estimators.table.division import UNDIVIDED, Division, checked_rows
from glassnet.estimators.table.hints.codes import code_hints
from glassnet.estimators.table.hints.leakage import leakage_notes
from glassnet.estimators.table.hints.splits import split_hints
from glassnet.estimators.table.judging import JudgedTable
from glassnet.estimators.table.members import Checkpointed, ended, train_members, within
from glassnet.estimators.table.presets import AUTO, PLAIN, PRESETS, preset_for
from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.estimators.table.reporting import report_of_one, report_of_several
from glassnet.estimators.table.scikit import RecipeParameters, Target
from glassnet.estimators.table.streaming.preparing import Learned, learn_columns, prepared
from glassnet.estimators.table.streaming.refusals import columns_of_datasets, preset_of_datasets, refuse_of_datasets
from glassnet.estimators.table.trainings import Encoding, Part, trainings
from glassnet.estimators.table_predictor import TablePredictor
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.learning.blending.blend import Blend, Member
from glassnet.learning.blending.criteria import criterion_for
from glassnet.learning.blending.resuming import resumed
from glassnet.learning.checkpointing import CheckpointFile
from glassnet.learning.fitted import Fitted
from glassnet.learning.job import Job
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.run import Callback
from glassnet.learning.together import Deadline
from glassnet.learning.training import Outcome
from glassnet.notebook_hook import Bundle, bundle_of
from glassnet.pieces.losses import Loss
from glassnet.pieces.optimizers import Optimizer
from glassnet.pieces.settings import Range, check_number


class TableModel(RecipeParameters, JudgedTable):
    """A network with the encoders of its table's columns and of its target; an estimator in scikit-learn's tools.

    Args:
        recipe: hyperparameters; its fields are parameters too (``set_params(recipe__epochs=50)``, grids).
        task: "classification", "regression", or None to find it from the target. Where it is said, scikit-learn's tools
            know it before ``fit``: they divide the rows with the classes in proportion.
        preset: how much work goes into it: a name in ``PRESETS``, whose networks are as the recipe says where it says
            something; "auto" is "balanced", or "plain", one network, where the recipe describes that.
        time_limit: seconds of training; None for no limit.
        metric: what several networks are trained and chosen for, see :class:`~glassnet.TabularClassifier` and
            :class:`~glassnet.TabularRegressor`; None for what the loss is.
        row_digests: whether the model knows which rows taught it, 8 bytes a row, so that it can be judged by others.
        n_folds: in how many parts the rows are held out in turn, each network trained once for each; 1 holds a share
            out once, None is what the preset says.
        cluster: a ``LocalCluster`` or ``RayCluster`` whose workers train the networks, one a worker; a single
            network is trained over its shards. None for this process alone.

    Attributes, after :meth:`prepare`: ``preset_`` (the one that "auto" stands for), ``encoder``, ``target`` (their
    reports say what was done with each column), ``notes`` (what is worth saying about them, as sentences), ``network``,
    ``job`` (the training), ``rows`` and ``validation_rows`` (how many are learned from, how many held out for early
    stopping or to choose a blend by). After :meth:`fit` also ``parameters``, ``history``, ``outcome``. ``evaluation``
    is on rows never seen in training, where there are some: it goes into the model's file.

    >>> model = TableModel(Recipe(epochs=5)).fit("iris")
    >>> model.predict({"sepal length (cm)": [5.0], "sepal width (cm)": [3.4], "petal length (cm)": [1.5],
    ...                "petal width (cm)": [0.2]}).shape
    (1,)
    """

    keeps_rows: ClassVar[bool] = True  # after ``fit``, so that a trace of a step goes on from the training's state
    _several: tuple[TableModel, ...] = ()
    _found: tuple[str, ...] = ()  # notes about the table that was learned from
    _checkpoint: Checkpointed | None = None  # of several networks
    _spent: float | None = None  # seconds of training before it was stopped, where it is resumed

    def __init__(
        self,
        recipe: Recipe = DEFAULTS,
        task: Task | None = None,
        preset: str = AUTO,
        time_limit: float | None = None,
        metric: str | None = None,
        row_digests: bool = True,
        n_folds: int | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.cluster = cluster
        self.recipe, self.task, self.row_digests, self.n_folds = recipe, task, row_digests, n_folds
        self.preset, self.time_limit, self.metric = preset, time_limit, metric

    def fit(
        self,
        X: TableLike | Dataset,
        y: Target | None = None,
        sample_weight: ArrayLike | None = None,
        *,
        groups: Hashable | ArrayLike = None,
        order_by: Hashable | ArrayLike = None,
        X_val: TableLike | None = None,
        y_val: Target | None = None,
        sample_weight_val: ArrayLike | None = None,
        options: ReadOptions | None = None,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
    ) -> Self:
        """Train on a table.

        Args:
            X: m rows of anything :func:`~glassnet.data.reading.opening.open_source` takes: a frame, an array, a file,
                columns by name; or a :class:`~glassnet.Dataset`, of whose rows one network is trained, whatever the
                preset "auto" means.
            y: labels or numbers (m,), as in scikit-learn, or the column of ``X`` to predict; None takes the default,
                the last column.
            sample_weight: (m,) >= 0, or None for all 1.
            groups, order_by: a column of ``X``, or values (m,), by which rows to validate on are held out: no group
                stands on both sides, and the last of the order are held out. Such columns are not inputs.
            X_val, y_val, sample_weight_val: other rows to validate on, as ``X``, ``y`` and ``sample_weight``; None
                holds out a share of the rows.
            options: how to read ``X``.
            callbacks: notified of how the training goes; of several networks from their own threads.
        """
        X, y, weights = self._checked(X, y, sample_weight)
        if X_val is not None:
            X_val, y_val, sample_weight_val = self._checked(X_val, y_val, sample_weight_val, first=False)
        given: dict[str, Any] = {"sample_weight": weights, "groups": groups, "order_by": order_by}
        given |= {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
        self._fit(X, y, given, options, callbacks)
        if not self.keeps_rows:
            self.jobs = ()
        return self

    def _checked(
        self, X: TableLike | Dataset, y: Target | None, weights: ArrayLike | None, first: bool = True
    ) -> tuple[Any, Any, Any]:
        """Rows to learn from, or if not ``first`` to validate on, as an estimator checks them before they are read."""
        return X, y, weights

    def _fit(
        self,
        X: TableLike | Dataset,
        y: Target | None,
        given: Mapping[str, Any],
        options: ReadOptions | None,
        callbacks: Sequence[Callback | Callable[..., object]],
    ) -> None:
        """Train on checked rows.

        Args:
            X, y, options, callbacks: see :meth:`fit`.
            given: its other arguments.
        """
        if isinstance(X, Dataset):
            preset_of_datasets(self.preset)
            refuse_of_datasets(y, X_val=given["X_val"], n_folds=self.n_folds)
            by, seed = (
                columns_of_datasets(given["groups"], given["order_by"], given["sample_weight"]),
                self._recipe().seed,
            )
            column = default_target(X.source)[0] if y is None else str(y)
            shares = Shares(seed=seed, by=ByColumn.of(X.source, by, seed))
            self.prepare_dataset(X, learn_columns(X, column, self.task, shares, by), shares, by.weight)
        else:
            source, name = self._source(X if options is None else open_source(X, options), y)
            division = Division.of(source, given["groups"], given["order_by"], given["sample_weight"])
            if (theirs := given["X_val"]) is not None:
                name = default_target(source)[0] if name is None else name
                others = open_source(theirs, options)
                division = division.validating(others, name, given["y_val"], given["sample_weight_val"])
            self.prepare(source, name, division)
        self.learn(callbacks)

    def prepare(self, source: Source, target: str | None = None, division: Division = UNDIVIDED) -> Self:
        """Learn the encoders and encode the rows; the network is built, not trained.

        Args:
            source: the table.
            target: the column to predict; None takes the default.
            division: by what rows to validate on are held out, and what the rows weigh.
        """
        self.recipe_ = recipe = self._recipe()
        self.preset_ = preset_for(self.preset, recipe)
        self.target = TargetEncoder(self.task).fit(source, default_target(source)[0] if target is None else target)
        if self.target.counts is not None and self.target.counts.max() < 2:
            raise InvalidInput(
                f"each of the {source.rows} rows to learn from has a class of its own in {self.target.name!r}",
                remedy="choose another target (--target), or the task regression if these are numbers (--task)",
            )
        self.encoder = TableEncoder(numbers_first=self.preset_ != PLAIN).fit(
            source, exclude=[self.target.name], set_aside=division.set_aside
        )
        encoding = Encoding(self.encoder, self.target, self._loss(), recipe.dtype)
        rows = encoding.rows(source, division.weights)
        X = dense(rows.X)
        table = self.encoder, source, self.target.name, X, rows.Y.reshape(-1), encoding.classes
        hints = (*split_hints(self.encoder, source, X, division.split), *code_hints(*table))
        self.leaks = leakage_notes(*table)
        self._found = (*source.notes, *self.leaks, *hints)
        if self.metric is not None and self.preset_ == PLAIN:
            self._found += ("the metric chooses between several networks; one alone is trained by its loss",)
        found = trainings(recipe, self.preset_, rows, encoding, division, self.n_folds)
        self.jobs, self.recipes, self.kinds, known, self.validated = found
        held_out = [job.validation.Y for job in self.jobs[:: self.kinds] if job.validation is not None]
        self.folds, self.rows, self.validation_rows = max(1, len(held_out)), len(known.rows.Y), sum(map(len, held_out))
        if len(self.jobs) == 1:
            self.jobs = [self.jobs[0].over(self.cluster)]
        self.network = self.jobs[0].plan.network
        self.known_rows = known.digests(recipe.seed) if self.row_digests else None
        return self

    def prepare_dataset(
        self,
        data: Dataset,
        learned: Learned,
        shares: Shares | None = None,
        weight: str | None = None,
        apart: Source | None = None,
    ) -> Self:
        """:meth:`prepare` of rows that do not fit in memory: one network, trained on a stream of them.

        Args:
            data: the rows.
            learned: of their columns.
            shares: which of them are held out to judge by; None for none.
            weight: the column of what each row weighs.
            apart: a table of other rows to validate on.
        """
        self.recipe_ = recipe = self._recipe()
        self.preset_ = preset_of_datasets(self.preset)
        refuse_of_datasets(n_folds=self.n_folds)
        self.encoder, self.target = learned.encoder, learned.target
        loss = self._loss()
        others = None
        if apart is not None:
            weights = None if weight is None else read_weights(apart, weight)
            others = Encoding(self.encoder, self.target, loss, recipe.dtype).rows(apart, weights)
        shares = shares or Shares(seed=recipe.seed)
        ready = prepared(data, learned, loss, recipe, shares, weight, others, self.cluster)
        self.jobs, self.recipes, self.rows = [ready.job], [ready.recipe], ready.job.plan.examples
        self.validation_rows = 0 if ready.job.validation is None else len(ready.job.validation.Y)
        self.validated, self.leaks, self._found = ready.validated, ready.leaks, (*data.source.notes, *ready.notes)
        self.network, self.known_rows = ready.job.plan.network, None
        return self

    def _loss(self) -> Loss:
        """The loss of the networks; raises for invalid settings before the work begins."""
        if self.time_limit is not None:
            check_number("time_limit", self.time_limit, Range(0, above=True))
        loss = self.recipe_.loss_for(self.target.task, self.outputs)
        loss = PRESETS[self.preset_].loss(loss, self.recipe_, self.metric)
        criterion_for(self.metric, loss)
        return loss.in_units(self.target.scale) if loss.targets == "numbers" else loss  # that target is standardized

    @property
    def job(self) -> Job | None:
        """The training of the network that is shown; None of a model from a file."""
        number = self.blend.members[0].number if hasattr(self, "blend") else 1
        return self.jobs[number - 1] if self.jobs else None

    def learn(self, callbacks: Sequence[Callback | Callable[..., object]] = ()) -> Self:
        """Train the prepared network, from where its state stands.

        Raises:
            InvalidInput: nothing is prepared, as in a model that was loaded from a file.
        """
        jobs = self._prepared()
        if len(jobs) > 1:
            outcomes = self._learn_together(jobs, callbacks)
        else:
            limit = [] if self.time_limit is None else [Deadline(self.time_limit)]
            jobs[0].callbacks = [*limit, *callbacks]
            outcomes = [jobs[0].run()]
            self.blend = Blend((Member(self.network, outcomes[0].parameters),))
        leading = self.blend.members[0]
        self.network, self.parameters = leading.network, leading.parameters
        self.outcome = ended(outcomes, leading.number)
        self.history = self.outcome.history
        return self

    def _learn_together(
        self, jobs: Sequence[Job], callbacks: Sequence[Callback | Callable[..., object]]
    ) -> Sequence[Outcome]:
        """Train several networks side by side, and choose a blend."""
        started, threads, limit, spent = time.perf_counter(), self.recipe_.threads or None, self.time_limit, self._spent
        criterion = criterion_for(self.metric, self.network.loss)
        if limit is not None:
            callbacks = [Deadline(limit - (spent or 0)), *callbacks]
            self.jobs = jobs = within(jobs, limit, threads) if spent is None else jobs
        needed = partial(last_moments, kinds=self.kinds, criterion=criterion, scale=self.target.scale)
        given = (callbacks, threads, needed, self._checkpoint, spent or 0, self.metric, self.cluster)
        outcomes = train_members(jobs, *given)
        self.blend, choice = blended(*candidates(jobs, outcomes, self.kinds), criterion, self.target.scale)
        self._note_rows()
        self.choice = replace(choice, seconds=time.perf_counter() - started + (spent or 0))
        self.trained = tuple(
            Trained(recipe, outcome.history.epochs, outcome.reason)
            for recipe, outcome in zip(self.recipes, outcomes, strict=True)
        )
        return outcomes

    def _note_rows(self) -> None:
        """Which rows the networks that answer learned from: not all, where the training was stopped before."""
        most = max((self.jobs[one.number - 1] for one in self.blend.members), key=lambda job: job.plan.examples)
        if self.folds == 1 and most.plan.examples != self.rows:
            self.rows, own = most.plan.examples, Part(most.rows, most.validation)
            self.known_rows = own.digests(self.recipe_.seed) if self.row_digests else None

    def save_to(self, path: StrPath, seconds: float = 30.0, like: StrPath | None = None) -> Self:
        """Save the training that is prepared to a checkpoint while it runs.

        Args:
            path: the file, replaced each time and at the end.
            seconds: the least time between two saves.
            like: a file whose permissions it is to have, where that exists.
        """
        if len(jobs := self._prepared()) > 1:
            self._checkpoint = Checkpointed(CheckpointFile(path, like), seconds)
        else:
            jobs[0].checkpoint, jobs[0].checkpoint_every, jobs[0].checkpoint_like = path, seconds, like
        return self

    @property
    def checkpoint(self) -> CheckpointFile | None:
        """Where the training is saved to, once it has begun; None where it is not."""
        if self._checkpoint is not None:
            return self._checkpoint.file
        saving = self.jobs[0].saving if self.jobs else None
        return None if saving is None else saving.file

    def resume(self, path: StrPath) -> Self:
        """Start from the checkpoint of a stopped training of the same data and recipe.

        Raises:
            InvalidInput: the checkpoint is of other data or another recipe.
        """
        if len(jobs := self._prepared()) > 1:
            self.jobs, self._spent = resumed(jobs, path, planned=self.time_limit is not None)
        else:
            jobs[0].resume(path)
        return self

    @property
    def models_(self) -> tuple[TableModel, ...]:
        """One for each number that is predicted, of several targets or quantiles; else this one."""
        return self._several or (self,)

    # -- the fitted model --------------------------------------------------------------------------------------------

    @property
    def fitted(self) -> Fitted:
        """All that the trained model is, in one record.

        Raises:
            InvalidInput: before ``fit``.
        """
        if not hasattr(self, "parameters"):
            raise InvalidInput("the model is not trained", remedy="call fit first")
        note = "Inputs are the table's columns as encoded for the network"
        if self.network.loss.targets == "numbers":
            note += f"; y is ({self.target.name} - {self.target.center:.6g})/{self.target.scale:.6g}"
        return Fitted(
            self.network,
            self.parameters,
            TableColumns(self.encoder, self.target.name),
            self._meaning().answers(),
            plan=self._plan(self.blend.members[0]),
            state=None if self.job is None else self.job.state,
            history=self.history,
            ending=self.outcome.ending,
            reason=self.outcome.reason,
            arithmetic=self._arithmetic(),
            rows=self.rows,
            validation_rows=self.validation_rows,
            note=f"{note}.{self._whose()}",
            blended=None if self.blend.is_one else self.blend,
            row_digests=self.known_rows,
        )

    def _whose(self) -> str:
        """Which network of several is shown."""
        shown, others = self.blend.members[0], len(self.blend.members) - 1
        return f" Shown is {shown}, of {others + 1} that predict together." if others else ""

    def member(self, number: int) -> Fitted:
        """One of the networks that predict together, to look into: traces, explanations and displays take it.

        Args:
            number: from 1, the one of largest weight first.

        Raises:
            InvalidInput: there are not so many.
        """
        one = self.fitted.member(number)
        return replace(one, plan=self._plan(self.blend.members[number - 1]))

    def predictor(self) -> TablePredictor:
        """This model frozen, for rows of numbers in microseconds: same answers, nothing is read or checked.

        Raises:
            Unsupported: a column of the table holds no numbers.
        """
        return TablePredictor(self.fitted, self.encoder)

    def _plan(self, member: Member) -> Plan:
        """How a network was trained."""
        if self.jobs:
            return self.jobs[member.number - 1].plan
        recipe = self.trained[member.number - 1].recipe if self.trained else self.recipe_
        return recipe.plan(member.network, max(1, self.rows))

    def report(self) -> str:
        """What was chosen and why, in plain words, a line for each network that predicts.

        Raises:
            InvalidInput: before ``fit``.
        """
        if not self.trained and self.fitted.blended is None:
            return report_of_one(self.outcome, self.best_epoch, self.seconds)
        return report_of_several(self.preset_, self.blend, self.choice, self.trained)

    def trace(
        self, data: TableLike, rows: Sequence[int] | None = None, *, optimizer: Optimizer | None = None, member: int = 1
    ) -> Trace:
        """One training step on rows of a table that has the target too; names are the user's own.

        Args:
            data: anything tabular, columns matched by name.
            rows: which rows, counted from 1 as in messages; None takes all.
            optimizer: another than the model's, its slots empty.
            member: which of several networks, from 1, the one of largest weight first.

        Raises:
            InvalidInput: rows that the table does not have, columns or classes that the model does not know.
        """
        fitted, source = self.fitted if member == 1 else self.member(member), open_source(data)
        numbers = list(range(1, source.rows + 1)) if rows is None else checked_rows(rows, source)
        return trace(fitted, source.take(np.array(numbers) - 1), rows=numbers, optimizer=optimizer)

    def _repr_mimebundle_(self, **wanted: object) -> Bundle:
        """scikit-learn's own display, and below it, once fitted, the card of the model."""
        bundle: Bundle = super()._repr_mimebundle_(**wanted)
        if not hasattr(self, "parameters") or "text/html" not in bundle:  # sklearn.set_config(display="text")
            return bundle
        drawn = bundle_of(self.fitted)
        html = (bundle["text/html"], card_html(self), drawn.get("text/html", ""))
        return drawn | {"text/html": "".join(html), "text/plain": str(self)}

    def __str__(self) -> str:
        if not hasattr(self, "parameters"):
            return repr(self)
        return f"{card_text(self)}\n{self.report()}" if self.trained else card_text(self)

    def __sklearn_tags__(self) -> Any:
        return self._tags_for(self.target.task if hasattr(self, "target") else self.task)

    # -- answers -----------------------------------------------------------------------------------------------------

    @property
    def outputs(self) -> int:
        """Outputs of the network: 1, or the number of classes where they are more than two."""
        return outputs_of(self.target)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the table, its target and the columns left out, as sentences."""
        return (*self.target.notes, *self._found, *notes_on_columns(self.encoder))

    @property
    def best_epoch(self) -> int | None:
        """The epoch whose parameters were kept, from 1; None where nothing is recorded."""
        if self.blend.members[0].epoch:
            return self.blend.members[0].epoch
        watched = self.history.columns.get(self.recipe_.stopping(bool(self.validation_rows)).watch)
        return int(np.argmin(watched)) + 1 if watched else None

    @property
    def seconds(self) -> float:
        """Spent training."""
        return self.choice.seconds or float(sum(self.history.columns.get("seconds", ())))
