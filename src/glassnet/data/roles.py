"""Which rows a model is judged by, as commands and functions name them; loaded without NumPy, for ``--help``."""

from typing import Literal

Judge = Literal["unseen", "all", "learned", "validated"]
