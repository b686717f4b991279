"""The recipe of a table's network in the file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from glassnet.archive import Facts
from glassnet.errors import GlassnetError
from glassnet.estimators.table.recipe import Recipe

_READ: dict[type, Callable[[Facts, str], Any]] = {
    tuple: lambda facts, name: tuple(facts.integers(name)),
    bool: lambda facts, name: facts.flag(name),
    str: lambda facts, name: facts.text(name),
    int: lambda facts, name: facts.integer(name),
    float: lambda facts, name: facts.number(name),
}


def _read(facts: Facts, name: str, default: object) -> Any:
    return tuple(facts.texts(name)) if name == "named" else _READ[type(default)](facts, name)


def restored_recipe(facts: Facts) -> Recipe:
    """The recipe in untrusted facts; fields that a later version added take their defaults.

    Raises:
        BrokenFile: a field that a recipe has not, or a value that it does not take.
    """
    fields = {field.name: field for field in dataclasses.fields(Recipe)}
    if strange := sorted(facts.keys() - fields.keys()):
        raise facts.broken("has a recipe with unknown settings", ", ".join(strange))
    values = {name: _read(facts, name, fields[name].default) for name in facts}
    try:
        return Recipe(**values)
    except GlassnetError as error:
        raise facts.broken(f"has an impossible recipe: {error.cause}", error.seen) from None
