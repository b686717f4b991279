"""How much the studio takes of each thing: enough for a class at work, too little to take the machine away.

>>> EPOCHS.check(500)
>>> UNITS.check(500)
Traceback (most recent call last):
glassnet.errors.InvalidInput: a layer of the studio has at most 64 units (seen: 500); for more, train from the command
line or Python.
"""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.errors import InvalidInput

ELSEWHERE = "for more, train from the command line or Python"


@dataclass(frozen=True)
class Limit:
    """The most of something.

    Args:
        most: the number that is still taken.
        sentence: what has that limit; ``{most}`` stands for it.
        remedy: what to do instead.
    """

    most: int
    sentence: str
    remedy: str = ELSEWHERE

    def check(self, seen: int) -> None:
        """Refuse what is beyond.

        Args:
            seen: how many or how much there would be.

        Raises:
            InvalidInput: more than ``most``.
        """
        if seen > self.most:
            raise InvalidInput(self.sentence.format(most=f"{self.most:,}"), seen=f"{seen:,}", remedy=self.remedy)


# What a network and its table may be.
ROWS = Limit(20_000, "a table of the studio has at most {most} rows")
COLUMNS = Limit(200, "a table of the studio has at most {most} columns")
CLASSES = Limit(50, "a table of the studio has at most {most} classes")
LAYERS = Limit(8, "a network of the studio has at most {most} layers")
UNITS = Limit(64, "a layer of the studio has at most {most} units")
EPOCHS = Limit(10_000, "the studio trains at most {most} epochs at a time", "train again to go on")
POINTS = Limit(1_000, "at most {most} points are added by click", "for more, drop a CSV file on the page")

# What a page may send, and how many there are of it. Bytes, but for TEXT, which is letters.
TEXT = Limit(2_000, "a text has at most {most} letters", "send less of it")
MESSAGE = Limit(16_384, "a message has at most {most} bytes", "send less at a time")
UPLOAD = Limit(20_000_000, "a file dropped on the page has at most {most} bytes")
VIEWERS = Limit(8, "a session is shown in at most {most} tabs", "close one of the others")
SESSIONS = Limit(
    64, "this studio has at most {most} sessions at a time", "wait until someone has left, or start another"
)

# What a socket may ask and is shown in a second.
MESSAGES = 60  # more is read more slowly, not refused
BURST = 240  # of messages at once before that
FRAMES = 30
WAITING = 32  # messages of a tab that are to be done; it is not read until there is room for another
