"""The settings: a form made from their one table, those in view first and the others behind "all"."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.pieces.settings import Range
from glassnet.studio.html import chooser, element, field, text
from glassnet.studio.parts.part import Part
from glassnet.studio.session.setup import LESSON
from glassnet.studio.session.view import View
from glassnet.studio.settings import SETTINGS, Setting, Value
from glassnet.studio.words import word
from glassnet.text import format_number

LARGE = 1e6  # a limit beyond is not worth a word


def markup(view: View) -> str:
    """A field for each setting; a change of one begins the run again with it."""
    values = view.settings
    first = "".join(_setting(one, values[one.name]) for one in SETTINGS.values() if one.first)
    others = "".join(_setting(one, values[one.name]) for one in SETTINGS.values() if not one.first)
    behind = element("details", f"<summary>{word('settings.all')}</summary>{element('div', others, class_='settings')}")
    return f"{element('div', first, class_='settings')}{behind}{_changed(view)}"


def _setting(one: Setting, value: Value) -> str:
    """Its field, and what it is."""
    name = f"setting-{one.name}"
    given = {"id": name, "data_do": "set", "data_name": one.name, "aria_describedby": f"{name}-help"}
    if isinstance(one.values, Range):
        whole = isinstance(one.default, int)
        shown = value if isinstance(value, str) else format_number(value, 12)
        asked = field(one.title, shown, inputmode="numeric" if whole else "decimal", **given)
        limits = f"; {one.values}" if not isinstance(value, str) and one.values.high < LARGE else ""
    else:
        asked, limits = chooser(one.title, one.values(), value, **given), ""
    help_ = f'<small id="{name}-help">{escape(one.help)}{escape(limits)}</small>'
    return element("p", f"{asked} {help_}", class_="setting")


def _changed(view: View) -> str:
    """What differs from what suits the data."""
    names = [name for name, _ in view.run.setup.changed]
    if not names:
        return text("p", word("settings.lesson" if view.run.setup.data == LESSON else "settings.data"))
    return text("p", word("settings.changed", names=", ".join(SETTINGS[name].title for name in names)))


def version(view: View) -> Hashable:
    """The values."""
    return tuple(view.settings.items()), view.run.setup.changed


PART = Part("settings", "Settings", markup, version, drawer=True)
