"""How many threads NumPy's matrix products get.

Left alone, BLAS splits products of a few microseconds over all cores; while another process is busy each of them then
waits for a time slice, and training is a hundred times slower. Small products run on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import Any

from glassnet.network.network import Network

SMALL_PRODUCT = (
    8_000_000  # multiply-adds of the largest product; below, a second thread gains nothing even on an idle machine
)


@contextmanager
def suitable_threads(network: Network, rows: int) -> Iterator[None]:
    """Within the block BLAS uses one thread if every product of ``rows`` examples is small, else what it likes.

    >>> with suitable_threads(Network.mlp(2, [3], 1), rows=32):
    ...     pass
    """
    if rows * max(n_in * n_out for n_in, n_out in pairwise(network.widths)) >= SMALL_PRODUCT:
        yield
    else:
        with _blas().limit(limits=1, user_api="blas"):
            yield


@cache
def _blas() -> Any:
    """The libraries NumPy has loaded; looking them up takes milliseconds, so it is done once."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
