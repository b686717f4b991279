"""The headers compiled by themselves, once for each instruction set, and called through ctypes."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
KERNELS = HERE.parents[2] / "src" / "glassnet" / "engines" / "kernels"
# As in CMakeLists.txt: contraction of a * b + c would give other bits on other instruction sets.
FLAGS = (
    "-std=c++17 -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-strict-aliasing -fno-exceptions -fno-rtti"
)
ISAS = {
    "baseline": "",
    "avx2": "-mavx2 -mfma",
    "avx512": "-mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512",
}
LANES = 16


class Compiled:
    """The functions of ``functions.cpp`` for one instruction set, on arrays of any length."""

    def __init__(self, library: ctypes.CDLL, isa: str) -> None:
        self.library = library
        self.fused = isa != "baseline"  # has fused multiply-add
        library.activation_name.restype = ctypes.c_char_p
        self.activations: list[str] = []
        while name := library.activation_name(ctypes.c_long(len(self.activations))):
            self.activations.append(name.decode())

    def __call__(self, name: str, x: np.ndarray) -> np.ndarray:
        """The function of that name, of each number of ``x`` (n,)."""
        padded = _padded(x)
        y = np.empty_like(padded)
        getattr(self.library, f"{name}_{x.dtype}")(_pointer(padded), _pointer(y), ctypes.c_long(len(y)))
        return y[: len(x)]

    def value(self, g: str | int, z: np.ndarray, in_place: bool = False) -> np.ndarray | None:
        """``g(z)`` of the activation of that name or place in the list, or None where there is none."""
        z = _padded(z)
        a = z if in_place else np.full_like(z, 7)
        known = getattr(self.library, f"value_{z.dtype}")(
            self._index(g), _pointer(z), _pointer(a), ctypes.c_long(len(z))
        )
        return a if known else None

    def pull(self, g: str | int, z: np.ndarray, a: np.ndarray, d: np.ndarray) -> np.ndarray | None:
        """``d g'(z)`` of the activation of that name or place in the list, or None where there is none."""
        d = d.copy()
        arrays = [_pointer(each) for each in (z, a, d)]
        known = getattr(self.library, f"pull_{z.dtype}")(self._index(g), *arrays, ctypes.c_long(len(z)))
        return d if known else None

    def _index(self, g: str | int) -> int:
        return self.activations.index(g) if isinstance(g, str) else g


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def _padded(x: np.ndarray) -> np.ndarray:
    return np.concatenate([x, np.ones(-len(x) % LANES, x.dtype)])


def compile_(compiler: str, source: str, target: Path, *options: str) -> ctypes.CDLL:
    # -Werror: the headers are to compile without a warning, by GCC and by Clang.
    flags = ["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I", os.fspath(KERNELS), *options]
    command = [compiler, *FLAGS.split(), *flags, os.fspath(HERE / source), "-o", os.fspath(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return ctypes.CDLL(os.fspath(target))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory) -> dict[str, Compiled]:
    """By instruction set, those this processor runs."""
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    if not compiler:
        pytest.skip("no C++ compiler (g++, clang++ or $CXX) to build the headers with")
    folder = tmp_path_factory.mktemp("mathematics")
    processor = compile_(compiler, "processor.cpp", folder / "processor.so")
    built = {}
    for isa in [isa for isa in ISAS if hasattr(processor, f"runs_{isa}") and getattr(processor, f"runs_{isa}")()]:
        target = folder / f"{isa}.so"
        built[isa] = Compiled(compile_(compiler, "functions.cpp", target, f"-DGN_ISA={isa}", *ISAS[isa].split()), isa)
    return built


@pytest.fixture(params=list(ISAS))
def kernel(request, compiled) -> Compiled:
    if request.param not in compiled:
        pytest.skip(f"this processor does not run {request.param}")
    return compiled[request.param]


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request) -> type[np.floating]:
    return request.param


@pytest.fixture
def both(compiled) -> tuple[Compiled, Compiled]:
    """AVX2 and AVX-512, which are to give the same bits."""
    if not {"avx2", "avx512"} <= compiled.keys():
        pytest.skip("this processor does not run both avx2 and avx512")
    return compiled["avx2"], compiled["avx512"]
