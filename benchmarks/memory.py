"""How much memory the big tables take: each measurement in a fresh process, against its limit.

    python benchmarks/memory.py                   # all of them
    python benchmarks/memory.py csv --scale 0.1   # one, a tenth as large

What counts is the most resident memory the process ever had, less what it had after its imports (Linux only: it is
read from /proc). The data themselves count. The exit code is 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROWS, COLUMNS = 1_000_000, 50
CSV_BYTES = 500e6


@dataclass(frozen=True)
class Measurement:
    """One measurement.

    Args:
        what: is measured, in words.
        limit: the most memory that is allowed, in multiples of the data.
        warm: does the same on next to nothing, so that everything is imported.
        run: does it, given the scale and a folder of its own; returns the bytes of the data as float32.
    """

    what: str
    limit: float
    warm: Callable[[], object]
    run: Callable[[float, Path], float]


def numbers(scale: float) -> np.ndarray:
    """Normal numbers, float32 (ROWS * scale, COLUMNS)."""
    return np.random.default_rng(0).standard_normal((int(ROWS * scale), COLUMNS), dtype=np.float32)


def encode(table: object) -> np.ndarray:
    """The table as the encoder sees it: learned, then encoded."""
    from glassnet.data.encoder import TableEncoder
    from glassnet.data.reading.opening import open_source

    source = open_source(table)
    return TableEncoder().fit(source).transform(source)


def run_array(scale: float, folder: Path) -> float:
    """Encode an array."""
    X = numbers(scale)
    encode(X)
    return float(X.nbytes)


def run_csv(scale: float, folder: Path) -> float:
    """Encode a CSV file, which another process writes."""
    path = folder / "table.csv"
    subprocess.run([sys.executable, __file__, "--write", str(path), "--scale", str(scale)], check=True)
    return float(encode(path).nbytes)


def run_fit(scale: float, folder: Path) -> float:
    """Train for one epoch."""
    X = numbers(scale)
    train(X)
    return float(X.nbytes)


def train(X: np.ndarray) -> object:
    """A small classifier, one epoch."""
    from glassnet import MLPClassifier

    return MLPClassifier(max_iter=1, hidden_layer_sizes=(16,)).fit(X, X[:, 0] > 0)


def warm_csv() -> None:
    """Everything that reading a CSV imports."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.csv"
        path.write_text("a,b\n1,2\n2,\n")
        encode(path)


MEASUREMENTS = {
    "array": Measurement("TableEncoder.fit and transform", 2.5, lambda: encode(np.eye(3)), run_array),
    "csv": Measurement("a CSV file read and encoded", 3.0, warm_csv, run_csv),
    "fit": Measurement("MLPClassifier.fit", 2.5, lambda: train(numbers(1e-4)), run_fit),
}


def write_csv(path: Path, size: float) -> None:
    """Write normal numbers with six digits, one cell in a thousand empty, until the file has ``size`` bytes."""
    rng = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(f"feature_{j}" for j in range(COLUMNS)) + "\n")
        while file.tell() < size:
            block = np.char.mod("%.6g", rng.standard_normal((2000, COLUMNS)))
            block[rng.random(block.shape) < 0.001] = ""
            file.writelines(",".join(row) + "\n" for row in block)


def memory(entry: str) -> float:
    """An entry of /proc/self/status, in bytes: VmRSS is the memory now, VmHWM the most there was."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith(entry))


def measure(name: str, scale: float) -> dict[str, float]:
    """In this process, which must be fresh."""
    measurement = MEASUREMENTS[name]
    measurement.warm()
    before = memory("VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        data = measurement.run(scale, Path(folder))
    return {"data": data, "peak": memory("VmHWM") - before}


def report(name: str, scale: float) -> bool:
    """Measure in a fresh process, print a line; whether the limit was kept."""
    command = [sys.executable, __file__, name, "--inside", "--scale", str(scale)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"{name:6} failed: {done.stderr.strip().splitlines()[-1]}")
        return False
    result = json.loads(done.stdout)
    ratio, limit = result["peak"] / result["data"], MEASUREMENTS[name].limit
    sizes = f"data {result['data'] / 1e6:7.1f} MB   peak {result['peak'] / 1e6:7.1f} MB"
    print(f"{name:6} {sizes}   {ratio:.2f} times (limit {limit})   {MEASUREMENTS[name].what}")
    return bool(ratio <= limit)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS], help="which measurements (all)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data against the full one")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write_csv(asked.write, CSV_BYTES * asked.scale)
        return 0
    if asked.inside:
        print(json.dumps(measure(asked.names[0], asked.scale)))
        return 0
    kept = [report(name, asked.scale) for name in asked.names or MEASUREMENTS]  # every line, also after a failure
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
