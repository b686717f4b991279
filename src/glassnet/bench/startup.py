"""Start-up: how long a fresh process takes to import a library and take one training step."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.environment import environment
from glassnet.bench.worker_process import Failed

TIMEOUT = 120.0  # seconds
# NumPy is imported before the clock starts: every contender needs it.
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
        Failed: it did not work, with the last line of its errors.
    """
    program = PROGRAM.format(code=CONTENDERS[contender].first_step)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            capture_output=True,
            env=environment(threads),
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it had not finished after {TIMEOUT:g} seconds") from None
    with suppress(ValueError):
        return float(json.loads(done.stdout))
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    raise Failed(lines[-1] if lines else f"its process ended with exit code {done.returncode}")
