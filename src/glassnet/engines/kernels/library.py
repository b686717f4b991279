"""The compiled kernels: found, checked and loaded once, or the reason why not.

The environment variable ``GLASSNET_ISA`` (``baseline``, ``avx2``, ``avx512``, ``neon``), read when the library is
loaded, names the instruction set to use in place of the fastest the processor runs.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from glassnet.errors import Unsupported

# The number of the C interface, compiled into the binary by CMakeLists.txt: raised with every change of the interface.
ABI = 6

_P, _N, _X = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double  # a pointer, a whole number, a real one
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {  # dispatch.cpp: what each returns and takes
    "gn_version": (ctypes.c_int, []),
    "gn_isa": (ctypes.c_char_p, []),
    "gn_isas": (ctypes.c_char_p, [ctypes.c_int]),
    "gn_bytes": (_N, [_P]),
    "gn_make": (_P, [_P]),
    "gn_free": (None, [_P]),
    "gn_load": (None, [_P, _P, _P, _P]),
    "gn_borrow": (None, [_P, _P, _P]),
    "gn_save": (None, [_P, _P, _P, _P]),
    "gn_train": (ctypes.c_int, [_P, _P, _P]),
    "gn_gradient": (ctypes.c_int, [_P, _P, ctypes.c_uint64, _N, _P, _P]),
    "gn_predict": (ctypes.c_int, [_P, _P, _N, _N, _P, ctypes.c_int]),
    "gn_seen": (ctypes.c_int, [_P, _N, _N, _N, _P]),
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
    """None where :func:`load` succeeds, else the reason why not, in words."""
    found = _attempt()
    return found if isinstance(found, str) else None


def isa() -> str:
    """The instruction set in use, such as ``"avx2"``."""
    name: bytes = load().gn_isa()
    return name.decode()


def isas() -> list[str]:
    """The instruction sets that were built and that this processor runs, fastest first; ``GLASSNET_ISA`` takes any."""
    return _isas(load())


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
    if not library.gn_isa():
        wanted, have = os.environ.get("GLASSNET_ISA", ""), ", ".join(_isas(library))
        return f"GLASSNET_ISA is {wanted!r}, but this processor and this build have {have}"
    return library


def _places() -> list[Path]:
    """Where the library may be: beside this file, but for sources that pytest reads from a checkout, glassnet being
    installed; the binary is then in the installation.
    """
    elsewhere = [Path(folder) / ROOM for folder in sys.path] if CHECKOUT else []
    return [folder / NAME for folder in (HERE, *elsewhere)]


def _isas(library: ctypes.CDLL) -> list[str]:
    names: list[str] = []
    while name := library.gn_isas(len(names)):
        names.append(name.decode())
    return names
