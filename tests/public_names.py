"""The stub of the public names, written from the list in ``glassnet/__init__.py``: ``python tests/public_names.py``."""

from __future__ import annotations

from pathlib import Path

import glassnet

STUB = Path(glassnet.__file__).with_suffix(".pyi")
HEAD = (
    '"""For type checkers: the names that ``__init__.py`` loads when first used. Written by tests/public_names.py."""\n'
)


def stub() -> str:
    """The whole file."""
    homes: dict[str, list[str]] = {"version": ["__version__"]}
    for name, home in glassnet._HOME_OF.items():
        homes.setdefault(home, []).append(name)
    modules = [f"import glassnet.{name} as {name}" for name in glassnet._MODULES]
    imports = [_import(f"glassnet.{home}", sorted(homes[home], key=_by_kind)) for home in sorted(homes)]
    listed = [f'    "{name}",' for name in sorted(glassnet.__all__, key=_by_kind)]
    return "\n".join([HEAD, *modules, *imports, "", "__all__ = [", *listed, "]", ""])


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return (
        line if len(line) <= 120 else "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])
    )


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, classes, functions, as ruff sorts them."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name.lstrip("_")[:1].isupper() else 2), name


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
