"""The environment variables of the contenders' processes: numbers of threads are set, BLAS settings removed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# A user's settings for BLAS kernels or threads would slow down one contender and not another.
CLEARED = ("OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "KMP_", "MKL_", "BLIS_", "VECLIB_", "XLA_", "JAX_")
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "GLASSNET_NUM_THREADS", "NPROC")


def environment(threads: int, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a contender's process.

    Args:
        threads: how many it may use; OpenBLAS reads OMP_NUM_THREADS too, XLA calls it NPROC.
        given: variables to start from; None for those of this process.

    >>> environment(2, {"OPENBLAS_CORETYPE": "Haswell", "HOME": "/root"})["HOME"]
    '/root'
    """
    allowed = {name: value for name, value in (given or os.environ).items() if not name.startswith(CLEARED)}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    counts = dict.fromkeys(THREADS, str(threads))
    return allowed | counts | {"JAX_PLATFORMS": "cpu", "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def cleared(given: Mapping[str, str] | None = None) -> list[str]:
    """The variables that are set here and removed for the contenders.

    >>> cleared({"OPENBLAS_CORETYPE": "Haswell", "HOME": "/root"})
    ['OPENBLAS_CORETYPE']
    """
    return sorted(name for name in (given or os.environ) if name.startswith(CLEARED))
