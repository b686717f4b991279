"""The three lanes of rows: those that teach, those that watch the learning, and those that judge it in the end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Rows
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets
from glassnet.studio.answering import answers_of
from glassnet.studio.data import Data
from glassnet.studio.given import given_of


class Lane(NamedTuple):
    """One lane.

    Args:
        name: what it is called.
        said: what a row of it is to the training.
    """

    name: str
    said: str


LEARN = Lane("learn", "it teaches")
VALIDATE = Lane("validate", "held out to watch the learning")
JUDGE = Lane("judge", "kept to judge at the end")
LANES = (LEARN, VALIDATE, JUDGE)


def rows_in(data: Data, lane: Lane) -> Array:
    """The rows of a lane, by their numbers from 0."""
    return {LEARN: data.learn, VALIDATE: data.validate, JUDGE: data.judge}[lane]


def lane_of(data: Data, row: int) -> Lane:
    """The lane of a row, by its number from 0."""
    return next((lane for lane in (JUDGE, VALIDATE) if row in rows_in(data, lane)), LEARN)


class Score(NamedTuple):
    """How good a network is on a lane.

    Args:
        cost: J over its rows, without penalties.
        right: the share that is answered right; None where numbers are predicted.
        error: the typical error (RMSE) in the target's unit; None of classes.
    """

    cost: float
    right: float | None = None
    error: float | None = None


def score(data: Data, network: Network, parameters: Parameters, lane: Lane) -> Score | None:
    """The score on a lane; None where it has no rows."""
    places = rows_in(data, lane)
    if not len(places):
        return None
    rows = Rows(data.X, data.Y).some(places)
    forward_pass = network.forward(rows.X, parameters)
    targets = as_targets(rows.Y, network.loss, network.outputs, np.float64)
    with np.errstate(all="ignore"):
        cost = float(np.mean(network.loss.value(forward_pass.scores, targets)))
    p = forward_pass.predictions
    if not data.classes:
        truth = given_of(data).answers[places].astype(np.float64)
        return Score(cost, error=float(np.sqrt(np.mean((answers_of(data).decode(p) - truth) ** 2))))
    answers = p.argmax(axis=1) if p.shape[1] > 1 else (p[:, 0] > 0.5).astype(int)
    return Score(cost, float(np.mean(answers == np.asarray(rows.Y).reshape(-1))))
