"""Start-up: how long a fresh process takes to import a library and train a network by one step."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.environment import environment
from glassnet.bench.worker_process import Failed

PATIENCE = 120.0  # seconds
# NumPy is there already when the clock starts: everybody needs it.
PROGRAM = """
import os, time, numpy
X, Y = numpy.zeros((128, 30), "float32"), numpy.zeros((128, 2), "float32")
code, out = compile({code!r}, "first_step", "exec"), os.dup(1)
os.dup2(2, 1)
started = time.perf_counter()
exec(code)
os.write(out, b"%r" % (time.perf_counter() - started))
"""


def start(contender: str, threads: int) -> float:
    """Seconds from NumPy imported to the first step taken, in a fresh process.

    Raises:
        Failed: it did not work; the last line it said.
    """
    program = PROGRAM.format(code=CONTENDERS[contender].first_step)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            capture_output=True,
            env=environment(threads),
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it was not done after {PATIENCE:g} seconds") from None
    with suppress(ValueError):
        return float(json.loads(done.stdout))
    said = done.stderr.decode(errors="replace").strip().splitlines()
    raise Failed(said[-1] if said else f"its process ended with exit code {done.returncode}")
