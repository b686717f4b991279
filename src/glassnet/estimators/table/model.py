"""A model of a whole table: columns of any kind in, answers in the user's own words and units out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, TableLike
from glassnet.data.splits import holdout
from glassnet.data.target import TargetEncoder, default_target
from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.notebook import ShowingTables
from glassnet.estimators.table.columns import TableColumns
from glassnet.estimators.table.evaluation import Evaluation, evaluate_classes, evaluate_numbers
from glassnet.estimators.table.recipe import Recipe, check_memory
from glassnet.estimators.table.tracing import TracingTables
from glassnet.learning.arithmetic import Arithmetic
from glassnet.learning.callbacks import Callback
from glassnet.learning.checkpoints import check_same_plan, load_checkpoint
from glassnet.learning.fitted import Answers, Fitted
from glassnet.learning.history import History
from glassnet.learning.metrics import METRICS
from glassnet.learning.training import Outcome, train
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


class TableModel(TracingTables, ShowingTables):
    """A network with the encoders of its table's columns and of its target.

    Args:
        recipe: hyperparameters; None takes the defaults.
        task: "classification", "regression", or None to find it from the target.

    Attributes, after :meth:`prepare`: ``encoder``, ``target`` (their reports say what was done with each column),
    ``network``, ``rows`` and ``validation_rows`` (how many are learned from, how many held out for early stopping).
    After :meth:`fit` also ``parameters``, ``history``, ``outcome``. ``evaluation`` is on rows never seen in training,
    for whoever has some to keep: it goes into the model's file.

    >>> model = TableModel(Recipe(epochs=5)).fit("iris")
    >>> model.predict({"sepal length (cm)": [5.0], "sepal width (cm)": [3.4], "petal length (cm)": [1.5],
    ...                "petal width (cm)": [0.2]}).shape
    (1,)
    """

    encoder: TableEncoder
    target: TargetEncoder
    network: Network
    parameters: Parameters
    history: History
    outcome: Outcome
    rows: int
    validation_rows: int
    evaluation: Evaluation | None = None

    def __init__(self, recipe: Recipe | None = None, task: str | None = None) -> None:
        self.recipe, self.task = recipe or Recipe(), task

    def fit(
        self,
        data: TableLike,
        target: str | None = None,
        *,
        options: ReadOptions | None = None,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
    ) -> TableModel:
        """Train on a table.

        Args:
            data: anything :func:`~glassnet.data.reading.opening.open_source` takes.
            target: the column to predict; None takes the default, the last one.
            options: how to read ``data``.
            callbacks: told how the training goes.
        """
        self.prepare(open_source(data, options), target)
        return self.learn(callbacks)

    def prepare(self, source: Source, target: str | None = None) -> TableModel:
        """Learn the encoders and encode the rows; the network is made, not trained."""
        self.target = TargetEncoder(self.task).fit(source, target or default_target(source)[0])
        if self.target.counts is not None and self.target.counts.max() < 2:
            raise InvalidInput(
                f"each of the {source.rows} rows to learn from has a class of its own in {self.target.name!r}",
                remedy="choose another target (--target), or the task regression if these are numbers (--task)",
            )
        self.encoder = TableEncoder().fit(source, exclude=[self.target.name])
        if not self.encoder.width:
            raise InvalidInput(
                f"{source.label} has no column to learn from",
                seen="; ".join(f"{report.name!r}: {report.done}" for report in self.encoder.report()[:5])
                or "only the target",
                remedy="add columns whose values differ from row to row",
            )
        X, Y = self.encoder.transform(source), self._targets(source)
        loss = self.recipe.loss_for(self.target.task, self.outputs)
        if loss.targets == "counts":
            Y = self._counts(Y, loss.name)
        elif self.target.task == "regression":
            loss = loss.in_units(self.target.scale)  # the network's target is standardised
        self.network = self.recipe.network(X.shape[1], self.outputs, loss)
        training, held_out = np.arange(len(X)), np.arange(0)
        if self.recipe.validation:
            strata = Y if self.target.task == "classification" else None
            training, held_out = holdout(len(X), self.recipe.validation, self.recipe.seed, strata)
        X = X.astype(self.recipe.dtype, copy=False)
        self._validation = Rows(X[held_out], Y[held_out]) if len(held_out) else None
        self._rows = Rows(X[training], Y[training]) if len(held_out) else Rows(X, Y)
        self.rows, self.validation_rows = len(self._rows.X), len(held_out)
        self.plan: Plan = self.recipe.plan(self.network, self.rows)
        check_memory(self.plan)
        self._state = State.new(self.plan, self.recipe.seed)
        return self

    def learn(self, callbacks: Sequence[Callback | Callable[..., object]] = ()) -> TableModel:
        """Train the prepared network, from where its state stands.

        Raises:
            InvalidInput: nothing is prepared, as in a model that was loaded from a file.
        """
        if not hasattr(self, "_state"):
            raise InvalidInput("the model has no rows to learn from", remedy="call fit, or prepare first")
        metric = METRICS["accuracy" if self.target.task == "classification" else "r2"]
        self.outcome = train(
            self.plan,
            self._state,
            self._rows,
            engine=self.recipe.engine,
            validation=self._validation,
            metrics=[metric]
            if self._rows.X.shape[0] > 1 and (self._validation is None or len(self._validation.Y) > 1)
            else [],
            stopping=self.recipe.stopping(),
            callbacks=callbacks,
        )
        self.parameters, self.history = self.outcome.parameters, self.outcome.history
        return self

    def resume(self, path: str | os.PathLike[str]) -> TableModel:
        """Take the state of a stopped training of the same data and recipe from its checkpoint.

        Raises:
            InvalidInput: the checkpoint is of other data or another recipe.
        """
        plan, state, about = load_checkpoint(path)
        check_same_plan(plan, self.plan)
        if about.get("data") != self.digest():
            raise InvalidInput(
                f"the checkpoint {os.fspath(path)!r} is of other rows",
                remedy="give the data of the stopped training and divide it as then (test, validation, seed), "
                "or start a new one",
            )
        self._state = state
        return self

    def digest(self) -> str:
        """A fingerprint of the encoded training rows, to tell whether a checkpoint belongs to them."""
        rows = hashlib.blake2b(digest_size=16)
        for array in (self._rows.X, self._rows.Y):
            rows.update(np.ascontiguousarray(array).data)
        return rows.hexdigest()

    @property
    def fitted(self) -> Fitted:
        """All that the trained model is, in one record.

        Raises:
            InvalidInput: before ``fit``.
        """
        if not hasattr(self, "parameters"):
            raise InvalidInput("the model is not trained", remedy="call fit first")
        linear = self.network.link.name == "identity" and self.network.loss.targets == "numbers"
        answers = Answers(
            self._encode_targets,
            self._answers,
            self.target.name,
            self.target.classes,
            _of_each_class if self.target.task == "classification" else None,
            self._truth,
            self.target.scale if linear else 1.0,
            self.target.center if linear else 0.0,
        )
        return Fitted(
            self.network,
            self.parameters,
            TableColumns(self.encoder, self.target.name),
            answers,
            plan=vars(self).get("plan") or self.recipe.plan(self.network, max(1, self.rows)),
            state=vars(self).get("_state"),
            history=self.history,
            ending=self.outcome.ending,
            reason=self.outcome.reason,
            arithmetic=Arithmetic(self.recipe.engine, self.recipe.threads or None),
            rows=self.rows,
            validation_rows=self.validation_rows,
        )

    def _truth(self, data: TableLike, y: TableLike | None) -> Array:
        """The target's column of a table, or ``y``, as the user has it, (m,)."""
        source = open_source(data) if y is None else y
        codes = self.target.transform(source, dtype=np.float64)
        return np.asarray(self.target.inverse(codes if self.target.classes is not None else codes[:, 0]))

    def _encode_targets(self, y: TableLike) -> Array:
        if self.network.loss.targets == "counts":
            return np.asarray(y)
        return self.target.transform(y, dtype=np.float64)

    # -- answers -----------------------------------------------------------------------------------------------------

    @property
    def outputs(self) -> int:
        """Outputs of the network: 1, or the number of classes where they are more than two."""
        classes = self.target.classes
        return 1 if classes is None or len(classes) == 2 else len(classes)

    @property
    def best_epoch(self) -> int | None:
        """The epoch whose parameters were kept, from 1; None where nothing is recorded."""
        watched = self.history.columns.get(self.recipe.stopping().watch)
        return int(np.argmin(watched)) + 1 if watched else None

    @property
    def seconds(self) -> float:
        """Spent training."""
        return float(sum(self.history.columns.get("seconds", ())))

    def check(self, data: TableLike) -> list[str]:
        """Whether a table has the columns that are needed; what is worth saying about it, as sentences.

        Raises:
            InvalidInput: naming the columns that are missing.
        """
        return self.encoder.check(data, besides=(self.target.name,))  # the truth is nothing to remark on

    def predict(self, data: TableLike) -> Array:
        """The class or number for each row, (m,), as the training's target had them.

        Args:
            data: anything tabular; columns are matched by name.
        """
        return self._answers(self._predictions(self.encoder.transform(data)))

    def predict_proba(self, data: TableLike) -> Array:
        """The probability of each class, (m, k), columns in the order of ``target.classes``.

        Raises:
            Unsupported: of a regression.
        """
        self._expect_classes()
        return _of_each_class(self._predictions(self.encoder.transform(data)))

    def predict_blocks(self, data: TableLike, probabilities: bool = False) -> Iterator[tuple[Array, Array | None]]:
        """What :meth:`predict` gives, some rows at a time: for tables larger than memory.

        Args:
            data: anything tabular.
            probabilities: whether also what :meth:`predict_proba` gives; None stands for it otherwise.

        Raises:
            Unsupported: probabilities of a regression.
        """
        if probabilities:
            self._expect_classes()
        for X in self.encoder.blocks(data):
            predictions = self._predictions(X)
            yield self._answers(predictions), _of_each_class(predictions) if probabilities else None

    def encode(self, data: TableLike) -> tuple[Array, Array]:
        """A table that has the target too, as inputs (m, n) and truth: class numbers (m,) or numbers (m, 1)."""
        source = open_source(data)
        truth = self.target.transform(source, self.target.name, np.float64)
        return self.encoder.transform(source), truth

    def evaluate(self, data: TableLike) -> Evaluation:
        """How good the model is on a table that has the target too."""
        return self.judge(*self.encode(data))

    def judge(self, X: Array, truth: Array) -> Evaluation:
        """How good the model is on rows that :meth:`encode` made, so that a table is read once, before training."""
        predictions = self._predictions(X)
        if self.target.task == "classification":
            assert self.target.classes is not None and self.target.counts is not None
            return evaluate_classes(self.target.classes, self.target.counts, truth, _of_each_class(predictions))
        mean = float(self.target.inverse(np.zeros(1))[0])
        return evaluate_numbers(mean, self.target.inverse(truth)[:, 0], self._answers(predictions))

    def _answers(self, predictions: Array) -> Array:
        """The network's predictions (m, outputs) in the user's words and units, (m,)."""
        if self.target.task == "classification":
            return self.target.inverse(_of_each_class(predictions).argmax(axis=1))
        numbers = predictions[:, 0].astype(np.float64)
        return numbers if self.network.loss.targets == "counts" else self.target.inverse(numbers)

    def _expect_classes(self) -> None:
        if self.target.task != "classification":
            raise Unsupported("a regression has no probabilities", remedy="ask for predictions")

    def _predictions(self, X: Array) -> Array:
        arithmetic = Arithmetic(self.recipe.engine, self.recipe.threads or None)
        engine = arithmetic.choose(self.network, self.parameters).engine
        return engine.predict(self.parameters, X.astype(self.recipe.dtype, copy=False))

    def _targets(self, source: Source) -> Array:
        dtype = np.dtype(self.recipe.dtype)
        return self.target.transform(source, self.target.name, dtype)

    def _counts(self, Y: Array, loss: str) -> Array:
        counts = self.target.inverse(Y)
        if counts.min() < -1e-6 * max(1.0, abs(counts).max()):
            raise InvalidInput(
                f"loss {loss!r} is for counts, which are 0 or more",
                seen=f"{counts.min():.6g} in {self.target.name!r}",
                remedy="choose another loss",
            )
        return np.maximum(counts, 0).astype(self.recipe.dtype)


def _of_each_class(predictions: Array) -> Array:
    """One output is the probability of the second class; more are those of each."""
    return np.hstack([1 - predictions, predictions]) if predictions.shape[1] == 1 else predictions
