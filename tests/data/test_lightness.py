"""The data floor loads NumPy and nothing heavy until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pyarrow", "narwhals", "sklearn", "scipy", "pandas", "polars"}


@pytest.mark.parametrize("module", ["encoder", "target", "reading.opening", "holdout", "array_checks", "kinds"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, glassnet.data.{module}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_an_array_needs_no_scikit_learn() -> None:
    code = "import sys, glassnet.data.encoder as e; e.TableEncoder().fit([[1], [2]]); print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pyarrow" in done.stdout.split()
    # pyarrow itself loads pandas where it is installed.
    assert not (HEAVY - {"pyarrow", "pandas"}) & set(done.stdout.split())
