"""What reading allocates, measured in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.archive import write

Forge = Callable[..., Path]
LABEL = {"glassnet": "model 1", "facts": "{}"}


def entry(**changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes


MEASURE = """
import sys, tracemalloc
from pathlib import Path
from glassnet.archive import read
from glassnet.errors import GlassnetError
path = Path(sys.argv[1])
def attempt():
    try:
        return read(path, kind="model", newest=2)
    except GlassnetError:
        return None
if path.stat().st_size < 2**20:
    attempt()  # imports and caches are not the file's
tracemalloc.start()
found = attempt()
print(tracemalloc.get_traced_memory()[1], found is not None)
"""


def peak_of(path: Path) -> tuple[int, bool]:
    """Bytes allocated at most while reading, under an address-space limit; whether it could be read."""
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n{MEASURE}"
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", limited, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environment)
    peak, readable = done.stdout.split()
    return int(peak), readable == "True"


needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="the system has no address-space limit")


@needs_limits
def test_reading_allocates_the_file_once(tmp_path: Path) -> None:
    write(tmp_path / "m", {"a": np.ones((1000, 5000)), "m": np.ones(10**6, bool)}, {}, kind="model", version=1)
    size = (tmp_path / "m").stat().st_size
    peak, readable = peak_of(tmp_path / "m")
    assert readable
    assert size <= peak < size + 2**18


@needs_limits
@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [2**40], "data_offsets": [0, 2**42]},
        {"shape": [2**40]},
        {"shape": [10**70]},
        {"shape": [2**31, 2**31, 2**31]},
        {"shape": [0, 2**61], "data_offsets": [0, 0]},
    ],
)
def test_claims_cost_nothing(forge: Forge, changes: dict[str, Any]) -> None:
    peak, readable = peak_of(forge({"__metadata__": LABEL, "w": entry(**changes)}, bytes(8)))
    assert not readable
    assert peak < 2**17


BOMBS: dict[str, Callable[[], str]] = {
    "lists": lambda: '{"a":[' + ",".join(["[]"] * 99_000) + "]}",
    "too many lists": lambda: '{"a":[' + ",".join(["[]"] * 5_000_000) + "]}",
    "objects": lambda: '{"a":[' + ",".join(['{"b":1}'] * 99_000) + "]}",
    "strings": lambda: '{"a":[' + ",".join(['"ab"'] * 400_000) + "]}",
    "keys": lambda: "{" + ",".join(f'"{i:x}":1' for i in range(300_000)) + "}",
    "wide characters": lambda: '{"a":"' + "a" * (15 * 2**20) + '😀"}',
    "depth": lambda: "[" * (15 * 2**20),
    "digits": lambda: "1" * (15 * 2**20),
    "quotes": lambda: '"' * (15 * 2**20),
}


@needs_limits
@pytest.mark.parametrize("name", BOMBS)
def test_json_bombs_are_bounded(forge: Forge, name: str) -> None:
    path = forge(json.dumps({"__metadata__": LABEL | {"facts": BOMBS[name]()}}, ensure_ascii=False))
    peak, _ = peak_of(path)
    assert peak < 30 * path.stat().st_size
    assert peak < 250 * 2**20
