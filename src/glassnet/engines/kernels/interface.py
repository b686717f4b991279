"""The mirror of ``interface.h``: the records and numbers that cross the border between Python and C++.

:func:`difference` compares the two; the library is refused where they differ (:mod:`glassnet.engines.kernels.library`).
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import zip_longest


class Status(IntEnum):
    """How a call went."""

    done, diverged, bad_row, bad_class, not_there, bad_size = range(6)


class Recorded(IntEnum):
    """What a recording session keeps of its last step: arrays of each layer, then those of the step."""

    A, Z, dA, dZ, N, scale, mask, losses, shares, predictions, clipped, penalty = range(1, 13)


class RuleStruct(c.Structure):
    """``gn_rule``."""

    _fields_ = tuple((name, c.c_char_p) for name in ("name", "settings", "slots", "link"))


class FieldStruct(c.Structure):
    """``gn_field``."""

    _fields_ = (("name", c.c_char_p), ("type", c.c_int64), ("offset", c.c_int64), ("bytes", c.c_int64))


class LayerStruct(c.Structure):
    """``gn_layer``."""

    _fields_ = tuple((name, c.c_int64) for name in ("kind", "activation", "inputs", "outputs"))


class GroupStruct(c.Structure):
    """``gn_group``."""

    _fields_ = (("decayed", c.c_int64), ("stop", c.c_int64), ("rate", c.c_double), ("decay", c.c_double))


class PlanStruct(c.Structure):
    """``gn_plan``."""

    _fields_ = (
        ("bytes", c.c_int64),
        ("count", c.c_int64),
        ("layers", c.POINTER(LayerStruct)),
        ("loss", c.c_int64),
        ("optimizer", c.c_int64),
        ("settings", c.POINTER(c.c_double)),
        ("settings_count", c.c_int64),
        ("l1", c.c_double),
        ("l2", c.c_double),
        ("per_example", c.c_int64),
        ("clip_norm", c.c_double),
        ("clip_value", c.c_double),
        ("rows", c.c_int64),
        ("threads", c.c_int64),
        ("factors", c.c_void_p),
        ("factors_count", c.c_int64),
        ("groups", c.POINTER(GroupStruct)),
        ("groups_count", c.c_int64),
        ("recording", c.c_int64),
    )


class VectorsStruct(c.Structure):
    """``gn_vectors``."""

    _fields_ = (
        *((name, c.c_void_p) for name in ("theta", "slots", "running")),
        *((name, c.c_int64) for name in ("theta_size", "slots_size", "running_size")),
    )


class RowsStruct(c.Structure):
    """``gn_rows``."""

    _fields_ = (
        ("X", c.c_void_p),
        ("inputs", c.c_int64),
        ("count", c.c_int64),
        ("Y", c.c_void_p),
        ("outputs", c.c_int64),
        ("labels", c.c_void_p),
        ("weights", c.c_void_p),
    )


class StepsStruct(c.Structure):
    """``gn_steps``."""

    _fields_ = (
        ("order", c.c_void_p),
        ("count", c.c_int64),
        ("batch", c.c_int64),
        ("threads", c.c_int64),
        ("alphas", c.c_void_p),
        ("alphas_count", c.c_int64),
        ("seed", c.c_uint64),
        ("step", c.c_int64),
        ("steps_done", c.c_int64),
        ("rows_done", c.c_int64),
        ("cost_sum", c.c_double),
        ("weight_sum", c.c_double),
    )


class JudgedStruct(c.Structure):
    """``gn_judged``."""

    _fields_ = (
        ("rows", c.POINTER(RowsStruct)),
        ("each", c.c_void_p),
        *((name, c.c_double) for name in ("losses", "right", "squares", "distances")),
    )


class EpochsStruct(c.Structure):
    """``gn_epochs``."""

    _fields_ = (
        ("order", c.c_void_p),
        ("epoch", c.c_int64),
        ("most", c.c_int64),
        ("seconds", c.c_double),
        ("training", c.POINTER(JudgedStruct)),
        ("heldout", c.POINTER(JudgedStruct)),
        ("training_sums", c.c_void_p),
        ("heldout_sums", c.c_void_p),
        ("watched", c.c_int64),
        *((name, c.c_double) for name in ("offset", "factor", "divisor", "tolerance", "patience", "best")),
        ("best_epoch", c.c_int64),
        ("stale", c.c_int64),
        ("kept", c.POINTER(VectorsStruct)),
        ("costs", c.c_void_p),
        ("times", c.c_void_p),
        ("done", c.c_int64),
    )


RECORDS: dict[str, type[c.Structure]] = {
    "gn_rule": RuleStruct,
    "gn_field": FieldStruct,
    "gn_layer": LayerStruct,
    "gn_group": GroupStruct,
    "gn_plan": PlanStruct,
    "gn_vectors": VectorsStruct,
    "gn_rows": RowsStruct,
    "gn_steps": StepsStruct,
    "gn_judged": JudgedStruct,
    "gn_epochs": EpochsStruct,
}
TYPES = {c.c_int64: "i", c.c_uint64: "u", c.c_double: "d"}  # all others are pointers, "p"

Line = tuple[str, str, int, int]  # a field's name, type, offset and bytes


def layout() -> Iterator[Line]:
    """The mirror line by line, in the order of the C++ side (``mirror.h``)."""
    for name, record in RECORDS.items():
        yield name, "s", 0, c.sizeof(record)
        for field in record._fields_:
            place = getattr(record, field[0])
            yield f"{name}.{field[0]}", TYPES.get(field[1], "p"), place.offset, place.size
    for value in (*Status, *Recorded):
        yield f"gn_{value.name}", "e", value.value, 0


def difference(theirs: Iterable[Line]) -> str | None:
    """The first difference between the mirror and the layout a library reports; None where there is none."""
    for line, own in zip_longest(theirs, layout()):
        if line != own:
            return f"{line or 'nothing'} in C++ and {own or 'nothing'} in Python"
    return None
