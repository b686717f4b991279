"""What ``glassnet train`` prints of its steps: the table, the network, the training."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.output import Page
from glassnet.cli.terminal import tell
from glassnet.cli.train_options import TrainOptions
from glassnet.estimators.table.presets import AUTO, describing
from glassnet.estimators.table.recipe import Recipe
from glassnet.text import counted, listed

if TYPE_CHECKING:
    from glassnet.estimators.table.experiment import Experiment
    from glassnet.estimators.table.model import TableModel

LARGE_FILE = 2_000_000  # bytes: reading takes a noticeable time


class TrainReport:
    """The sentences and facts of a training.

    Args:
        page: where they go.
        recipe: what the user asked for.
        quiet: whether only notes and errors are printed.
    """

    def __init__(self, page: Page, recipe: Recipe, quiet: bool) -> None:
        self.page, self.recipe, self.quiet = page, recipe, quiet

    def reading(self, data: str) -> None:
        """A line before the silence while a large file is read."""
        with suppress(OSError, ValueError):
            size = Path(data).stat().st_size
            if size > LARGE_FILE and not self.quiet:
                tell(f"reading {data}, {size / 1e6:,.0f} MB", err=True)

    def division(self, experiment: Experiment, test: object) -> None:
        """What the table is, what is predicted, and which rows do what; ``test`` is the option."""
        source, target = experiment.source, experiment.target
        size = f"{counted(source.rows, 'row')}, {counted(len(source.names), 'column')}"
        self.page.say(f"{source.label}: {size}", rows=source.rows, data=source.label)
        if experiment.why:
            self.page.say(experiment.why)
        self.page.say(f"task: {target.reason}", target=target.name, task=target.task)
        if test and experiment.tested is None:
            self.page.note(f"{counted(source.rows, 'row')} are too few to hold some out: the model is not judged")
        self.page.say(experiment.divided, learned_from=experiment.counts[0], divided=experiment.divided)

    def notes(self, experiment: Experiment) -> None:
        """What was found in the table."""
        for note in experiment.notes:
            if note not in experiment.source.notes:  # these were said when it was opened
                self.page.note(note)

    def network(self, model: TableModel, options: TrainOptions) -> None:
        """What will be trained."""
        if model.validated:
            self.page.say(model.validated, validated=model.validated)
        sizes = "-".join(map(str, model.network.sizes))
        loss = model.network.loss.name
        recipe, several = model.recipes[0], len(model.jobs) > 1
        if several:
            self._members(model, options.time_limit)
        elif options.preset == AUTO and model.jobs[0].stream is None:
            self._alone()
        self.page.say(
            f"{'the first ' * several}network: {sizes}, {model.network.size:,} parameters, {recipe.activation}, "
            f"loss {loss}",
            network=sizes,
            parameters=model.network.size,
            loss=loss,
        )

    def _alone(self) -> None:
        flags = [f"--{name.replace('_', '-')}" for name in describing(self.recipe)]
        self.page.say(f"one network, because of {listed(flags)}; --preset balanced trains several of the kind")

    def _members(self, model: TableModel, time_limit: float) -> None:
        count, plan = len(model.jobs), model.jobs[0].plan
        limit = f", at most {time_limit:g} s" if time_limit else ""
        choosing = f"{model.validation_rows:,} of the" if model.folds == 1 else "all"
        held_out = [job.validation is not None for job in model.jobs]
        answering = ", networks of all rows answer" if any(held_out) and not all(held_out) else ""
        self.page.say(
            f"preset {model.preset_}: {count} networks side by side, {counted(plan.epochs, 'epoch')} each, "
            f"{counted(plan.batch_rows, 'row')} a step{limit}; "
            f"{choosing} rows choose the blend{answering}",
            preset=model.preset_,
            networks=count,
        )

    def learned(self, model: TableModel) -> None:
        """How the training went, and what was chosen."""
        from glassnet.engines.choice import AUTOMATIC

        history, best, engine = model.history, model.best_epoch, model.outcome.engine
        by = f"{model.seconds:.3g} s by the {engine.name} engine"
        facts = {"engine": engine._asdict(), "seconds": model.seconds, "ending": model.outcome.ending}
        facts |= {"epochs": history.epochs, "best_epoch": best, "history": dict(history)}
        if not model.trained:
            kept = f"; the parameters of epoch {best:,} are kept" if best not in (None, history.epochs) else ""
            done = counted(history.epochs, "epoch")
            self.page.say(f"trained {done} in {by}: {model.outcome.reason}{kept}", **facts)
        else:
            self._blend(model, by, facts)
        if self.recipe.engine == "auto" and engine.name != AUTOMATIC[0]:
            self.page.say(f"engine: {engine.why}")

    def _blend(self, model: TableModel, by: str, facts: dict[str, Any]) -> None:
        from glassnet.estimators.table.reporting import HEADS, member_rows

        epochs = sum(one.epochs for one in model.trained)
        self.page.say(f"trained {len(model.trained)} networks, {counted(epochs, 'epoch')} in all, in {by}", **facts)
        if model.outcome.signal or model.time_limit is not None:
            self.page.say(f"the first of them ended because {model.trained[0].reason}")
        self.page.say(
            model.choice.why(model.blend),
            choice=dataclasses.asdict(model.choice),
            temperature=model.blend.temperature,
            members=[{"network": m.number, "epoch": m.epoch, "weight": m.weight} for m in model.blend.members],
        )
        self.page.table(HEADS, member_rows(model.blend, model.trained), right=(3,))
