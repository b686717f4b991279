"""Choices of what drawers show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.studio.looks import LOOKS
from glassnet.studio.session.actions import action

if TYPE_CHECKING:
    from glassnet.studio.session.workbench import Workbench


@action("look")
def look(bench: Workbench, name: str, value: str = "") -> None:
    """Choose what a drawer shows."""
    chosen = {**dict(bench.desk.looks), name: LOOKS[name].read(value)}
    if chosen[name] == LOOKS[name].default:
        del chosen[name]
    bench.move(looks=tuple((name, chosen[name]) for name in LOOKS if name in chosen))


@action("start")
def start(bench: Workbench, x1: float, x2: float) -> None:
    """Begin a descent at a place of the cost surface."""
    look(bench, "start", f"{x1!r} {x2!r}")
