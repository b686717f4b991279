"""scikit-learn's own examination of every estimator: no check left out, none failed."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

ESTIMATORS = ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"]

# In a process of its own: the check of array APIs runs only where this variable was set before SciPy was imported.
# Their own environment sets the filters for warnings, as scikit-learn's tests do.
SCRIPT = """
import sys, warnings
from sklearn.utils.estimator_checks import check_estimator
import glassnet
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    results = check_estimator(getattr(glassnet, name)(), on_skip=None, on_fail=None)
    for result in results:
        if result["status"] != "passed":
            print(name, result["status"], result["check_name"], result["exception"])
    print(name, "checks:", len(results))
"""


@cache
def examination() -> list[str]:
    """What one process, for all of them, prints."""
    environment = os.environ | {"SCIPY_ARRAY_API": "1"}
    command = [sys.executable, "-c", SCRIPT, *ESTIMATORS]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_check_passes(name: str) -> None:
    *others, count = [line.removeprefix(name) for line in examination() if line.startswith(f"{name} ")]
    assert others == []
    assert int(count.removeprefix(" checks: ")) > 40
