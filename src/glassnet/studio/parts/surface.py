"""The cost surface through two weights: the way of gradient descent on it, from a start that can be moved."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.engines.plan import Rows
from glassnet.errors import InvalidInput
from glassnet.glass.notation import parameter_at, parameters_named
from glassnet.network.parameters import Parameters
from glassnet.studio.html import button, chooser, element, field, refused, text, waiting
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import counted, format_number

if TYPE_CHECKING:
    from glassnet.views.displays.surface import CostSurfaceDisplay

RESOLUTION = 31  # points a side
ROWS = 500  # that the cost is taken over
MENU = 200  # parameters in a menu
BEYOND = 3.0  # times the extent of the first steps: further a descent that diverges is not followed
FIRST = 4  # steps that are always in view


def weights_of(view: View) -> tuple[str, str]:
    """The two weights: those chosen, else that of the selection and its unit's bias, else the first two."""
    layout = view.run.network.layout
    known = [parameter_at(layout, j) for j in range(min(layout.size, MENU))]
    wanted = [str(view.look("first")), str(view.look("second")), view.selection.key.removeprefix("d"), *known]
    found = [name for name in dict.fromkeys(wanted) if name in known]
    return (found[0], found[1]) if len(found) > 1 else (found[0], found[0])


def alpha_of(view: View) -> float:
    """The learning rate of the descent: that chosen, else the run's."""
    return float(view.look("alpha")) or float(view.settings["learning_rate"])


def rows_of(view: View) -> Rows:
    """The rows that the cost is taken over: those that teach, of many the first."""
    rows = view.run.rows
    return rows if rows.X.shape[0] <= ROWS else rows.some(np.arange(ROWS))


def display(view: View) -> CostSurfaceDisplay:
    """The surface around the clock's parameters, with the descent from the start.

    Raises:
        InvalidInput: a network of one parameter.
    """
    from glassnet.views.displays.descent_path import descended
    from glassnet.views.displays.surface import CostSurfaceDisplay

    first, second = weights_of(view)
    if first == second:
        raise InvalidInput("a surface needs two parameters", "1", "choose a network with more")
    network, rows = view.run.network, rows_of(view)
    parameters = start_of(view)
    alpha, steps = alpha_of(view), int(view.look("steps"))
    at = [parameters_named(network.layout, name)[0] for name in (first, second)]
    X = dense(rows.X)
    path, ending = descended(network, parameters, X, rows.Y, alpha, steps)
    ended = word("surface.descent", alpha=f"{alpha:g}", ending=ending)
    window = _followed(path, at) if "diverged" in ending else path
    return CostSurfaceDisplay.from_network(
        network, parameters, X, rows.Y, directions=(first, second), path=path, resolution=RESOLUTION,
        ending=ended, window=window if len(window) < len(path) else None,
    )  # fmt: skip


def start_of(view: View) -> Parameters:
    """The clock's parameters, with the two weights where the start was put."""
    network = view.run.network
    now = network.parameters(view.paused.state.theta.astype(np.float64), view.paused.state.running.astype(np.float64))
    numbers = str(view.look("start")).split()
    if len(numbers) == 2:
        for name, number in zip(weights_of(view), numbers, strict=True):
            now.theta[parameters_named(network.layout, name)[0]] = float(number)
    return now


def _followed(path: Array, at: list[int]) -> Array:
    """The path up to where it leaves the neighborhood of its first steps."""
    points = path[:, at]
    reach = BEYOND * max(float(np.ptp(points[:FIRST], axis=0).max()), 1e-9)
    gone = np.flatnonzero(np.abs(points - points[0]).max(axis=1) > reach)
    return path if not len(gone) else path[: max(int(gone[0]), FIRST)]


def _key(view: View) -> tuple[Hashable, ...]:
    start = str(view.look("start"))
    return "surface", view.run.number, view.clock.step, weights_of(view), alpha_of(view), view.look("steps"), start


def markup(view: View) -> str:
    """The menus, the map, and how to move the start without a mouse."""
    from glassnet.studio.pieces.places import with_start
    from glassnet.views.maps.surface import SurfaceMap

    if not view.is_shown("J"):
        return text("p", word("surface.later"))
    found = view.soon(_key(view), lambda: SurfaceMap(display(view)))
    if found is None:
        return _forms(view) + waiting(word("surface.waiting"))
    if found.value is None:
        return _forms(view) + refused(found.why)
    drawn = found.value
    m = rows_of(view).X.shape[0]
    hint = text("p", word("surface.hint", rows=counted(m, "row"), step=f"{view.clock.step:,}"))
    return _forms(view) + hint + with_start(drawn, "start")


def _forms(view: View) -> str:
    layout, (first, second) = view.run.network.layout, weights_of(view)
    names = [parameter_at(layout, j) for j in range(min(layout.size, MENU))]
    now = start_of(view)
    values = [float(now.theta[parameters_named(layout, name)[0]]) for name in (first, second)]
    menus = chooser(word("surface.across"), names, first, data_do="look", data_name="first")
    menus += chooser(word("surface.up"), names, second, data_do="look", data_name="second")
    rate = field(word("surface.alpha"), f"{alpha_of(view):g}", data_do="look", data_name="alpha", inputmode="decimal")
    steps = field(
        word("surface.steps"), view.look("steps"), data_do="look", data_name="steps", inputmode="numeric", size=4
    )
    places = "".join(
        field(word("surface.start", name=name), format_number(value, 6), name=place, inputmode="decimal", required=True)
        for name, place, value in zip((first, second), ("x1", "x2"), values, strict=True)
    )
    start = element(
        "form", f'{places}<button type="submit">{word("surface.begin")}</button>', data_do="start", class_="choices"
    )
    back = button(word("surface.run"), "look", name="start", value="")
    return element("div", f"{menus}{rate}{steps}", class_="choices") + element(
        "div", f"{start}{back}", class_="choices"
    )


def version(view: View) -> Hashable:
    """All that the surface depends on, and whether it is computed."""
    key = _key(view)
    return key, view.is_shown("J"), view.is_there(key)


PART = Part("surface", "Cost surface", markup, version, drawer=True, slow=True)
