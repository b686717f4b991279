"""What is seen, as the fragment of a link; and what a link leads to.

All that makes a run is in it, so any machine makes the same numbers of it.

>>> setup, desk = opened("#data=xor&units=&step=7&key=w12[1]&lens=gradients")
>>> setup.data, desk.clock.step, desk.selection.key, desk.lens
('xor', 7, 'w12[1]', 'gradients')
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.network.values import LENSES
from glassnet.lessons.table import LESSONS
from glassnet.studio.data import Value
from glassnet.studio.datasets import DATASETS
from glassnet.studio.looks import LOOKS
from glassnet.studio.session.clock import GRAINS, Clock
from glassnet.studio.session.selection import KEY, LONGEST, Selection
from glassnet.studio.session.setup import LESSON, Cell, Edit, Point, Setup, has_step
from glassnet.studio.session.view import Desk
from glassnet.studio.settings import SETTINGS

Changed = tuple[tuple[str, Value], ...]  # settings of a lesson
MOST = 300  # edits, cells, points of a link
MOST_STEPS = 10**7


def fragment(setup: Setup, desk: Desk) -> str:
    """The fragment, with what differs from how it begins."""
    parts: list[tuple[str, object]] = [("data", setup.data)]
    of_run = (setup.lesson, setup.lesson_values) if setup.data == LESSON else ("", ())
    if setup.data == LESSON:
        parts += _lesson("of", *of_run)
    parts += [(f"set.{name}", value) for name, value in setup.changed]
    parts += [("cell", _joined(cell)) for cell in setup.cells]
    parts += [("point", _joined(point)) for point in setup.points]
    parts += [("edit", f"{edit.step}~{edit.key}~{edit.value!r}") for edit in setup.edits]
    if (desk.lesson, desk.lesson_values) != of_run:
        parts += _lesson("lesson", desk.lesson, desk.lesson_values)
    clock, chosen = desk.clock, desk.selection
    parts += [("run", desk.run), ("step", clock.step), ("grain", clock.grain)]
    if clock.operation is not None:
        parts.append(("operation", clock.operation))
    if chosen.key:
        parts.append(("key", chosen.key))
    if chosen.example > 1:
        parts.append(("example", chosen.example))
    if desk.lens != "values":
        parts.append(("lens", desk.lens))
    if desk.whole:
        parts.append(("whole", "true"))
    parts += [("open", name) for name in sorted(desk.open)]
    parts += [(f"show.{name}", value) for name, value in desk.looks]
    parts += [("unfold", key) for key in sorted(desk.unfolded)[:MOST]]
    return urlencode(parts, safe="[]~,:")


def _lesson(kind: str, name: str, values: Changed) -> list[tuple[str, object]]:
    return [(kind, name), *((f"{kind}.{setting}", value) for setting, value in values)]


def _joined(numbers: tuple[float, ...]) -> str:
    return "~".join(map(repr, numbers))


def opened(link: str) -> tuple[Setup, Desk]:
    """What a fragment leads to; what it does not know is left alone.

    Raises:
        GlassnetError: a setting that does not have that value.
    """
    pairs = parse_qsl(link[:20_000].removeprefix("#"), keep_blank_values=True, max_num_fields=1000)
    said = dict(pairs)
    data = said.get("data", LESSON)
    if data in ("own", "model"):
        raise InvalidInput("a link cannot carry a table of your own", remedy="drop the file on the page again")
    open_one = (said["lesson"], _lesson_values("lesson", said)) if "lesson" in said else None
    if data == LESSON:
        setup = Setup(LESSON, *_of_run(said, open_one))
        open_one = open_one or (setup.lesson, setup.lesson_values)
    else:
        setup = Setup(DATASETS[data].name, open_one[0] if open_one else "")
    for name, value in pairs:
        if name.startswith("set.") and name[4:] in SETTINGS:
            setup = setup.with_value(name[4:], value)
    cells = tuple(Cell(int(c[0]), int(c[1]), c[2]) for c in _numbers(pairs, "cell"))
    points = tuple(Point(*p) for p in _numbers(pairs, "point"))
    edits = sorted(_edits(pairs), key=lambda edit: edit.step)
    setup = Setup(setup.data, setup.lesson, setup.lesson_values, setup.changed, cells, points, tuple(edits))
    return setup, _desk(said, pairs, *(open_one or ("", ())))


def _of_run(said: Mapping[str, str], open_one: tuple[str, Changed] | None) -> tuple[str, Changed]:
    """The lesson whose step the run is: that which is named, else the open one where it has a step, else the first."""
    if "of" not in said and open_one is not None and open_one[0] and has_step(*open_one):
        return open_one
    return said.get("of") or "go-to-class", _lesson_values("of", said)


def _lesson_values(kind: str, said: Mapping[str, str]) -> Changed:
    if not said.get(kind):
        return ()
    chosen = LESSONS[said[kind]]
    given = {name.removeprefix(f"{kind}."): value for name, value in said.items() if name.startswith(f"{kind}.")}
    values, defaults = chosen.values(given), chosen.values()
    return tuple((name, value) for name, value in values.items() if value != defaults[name])


def _numbers(pairs: list[tuple[str, str]], kind: str) -> list[list[float]]:
    found: list[list[float]] = []
    for name, text in pairs:
        numbers = [number for part in text.split("~") if (number := _number(part)) is not None]
        if name == kind and len(numbers) == 3 and len(found) < MOST:
            found.append(numbers)
    return found


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= 1e9 else None


def _edits(pairs: list[tuple[str, str]]) -> list[Edit]:
    found: list[Edit] = []
    for name, text in pairs:
        step, _, rest = text.partition("~")
        key, _, value = rest.partition("~")
        number = _number(value)
        if name == "edit" and number is not None and KEY.fullmatch(key[:LONGEST]) and len(found) < MOST:
            found.append(Edit(_whole(step), key, number))
    return found


def _whole(text: str) -> int:
    return min(int(text), MOST_STEPS) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _desk(said: dict[str, str], pairs: list[tuple[str, str]], lesson: str, values: Changed) -> Desk:
    operation = _whole(said["operation"]) if "operation" in said else None
    grain, lens = said.get("grain", ""), said.get("lens", "")
    key = said.get("key", "")
    clock = Clock(_whole(said.get("step", "")), operation, grain if grain in GRAINS else "batch")
    chosen = Selection(key if KEY.fullmatch(key[:LONGEST]) else "", max(1, _whole(said.get("example", ""))))
    open_ones = frozenset(text[:40] for name, text in pairs if name == "open")
    looks = {name: LOOKS[name].read(said[f"show.{name}"]) for name in LOOKS if f"show.{name}" in said}
    unfolded = [key for name, key in pairs if name == "unfold" and KEY.fullmatch(key[:LONGEST])]
    return Desk(
        clock=clock,
        selection=chosen,
        lens=lens if lens in LENSES else "values",
        lesson=lesson,
        lesson_values=values,
        open=frozenset(sorted(open_ones)[:20]),
        whole=said.get("whole") == "true",
        looks=tuple((name, value) for name, value in looks.items() if value != LOOKS[name].default),
        unfolded=frozenset(unfolded[:MOST]),
    )
