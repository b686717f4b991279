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


_COLORS = {  # hue -> line and tint on light paper, line and tint on dark paper
    "paper": (Colors("#ffffff", "#ffffff"), Colors("#15181d", "#15181d")),
    "ink": (Colors("#1f2328", "#f3f4f6"), Colors("#e8eaed", "#252a32")),
    "gray": (Colors("#5b636e", "#f3f4f6"), Colors("#a3adba", "#252a32")),
    "blue": (Colors("#0063a6", "#dfedf9"), Colors("#62b9f5", "#14324a")),
    "orange": (Colors("#a94400", "#fbe8da"), Colors("#ff9f5f", "#45280f")),
    "green": (Colors("#00694f", "#dff4ec"), Colors("#45d3b1", "#10392f")),
    "purple": (Colors("#8b2f72", "#f7e6f2"), Colors("#eba3d7", "#421d39")),
    "yellow": (Colors("#6f5400", "#fdf0bd"), Colors("#f2d35b", "#4a3c0b")),
    "sky": (Colors("#2b86bd", "#e3f3fd"), Colors("#b5e1ff", "#1d3a4c")),
}
HUES = {paper: {hue: colors[i] for hue, colors in _COLORS.items()} for i, paper in enumerate(("light", "dark"))}
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
# Hues of lines and classes, in order: blue and orange are signs and nothing else.
SERIES = ("green", "purple", "yellow", "sky", "ink", "gray")
SIGNS = {"positive": "positive", "negative": "negative", "zero": "quiet", "not a number": "highlight"}  # sign -> role
