"""``glassnet train``: from a table to a model file."""

from __future__ import annotations

import dataclasses
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.checkpoint import AGAIN, StoppedTraining
from glassnet.cli.cluster import CLUSTER, ClusterOptions, chosen_cluster
from glassnet.cli.completion import columns, tables
from glassnet.cli.files import open_dataset, open_table, refuse_unwritable, replacing
from glassnet.cli.options import (
    Command,
    Option,
    data_argument,
    file_option,
    json_option,
    made,
    named,
    one_of,
    options_of,
    share_or_table,
)
from glassnet.cli.output import Page, patient_console, show_evaluation
from glassnet.cli.targets import one_of_several, targets_of
from glassnet.cli.terminal import tell
from glassnet.cli.train_options import TrainOptions
from glassnet.cli.train_report import TrainReport
from glassnet.cli.verdict import next_steps, show_verdict
from glassnet.data.reading.options import ReadOptions
from glassnet.data.splitting.options import SplitBy, refuse_same
from glassnet.data.target import TASKS
from glassnet.errors import Diverged, InvalidInput, UnusableFile
from glassnet.estimators.table.presets import AUTO
from glassnet.estimators.table.recipe import Recipe
from glassnet.pieces.settings import Range
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table.experiment import Experiment
    from glassnet.estimators.table.model import TableModel
    from glassnet.learning.checkpointing import CheckpointFile
    from glassnet.learning.run import Callback
    from glassnet.learning.training import Outcome


DIVIDING = "Dividing the rows"
SHARE = Range(0, 1, below=True)


@click.command(cls=Command)
@data_argument
@click.option(
    "--target",
    metavar="NAME",
    shell_complete=columns,
    help="Column to predict, or several of numbers: a,b. The last one if not given.",
)
@click.option("--task", type=one_of(TASKS), help=f"{' or '.join(TASKS).capitalize()}; by the target if not given.")
@file_option("-o", "--output", help="Model file to write; DATA's name with .safetensors if not given.")
@options_of(TrainOptions)
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped; repeat its other options.")
@click.option("--restart", is_flag=True, help="Begin anew; what a training that was stopped has kept is lost.")
@click.option("--quiet", is_flag=True, help="Print nothing but notes and errors.")
@json_option
@click.option(
    "--test",
    cls=Option,
    section=DIVIDING,
    type=share_or_table(SHARE),
    default=0.2,
    shell_complete=tables,
    help="Share of the rows held out to judge the model by, or a table of other rows.  [0.2]",
)
@click.option(
    "--validation",
    cls=Option,
    section=DIVIDING,
    type=share_or_table(SHARE),
    default=Recipe.validation,
    shell_complete=tables,
    help="Share of the other rows to stop and to choose by, or a table of other rows.  [0.15; of several networks 0.2]",
)
@options_of(SplitBy, DIVIDING)
@options_of(Recipe, "Network and training  [as by default in --preset plain]", skip=("validation",))
@click.option(
    "--ray",
    cls=Option,
    section=CLUSTER,
    metavar="ADDRESS",
    help="Train on a Ray cluster: HOST:PORT of its head, auto, or local.",
)
@options_of(ClusterOptions, CLUSTER)
@options_of(ReadOptions, "Reading DATA")
def command(data: str, **values: Any) -> int:
    """Train networks on a table and write them to a file.

    DATA is a file or a bundled set; every column but the target is used, whatever it holds. A training stopped by
    Ctrl-C (or SIGTERM, or SIGHUP) keeps what it has learned, and --resume goes on with it.

    By default several networks are trained side by side, and rows held out choose how much each counts. An option that
    describes a network and its training (all but --loss, --validation, --dtype, --device, --threads, --seed and a fast
    --engine) trains this one alone, as --preset plain does; with another --preset it holds for every network.

    \b
    Examples:
      glassnet train digits
      glassnet train houses.csv --target price --time-limit 20
      glassnet train houses.csv --target price --hidden 32,32
    """
    return Training(data, values | {"named": named(Recipe)}).run()


