"""The kernels built with structs more, as someone would add native twins: one struct and its name in one file each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from glassnet.engines.kernels import library
from glassnet.engines.native import session

COMPILER = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
# The baseline instruction set alone, not optimized: it compiles in seconds. Contraction is off as in CMakeLists.txt.
FLAGS = ["-std=c++17", "-O0", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-fno-strict-aliasing"]
ISA = "baseline"

can_build = pytest.mark.skipif(
    not (COMPILER and library.CHECKOUT), reason="needs the kernels' sources and a C++ compiler (g++, clang++ or $CXX)"
)


def add_struct(source: str, struct: str) -> str:
    """The text of ``rules/activations.h``, ``losses.h`` or ``optimizers.h`` with ``struct`` in it and in its list.

    >>> print(add_struct("using Losses = List<Huber>;", "struct Cubic {};"))
    struct Cubic {};
    <BLANKLINE>
    using Losses = List<Huber, Cubic>;
    """
    name = re.search(r"struct (\w+)", struct)
    assert name, "no struct is given"
    added, count = re.subn(
        r"^using (\w+) = List<([\w\s,]+)>;", rf"{struct}\n\nusing \1 = List<\2, {name[1]}>;", source, flags=re.M
    )
    assert count == 1, "the file has no list of its rules, or two"
    return added


def build(folder: Path, structs: Mapping[str, str]) -> Path:
    """A library in ``folder`` whose ``rules/<file>`` has a struct besides, for each file and struct."""
    kernels, target = folder / "kernels", folder / library.NAME
    shutil.copytree(library.HERE, kernels, ignore=shutil.ignore_patterns("libglassnet*", "*.py", "__pycache__"))
    for file, struct in structs.items():
        rules = kernels / "rules" / file
        rules.write_text(add_struct(rules.read_text(), struct))
    defined = [f"-DGN_ISA={ISA}", f"-DGN_ISAS=GN_ISA({ISA})", f"-DGN_ABI={library.ABI}"]
    sources = [str(path) for path in sorted(kernels.rglob("*.cpp"))]
    command = [
        str(COMPILER),
        *FLAGS,
        "-shared",
        "-fPIC",
        "-pthread",
        *defined,
        "-I",
        str(kernels),
        *sources,
        "-o",
        str(target),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return target


@contextmanager
def loaded(path: Path) -> Iterator[None]:
    """Within the block ``path`` is the native library."""
    caches = (library._attempt, library._rules)
    with (
        mock.patch.object(library, "_places", lambda: [path]),
        mock.patch.object(session, "_SPARE", session.Spare()),  # the sessions in it are of the other library
        mock.patch.dict(os.environ, GLASSNET_ISA=ISA),
    ):
        for cache in caches:
            cache.cache_clear()
        yield
    for cache in caches:
        cache.cache_clear()
