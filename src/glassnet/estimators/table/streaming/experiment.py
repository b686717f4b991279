"""The experiment on a dataset: rows held out by hash, a model of the others, judged by those held out."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from glassnet.data.source import Source
from glassnet.data.splitting.options import SplitBy
from glassnet.data.streams.by_column import ByColumn
from glassnet.data.streams.dataset import Dataset
from glassnet.data.streams.slices import Shares
from glassnet.data.target import default_target
from glassnet.data.targets.values import Task
from glassnet.estimators.table.experiment import DEFAULT_BY, Experiment, refuse_target
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.streaming.preparing import Learned, check_classes, learn_columns
from glassnet.estimators.table.streaming.refusals import refuse_of_datasets
from glassnet.glass.diagnosis.diagnosis import Diagnosis

TOGETHER = 1 << 22  # row numbers that are counted in one go


@dataclass(eq=False, repr=False, kw_only=True)
class StreamedExperiment(Experiment):
    """An :class:`Experiment` on rows that do not fit in memory: they are counted, not listed.

    Args:
        data: the rows.
        shares: which are held out to judge by.
        learned: of the columns, from the others.
        validation: a table of other rows to validate on; None takes a share of those to learn from.

    >>> X = np.random.default_rng(0).normal(size=(1000, 2))
    >>> found = StreamedExperiment.of_dataset(Dataset(X, X[:, 0] > 0)).prepare(Recipe(epochs=3)).train().judge()
    >>> found.divided.split(";")[0]
    '806 rows to learn from, 194 held out to judge by: chosen by a hash of their numbers'
    >>> found.evaluation.rows
    194
    """

    data: Dataset
    shares: Shares
    learned: Learned
    validation: Source | None = None

    @classmethod
    def of_dataset(
        cls,
        data: Dataset,
        target: Hashable = None,
        task: Task | None = None,
        test: float | Source = 0.2,
        seed: int = 0,
        by: SplitBy = DEFAULT_BY,
        validation: Source | None = None,
    ) -> Self:
        """Learn the columns from the rows that are not held out; see :meth:`Experiment.of`."""
        source, none = data.source, np.arange(0)
        name, why = default_target(source) if target is None else (source.check_name(target), "")
        refuse_target(name, by)
        apart = test if isinstance(test, Source) else None
        shares = Shares(0.0 if isinstance(test, Source) else test, seed=seed, by=ByColumn.of(source, by, seed))
        learned = learn_columns(data, name, task, shares, by)
        check_classes(source, learned.target, shares)
        return cls(
            source,
            learned.target,
            why,
            none,
            none,
            Recipe(seed=seed),
            by=by,
            apart=apart,
            data=data,
            shares=shares,
            learned=learned,
            validation=validation,
        )

    def _prepare_model(self) -> None:
        """Build the network, keep rows to validate on, and see how the others are to be shuffled."""
        refuse_of_datasets(n_folds=self.model.n_folds)
        self.model.row_digests = False
        self.model.prepare_dataset(self.data, self.learned, self.shares, self.by.weight, self.validation)

    @property
    def tested(self) -> Source | None:
        """The rows to judge by, which no training sees; None where there are none."""
        held_out = dataclasses.replace(self.source, rule=self.shares.tested) if self.shares.test else None
        return self.apart or held_out

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many rows are learned from or validated on, and how many held out to judge by."""
        total = self.learned.rows
        starts = range(0, total if self.shares.test else 0, TOGETHER)
        held = sum(int(self.shares.tested(np.arange(a, min(a + TOGETHER, total))).sum()) for a in starts)
        return total - held, held

    @property
    def held_out_words(self) -> str:
        """Which rows are held out."""
        return self.shares.words

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying about the columns; tables are not compared row by row."""
        return self.model.notes

    def judge(self) -> Self:
        """Judge the model by the rows held out, block by block."""
        if (table := self.tested) is not None and any(True for _ in table.blocks(table.names[:1])):
            self.model.evaluation = self.model.judge_in_blocks(table, self.by.weight)
        return self

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Findings about the training and the network, by a sample of the rows."""
        return self.model.diagnose_training()
