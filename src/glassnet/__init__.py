"""glassnet: neural networks you can see through."""

from __future__ import annotations

import importlib

from glassnet.version import __version__

# Name -> the module it lives in. Loaded when first used, so that `import glassnet` stays light.
_PUBLIC = {
    "GlassnetError": "errors",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"glassnet.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
