"""How many threads NumPy's matrix products get.

Left alone, BLAS splits products of a few microseconds over all cores; while another process is busy each of them then
waits for a time slice, and training is a hundred times slower. Small products run on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise

from glassnet.borrowed import Borrowed
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
        with _one_thread():
            yield


@cache
def _one_thread() -> Borrowed[list[int]]:
    """One thread for the libraries NumPy has loaded; looking them up takes milliseconds, so it is done once."""
    from threadpoolctl import ThreadpoolController

    found = ThreadpoolController().select(user_api="blas").lib_controllers

    def write(numbers: list[int]) -> None:
        for library, number in zip(found, numbers, strict=True):
            library.set_num_threads(number)
            if hasattr(
                library, "clear_controlling_thread"
            ):  # of threadpoolctl 3.8: else no other thread could give back
                library.clear_controlling_thread()

    return Borrowed(lambda: [library.get_num_threads() for library in found], write, [1] * len(found))
