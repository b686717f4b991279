"""One file a command: ``glassnet NAME`` is the function ``command`` in ``NAME.py`` of this folder.

The files are the table: listing them imports none, so that ``glassnet --help`` answers at once.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import click


def names() -> list[str]:
    """The commands there are, in alphabetical order."""
    return sorted(_found(tuple(__path__)))


@cache  # each folder is listed once: a process that gives up its rights may not be able to list it again
def _found(folders: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(module.name for module in pkgutil.iter_modules(folders))


def purpose(name: str) -> str:
    """What a command does: the first line of its docstring, read from the source."""
    spec = find_spec(f"{__name__}.{name}")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return ""


def load(name: str) -> click.Command:
    """Import a command."""
    command: click.Command = importlib.import_module(f"{__name__}.{name}").command
    return command
