"""The checkpoint of ``glassnet train``: what may lie at its place before, what is said of it after."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.cli.files import refuse_unwritable
from glassnet.errors import GlassnetError, InvalidInput

if TYPE_CHECKING:
    from glassnet.learning.checkpointing import CheckpointFile

AGAIN = "the same command with --resume"


class StoppedTraining:
    """What a training leaves when it is stopped, next to the model's file.

    Args:
        model: the model's file.
        resume: whether to go on with it.
        restart: whether to begin anew in spite of it.
        number: which of several trainings, one after the other, from 1: each has a file.
    """

    def __init__(self, model: Path, resume: bool, restart: bool, number: int = 1) -> None:
        self.model, self.resume, self.restart, self.number = model, resume, restart, number
        self.path = Path(f"{model}.checkpoint" + f"-{number}" * (number > 1))

    def of_each(self, count: int) -> list[StoppedTraining]:
        """The places of so many trainings; what further ones left there is removed by ``--restart`` alone."""
        places = [self]
        while len(places) < count:
            places.append(places[-1]._following())
            places[-1].check()
        further = places[-1]._following()
        while os.path.lexists(further.path):
            if not self.restart:
                remedy = "name all targets as before, or begin anew by --restart"
                raise InvalidInput(f"{str(further.path)!r} holds the training of one more target", remedy=remedy)
            further.check()
            further.path.unlink()
            further = further._following()
        return places

    def _following(self) -> StoppedTraining:
        """The place of the next training: where this one was stopped there is nothing to resume."""
        following = StoppedTraining(self.model, self.resume, self.restart, self.number + 1)
        following.resume = self.resume and os.path.lexists(following.path)
        return following

    def check(self) -> None:
        """Raise where there is nothing to resume, or where a file exists that the user did not ask to replace."""
        from glassnet.learning.checkpointing import refuse_other_checkpoint

        name, there = repr(str(self.path)), os.path.lexists(self.path)
        if self.resume and self.restart:
            raise InvalidInput("--resume goes on, --restart begins anew", remedy="choose one of the two")
        if self.resume and not there:
            raise InvalidInput(
                f"there is no stopped training to resume at {name}", remedy="leave --resume out, or give -o as before"
            )
        if os.path.islink(self.path):  # noqa: PTH114  (Path's own raises for a name that is too long)
            remedy = "move it away, or choose another name with -o"
            raise InvalidInput(f"{name}, the place for the checkpoint, is a link", remedy=remedy)
        refuse_other_checkpoint(self.path)
        if there and not (self.resume or self.restart):
            remedy = "go on with it by --resume, or begin anew by --restart"
            raise InvalidInput(f"{name} holds a stopped training", self._progress(), remedy)
        refuse_unwritable(self.path)

    def kept(self, file: CheckpointFile | None) -> str:
        """What of a training is kept there, a clause; "" where nothing is."""
        if file is None or file.kept is None or not file.kept.step:
            before = self.number > 1 or (file is None and self.resume and self.path.exists())
            return f"the training is kept in {self.model}.checkpoint" if before else ""
        part = "" if file.up_to_date else f" up to epoch {file.kept.epoch:,}"
        return f"the training{part} is kept in {self.path}"

    def _progress(self) -> str:
        from glassnet.learning.blending.checkpoints import epochs_done

        try:
            return epochs_done(self.path)
        except GlassnetError:
            return "it is damaged"
