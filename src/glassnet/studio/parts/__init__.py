"""The parts of the page. Each file here that has a ``PART`` is one; nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from glassnet.studio.parts.part import Part

__all__ = ["PARTS", "Part"]


class Parts(Mapping[str, Part]):
    """Parts by name; the files are read when they are first asked for.

    >>> "network" in PARTS and "ledger" in PARTS
    True
    """

    @cached_property
    def _found(self) -> Mapping[str, Part]:
        modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
        parts = (module.PART for module in modules if hasattr(module, "PART"))
        return MappingProxyType({part.name: part for part in parts})

    def __getitem__(self, name: str) -> Part:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


PARTS = Parts()
"""Every part."""
