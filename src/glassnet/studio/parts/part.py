"""What a part of the page is: markup where its structure changes, small frames of values else."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from glassnet.studio.session.view import View


@dataclass(frozen=True)
class Part:
    """One part of the page.

    Args:
        name: the id of its element.
        title: what people call it.
        markup: its structure, escaped HTML without style and script.
        version: what the markup depends on; it is sent again when that changes.
        frame: its values, JSON that is patched in by key; sent when it differs from what the tab has.
        keys: the keys of a frame that is a list, sent with the markup.
        room: how much its drawing takes; where that alone changes, the places of what moves are sent.
        drawer: computed only while the drawer of its name is open.
        slow: while a training plays it is computed at most a few times a second.
    """

    name: str
    title: str
    markup: Callable[[View], str]
    version: Callable[[View], Hashable]
    frame: Callable[[View], object] | None = None
    keys: Callable[[View], list[str]] | None = None
    room: Callable[[View], Hashable] | None = None
    drawer: bool = False
    slow: bool = False
