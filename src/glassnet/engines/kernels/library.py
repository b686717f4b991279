"""The compiled kernels: found, checked and loaded once, or the reason why not.

The environment variable ``GLASSNET_ISA`` (``baseline``, ``avx2``, ``avx512``, ``neon``), read when the library is
loaded, names the instruction set to use in place of the fastest the processor runs.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from glassnet.engines.kernels.interface import FieldStruct, Line, RuleStruct, difference
from glassnet.errors import Unsupported

# The number of the C interface, compiled into the binary by CMakeLists.txt: raised with every change of the interface.
ABI = 14

_P, _N, _X = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double  # a pointer, a whole number, a real one
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {  # dispatch.cpp: what each returns and takes
    "gn_version": (ctypes.c_int, []),
    "gn_isa": (ctypes.c_char_p, []),
    "gn_isas": (ctypes.c_char_p, [ctypes.c_int]),
    "gn_layout": (ctypes.POINTER(FieldStruct), [_N]),
    "gn_rules": (ctypes.POINTER(RuleStruct), [ctypes.c_char_p, _N]),
    "gn_bytes": (_N, [_P]),
    "gn_make": (_P, [_P]),
    "gn_free": (None, [_P]),
    "gn_load": (ctypes.c_int, [_P, _P]),
    "gn_borrow": (ctypes.c_int, [_P, _P]),
    "gn_save": (ctypes.c_int, [_P, _P]),
    "gn_train": (ctypes.c_int, [_P, _P, _P]),
    "gn_train_epochs": (ctypes.c_int, [_P, _P, _P, _P]),
    "gn_judge": (ctypes.c_int, [_P, _P]),
    "gn_gradient": (ctypes.c_int, [_P, _P, ctypes.c_uint64, _N, _N, _P, _N, _P]),
    "gn_predict": (ctypes.c_int, [_P, _P, _N, _N, _P, _N, ctypes.c_int]),
    "gn_recorded": (ctypes.c_int, [_P, _N, _N, _N, _P, _N]),
    "gn_peak": (_X, [_N, _N, _X]),
    "gn_order": (None, [ctypes.c_uint64, ctypes.c_uint64, _N, _P]),
}

SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
NAME = f"libglassnet_kernels{SUFFIX}"
ROOM = Path(*__name__.split(".")[:-1])  # glassnet/engines/kernels
HERE = Path(__file__).parent
CHECKOUT = (HERE / "kernels.cpp").exists()  # a wheel carries the binary, not its sources
REBUILD = (
    "cmake -S . -B build && cmake --build build"
    if CHECKOUT
    else "pip install --force-reinstall --no-deps --no-cache-dir glassnet"
)


class Rule(NamedTuple):
    """What the library reports of an activation, a loss, an optimizer or a kind of layer that it knows.

    Args:
        place: in the library's list, by which plans refer to it.
        settings: the names of its settings, in the order in which the library reads them.
        slots: the vectors an optimizer remembers.
        link: of a loss.
    """

    place: int
    settings: tuple[str, ...]
    slots: tuple[str, ...]
    link: str


def load() -> ctypes.CDLL:
    """The library, loaded when first asked for; calls to it release the interpreter's lock.

    Raises:
        Unsupported: it is missing, or cannot be used; the reason is that of :func:`missing`.

    >>> missing() is not None or load().gn_version() == ABI
    True
    """
    found = _attempt()
    if isinstance(found, str):
        raise Unsupported(f"the native engine cannot run: {found}", remedy="leave the engine at 'auto'")
    return found


def missing() -> str | None:
    """None where :func:`load` succeeds, else the reason why not."""
    found = _attempt()
    return found if isinstance(found, str) else None


def isa() -> str:
    """The instruction set in use, such as ``"avx2"``."""
    name: bytes = load().gn_isa()
    return name.decode()


def isas() -> list[str]:
    """The instruction sets that were built and that this processor runs, fastest first; ``GLASSNET_ISA`` takes any."""
    return _isas(load())


def rules(kind: str) -> dict[str, Rule]:
    """The rules of a kind that the library knows, by name; none where there is no library.

    Args:
        kind: "layer", "activation", "loss" or "optimizer".

    >>> missing() is not None or rules("optimizer")["momentum"].settings == ("momentum",)
    True
    """
    return _rules(kind) if missing() is None else {}


@cache
def _rules(kind: str) -> dict[str, Rule]:
    known: dict[str, Rule] = {}
    while found := load().gn_rules(kind.encode(), len(known)):
        name, settings, slots, link = (getattr(found[0], field[0]).decode() for field in RuleStruct._fields_)
        known[name] = Rule(len(known), tuple(settings.split()), tuple(slots.split()), link)
    return known


@cache
def _attempt() -> ctypes.CDLL | str:
    path = next(filter(Path.exists, _places()), None)
    if path is None:
        return f"it was not built when glassnet was installed; install a C++ compiler (GCC or Clang), then {REBUILD}"
    try:
        library = ctypes.CDLL(str(path))
        version: int = library.gn_version()
    except (OSError, AttributeError) as error:  # AttributeError: a library without that function
        return f"{path} cannot be loaded ({error})"
    if version != ABI:
        return f"{path} has interface {version}, this glassnet needs {ABI}: it is a leftover; renew it: {REBUILD}"
    for name, (returned, taken) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returned, taken
    if (differs := difference(_layout(library))) is not None:
        return f"{path} lays its records out differently ({differs}); renew it: {REBUILD}"
    if not library.gn_isa():
        wanted, have = os.environ.get("GLASSNET_ISA", ""), ", ".join(_isas(library))
        return f"GLASSNET_ISA is {wanted!r}, but this processor and this build have {have}"
    return library


def _places() -> list[Path]:
    """Where the library may be: next to this file; or in the installation, where pytest reads the sources from a
    checkout and glassnet is installed.
    """
    elsewhere = [Path(folder) / ROOM for folder in sys.path] if CHECKOUT else []
    return [folder / NAME for folder in (HERE, *elsewhere)]


def _layout(library: ctypes.CDLL) -> Iterator[Line]:
    """The layout of ``interface.h``, line by line."""
    i = 0
    while found := library.gn_layout(i):
        field, i = found[0], i + 1
        yield field.name.decode(), chr(field.type), field.offset, field.bytes


def _isas(library: ctypes.CDLL) -> list[str]:
    names: list[str] = []
    while name := library.gn_isas(len(names)):
        names.append(name.decode())
    return names
