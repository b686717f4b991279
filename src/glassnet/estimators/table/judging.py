"""What a table's model answers, how good that is, what rows were to the training, and what is wrong with it."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from glassnet.arrays import Array, contiguous, dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.with_target import with_target
from glassnet.data.roles import Judge
from glassnet.data.row_digests import LEARNED, NEVER, NOT_RECORDED, ROLES, UNKNOWN, RowDigests
from glassnet.data.source import Source, TableLike
from glassnet.data.splitting.columns import read_weights
from glassnet.data.target import TargetEncoder
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.engines.choice import Arithmetic
from glassnet.engines.forward import answered
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.found import Found
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.choice import Choice, Trained
from glassnet.estimators.table.diagnosing import JUDGED, Judgement, table_diagnosis
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.estimators.table.hints.leakage import leakage_notes
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.scikit import Target
from glassnet.estimators.table.streaming.judging import judged_in_blocks
from glassnet.estimators.typed import available_if
from glassnet.glass.diagnosis.diagnose import CHECKS, diagnose_fitted, diagnose_inputs
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.thresholds import MOST_ROWS
from glassnet.glass.diagnosis.training import affordable_rows, diagnose_training
from glassnet.learning.blending.blend import Blend
from glassnet.learning.fitted import Fitted
from glassnet.learning.history import History
from glassnet.learning.job import Job
from glassnet.learning.together import TIME_IS_OVER
from glassnet.learning.training import Outcome
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.randomness import sampled_rows
from glassnet.text import counted, shortened

LARGE = 256_000_000  # bytes of inputs, beyond which a table is judged in blocks


class JudgedTable:
    """A trained model of a table: it answers, and judges itself by rows with the target, of which it knows its own.

    What ``fit`` finds is listed here, so that a model from a file has it too.
    """

    names_classes: ClassVar[bool] = True  # where the table has some
    preset_: str  # that "auto" stands for
    recipe_: Recipe  # that the training goes by
    encoder = Found[TableEncoder]()
    target = Found[TargetEncoder]()
    network = Found[Network]()
    parameters = Found[Parameters]()
    history = Found[History]()
    outcome = Found[Outcome]()
    blend = Found[Blend]()
    choice = Found[Choice](Choice())
    trained = Found[Sequence[Trained]](())  # of several networks, one for each
    rows = Found[int]()
    validation_rows = Found[int]()
    validated = Found[str]("")  # which rows are validated on, where they are not drawn at random
    folds = Found[int](1)  # in which the rows are held out in turn
    kinds = Found[int](1)  # networks that learn from the same rows
    recipes = Found[Sequence[Recipe]](())
    jobs = Found[Sequence[Job]](())  # of a model from a file none: it has no rows to learn from
    known_rows = Found[RowDigests | None](None)
    evaluation = Found[Evaluation | None](None)
    leaks = Found[tuple[str, ...]](())  # columns that give the answer away, or number the rows

    @property
    def fitted(self) -> Fitted:
        """All that the trained model is, in one record."""
        raise NotImplementedError

    def _source(self, data: TableLike, target: Target | None) -> tuple[Source, str | None]:
        """A table that has the target too, and what that is called; None where it is not said."""
        source = open_source(data)
        if target is None or isinstance(target, str):
            return source, target
        # Frames have numbers and tuples as names, too.
        named = isinstance(target, Hashable) and (np.isscalar(target) or str(target) in source.names)
        return (source, str(target)) if named else with_target(source, target)

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

        Warns:
            UnfamiliarWarning: for each column with cells that are unlike all of training, how many.
        """
        predictions = self._predictions(self._inputs(self._readable(data)))
        return self._meaning().decode(predictions)

    @available_if(lambda model: model.names_classes)
    def predict_proba(self, data: TableLike) -> Array:
        """The probability of each class, (m, k), columns in the order of ``target.classes``.

        Raises:
            Unsupported: of a regression.
        """
        rows = self._readable(data)
        self._expect_classes()
        return of_each_class(self._predictions(self._inputs(rows)))

    def _readable(self, data: TableLike) -> TableLike:
        """Rows to predict, as an estimator checks them before they are read."""
        check_is_fitted(self)
        return data

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
        found = Unfamiliar()
        for X in self.encoder.blocks(data, found):
            predictions = self._predictions(X)
            yield self._meaning().decode(predictions), of_each_class(predictions) if probabilities else None
        found.warn()

    def _inputs(self, data: TableLike) -> Array:
        """A table as the network's inputs; it warns of cells that are unlike all of training."""
        X = self.encoder.transform(data, found := Unfamiliar())
        found.warn()
        return X

    def _expect_classes(self) -> None:
        if self.target.task != "classification":
            raise Unsupported("a regression has no probabilities", remedy="ask for predictions")

    def _predictions(self, X: Array) -> Array:
        return answered(contiguous(X, self.recipe_.dtype), partial(self.blend.predict, arithmetic=self._arithmetic()))

    def _arithmetic(self) -> Arithmetic:
        return Arithmetic(self.recipe_.engine, self.recipe_.threads or None, self.recipe_.device)

    def score(self, X: TableLike, y: Target | None = None, sample_weight: ArrayLike | None = None) -> float:
        """The accuracy, or R2 of a regression. A class that training did not have is a wrong answer.

        Args:
            X: rows, columns matched by name.
            y: the truth (m,), or its column in ``X``; None is the column of the training.
            sample_weight: what each row counts, (m,) >= 0; None for all 1.
        """
        from sklearn.metrics import r2_score

        in_table = y is None or isinstance(y, str)
        source, name = self._source(X if in_table else self._readable(X), y)
        truth = self.target.transform(source, name or self.target.name, np.float64, allow_unknown=True)
        predictions = self._predictions(self.encoder.transform(source))
        if self.target.task == "classification":
            _warn_of_unknown_classes(int((truth < 0).sum()), self.target.name)
            right = truth == of_each_class(predictions).argmax(axis=1)
            return float(np.average(right, weights=None if sample_weight is None else np.asarray(sample_weight)))
        answers, numbers = self._meaning().decode(predictions), self.target.inverse(truth)[:, 0]
        return float(r2_score(numbers, answers, sample_weight=sample_weight))

    def _meaning(self) -> TableAnswers:
        return TableAnswers(self.target, self.network.loss)

    @property
    def classes_(self) -> Array:
        """The classes of a classification in order, (k,)."""
        if self.__sklearn_is_fitted__() and self.target.classes is not None:
            return self.target.classes
        raise AttributeError(f"this {type(self).__name__} has no classes_")

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "parameters")

    # -- how good it is ----------------------------------------------------------------------------------------------

    def encode(self, data: TableLike) -> tuple[Array, Array]:
        """A table that has the target too, as inputs (m, n) and truth: class numbers (m,) or numbers (m, 1)."""
        source = open_source(data)
        truth = self.target.transform(source, self.target.name, np.float64)
        return self.encoder.transform(source), truth

    def evaluate(self, data: TableLike, judge: Judge = "unseen", weight: str | None = None) -> Evaluation:
        """How good the model is on a table that has the target too.

        Args:
            data: anything tabular.
            judge: by which of its rows: "unseen", those that training never saw, or all where there are none or where
                that is not known; "all"; "learned"; "validated".
            weight: a column of what each row weighs in every score, or None for all 1.

        Raises:
            InvalidInput: there are no such rows.
        """
        source = open_source(data)
        recorded = self.fitted.row_digests is not None
        if weight is None and (judge == "all" or (judge == "unseen" and not recorded)) and self._is_large(source):
            return replace(self.judge_in_blocks(source), judged="" if recorded else NOT_RECORDED)
        weights = None if weight is None else read_weights(source, weight)
        X, truth = self._inputs(source), self.target.transform(source, self.target.name, np.float64)
        places, words = self.fitted.judged(X, self._meaning().read(truth), judge)
        weights = None if weights is None else weights[places]
        return replace(self.judge(X[places], truth[places], weights), judged=words)

    def _is_large(self, source: Source) -> bool:
        """Whether a table had better be judged in blocks."""
        return source.rows * self.encoder.width * np.dtype(np.float32).itemsize > LARGE

    def judge_in_blocks(self, source: Source, weight: str | None = None) -> Evaluation:
        """How good the model is on a table that has the target too, whatever its size; AUC is of rounded odds."""
        return judged_in_blocks(source, self.encoder, self._meaning(), self._predictions, weight)

    def roles(self, data: TableLike) -> Array:
        """What each row of a table was to the training, (m,): "learned from", "validated on", "never seen", "unknown".

        Args:
            data: anything tabular; without the target a row is known by its other columns.
        """
        source = open_source(data)
        with_target = self.target.name in source.names
        found = self.fitted.roles(
            self.encoder.transform(source), self._meaning().encode(source) if with_target else None
        )
        return np.array(ROLES)[np.full(source.rows, UNKNOWN) if found is None else found]

    def judge(self, X: Array, truth: Array, weights: Array | None = None) -> Evaluation:
        """How good the model is on rows that :meth:`encode` made, so that a table is read once, before training."""
        return self._meaning().judge(self._predictions(X), truth, weights)

    def diagnose(self, data: TableLike | None = None, target: Target | None = None) -> Diagnosis:
        """Findings about the training, the network and the table, worst first when printed.

        Args:
            data: a table to look at, best the one of the training, with the target; without one only the history of
                the training is judged, and the scores on rows held out.
            target: its targets (m,), or the column that holds them; None is that of the training.
        """
        if data is None:
            return table_diagnosis(diagnose_fitted(self.fitted), self._judgement(None, self.evaluation))
        source, name = self._source(data, target)
        name = name or self.target.name
        source = source.take(sampled_rows(source.rows, MOST_ROWS)) if source.rows > MOST_ROWS else source
        if name not in source.names:
            return table_diagnosis(diagnose_fitted(self.fitted, source), self._judgement(None, self.evaluation))
        X, truth = self._inputs(source), self.target.transform(source, name, np.float64)
        Y = self._meaning().read(truth)
        network = diagnose_inputs(self.fitted, X, Y)
        classes = self.target.task == "classification"
        leaks = leakage_notes(self.encoder, source, name, X, truth.reshape(-1), classes)
        roles = self.fitted.roles(X, Y)
        learned, unseen = (
            self.judge(X[roles == role], truth[roles == role]) if roles is not None and (roles == role).any() else None
            for role in (LEARNED, NEVER)
        )
        return table_diagnosis(network, self._judgement(learned, unseen or self.evaluation, leaks))

    def diagnose_training(self) -> Diagnosis:
        """The same of the training that just ended, on a part of its rows, within a second.

        Raises:
            InvalidInput: its rows are gone, as in a model from a file.
        """
        job = self._prepared()[self.blend.members[0].number - 1]
        classes = None if self.target.classes is None else self.target.classes.tolist()
        network = diagnose_training(
            replace(self.outcome, parameters=self.parameters),
            job,
            CHECKS.values(),
            columns=self.encoder.output_names,
            classes=classes,
        )
        passed = sum(member.network.size for member in self.blend.members)
        some = sampled_rows(len(job.rows.Y), max(1, min(JUDGED, affordable_rows(self.jobs, passed))))
        learned = self.judge(dense(job.rows.X[some]), np.asarray(job.rows.Y, np.float64)[some])
        return table_diagnosis(network, self._judgement(learned, self.evaluation, self.leaks))

    def _judgement(self, learned: Evaluation | None, unseen: Evaluation | None, leaks: Sequence[str] = ()) -> Judgement:
        done = counted(self.outcome.history.epochs, "epoch")
        cut = f"{done} were done" if self.outcome.reason == TIME_IS_OVER else ""
        return Judgement(learned, unseen, leaks, len(self.blend.members) > 1, self.validation_rows > 0, cut)

    def _prepared(self) -> Sequence[Job]:
        if not self.jobs:
            raise InvalidInput("the model has no rows to learn from", remedy="call fit, or prepare first")
        return self.jobs


def _warn_of_unknown_classes(rows: int, name: str) -> None:
    if rows:
        warnings.warn(
            f"{counted(rows, 'row')} of {shortened(name, 60)!r} are of classes that training did not have; these are "
            "wrong answers (try: task='classification', by which scikit-learn's tools keep the classes in proportion)",
            stacklevel=3,
        )
