"""The decision map: what the network answers over two columns, with the rows on it; and what each unit sees."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from glassnet.errors import GlassnetError
from glassnet.studio.answering import fitted, rows_of, truth_of
from glassnet.studio.html import chooser, element, refused, text
from glassnet.studio.parts.part import Part
from glassnet.studio.session.run import Run
from glassnet.studio.session.view import View
from glassnet.studio.words import word, words

if TYPE_CHECKING:
    from glassnet.views.displays.plane import Plane
    from glassnet.views.maps.decision import DecisionMap
    from glassnet.views.maps.plot import MapFrame

RESOLUTION, SMALL = 40, 16  # cells a side, of the network's map and of a unit's
UNITS = 8  # of a layer that have a map
_PLANES: WeakKeyDictionary[Run, dict[Hashable, Plane]] = WeakKeyDictionary()


def plane_of(view: View, resolution: int) -> Plane:
    """The plane of the chosen columns, with the network as it is at the clock's step.

    Raises:
        InvalidInput: the rows have not two columns of numbers.
    """
    from glassnet.views.displays.plane import Plane

    run, across, up = view.run, str(view.look("across")), str(view.look("up"))
    model = fitted(run.table, run.network, view.paused.parameters, run.plan)
    known, key = _PLANES.setdefault(run, {}), (across, up, resolution)
    if key not in known:
        names = [name for j, name in enumerate(model.columns.names) if model.columns.is_number(j)]
        chosen = _two(across, up, names)
        known[key] = Plane.of(model, rows_of(run.table), truth_of(run.table), chosen, resolution)
    return known[key].of_model(model)


def _two(across: str, up: str, names: list[str]) -> tuple[str, str] | None:
    """Two different columns, the first ones where nothing is chosen."""
    first = across if across in names else next((name for name in names if name != up), "")
    second = up if up in names and up != first else next((name for name in names if name != first), "")
    return (first, second) if first and second else None


def maps(view: View) -> list[DecisionMap]:
    """The network's map, then those of the layer that is chosen."""
    from glassnet.views.displays.boundary import DecisionBoundaryDisplay
    from glassnet.views.maps.decision import DecisionMap

    found = [DecisionMap(DecisionBoundaryDisplay.over(plane_of(view, RESOLUTION)))]
    plane, layer = plane_of(view, SMALL), _layer(view)
    plane = replace(plane, points=plane.points[:0], numbers=plane.numbers[:0], labels=None, wrong=None)
    for unit in range(1, min(view.run.network.widths[layer], UNITS) + 1 if layer else 1):
        display = DecisionBoundaryDisplay.over(plane, (layer, unit))
        found.append(DecisionMap(display, (88.0, 88.0), f"unit{unit}"))
    return found


def _layer(view: View) -> int:
    """The hidden layer whose units are shown: that of the selection, else the first; 0 where there is none."""
    last = len(view.run.network.layers)
    chosen = view.selection.layer or 1
    return 0 if last < 2 else min(max(chosen, 1), last - 1)


def markup(view: View) -> str:
    """The maps, and which columns they lie over."""
    try:
        whole, *units = maps(view)
    except GlassnetError as error:
        return refused(word("map.none", why=error))
    picture = acting(whole.scene().markup(), "row", "example")
    menus = _menus(view)
    if not menus and _can_add(view):
        picture = _with_pick(picture, whole.at, int(view.look("put")))
        menus = _classes(view)
    small = "".join(_unit(one, view) for one in units)
    heading = text("h3", word("map.units", layer=_layer(view))) if units else ""
    return f"{menus}{picture}{heading}{element('div', small, class_='units') if units else ''}"


def _unit(one: DecisionMap, view: View) -> str:
    """A unit's map, which chooses the unit."""
    from glassnet.glass.scenes.scene import Scene

    layer, unit = one.display.unit or (0, 0)
    title = one.display.title[:1].upper() + one.display.title[1:]
    scene = Scene("boundary", title, f"{title}.", one.display.tables, one.tile())
    name = f"a{unit}[{layer}]"
    chosen = view.selection.layer == layer and view.selection.unit == unit
    head = element(
        "button",
        word("map.unit", unit=unit),
        type="button",
        data_do="select",
        data_key=name,
        aria_pressed=str(chosen).lower(),
    )
    return element("div", f"{head}{scene.markup()}", class_="unit")


def _can_add(view: View) -> bool:
    """Whether rows are added by click: to two inputs that are given as they are."""
    data = view.run.table
    return data.given is None and data.X.shape[1] == 2 and data.X.dtype.kind == "f"


def _classes(view: View) -> str:
    """Which class a click adds."""
    classes = view.run.table.classes
    if not classes:
        return text("p", word("map.add"))
    choices = {str(k): name for k, name in enumerate(classes)}
    menu = chooser(word("map.add.class"), choices, view.look("put"), data_do="look", data_name="put")
    return element("p", menu)


def _menus(view: View) -> str:
    """Which two columns the map lies over, of more than two."""
    data = view.run.table
    model = fitted(data, view.run.network, view.run.network.parameters(view.paused.state.theta))
    names = [name for j, name in enumerate(model.columns.names) if model.columns.is_number(j)]
    if len(names) < 3:
        return ""
    chosen = _two(str(view.look("across")), str(view.look("up")), names) or ("", "")
    menus = (
        chooser(label, names, value, data_do="look", data_name=name)
        for label, name, value in zip(words("map.axes"), ("across", "up"), chosen, strict=True)
    )
    return element("p", " ".join(menus), class_="choices")


def acting(markup: str, prefix: str, do: str) -> str:
    """Elements with a key such as ``row:5`` become ones that choose; the tab key passes them by, they may be many."""
    found = f'data-key="{prefix}:(\\d+)" tabindex="0"'
    return re.sub(found, f'data-do="{do}" data-row="\\1" tabindex="-1"', markup)


def _with_pick(markup: str, at: MapFrame, y: float) -> str:
    """A picture in which a click adds a row, below the rows that are marked."""
    from glassnet.studio.pieces.places import area

    place = markup.find('data-value="map:boundary"')
    place = markup.rfind("<path", 0, place) if place > 0 else -1
    return markup if place < 0 else f"{markup[:place]}{area(at, 'point', data_y=y)}{markup[place:]}"


def version(view: View) -> Hashable:
    """What the map lies over, and whose units are shown; where the clock rests, the text twin is its step's."""
    chosen, clock = view.selection, view.desk.clock
    looks = tuple(view.look(name) for name in ("across", "up", "put"))
    still = clock.step if not clock.playing or not view.run.table.classes else None  # the scale of numbers is written
    return view.run.number, looks, _layer(view), chosen.unit if chosen.layer else 0, still


def frame(view: View) -> object:
    """Paths by key."""
    try:
        return {key: path for one in maps(view) for key, path in one.frame().items()}
    except GlassnetError:
        return {}


PART = Part("map", "Decision map", markup, version, frame, drawer=True, slow=True)
