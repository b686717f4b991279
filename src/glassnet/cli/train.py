"""``glassnet train``: from a table to a model file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.options import json_option, made, options_of
from glassnet.cli.show import Page, show_evaluation
from glassnet.data.options import ReadOptions
from glassnet.data.target import TASKS
from glassnet.estimators.recipe import Recipe

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table_model import TableModel


@click.command()
@click.argument("data")
@click.option("--target", metavar="NAME", help="Column to predict; the last one if not given.")
@click.option("--task", type=click.Choice(TASKS), help="What kind of target it is; found from its values if not given.")
@click.option("-o", "--output", metavar="FILE", help="Model file to write; DATA's name with .safetensors if not given.")
@click.option("--test", default=0.2, show_default=True, help="Share of the rows held out to judge the model by.")
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped.")
@click.option(
    "--checkpoint-every", default=30.0, show_default=True, metavar="SECONDS", help="How often a long training is saved."
)
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@options_of(Recipe)
@options_of(ReadOptions)
def command(data: str, **values: Any) -> int:
    """Train a network on a table and write it to a file.

    DATA is a file or a bundled set; every column but the target is used, whatever it holds. A training stopped by
    Ctrl-C keeps what it has learned, and --resume goes on with it.
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
        self.page = Page(values["as_json"])
        self.path = Path(values["output"] or f"{_stem(data)}.safetensors")
        self.checkpoint = self.path.with_name(self.path.name + ".checkpoint")

    def run(self) -> int:
        """Train, judge, write; the exit code."""
        from glassnet.data.opening import open_source
        from glassnet.estimators.table_model import TableModel
        from glassnet.files import refuse_other_file

        recipe = made(Recipe, self.values)
        refuse_other_file(self.path)
        source = open_source(self.data, made(ReadOptions, self.values))
        training, test = self._split(source, recipe)
        model = TableModel(recipe, self.task).prepare(training, self.target)
        self._say_network(model, training, test)
        self._learn(model)
        self._say_learned(model)
        evaluation = None if test is None else model.evaluate(test)
        model.evaluation = evaluation
        if evaluation is not None:
            show_evaluation(self.page, evaluation, "on rows held out")
        return self._write(model)

    def _split(self, source: Source, recipe: Recipe) -> tuple[Source, Source | None]:
        """The rows to learn from and those to judge by; finds target and task on the way, and says them."""
        from glassnet.data.splits import holdout
        from glassnet.data.target import TargetEncoder, default_target

        self.target, why = self.values["target"], ""
        if self.target is None:
            self.target, why = default_target(source)
        encoder = TargetEncoder(self.values["task"]).fit(source, self.target)
        self.task = encoder.task
        self.page.say(
            f"{source.label}: {source.rows:,} rows, {len(source.names)} columns", rows=source.rows, data=source.label
        )
        if why:
            self.page.say(why)
        self.page.say(f"task: {encoder.reason}", target=self.target, task=encoder.task)
        for note in encoder.notes:
            self.page.say(f"note: {note}")
        if not self.values["test"]:
            return source, None
        strata = encoder.transform(source, self.target) if encoder.task == "classification" else None
        training, test = holdout(source.rows, self.values["test"], recipe.seed, strata)
        return source.take(training), source.take(test)

    def _say_network(self, model: TableModel, training: Source, test: Source | None) -> None:
        dropped = [report for report in model.encoder.report() if not report.outputs]
        for report in dropped[:10]:
            self.page.say(f"note: column {report.name!r} is {report.done}")
        if len(dropped) > 10:
            self.page.say(f"note: {len(dropped) - 10} more columns left out")
        held = "none held out" if test is None else f"{test.rows:,} held out to judge by"
        self.page.say(f"{training.rows:,} rows to learn from, {held}", learned_from=training.rows)
        widths = "-".join(map(str, model.network.widths))
        self.page.say(
            f"network: {widths}, {model.network.size:,} parameters, {model.recipe.activation}, "
            f"loss {model.network.loss.name}",
            network=widths,
            parameters=model.network.size,
            loss=model.network.loss.name,
        )

    def _learn(self, model: TableModel) -> None:
        from glassnet.errors import InvalidInput
        from glassnet.learning.checkpoints import Checkpointing
        from glassnet.learning.progress import Progress

        if self.values["resume"]:
            if not self.checkpoint.exists():
                raise InvalidInput(
                    f"there is no stopped training to resume at {str(self.checkpoint)!r}",
                    remedy="leave --resume out, or give -o as before",
                )
            model.resume(self.checkpoint)
        callbacks = [Checkpointing(self.checkpoint, self.values["checkpoint_every"], {"data": model.digest()})]
        model.learn([*callbacks, *([] if self.values["quiet"] else [Progress()])])
        if model.outcome.error is not None:
            self.checkpoint.unlink(missing_ok=True)
            raise model.outcome.error

    def _say_learned(self, model: TableModel) -> None:
        history, best = model.history, model.best_epoch
        kept = f"; the parameters of epoch {best} are kept" if best not in (None, history.epochs) else ""
        self.page.say(
            f"trained {history.epochs} epochs in {model.seconds:.3g} s: {model.outcome.reason}{kept}",
            epochs=history.epochs,
            best_epoch=best,
            seconds=model.seconds,
            ending=model.outcome.ending,
            history=dict(history),
        )

    def _write(self, model: TableModel) -> int:
        from glassnet.cli.main import INTERRUPTED
        from glassnet.files import save
        from glassnet.learning.training import INTERRUPTED as STOPPED_BY_USER

        save(model, self.path)
        stopped = model.outcome.ending == STOPPED_BY_USER
        if stopped:
            self.page.say(f"stopped by you; `--resume` goes on from {self.checkpoint}", checkpoint=str(self.checkpoint))
        else:
            self.checkpoint.unlink(missing_ok=True)
        next_step = f"glassnet predict {self.path} {self.data}"
        self.page.say(f"model written to {self.path}; try: {next_step}", model=str(self.path))
        self.page.finish()
        return INTERRUPTED if stopped else 0


def _stem(data: str) -> str:
    """``"folder/table.csv.gz"`` -> ``"table"``: the model is written where the command runs."""
    name = Path(data).name
    return name.split(".")[0] or "model"
