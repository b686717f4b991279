"""The errors of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.errors import GlassnetError, InvalidInput, InvalidType, Unsupported


class NoSuchMethod(GlassnetError, AttributeError):
    """A method of arrays that nodes do not have."""


OWN_RULE = "write it with functions that graph.functions() lists, or define its rule with graph.elementwise"


def not_in_the_table(function: str) -> Unsupported:
    return Unsupported(f"{function} has no derivative rule in the graph's table", remedy=OWN_RULE)


def not_these_settings(function: str, settings: Mapping[str, object]) -> Unsupported:
    seen = ", ".join(settings) or "too many or too few arguments"
    return Unsupported(f"{function} is not differentiated with these arguments", seen=seen, remedy="leave them out")


def not_these_shapes(name: str, arguments: Iterable[ArrayLike], error: Exception) -> InvalidInput:
    shapes = [np.shape(argument) for argument in arguments]
    reason = str(error).partition("\n")[0].rstrip(". ")
    what = f"{name} cannot take shape{'s' * (len(shapes) > 1)} {_format_shapes(shapes)}"
    return InvalidInput(what, seen=reason, remedy="pass shapes that fit together")


def _format_shapes(shapes: list[tuple[int, ...]]) -> str:
    return " and ".join(map(str, shapes)) if len(shapes) <= 4 else f"{shapes[0]}, {shapes[1]}, ..."


def not_these_numbers(name: str, dtype: np.dtype[Any]) -> InvalidType:
    what = f"the input {name!r}" if name else "the input"
    found, remedy = "does not hold numbers", "pass floating-point numbers"
    if dtype.kind in "iub":
        found, remedy = "holds integers or booleans", "write 3.0 for 3, or convert with .astype(float)"
    return InvalidType(f"derivatives are with respect to real numbers, and {what} {found}", str(dtype), remedy)


def not_an_array(shape: tuple[int, ...]) -> InvalidType:
    what = "a node cannot be converted to a plain number or array, which would lose its derivative"
    remedy = "use NumPy's functions (np.exp, not math.exp; np.stack for lists), or node.value for a constant"
    return InvalidType(what, f"a node of shape {shape}", remedy)


def changed_in_place(how: str) -> InvalidType:
    remedy = "compute a new one: z = z + 1, np.where(mask, a, b), np.concatenate"
    return InvalidType("a node cannot be changed in place", seen=how, remedy=remedy)


def no_method(name: str, of_arrays: bool) -> NoSuchMethod:
    remedy = OWN_RULE if of_arrays else "check the name"
    return NoSuchMethod(f"a node has no method or attribute {name!r}", remedy=remedy)


def not_a_number(what: str, shape: tuple[int, ...]) -> InvalidInput:
    what = f"{what} must be a single number to have a derivative with respect to each input"
    return InvalidInput(what, seen=f"shape {shape}", remedy="take its sum or mean")


def not_from_the_graph(what: str, seen: object) -> InvalidType:
    return InvalidType(f"{what} must be a number or a node", f"{seen!r:.80}", "compute it from graph.inputs(...)")
