"""``glassnet train``: from a table to a model file."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_table, refuse_unwritable
from glassnet.cli.options import Command, OneOf, json_option, made, options_of
from glassnet.cli.output import Page, patient_console, show_evaluation
from glassnet.data.reading.options import ReadOptions
from glassnet.data.target import TASKS
from glassnet.errors import InvalidInput, UnusableFile
from glassnet.estimators.table.recipe import Recipe
from glassnet.pieces.settings import Record, setting
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table.model import TableModel

FEWEST_TO_DIVIDE = 5  # rows; of fewer none can be spared


@dataclass(frozen=True)
class Conduct(Record):
    """How the command goes about it.

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
@click.option("--task", type=OneOf(TASKS), help=f"{' or '.join(TASKS).capitalize()}; by the target if not given.")
@click.option("-o", "--output", metavar="FILE", help="Model file to write; DATA's name with .safetensors if not given.")
@options_of(Conduct)
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
    """The steps of the command.

    Args:
        data: what the user named.
        values: the options.
    """

    def __init__(self, data: str, values: dict[str, Any]) -> None:
        self.data, self.values = data, values
        self.conduct, self.recipe = made(Conduct, values), made(Recipe, values)
        self.page = Page(values["as_json"], values["quiet"])
        self.path = Path(values["output"] or f"{_stem(data)}.safetensors")
        self.checkpoint = Path(f"{self.path}.checkpoint")

    def run(self) -> int:
        """Train, judge, write; the exit code. What can be refused is refused before the work."""
        from glassnet.estimators.table.model import TableModel

        self._check_places()
        source = open_table(self.data, made(ReadOptions, self.values))
        training, test = self._divide(source)
        model = TableModel(self.recipe, self.task).prepare(training, self.target)
        held_out = None if test is None else model.encode(test)
        self._say_network(model)
        self._learn(model)
        self._say_learned(model)
        if held_out is not None:
            model.evaluation = model.judge(*held_out)
            show_evaluation(self.page, model.evaluation, counted(len(held_out[0]), "held-out row"))
        return self._write(model)

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

    def _divide(self, source: Source) -> tuple[Source, Source | None]:
        """The rows to learn from and those to judge by; finds target and task on the way, and says them."""
        from glassnet.data.splits import holdout
        from glassnet.data.target import TargetEncoder, default_target

        self.target, why = self.values["target"], ""
        if self.target is None:
            self.target, why = default_target(source)
        encoder = TargetEncoder(self.values["task"]).fit(source, self.target)
        self.task = encoder.task
        size = f"{counted(source.rows, 'row')}, {counted(len(source.names), 'column')}"
        self.page.say(f"{source.label}: {size}", rows=source.rows, data=source.label)
        if why:
            self.page.say(why)
        self.page.say(f"task: {encoder.reason}", target=self.target, task=encoder.task)
        for note in encoder.notes:
            self.page.note(note)
        training, test = source, None
        if self.conduct.test and source.rows < FEWEST_TO_DIVIDE:
            self.page.note(f"{counted(source.rows, 'row')} are too few to hold some out: the model is not judged")
        elif self.conduct.test:
            strata = encoder.transform(source, self.target) if encoder.task == "classification" else None
            training, test = map(source.take, holdout(source.rows, self.conduct.test, self.recipe.seed, strata))
        held = "none held out" if test is None else f"{test.rows:,} held out to judge by"
        self.page.say(f"{counted(training.rows, 'row')} to learn from, {held}", learned_from=training.rows)
        return training, test

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

    def _learn(self, model: TableModel) -> None:
        from glassnet.learning.checkpoints import Checkpointing
        from glassnet.learning.progress import Progress

        if self.values["resume"]:
            model.resume(self.checkpoint)
        saving = Checkpointing(self.checkpoint, self.conduct.checkpoint_every, {"data": model.digest()})
        model.learn([saving, *([] if self.values["quiet"] else [Progress(patient_console())])])
        if model.outcome.error is not None:
            self.checkpoint.unlink(missing_ok=True)
            raise model.outcome.error

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
