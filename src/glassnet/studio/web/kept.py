"""What is kept when the studio ends: the runs that were changed, in the place where programs keep state."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from glassnet.archive import replace_atomically
from glassnet.errors import GlassnetError
from glassnet.lessons.done import place
from glassnet.studio.web.asked import Session

MOST = 20  # runs that are kept; the oldest go


def folder() -> Path:
    """Where they are."""
    return place().parent / "studio"


def keep(sessions: Iterable[Session]) -> list[str]:
    """Write the runs that were changed.

    Returns:
        A sentence for each: where it is, or why it could not be written.
    """
    return [_keep(session, number) for number, session in enumerate(sessions, start=1) if session.changed]


def _keep(session: Session, number: int) -> str:
    try:
        taken = session.leave("run")
        folder().mkdir(parents=True, exist_ok=True)
        path = folder() / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{number}{Path(taken.name).suffix}"
        with replace_atomically(path) as file:
            file.write(taken.data)
        _remove_oldest()
    except (GlassnetError, OSError) as error:
        return f"a run could not be kept: {error}"
    return f"the run is kept in {path}; glassnet studio {path} opens it again"


def _remove_oldest() -> None:
    for path in sorted(file for file in folder().iterdir() if file.is_file())[:-MOST]:
        path.unlink(missing_ok=True)
