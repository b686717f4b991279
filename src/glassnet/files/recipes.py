"""The recipe in the file: each field of the type its default has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from glassnet.archive import Facts
from glassnet.errors import GlassnetError
from glassnet.estimators.table.recipe import Recipe

_READ: dict[type, Callable[[Facts, str], Any]] = {
    tuple: lambda facts, name: tuple(facts.integers(name)),
    str: lambda facts, name: facts.text(name),
    int: lambda facts, name: facts.integer(name),
    float: lambda facts, name: facts.number(name),
}


def restored_recipe(facts: Facts) -> Recipe:
    """The recipe that a stranger's facts say; fields that a later version added take their defaults.

    Raises:
        BrokenFile: a field that a recipe has not, or a value that it does not take.
    """
    fields = {field.name: field for field in dataclasses.fields(Recipe)}
    if strange := sorted(facts.keys() - fields.keys()):
        raise facts.broken("has a recipe with unknown settings", ", ".join(strange))
    values = {name: _READ[type(fields[name].default)](facts, name) for name in facts}
    try:
        return Recipe(**values)
    except GlassnetError as error:
        raise facts.broken(f"has an impossible recipe: {error.cause}", error.seen) from None
