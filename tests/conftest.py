"""One run, as many workers as cores: settings that hold in each of them, before anything of ours is loaded."""

from __future__ import annotations

import gc
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST = "tests/packaging/"
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

# Workers times threads never exceed the cores. Set before NumPy is loaded: its BLAS reads this once.
for name in ("GLASSNET_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, str(max(1, CORES // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))))

from hypothesis import settings  # noqa: E402

# Hypothesis draws the same examples in every run, at its own pace.
settings.register_profile("same", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("same")

# A shell that runs `pytest &` without job control ignores Ctrl-C for it, `nohup` the end of the terminal; and so would
# every process that tests start.
if threading.current_thread() is threading.main_thread():
    for name, usual in {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}.items():
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core; none for a single file, which is done before the workers have started."""
    alone = len(config.args) == 1 and Path(config.args[0].partition("::")[0]).is_file()
    return 0 if alone else CORES


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing is thrown away while tests are collected: looking for garbage among them would take a third of that time.
    What is there then stays, and is not looked through again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers must collect the same tests: an address in a name is another one in each. Modules are begun in this order
    (pyproject.toml), so that the longest one is not what a single worker does while the others have finished.
    """
    items.sort(key=lambda item: LONGEST not in item.nodeid)
    for item in items:
        if re.search(r"\b0x[0-9a-f]{6,}", item.nodeid):
            raise pytest.UsageError(f"the name of {item.nodeid} changes from run to run: give its parameters ids")
