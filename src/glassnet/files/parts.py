"""A model taken apart: arrays by name, and facts that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.archive import Arrays


@dataclass
class Parts:
    """What a model is made of.

    Args:
        arrays: those of a section are named after it, such as ``"encoder.numbers"``.
        facts: plain data.

    >>> parts = Parts()
    >>> parts.put("history", {"cost": np.array([0.5, 0.25])}, {"columns": ["cost"]})
    >>> list(parts.arrays), parts.facts
    (['history.cost'], {'history': {'columns': ['cost']}})
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def put(self, section: str, arrays: Mapping[str, np.ndarray], facts: Any) -> None:
        """Add a section."""
        self.arrays |= {f"{section}.{name}": array for name, array in arrays.items()}
        self.facts[section] = facts


def taken(arrays: Arrays, section: str) -> Arrays:
    """The arrays of a section, without its name in theirs; they are taken out of ``arrays``.

    >>> taken(Arrays({"history.cost": np.zeros(2), "1.b": np.zeros(1)}), "history")
    {'cost': array([0., 0.])}
    """
    prefix = f"{section}."
    names = [name for name in arrays if name.startswith(prefix)]
    return Arrays({name.removeprefix(prefix): arrays.pop(name) for name in names}, arrays.file, section)
