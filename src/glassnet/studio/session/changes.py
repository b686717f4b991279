"""Changes: of numbers, settings, data and network. Each makes a run of its own; undo goes back to the one before."""

from __future__ import annotations

from dataclasses import replace

from glassnet.errors import InvalidInput
from glassnet.studio import limits
from glassnet.studio.data import Data, Value
from glassnet.studio.datasets import DATASETS
from glassnet.studio.session.actions import action
from glassnet.studio.session.selection import Selection
from glassnet.studio.session.setup import Cell, Edit, Point, Setup
from glassnet.studio.session.workbench import Workbench
from glassnet.studio.words import word
from glassnet.text import format_number

MOST_EDITS, MOST_POINTS = 50, 300  # of a link


@action("edit", "branch")
def edit(session: Workbench, key: str, value: float) -> None:
    """Set a number by hand: a weight or a bias at the clock's step, or an input or the truth of the example."""
    session.pause()
    chosen = Selection(key)
    if chosen.layer == 0 or chosen.letter == "y":
        _edit_cell(session, chosen, value)
        return
    run, at = session.run, session.desk.clock.step
    if len(run.setup.edits) >= MOST_EDITS:
        raise InvalidInput(f"a run has room for {MOST_EDITS} edits", remedy="reset, and begin again")
    number = session.new_number()
    branch = run.branch(number, Edit(at, key, value))
    session.begin(branch, session.desk.clock)
    session.say(word("said.edit", key=key, value=format_number(value), step=at, run=number))


def _edit_cell(session: Workbench, chosen: Selection, value: float) -> None:
    view = session.view()
    row = view.trace.rows[view.selection.example - 1]
    column = chosen.unit if chosen.layer == 0 else view.run.table.X.shape[1] + 1
    cell(session, row, column or 1, value)


@action("undo")
def undo(session: Workbench) -> None:
    """Go back to the run before."""
    session.pause()
    session.go_back()


@action("reset")
def reset(session: Workbench) -> None:
    """Begin again with the same first weights."""
    rebuild(session, replace(session.run.setup, edits=()), word("said.reset"))


@action("redraw")
def redraw(session: Workbench) -> None:
    """Begin again with other first weights."""
    seed = int(session.run.setup.values["seed"]) + 1
    rebuild(session, session.run.setup.with_value("seed", seed), word("said.redraw", seed=seed))


@action("redraw_points", "data")
def redraw_points(session: Workbench) -> None:
    """Begin again with other points, and the same first weights where these fit."""
    seed = int(session.run.setup.values["points_seed"]) + 1
    rebuild(session, session.run.setup.with_value("points_seed", seed), word("said.redraw_points", seed=seed))


@action("set", "setting")
def set_value(session: Workbench, name: str, value: str) -> None:
    """Change a setting; the run begins again with it."""
    rebuild(session, session.run.setup.with_value(name, value))


@action("dataset", "data")
def dataset(session: Workbench, name: str) -> None:
    """Learn another data set; the settings are those that suit it."""
    chosen = DATASETS[name]
    rebuild(session, Setup(chosen.name, session.desk.lesson), f"{chosen.title}.")


@action("cell")
def cell(session: Workbench, row: int, column: int, value: float) -> None:
    """Write over a cell of the table, counted from 1; the column behind the inputs is the target."""
    setup = session.run.setup
    table = setup.table
    _check_own(table)
    m, n = table.X.shape
    if not (1 <= row <= m and 1 <= column <= n + 1):
        raise InvalidInput("the table has no such cell", f"row {row}, column {column}", f"choose in {m} x {n + 1}")
    if column == n + 1 and table.classes and value not in range(len(table.classes)):
        raise InvalidInput("the target is a class", f"{value:g}", f"write 0 ... {len(table.classes) - 1}")
    others = tuple(one for one in setup.cells if (one.row, one.column) != (row, column))
    if len(others) >= MOST_POINTS:
        raise InvalidInput(f"at most {MOST_POINTS} cells can be written over", remedy="upload a table of your own")
    rebuild(session, replace(setup, cells=(*others, Cell(row, column, value)), edits=_first(setup)))


@action("point")
def point(session: Workbench, x1: float, x2: float, y: float = 0.0) -> None:
    """Add a row to a table of two inputs."""
    setup = session.run.setup
    table = setup.table
    _check_own(table)
    if table.X.shape[1] != 2:
        raise InvalidInput("points are added to two inputs", f"{table.X.shape[1]} inputs", "choose such a data set")
    if table.classes and y not in range(len(table.classes)):
        raise InvalidInput("the target is a class", f"{y:g}", f"choose 0 ... {len(table.classes) - 1}")
    if len(setup.points) >= MOST_POINTS:
        raise InvalidInput(f"at most {MOST_POINTS} points can be added", remedy="upload a table of your own")
    rebuild(session, replace(setup, points=(*setup.points, Point(x1, x2, y)), edits=_first(setup)))


def _check_own(table: Data) -> None:
    if table.columns is not None:
        remedy = "change it in the file, and drop that on the page again"
        raise InvalidInput("this table is encoded, so its cells stay as they are", f"{len(table.X)} rows", remedy)


def _first(setup: Setup) -> tuple[Edit, ...]:
    """The numbers that were set before the first step: other rows leave them as they are."""
    return tuple(edit for edit in setup.edits if edit.step == 0)


@action("layer")
def layer(session: Workbench, at: int = 0, add: bool = True) -> None:
    """Add a hidden layer before the one of that number, counted from 1 and 0 for the last; or take it away."""
    hidden = _hidden(session)
    place = at - 1 if 1 <= at <= len(hidden) else len(hidden) - (not add)
    if add:
        limits.LAYERS.check(len(hidden) + 1)
        hidden.insert(place, hidden[min(place, len(hidden) - 1)] if hidden else 2)
    elif hidden:
        del hidden[place]
    _set_hidden(session, hidden)


@action("units")
def units(session: Workbench, layer: int, by: int = 1) -> None:
    """Add units to a hidden layer, or take some away; a layer without units goes."""
    hidden = _hidden(session)
    if not 1 <= layer <= len(hidden):
        raise InvalidInput(f"there is no hidden layer {layer}", f"{len(hidden)} hidden layers", "add one first")
    hidden[layer - 1] = min(hidden[layer - 1] + by, limits.UNITS.most)
    _set_hidden(session, [n for n in hidden if n > 0])


def _hidden(session: Workbench) -> list[int]:
    return [int(n) for n in str(session.run.setup.values["layers"]).split(",") if n]


def _set_hidden(session: Workbench, hidden: list[int]) -> None:
    value: Value = ",".join(map(str, hidden))
    rebuild(session, session.run.setup.with_value("layers", value))


def rebuild(session: Workbench, setup: Setup, said: str = "") -> None:
    """Begin a new run at its first step."""
    session.pause()
    clock = replace(session.desk.clock, step=0, operation=None)
    session.begin_setup(setup, clock)
    session.move(selection=Selection())
    if said:
        session.say(said)
