"""The most a processor does: what shares of the peak are shares of."""

from __future__ import annotations

import ctypes
import time

import numpy as np

from glassnet.engines.kernels import library

SECONDS, SIDE = 0.3, 1024
FUSED, PRODUCTS = "fused multiply-adds in registers", "the best of NumPy's own matrix products, for want of more"


def peak(threads: int, dtype: str = "float32") -> tuple[float, str]:
    """GFLOP/s of ``threads`` threads, and how it was measured.

    Args:
        threads: so many; NumPy's BLAS, which steps in where the native kernels are missing, was told when it began.
        dtype: of the numbers.
    """
    if library.missing() is None:
        return _fused(threads, dtype), FUSED
    return _best_product(dtype), PRODUCTS


def _fused(threads: int, dtype: str) -> float:
    """What the native kernels measure with nothing to load and nothing to store."""
    kernels = library.load()
    kernels.gn_peak.argtypes = [ctypes.c_int64, ctypes.c_int64, ctypes.c_double]
    kernels.gn_peak.restype = ctypes.c_double
    return float(kernels.gn_peak(np.dtype(dtype).itemsize, threads, SECONDS)) / 1e9


def _best_product(dtype: str) -> float:
    """GFLOP/s of the quickest of some large products."""
    A = np.ones((SIDE, SIDE), dtype)
    out, least, until = np.empty_like(A), np.inf, time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        started = time.perf_counter()
        np.matmul(A, A, out=out)
        least = min(least, time.perf_counter() - started)
    return float(2 * SIDE**3 / least / 1e9)