class Training:
    """The steps of the command: an experiment, printed.

    Args:
        data: what the user named.
        values: the options.
    """

    def __init__(self, data: str, values: dict[str, Any]) -> None:
        self.data, self.values = data, values
        share = {} if isinstance(values["validation"], float) else {"validation": Recipe.validation}
        self.settings, self.recipe = made(TrainOptions, values), made(Recipe, values | share)
        self.reading = made(ReadOptions, values)
        self.page = Page(values["as_json"], values["quiet"])
        self.report = TrainReport(self.page, self.recipe, values["quiet"])
        self.path = Path(values["output"] or _model_name(data))
        self.stopped = StoppedTraining(self.path, values["resume"], values["restart"])
        self.models: list[TableModel] = []  # of each target, up to the one that is trained

    @property
    def checkpoint(self) -> CheckpointFile | None:
        """Where the training is saved to, once it has begun."""
        return self.models[-1].checkpoint if self.models else None

    def run(self) -> int:
        """Train, judge, write; the exit code. What can be refused is refused before the work."""
        try:
            return self._run()
        except KeyboardInterrupt:
            if kept := self.stopped.kept(self.checkpoint):
                self.page.note(f"{kept}: {AGAIN} goes on")
            else:
                self._remove_checkpoint()
            raise

    def _run(self) -> int:
        from glassnet.engines.choice import check_device

        check_device(self.recipe.engine, self.recipe.device)
        self._check_places()
        self.cluster = chosen_cluster(self.values["ray"], made(ClusterOptions, self.values))
        refuse_same(self.data, validation=self.values["validation"], test=self.values["test"])
        test, validation = (self._table(self.values[name]) for name in ("test", "validation"))
        task, by = self.values["task"], made(SplitBy, self.values)
        apart = None if isinstance(validation, float) else validation
        each = self._experiments(task, test, self.recipe.seed, by, apart)
        places = self.stopped.of_each(len(each))
        if len(each) == 1:
            return self._learn(each[0]) or self._write(each)
        return self._learn_each([one_of_several(one, [other.target.name for other in each]) for one in each], places)

    def _learn_each(self, experiments: Sequence[Experiment], places: Sequence[StoppedTraining]) -> int:
        """Several targets, one after the other: each has a checkpoint, and one share of the time."""
        self.settings = dataclasses.replace(self.settings, time_limit=self.settings.time_limit / len(experiments))
        of_each: dict[str, dict[str, Any]] = {}
        for self.stopped, one in zip(places, experiments, strict=True):
            facts, self.page.facts = self.page.facts, {}
            code = self._learn(one)
            of_each[one.target.name], self.page.facts = self.page.facts, facts
            if code or one.model.outcome.signal:
                return code or self._end(one.model.outcome, "no model is written, since not all targets are learned")
        self.page.facts["targets"] = of_each
        return self._write(experiments)

    def _learn(self, experiment: Experiment) -> int:
        """Prepare, train, judge; the exit code where it ended before there is a model, else 0."""
        self.report.division(experiment, self.values["test"])
        limit, digests = self.settings.time_limit or None, self.settings.row_digests
        metric = None if self.settings.metric == AUTO else self.settings.metric
        folds = self.settings.n_folds or None
        experiment.prepare(self.recipe, self.settings.preset, limit, digests, metric, folds, self.cluster)
        self.report.notes(experiment)
        self.report.network(experiment.model, self.settings)
        try:
            self._train(experiment)
        except Diverged:
            self._remove_checkpoint()
            left = f"; {self.path} is as it was" if self.path.exists() else ""
            self.page.note(f"the training diverged, so no model is written{left}")
            raise
        self.report.learned(experiment.model)
        if experiment.model.outcome.signal and not experiment.model.history.epochs:
            return self._end(experiment.model.outcome, "no model is written, since no epoch was done")
        evaluation = experiment.judge().evaluation
        if evaluation is not None:
            held_out = counted(experiment.counts[1], "held-out row")
            show_evaluation(self.page, evaluation, f"on {experiment.apart.label}" if experiment.apart else held_out)
        if not self.values["quiet"]:
            show_verdict(self.page, experiment)
        return 0

    def _experiments(self, *asked: Any) -> Sequence[Experiment]:
        """An experiment for each target: on rows in memory, or read as they are needed."""
        from glassnet.estimators.table.experiment import Experiment
        from glassnet.estimators.table.streaming.experiment import StreamedExperiment
        from glassnet.estimators.table.streaming.refusals import preset_of_datasets, refuse_of_datasets

        data = open_dataset(self.data, self.reading, self.settings.memory)
        if data is None:
            self.report.reading(self.data)
            source = open_table(self.data, self.reading, self.page.note)
            return [Experiment.of(source, name, *asked) for name in targets_of(self.values["target"], source)]
        preset_of_datasets(self.settings.preset)
        refuse_of_datasets(n_folds=self.settings.n_folds or None)
        for remark in data.source.notes:
            self.page.note(remark)
        if not self.values["quiet"]:
            parts = counted(len(data.parts), "part")
            tell(f"{data.label}: {parts}, read as needed, in {data.memory / 1e6:,.0f} MB of memory", err=True)
        targets = targets_of(self.values["target"], data.source)
        if len(targets) > 1:
            what = "one target is learned of rows that are read as they are needed"
            raise InvalidInput(what, f"{len(targets)} targets", "name one, or train on a table in memory")
        return [StreamedExperiment.of_dataset(data, targets[0], *asked)]

    def _table(self, given: str | float) -> Source | float:
        """A table that is named; a share of the rows is itself."""
        return given if isinstance(given, float) else open_table(given, self.reading, self.page.note)

    def _check_places(self) -> None:
        from glassnet.files import refuse_other_file

        refuse_unwritable(self.path)
        refuse_other_file(self.path)
        self.stopped.check()

    def _train(self, experiment: Experiment) -> None:
        from glassnet.learning.blending.progress import ProgressOfAll
        from glassnet.learning.progress import Progress

        model = experiment.model
        self.models.append(model)
        bar: Callback = Progress(patient_console())
        if len(model.jobs) > 1:
            bar = ProgressOfAll(lambda: [job.plan for job in model.jobs], patient_console())
        callbacks = [] if self.values["quiet"] else [bar]
        every, stopped = self.settings.checkpoint_every, self.stopped
        experiment.train(callbacks, stopped.path, every, stopped.resume, checkpoint_like=self.path)

    def _write(self, experiments: Sequence[Experiment]) -> int:
        from glassnet.estimators.table.regressor import TabularRegressor
        from glassnet.files import save

        replaced, models = replacing(self.path), [one.model for one in experiments]
        model = models[0] if len(models) == 1 else TabularRegressor.of(*models)
        try:
            save(model, self.path)
        except UnusableFile:
            if kept := self.stopped.kept(self.checkpoint):
                self.page.note(f"{kept}: {AGAIN} ends it")
            raise
        self.page.section("See it", next_steps(experiments[0], str(self.path), self.data, several=len(models) > 1))
        return self._end(models[0].outcome, f"model written to {self.path}{replaced}", model=str(self.path))

    def _end(self, outcome: Outcome, sentence: str, **facts: Any) -> int:
        """Say how it ended; the exit code."""
        from glassnet.learning.interrupts import code_of

        if outcome.signal:
            self._say_stopped(outcome.signal)
        else:
            self._remove_checkpoint()
        self.page.say(sentence, **facts)
        self.page.finish()
        return code_of(outcome.signal) if outcome.signal else 0

    def _say_stopped(self, number: int) -> None:
        from glassnet.learning.interrupts import name_of

        kept = self.stopped.kept(self.checkpoint)
        whole = "the training is kept in "
        if kept.startswith(whole):
            kept = f"{AGAIN} goes on, from {kept.removeprefix(whole)}"
        elif kept:
            kept += f": {AGAIN} goes on from there"
        if kept:
            self.page.facts["checkpoint"] = str(self.stopped.path)
        else:
            self._remove_checkpoint()
        by = "you" if number == signal.SIGINT else name_of(number)
        self.page.note(f"stopped by {by}; {kept or 'there is no checkpoint to go on from'}")

    def _remove_checkpoint(self) -> None:
        for model in self.models:
            if model.checkpoint is not None:
                model.checkpoint.remove()


def _model_name(data: str) -> str:
    """``"folder/sales.2023.csv.gz"`` -> ``"sales.2023.safetensors"``: the model is written where the command runs."""
    from glassnet.data.reading.files import stem
    from glassnet.data.streams.files import is_pattern

    if is_pattern(data):  # of a pattern the folder says more
        data = Path(data).parent.name
    return f"{stem(data) or 'model'}.safetensors"
