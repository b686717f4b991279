"""What can be taken along: a download by its name, each made of the view that is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from glassnet.studio.session.view import View


class Download(NamedTuple):
    """A file: its name, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


LEAVING: dict[str, Callable[[View], Download]] = {}
"""By kind: ``/leave/python`` and so on."""
