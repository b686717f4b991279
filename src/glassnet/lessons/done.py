"""What a pupil has done: one small file in the place where programs keep their state, written when a lesson ends."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from glassnet.archive import replace_atomically
from glassnet.errors import UnusableFile

Counts = dict[str, tuple[int, int]]  # lesson -> questions answered right, of so many


def place() -> Path:
    """The file: below ``XDG_STATE_HOME``, else where the system has such files."""
    default = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    state = os.environ.get("XDG_STATE_HOME") or default or "~/.local/state"
    return Path(state).expanduser() / "glassnet" / "lessons.json"


def done() -> Counts:
    """What is known; nothing where there is no such file, or a broken one."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        said = json.loads(place().read_text(encoding="utf-8"))
        return {str(name): (int(right), int(questions)) for name, (right, questions) in said.items()}
    return {}


def remember(lesson: str, right: int, questions: int) -> bool:
    """Note that so many of a lesson's questions were answered right, where that is more than before.

    Returns:
        Whether the file has that now.
    """
    known = done()
    if known.get(lesson, (-1, 0))[0] >= right:
        return True
    with suppress(OSError, UnusableFile):
        place().parent.mkdir(parents=True, exist_ok=True)
        with replace_atomically(place()) as file:
            file.write(json.dumps({**known, lesson: (right, questions)}, indent=1).encode())
        return True
    return False


def forget() -> None:
    """Remove the file."""
    place().unlink(missing_ok=True)
