"""In the file: the name of the engine that trained. Why it did depends on a machine, and may name its folders."""

from __future__ import annotations

from glassnet.archive import Facts
from glassnet.engines.choice import UNKNOWN, EngineUsed


def restored_engine(facts: Facts) -> EngineUsed:
    """The engine that the section ``facts`` names; files of before it was written down name none.

    Raises:
        BrokenFile: no name.
    """
    return EngineUsed(facts.text("engine"), "the file says so") if "engine" in facts else UNKNOWN
