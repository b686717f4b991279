"""Whether memory grows while a model learns from a stream, batch by batch.

    python benchmarks/online.py                          # 200,000 batches
    python benchmarks/online.py --batches 3000 --remember 100

Slopes by regression over the last four fifths of the stream: resident memory (Linux), bytes from C's `malloc` (glibc)
and blocks of Python's objects. The exit code is 1 where `malloc` or, of 100,000 batches and more, resident memory grows
by a byte a batch, or Python by a block in ten batches.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import sys
import time
from pathlib import Path

import numpy as np

from glassnet import MLPRegressor
from glassnet.learning import history


class Mallinfo(ctypes.Structure):
    """What `mallinfo2` answers."""

    names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in names]


mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Mallinfo


def of_malloc() -> int:
    """Bytes in use."""
    found = mallinfo2()
    return int(found.uordblks + found.hblkhd)


def resident() -> int:
    """Bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> int:
    """Learn, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=200_000)
    parser.add_argument("--remember", type=int, default=history.MOST_EPOCHS, help="batches that the history keeps")
    asked = parser.parse_args()
    history.MOST_EPOCHS, history.FORGOTTEN = asked.remember, asked.remember // 10
    rng = np.random.default_rng(0)
    model = MLPRegressor(hidden_layer_sizes=(8,), standardize=True, n_threads=1, random_state=0)
    points, found, begun = np.zeros((101, 4)), 0, time.process_time()  # room beforehand: it would be what grows
    for t in range(asked.batches):
        X = rng.normal(size=(16, 4)) + t / 1000
        model.partial_fit(X, X.sum(axis=1))
        if 5 * t > asked.batches and t % max(1, asked.batches // 100) == 0:
            gc.collect()  # what is garbage already would be counted, or not, by chance
            points[found] = t, resident(), of_malloc(), sys.getallocatedblocks()
            found += 1
    at, *measured = points[:found].T
    bytes_resident, bytes_malloc, blocks = (np.polyfit(at - at.mean(), each, 1)[0] for each in measured)
    spent = 1e6 * (time.process_time() - begun) / asked.batches
    print(f"{asked.batches:,} batches, {spent:.0f} us of processor time each, {resident() / 1e6:.0f} MB resident")
    slopes = f"{bytes_resident:+.3f} resident bytes, {bytes_malloc:+.3f} of malloc, {blocks:+.5f} blocks of Python"
    print(f"slopes, a batch: {slopes}")
    grows = bytes_malloc >= 1 or blocks >= 0.1 or (asked.batches >= 100_000 and bytes_resident >= 1)
    return int(grows)


if __name__ == "__main__":
    sys.exit(main())
