"""The signs on buttons, as drawings: fonts do not have them everywhere. Each has a name next to it."""

from __future__ import annotations

_PATHS = {
    "first": "M3.5 3v10M12.5 3l-6 5 6 5",
    "back": "M10.5 3l-6 5 6 5",
    "play": "M4.5 2.5L13 8l-8.5 5.5z",
    "pause": "M5 3v10M11 3v10",
    "on": "M5.5 3l6 5-6 5",
    "last": "M12.5 3v10M3.5 3l6 5-6 5",
}


def icon(name: str) -> str:
    """The drawing of that name, for a button that has its name in words.

    >>> icon("pause")[:18]
    '<svg class="icon" '
    """
    path = _PATHS[name]
    return f'<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{path}"/></svg>'
