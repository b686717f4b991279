"""A viewer: it knows what one tab has, and says what that lacks; the newest only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from glassnet.studio.parts import PARTS
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word

NEVER = object()
SELDOM = 0.5  # seconds between two frames of a slow part, or two links, while a training plays
RARE = 150  # and so many times as long as it takes: no one reads a ledger that changes faster
SHAPE = re.compile(r"<(?:svg|rect|circle|path|text)\b[^>]*>")
PLACE = re.compile(r' (viewBox|width|height|x|y|r|cx|cy|d)="([^"]*)"')
Places = list[dict[str, str]]


class Shown(NamedTuple):
    """What is to be seen of a session.

    Args:
        view: of the desk.
        number, sentence: how many sentences were said, and the last of them.
        doing: what takes long just now, by its name among the words; "" for nothing.
    """

    view: View
    number: int
    sentence: str
    doing: str = ""


class Viewer:
    """One tab's view of a session.

    Args:
        now: what is to be seen now.
    """

    def __init__(self, now: Callable[[], Shown]) -> None:
        self._now, self._seq, self._said = now, 0, now().number
        self._versions: dict[str, Hashable] = {}
        self._frames: dict[str, object] = {}
        self._rooms: dict[str, tuple[Hashable, Places]] = {}
        self._next: dict[str, float] = {}
        self._state: dict[str, object] = {}
        self._seen: View | None = None

    def message(self) -> dict[str, object] | None:
        """What this tab lacks; None where it lacks nothing."""
        now = self._now()
        found: dict[str, dict[str, object]] = {"markup": {}, "keys": {}, "places": {}, "frame": {}, "state": {}}
        state = {**self._state, "doing": word("computing", what=word(f"doing.{now.doing}")) if now.doing else ""}
        if now.view is not self._seen:
            for part in PARTS.values():
                self._look(part, now.view, found)
            state |= state_of(now.view) | self._url(now.view)
            self._seen = now.view
        found["state"] = {name: said for name, said in state.items() if self._state.get(name, NEVER) != said}
        self._state = state
        message: dict[str, object] = {name: said for name, said in found.items() if said}
        if now.number != self._said:
            message["say"], self._said = now.sentence, now.number
        if not message:
            return None
        self._seq += 1
        return {"seq": self._seq, **message}

    def _url(self, view: View) -> dict[str, object]:
        """The link, seldom while a training plays: browsers refuse an address that changes with each frame."""
        now = time.monotonic()
        if view.desk.clock.playing and now < self._next.get("", 0.0):
            return {}
        self._next[""] = now + SELDOM
        return {"url": view.url(view)}

    def _look(self, part: Part, view: View, found: Mapping[str, dict[str, object]]) -> None:
        """What of one part is to be sent."""
        if part.drawer and part.name not in view.open:
            return
        if part.slow and view.desk.clock.playing and time.monotonic() < self._next.get(part.name, 0.0):
            return
        begun = time.monotonic()
        self._compute(part, view, found)
        now = time.monotonic()
        self._next[part.name] = now + max(SELDOM, RARE * (now - begun))

    def _compute(self, part: Part, view: View, found: Mapping[str, dict[str, object]]) -> None:
        version = view.once(f"version {part.name}", lambda: part.version(view))
        if version != self._versions.get(part.name, NEVER):
            found["markup"][part.name] = _markup(part, view)
            if part.keys is not None:
                found["keys"][part.name] = part.keys(view)
            self._versions[part.name] = version
            self._frames.pop(part.name, None)
            self._rooms.pop(part.name, None)
        if part.room is not None:
            self._move(part, part.room(view), view, found)
        if part.frame is None:
            return
        made = part.frame
        frame = view.once(f"frame {part.name}", lambda: made(view))
        before = self._frames.get(part.name, NEVER)
        if frame != before:
            found["frame"][part.name] = _changed(frame, before)
            self._frames[part.name] = frame

    def _move(self, part: Part, room: Hashable, view: View, found: Mapping[str, dict[str, object]]) -> None:
        """Where the shapes of a drawing are now, of those that have moved."""
        known, before = self._rooms.get(part.name, (NEVER, None))
        if room == known:
            return
        shapes = SHAPE.findall(_markup(part, view).partition("</svg>")[0])
        places: Places = [dict(PLACE.findall(shape)) for shape in shapes]
        self._rooms[part.name] = room, places
        if before is not None:
            pairs = zip(places, before, strict=True)
            found["places"][part.name] = {i: now for i, (now, then) in enumerate(pairs) if now != then}


def _markup(part: Part, view: View) -> str:
    """What a part is made of, made for the first tab that asks for it."""
    return view.once(f"markup {part.name}", lambda: part.markup(view))


def _changed(frame: object, before: object) -> object:
    """Of values by key, those that are others."""
    if isinstance(frame, Mapping) and isinstance(before, Mapping) and frame.keys() == before.keys():
        return {key: value for key, value in frame.items() if value != before[key]}
    return frame


def state_of(view: View) -> dict[str, object]:
    """What the page itself needs to know."""
    clock = view.clock
    return {
        "title": view.title,
        "playing": clock.playing,
        "step": clock.step,
        "steps": clock.steps,
        "operation": clock.done,
        "operations": clock.operations,
        "lens": view.lens,
        "select": view.selection.key,
        "lit": sorted(view.lit),
        "open": sorted(view.open),
        "finished": sorted(view.desk.finished),
    }
