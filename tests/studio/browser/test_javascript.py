"""The JavaScript of the page: its types, its size."""

from __future__ import annotations

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

from chromium import missing

STATIC = Path(str(files("glassnet.studio.web"))) / "static"


def test_its_types_are_right(node_modules):
    node = shutil.which("node") or missing("Node.js", "install the system's")
    compiler = node_modules / "typescript" / "bin" / "tsc"
    done = subprocess.run([node, compiler, "-p", STATIC / "jsconfig.json"], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_is_small():
    """All that a browser loads, by bytes; and our own lines."""
    sizes = {file.name: len(file.read_bytes()) for file in STATIC.iterdir() if file.suffix in (".js", ".css", ".svg")}
    assert sum(sizes.values()) <= 120_000
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 75_000
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in STATIC.glob("*.js")) <= 2_500
