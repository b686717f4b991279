"""scikit-learn's own examination of every estimator: no check left out, none failed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ESTIMATORS = ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"]

# In a process of its own: the check of array APIs runs only where this variable was set before SciPy was imported.
# Their own environment sets the filters for warnings, as scikit-learn's tests do.
SCRIPT = """
import sys, warnings
from sklearn.utils.estimator_checks import check_estimator
import glassnet
warnings.simplefilter("ignore")
results = check_estimator(getattr(glassnet, sys.argv[1])(), on_skip=None, on_fail=None)
for result in results:
    if result["status"] != "passed":
        print(result["status"], result["check_name"], result["exception"])
print("checks:", len(results))
"""


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_check_passes(name: str) -> None:
    environment = os.environ | {"SCIPY_ARRAY_API": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name], env=environment, capture_output=True, text=True, check=True
    )
    *others, count = done.stdout.splitlines()
    assert others == []
    assert int(count.removeprefix("checks: ")) > 40
