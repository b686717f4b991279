"""What a network of the studio answers, as the record of a fitted model, which maps and explanations take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.estimators.labels import of_each_class
from glassnet.learning.columns import ArrayColumns, Columns, plain_check
from glassnet.learning.fitted import Answers, Fitted
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.studio.data import Data

if TYPE_CHECKING:
    from glassnet.data.source import TableLike


def fitted(data: Data, network: Network, parameters: Parameters, plan: Plan | None = None) -> Fitted:
    """A network at some moment, with the meaning of its inputs and outputs.

    Args:
        data: the rows.
        network, parameters: what answers.
        plan: how it is trained.
    """
    return Fitted(network, parameters, columns_of(data), answers_of(data), plan)


def columns_of(data: Data) -> Columns:
    """How the user's cells become inputs."""
    return data.columns or ArrayColumns.of(len(data.names), data.names, plain_check(data.names, chosen=False))


def rows_of(data: Data) -> TableLike:
    """The rows as the user has them."""
    return data.X if data.given is None else data.given


def truth_of(data: Data) -> Array | None:
    """Their truth as the user has it; None where the rows hold it."""
    if data.given is not None:
        return None
    Y = np.asarray(data.Y).reshape(len(data.X), -1)[:, 0]
    return np.array(data.classes)[Y.astype(int)] if data.classes else Y


def answers_of(data: Data) -> Answers:
    """What the outputs mean; of a table that holds numbers alone, and classes as whole numbers, by their names."""
    if data.answers is not None:
        return data.answers
    if not data.classes:
        return Answers(np.asarray, lambda predictions: predictions[:, 0], data.target)
    classes = np.array(data.classes)
    numbers = {name: k for k, name in enumerate(data.classes)}

    def encode(labels: Array) -> Array:
        return np.array([numbers[str(label)] for label in np.asarray(labels).tolist()])

    def decode(predictions: Array) -> Array:
        return classes[of_each_class(predictions).argmax(axis=1)]

    return Answers(encode, decode, data.target, classes, of_each_class)
