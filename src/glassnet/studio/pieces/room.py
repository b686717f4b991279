"""Room for the numbers of a network that moves: what the widest so far needs, so that its picture seldom jumps.

Room for any number at all would make the picture of a few units wider than most pages.
"""

from __future__ import annotations

from math import ceil
from weakref import WeakKeyDictionary

from glassnet.glass.scenes.measure import formula_width
from glassnet.glass.scenes.network.layout import SMALL, Room
from glassnet.glass.scenes.network.structure import Structure
from glassnet.glass.scenes.network.values import Frame
from glassnet.studio.session.run import Run

STEP = 4.0  # pixels by which room grows
COMMON = formula_width("-0.1234", SMALL)  # of a weight
INSIDE = formula_width("0.1234", SMALL)

_rooms: WeakKeyDictionary[Run, dict[bool, Room]] = WeakKeyDictionary()


def room(run: Run, drawn: Structure, frame: Frame) -> Room:
    """Room for the texts of a frame, and for all that the picture of this run has shown before."""
    rooms = _rooms.setdefault(run, {})
    found = grown(drawn.room(frame), rooms.get(drawn.numbers))
    rooms[drawn.numbers] = found
    return found


def grown(needed: Room, known: Room | None) -> Room:
    """Room for both, in whole steps.

    >>> first = grown(Room(20.0, (0.0, 41.0), (0, 1), (None, 30.0)), None)
    >>> first.around, grown(Room(90.0, (0.0, 3.0), (0, 1), (None, 3.0)), first).inside, first.numbers[1] >= COMMON
    ((0.0, 44.0), 92.0, True)
    """
    before = known or Room(INSIDE, needed.around, needed.lines, (None,) * len(needed.numbers))
    around = (_whole(max(pair)) for pair in zip(needed.around, before.around, strict=True))
    numbers = (
        None if width is None else _whole(max(width, seen or COMMON))
        for width, seen in zip(needed.numbers, before.numbers, strict=True)
    )
    return Room(_whole(max(needed.inside, before.inside)), tuple(around), needed.lines, tuple(numbers))


def _whole(width: float) -> float:
    return STEP * ceil(width / STEP)
