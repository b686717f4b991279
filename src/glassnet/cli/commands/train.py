"""``glassnet train``: from a table to a model file."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_table, refuse_unwritable
from glassnet.cli.options import Command, json_option, made, one_of, options_of
from glassnet.cli.output import Page, patient_console, show_evaluation
from glassnet.data.reading.options import ReadOptions
from glassnet.data.target import TASKS
from glassnet.errors import Diverged, InvalidInput, UnusableFile
from glassnet.estimators.table.recipe import Recipe
from glassnet.pieces.settings import Record, setting
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.estimators.table.experiment import Experiment
    from glassnet.estimators.table.model import TableModel


@dataclass(frozen=True)
class TrainOptions(Record):
    """Options of the command itself.

    Args:
        test: share of the rows held out to judge the model by.
        checkpoint_every: seconds between two saves of a training that may be stopped.
    """

    test: float = setting(0.2, low=0, high=1, below=True, help="share of the rows held out to judge the model by")
    checkpoint_every: float = setting(30.0, low=0, help="seconds between two saves of a long training")

    name = "train"


@click.command(cls=Command)
@click.argument("data")
@click.option("--target", metavar="NAME", help="Column to predict; the last one if not given.")
@click.option("--task", type=one_of(TASKS), help=f"{' or '.join(TASKS).capitalize()}; by the target if not given.")
@click.option("-o", "--output", metavar="FILE", help="Model file to write; DATA's name with .safetensors if not given.")
@options_of(TrainOptions)
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped; repeat its other options.")
@click.option("--quiet", is_flag=True, help="Print nothing but notes and errors.")
@json_option
@options_of(Recipe, "Network and training")
@options_of(ReadOptions, "Reading DATA")
def command(data: str, **values: Any) -> int:
    """Train a network on a table and write it to a file.

    DATA is a file or a bundled set; every column but the target is used, whatever it holds. A training stopped by
    Ctrl-C keeps what it has learned, and --resume goes on with it.

    \b
    Examples:
      glassnet train digits
      glassnet train houses.csv --target price --hidden 32,32
    """
    return Training(data, values).run()


class Training:
    """The steps of the command: an experiment, printed.

    Args:
        data: what the user named.
        values: the options.
    """

    def __init__(self, data: str, values: dict[str, Any]) -> None:
        self.data, self.values = data, values
        self.settings, self.recipe = made(TrainOptions, values), made(Recipe, values)
        self.page = Page(values["as_json"], values["quiet"])
        self.path = Path(values["output"] or f"{_stem(data)}.safetensors")
        self.checkpoint = Path(f"{self.path}.checkpoint")

    def run(self) -> int:
        """Train, judge, write; the exit code. What can be refused is refused before the work."""
        from glassnet.estimators.table.experiment import Experiment

        self._check_places()
        source = open_table(self.data, made(ReadOptions, self.values))
        target, task = self.values["target"], self.values["task"]
        experiment = Experiment.of(source, target, task, self.settings.test, self.recipe.seed)
        self._say_division(experiment)
        self._say_network(experiment.prepare(self.recipe).model)
        self._train(experiment)
        self._say_learned(experiment.model)
        evaluation = experiment.judge().evaluation
        if evaluation is not None:
            show_evaluation(self.page, evaluation, counted(len(experiment.held_out), "held-out row"))
        return self._write(experiment.model)

    def _check_places(self) -> None:
        from glassnet.files import refuse_other_file

        refuse_unwritable(self.path)
        refuse_other_file(self.path)
        if self.values["resume"] and not self.checkpoint.exists():
            raise InvalidInput(
                f"there is no stopped training to resume at {str(self.checkpoint)!r}",
                remedy="leave --resume out, or give -o as before",
            )
        if not self.values["resume"] and self.checkpoint.exists():
            self.page.note(f"{self.checkpoint} held a stopped training; without --resume it begins anew")

    def _say_division(self, experiment: Experiment) -> None:
        source, target = experiment.source, experiment.target
        size = f"{counted(source.rows, 'row')}, {counted(len(source.names), 'column')}"
        self.page.say(f"{source.label}: {size}", rows=source.rows, data=source.label)
        if experiment.why:
            self.page.say(experiment.why)
        self.page.say(f"task: {target.reason}", target=target.name, task=target.task)
        for note in target.notes:
            self.page.note(note)
        learned, held = len(experiment.training), len(experiment.held_out)
        if self.settings.test and not held:
            self.page.note(f"{counted(source.rows, 'row')} are too few to hold some out: the model is not judged")
        words = f"{held:,} held out to judge by" if held else "none held out"
        self.page.say(f"{counted(learned, 'row')} to learn from, {words}", learned_from=learned)

    def _say_network(self, model: TableModel) -> None:
        dropped = [report for report in model.encoder.report() if not report.outputs]
        for report in dropped[:10]:
            self.page.note(f"column {report.name!r} is {report.done}")
        if len(dropped) > 10:
            self.page.note(f"{counted(len(dropped) - 10, 'more column')} left out; glassnet describe lists them")
        widths = "-".join(map(str, model.network.widths))
        loss = model.network.loss.name
        self.page.say(
            f"network: {widths}, {model.network.size:,} parameters, {self.recipe.activation}, loss {loss}",
            network=widths,
            parameters=model.network.size,
            loss=loss,
        )

    def _train(self, experiment: Experiment) -> None:
        from glassnet.learning.progress import Progress

        callbacks = [] if self.values["quiet"] else [Progress(patient_console())]
        every, resume = self.settings.checkpoint_every, self.values["resume"]
        try:
            experiment.train(callbacks, self.checkpoint, every, resume)
        except Diverged:
            self.checkpoint.unlink(missing_ok=True)
            raise

    def _say_learned(self, model: TableModel) -> None:
        from glassnet.engines.choice import AUTOMATIC

        history, best = model.history, model.best_epoch
        kept = f"; the parameters of epoch {best} are kept" if best not in (None, history.epochs) else ""
        engine = model.outcome.engine
        by = f"{model.seconds:.3g} s by the {engine.name} engine"
        self.page.say(
            f"trained {counted(history.epochs, 'epoch')} in {by}: {model.outcome.reason}{kept}",
            engine=engine._asdict(),
            epochs=history.epochs,
            best_epoch=best,
            seconds=model.seconds,
            ending=model.outcome.ending,
            history=dict(history),
        )
        if self.recipe.engine == "auto" and engine.name != AUTOMATIC[0]:
            self.page.say(f"engine: {engine.why}")

    def _write(self, model: TableModel) -> int:
        from glassnet.cli.main import INTERRUPTED
        from glassnet.files import save
        from glassnet.learning.training import INTERRUPTED as STOPPED_BY_USER

        try:
            save(model, self.path)
        except UnusableFile:
            self.page.note(f"the training is kept in {self.checkpoint}: the same command with --resume ends it")
            raise
        stopped = model.outcome.ending == STOPPED_BY_USER
        if stopped:
            self.page.facts["checkpoint"] = str(self.checkpoint)
            self.page.note(f"stopped by you; the same command with --resume goes on, from {self.checkpoint}")
        else:
            self.checkpoint.unlink(missing_ok=True)
        next_step = shlex.join(["glassnet", "predict", str(self.path), self.data])
        self.page.say(f"model written to {self.path}; try: {next_step}", model=str(self.path))
        self.page.finish()
        return INTERRUPTED if stopped else 0


def _stem(data: str) -> str:
    """``"folder/table.csv.gz"`` -> ``"table"``: the model is written where the command runs."""
    name = Path(data).name
    return name.split(".")[0] or "model"
