"""The data floor loads NumPy and nothing heavy until it is used."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"pyarrow", "narwhals", "sklearn", "scipy", "pandas", "polars"}
MODULES = ("encoder", "target", "reading.opening", "holdout", "kinds")
# One process for both: what the imports have loaded is said before anything is used.
CODE = f"""
import importlib, sys
for module in {MODULES}:
    importlib.import_module("glassnet.data." + module)
    print(module, *sys.modules)
sys.modules["glassnet.data.encoder"].TableEncoder().fit([[1], [2]])
print(*sys.modules)
"""


def test_importing_is_light_and_an_array_needs_no_scikit_learn() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    *imports, used = [line.split() for line in done.stdout.splitlines()]
    assert [module for module, *_ in imports] == [*MODULES]
    for module, *modules in imports:
        assert f"glassnet.data.{module}" in modules
        assert not HEAVY & set(modules), module
    assert "pyarrow" in used
    # pyarrow itself loads pandas where it is installed.
    assert not (HEAVY - {"pyarrow", "pandas"}) & set(used)
