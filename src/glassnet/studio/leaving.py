"""A file to take along."""

from __future__ import annotations

from typing import NamedTuple


class Download(NamedTuple):
    """A file: its name, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes
