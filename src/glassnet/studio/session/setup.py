"""What a run is made of: data, settings and edits; small enough for a link, and the same bits again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.tracing.record import Trace
from glassnet.learning.states.paused import Paused
from glassnet.lessons.lesson import Screen
from glassnet.lessons.question import Question
from glassnet.lessons.table import LESSONS
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.penalties import Penalties
from glassnet.studio.data import Data, DataSet, Value, Values
from glassnet.studio.datasets import BUNDLED, DATASETS
from glassnet.studio.settings import SETTINGS, all_values
from glassnet.text import counted

LESSON = "lesson"  # the data set that a lesson brings along
WALKED = ("go-to-class",)  # takes place on the network and the ledger themselves, which ask its questions
OF_THE_ROWS = ("noise", "points", "points_seed", "validate", "judge")
OF_THE_NETWORK = ("layers", "activation", "loss", "seed")  # settings that take the place of a lesson's own network


@dataclass(frozen=True)
class Edit:
    """A number that was set by hand: the parameter of that key, after so many steps."""

    step: int
    key: str
    value: float


class Cell(NamedTuple):
    """A cell that was written over: its row and column from 1, the column behind the inputs is the target."""

    row: int
    column: int
    value: float


class Point(NamedTuple):
    """A row that was added: two inputs and the target."""

    x1: float
    x2: float
    y: float


@dataclass(frozen=True)
class Setup:
    """What a run is made of.

    Args:
        data: the name of the data set.
        lesson, lesson_values: the lesson that brings the data along, and its settings that were changed.
        changed: the settings that were, in the order of their table.
        cells: of the table that were written over. points: rows that were added.
        edits: in the order of their steps.
        own: the pupil's own table, which no link can carry.
    """

    data: str = LESSON
    lesson: str = "go-to-class"
    lesson_values: tuple[tuple[str, Value], ...] = ()
    changed: tuple[tuple[str, Value], ...] = ()
    cells: tuple[Cell, ...] = ()
    points: tuple[Point, ...] = ()
    edits: tuple[Edit, ...] = ()
    own: DataSet | None = None

    @cached_property
    def chosen(self) -> DataSet:
        """The data set."""
        if self.own is not None:
            return self.own
        return of_lesson(self.lesson, self.lesson_values) if self.data == LESSON else DATASETS[self.data]

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every setting."""
        return all_values(self.chosen.defaults, dict(self.changed))

    @cached_property
    def table(self) -> Data:
        """The rows."""
        return _table(self.chosen, tuple((name, self.values[name]) for name in OF_THE_ROWS), self.cells, self.points)

    def with_value(self, name: str, value: object) -> Setup:
        """With another value of one setting."""
        changed = dict(self.changed) | {name: SETTINGS[name].read(value)}
        if changed[name] == all_values(self.chosen.defaults, {})[name]:
            del changed[name]
        return replace(self, changed=tuple((name, changed[name]) for name in SETTINGS if name in changed), edits=())

    def start(self) -> Paused:
        """The training before its first step, edits left out.

        Raises:
            InvalidInput: settings that do not go together.
        """
        data, values = self.table, self.values
        network = self._network(data, values)
        plan = Plan(
            network,
            examples=len(data.learn),
            optimizer=OPTIMIZERS.make(str(values["optimizer"]), learning_rate=float(values["learning_rate"])),
            penalties=Penalties(l1=float(values["l1"]), l2=float(values["l2"])),
            batch_size=int(values["batch_size"]),
            epochs=int(values["epochs"]),
            shuffle=int(values["batch_size"]) < len(data.learn),
            dtype="float64",
        )
        rows = Rows(data.X, data.Y)
        held_out = rows.some(data.validate) if len(data.validate) else None
        state = State.new(plan, seed=int(values["seed"]), X=data.X[data.learn])
        if network is data.network and data.start is not None:
            state.theta[:] = data.start.theta
        return Paused(plan, state, rows.some(data.learn), "auto", held_out)

    def _network(self, data: Data, values: Values) -> Network:
        if data.network is not None and not any(name in OF_THE_NETWORK for name, _ in self.changed):
            return data.network
        hidden = [int(units) for units in str(values["layers"]).split(",") if units]
        loss = data.loss if values["loss"] == "auto" else str(values["loss"])
        layers = [Dense(units, str(values["activation"])) for units in hidden]
        return Network(data.X.shape[1], [*layers, Dense(data.outputs)], loss=loss)


@lru_cache(maxsize=16)
def _table(
    chosen: DataSet, values: tuple[tuple[str, Value], ...], cells: tuple[Cell, ...], points: tuple[Point, ...]
) -> Data:
    """The rows of a data set, with what was written over and added."""
    table = chosen.make(dict(values))
    if not cells and not points:
        return table
    X, Y = table.X.copy(), np.asarray(table.Y).copy()
    for row, column, value in cells:
        if column <= X.shape[1]:
            X[row - 1, column - 1] = value
        else:
            Y[row - 1] = value
    if points:
        added = np.array(points, np.float64)
        X = np.concatenate([X, added[:, :2]])
        Y = np.concatenate([Y, added[:, 2:].reshape(-1, *Y.shape[1:]).astype(Y.dtype)])
    return replace(table, X=X, Y=Y)


@lru_cache(maxsize=16)
def of_lesson(name: str, changed: tuple[tuple[str, Value], ...]) -> DataSet:
    """The rows of a lesson's step, as a data set.

    Raises:
        UnknownName: no such lesson. InvalidInput: it has no training step.
    """
    step = _step_of(name, changed)
    if step is None:
        raise InvalidInput(f"the lesson {name!r} walks no training step", remedy="choose a data set with it")
    network = step.plan.network
    hidden = network.layers[:-1]
    defaults: dict[str, Value] = {
        "layers": ",".join(map(str, network.widths[1:-1])),
        "activation": hidden[0].g.name if hidden and hidden[0].g is not None else "tanh",
        "learning_rate": step.alpha,
        "batch_size": step.m,
    }
    return DataSet(LESSON, LESSONS[name].title, lambda values: _rows(step), defaults, counted(step.m, "example"))


def has_step(name: str, changed: tuple[tuple[str, Value], ...] = ()) -> bool:
    """Whether a lesson walks a training step."""
    return _step_of(name, changed) is not None


@lru_cache(maxsize=16)
def opened_lesson(name: str, changed: tuple[tuple[str, Value], ...]) -> tuple[Screen, tuple[Question, ...]]:
    """A lesson's screen and its questions at these settings, computed once.

    Raises:
        UnknownName: a text that is not a bundled table: no path that a page names is opened.
    """
    texts = {setting.name for setting in LESSONS[name].settings if setting.values is None}
    for setting, value in changed:
        if setting in texts and value not in BUNDLED:
            raise unknown_name("bundled table", value, BUNDLED)
    return LESSONS[name].opened(**dict(changed))


def _step_of(name: str, changed: tuple[tuple[str, Value], ...]) -> Trace | None:
    step = getattr(opened_lesson(name, changed)[0].names, "step", None)
    return step if isinstance(step, Trace) else None


def _rows(step: Trace) -> Data:
    Y = np.asarray(step.Y)
    loss = step.plan.network.loss.name
    classes = step.classes or (("no", "yes") if loss == "binary_cross_entropy" else ())
    names = step.columns or tuple(f"x{k}" for k in range(1, step.X.shape[1] + 1))
    X = np.asarray(step.X, np.float64)
    return Data(X, Y, names, classes=classes, network=step.plan.network, start=step.before)
