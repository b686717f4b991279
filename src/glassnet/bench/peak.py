"""The peak speed of the processor, of which the report shows shares."""

from __future__ import annotations

import ctypes
import time

import numpy as np

from glassnet.engines.kernels import library

SECONDS, SIDE = 0.3, 1024
FUSED, PRODUCTS = "fused multiply-adds in registers", "the best of NumPy's matrix products, without the native kernels"


def peak(threads: int, dtype: str = "float32") -> tuple[float, str]:
    """GFLOP/s of ``threads`` threads, and how it was measured.

    Args:
        threads: number of threads; NumPy's BLAS, used where the native kernels are missing, reads it when it is loaded.
        dtype: of the numbers.
    """
    if library.missing() is None:
        return _fused(threads, dtype), FUSED
    return _best_product(dtype), PRODUCTS


def _fused(threads: int, dtype: str) -> float:
    """Measured by the native kernels, without loads or stores."""
    kernels = library.load()
    kernels.gn_peak.argtypes = [ctypes.c_int64, ctypes.c_int64, ctypes.c_double]
    kernels.gn_peak.restype = ctypes.c_double
    return float(kernels.gn_peak(np.dtype(dtype).itemsize, threads, SECONDS)) / 1e9


def _best_product(dtype: str) -> float:
    """GFLOP/s of the fastest of some large products."""
    A = np.ones((SIDE, SIDE), dtype)
    out, least, until = np.empty_like(A), np.inf, time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        started = time.perf_counter()
        np.matmul(A, A, out=out)
        least = min(least, time.perf_counter() - started)
    return float(2 * SIDE**3 / least / 1e9)
