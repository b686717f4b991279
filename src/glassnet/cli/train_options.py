"""The options of ``glassnet train`` that are neither of the network nor of reading, as a record."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from glassnet.estimators.table.presets import AUTO, PRESETS
from glassnet.learning.blending.criteria import METRIC_NAMES
from glassnet.pieces.settings import Record, setting


@dataclass(frozen=True)
class TrainOptions(Record):
    """Options of the command itself.

    Args:
        checkpoint_every: seconds between two saves of a training that may be stopped.
        preset: how much work goes into the model.
        time_limit: seconds of training; 0 for no limit.
        memory: how much a training on rows that need not fit in memory may take; None where they must.
        metric: what several networks are trained and chosen for.
        n_folds: in how many parts the rows are held out in turn; 0 for what the preset says.
        row_digests: whether the model's file knows which rows taught it.
    """

    preset: str = dataclasses.field(
        default=AUTO,
        metadata={
            "choices": lambda: (AUTO, *PRESETS),
            "family": False,
            "help": "how much work goes into the model (auto: balanced, or plain where an option describes a network)",
        },
    )
    time_limit: float = setting(0.0, low=0, help="seconds of training at most (0: no limit)")
    metric: str = dataclasses.field(
        default=AUTO,
        metadata={
            "choices": lambda: (AUTO, *METRIC_NAMES[True], *METRIC_NAMES[False]),
            "family": False,
            "help": "what several networks are trained and chosen for (auto: accuracy, or what the loss is)",
        },
    )
    n_folds: int = setting(
        0,
        low=0,
        high=1000,
        help="parts in which rows are held out in turn, each network trained once for each "
        "(1: a share is held out once, 0: what the preset says)",
    )
    row_digests: bool = setting(
        True, help="the model knows which rows taught it, 8 bytes a row, to be judged by others"
    )
    memory: str | None = dataclasses.field(
        default=None,
        metadata={
            "help": "read the rows as they are needed, in so much memory in all, such as 1GB (one plain network)"
        },
    )
    checkpoint_every: float = setting(30.0, low=0, help="seconds between two saves of a long training")

    name = "train"
