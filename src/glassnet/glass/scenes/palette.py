"""Colours by what they mean, for light and for dark pages; hues of Okabe and Ito, darkened until they can be read.

Blue and orange are told apart by every kind of colour vision; no meaning is carried by colour alone.
"""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """Of one role on one kind of page: of lines and letters, and of what they enclose."""

    line: str
    tint: str


SCHEMES: dict[str, dict[str, Colours]] = {
    "light": {
        "paper": Colours("#ffffff", "#ffffff"),
        "ink": Colours("#1f2328", "#f3f4f6"),
        "quiet": Colours("#5b636e", "#f3f4f6"),
        "positive": Colours("#0063a6", "#dfedf9"),
        "negative": Colours("#a94400", "#fbe8da"),
        "forward": Colours("#00694f", "#dff4ec"),
        "backward": Colours("#8b2f72", "#f7e6f2"),
        "highlight": Colours("#6f5400", "#fdf0bd"),
    },
    "dark": {
        "paper": Colours("#15181d", "#15181d"),
        "ink": Colours("#e8eaed", "#252a32"),
        "quiet": Colours("#a3adba", "#252a32"),
        "positive": Colours("#62b9f5", "#14324a"),
        "negative": Colours("#ff9f5f", "#45280f"),
        "forward": Colours("#45d3b1", "#10392f"),
        "backward": Colours("#eba3d7", "#421d39"),
        "highlight": Colours("#f2d35b", "#4a3c0b"),
    },
}
ROLES = tuple(SCHEMES["light"])
SIGNS = {"positive": "positive", "negative": "negative", "zero": "quiet", "not a number": "highlight"}  # sign -> role
