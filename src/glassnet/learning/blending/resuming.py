"""Going on with several trainings that were stopped, from their common checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glassnet.archive.os_errors import StrPath
from glassnet.learning.blending.checkpoints import Training, load_trainings
from glassnet.learning.checkpoints import check_same_plan, check_same_settings, other_number
from glassnet.learning.job import Job


def resumed(jobs: Sequence[Job], path: StrPath, planned: bool = False) -> tuple[list[Job], float]:
    """The trainings from where they stood, and the seconds they took before.

    Args:
        jobs: as they are prepared for the same rows and settings.
        path: the checkpoint.
        planned: True where a time limit decided on the number of epochs: then those of the checkpoint hold.

    Raises:
        BrokenFile, UnusableFile: it is not a checkpoint, or cannot be read.
        InvalidInput: it is of other settings, another plan or other rows; says what differs.
    """
    found, about = load_trainings(path)
    check_same_settings(about.section("settings"), jobs[0].about["settings"])
    if len(found) != len(jobs):
        raise other_number(path, f"{len(found)} networks", str(len(jobs)))
    for job, saved in zip(jobs, found, strict=True):
        check_same_plan(saved.plan, job.plan)
        if not planned:
            check_same_settings({"number of epochs": saved.plan.epochs}, {"number of epochs": job.plan.epochs})
    jobs[0].check_rows(path, about.get("data"))
    return [_from(job, saved) for job, saved in zip(jobs, found, strict=True)], about.number("seconds", low=0)


def _from(job: Job, saved: Training) -> Job:
    return replace(job, plan=replace(job.plan, epochs=saved.plan.epochs), state=saved.state, callbacks=[saved.keep])
