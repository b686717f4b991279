"""How good a table's model is, what its rows were to the training, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.data.reading.opening import open_source
from glassnet.data.roles import Judge
from glassnet.data.row_digests import LEARNED, NEVER, NOT_RECORDED, ROLES, UNKNOWN
from glassnet.data.source import Source, TableLike
from glassnet.data.splitting.columns import read_weights
from glassnet.errors import InvalidInput
from glassnet.estimators.table.diagnosing import JUDGED, Judgement, table_diagnosis
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.estimators.table.hints.leakage import leakage_notes
from glassnet.estimators.table.scikit import TableEstimator, Target
from glassnet.estimators.table.streaming.judging import judged_in_blocks
from glassnet.glass.diagnosis.diagnose import CHECKS, diagnose_fitted, diagnose_inputs
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.thresholds import MOST_ROWS
from glassnet.glass.diagnosis.training import diagnose_training
from glassnet.learning.blending.blend import Blend
from glassnet.learning.fitted import Fitted
from glassnet.learning.job import Job
from glassnet.learning.together import TIME_IS_OVER
from glassnet.learning.training import Outcome
from glassnet.network.parameters import Parameters
from glassnet.randomness import sampled_rows
from glassnet.text import counted

LARGE = 256_000_000  # bytes of inputs, beyond which a table is judged in blocks


class JudgedTable(TableEstimator):
    """A trained model of a table that judges itself: by rows that have the target, of which it knows its own."""

    parameters: Parameters
    outcome: Outcome
    rows: int
    validation_rows: int
    folds: int = 1  # in which the rows are held out in turn
    blend: Blend
    jobs: Sequence[Job] = ()  # of a model from a file none: it has no rows to learn from
    evaluation: Evaluation | None = None
    leaks: tuple[str, ...] = ()  # columns that give the answer away, or number the rows

    @property
    def fitted(self) -> Fitted:
        """All that the trained model is, in one record."""
        raise NotImplementedError

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
        some = sampled_rows(len(job.rows.Y), JUDGED)
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
