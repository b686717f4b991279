"""The one palette of all pictures, on light and dark paper: hues of Okabe and Ito, darkened until text can be read.

Blue and orange are distinguished by every kind of color vision; no meaning is carried by color alone.

Source: Okabe, Ito 2008, Color universal design.
"""

from __future__ import annotations

from typing import NamedTuple


class Colors(NamedTuple):
    """One color on one kind of paper: for lines and letters, and for what they enclose."""

    line: str
    tint: str


HUES: dict[str, dict[str, Colors]] = {
    "light": {
        "paper": Colors("#ffffff", "#ffffff"),
        "ink": Colors("#1f2328", "#f3f4f6"),
        "gray": Colors("#5b636e", "#f3f4f6"),
        "blue": Colors("#0063a6", "#dfedf9"),
        "orange": Colors("#a94400", "#fbe8da"),
        "green": Colors("#00694f", "#dff4ec"),
        "purple": Colors("#8b2f72", "#f7e6f2"),
        "yellow": Colors("#6f5400", "#fdf0bd"),
        "sky": Colors("#2b86bd", "#e3f3fd"),
    },
    "dark": {
        "paper": Colors("#15181d", "#15181d"),
        "ink": Colors("#e8eaed", "#252a32"),
        "gray": Colors("#a3adba", "#252a32"),
        "blue": Colors("#62b9f5", "#14324a"),
        "orange": Colors("#ff9f5f", "#45280f"),
        "green": Colors("#45d3b1", "#10392f"),
        "purple": Colors("#eba3d7", "#421d39"),
        "yellow": Colors("#f2d35b", "#4a3c0b"),
        "sky": Colors("#b5e1ff", "#1d3a4c"),
    },
}
ROLES = {  # what a color means -> its hue
    "paper": "paper",
    "ink": "ink",
    "quiet": "gray",
    "positive": "blue",
    "negative": "orange",
    "forward": "green",
    "backward": "purple",
    "highlight": "yellow",
}
SCHEMES = {name: {role: hues[hue] for role, hue in ROLES.items()} for name, hues in HUES.items()}
SERIES = ("blue", "orange", "green", "purple", "yellow", "sky", "ink")  # hues of lines and classes, in order
SIGNS = {"positive": "positive", "negative": "negative", "zero": "quiet", "not a number": "highlight"}  # sign -> role
