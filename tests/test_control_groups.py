"""Memory and processors as containers limit them, in both versions of control groups, nested, and with no limit."""

import resource
import sys

import numpy as np
import pytest

from glassnet import MLPClassifier, Network, Plan, State, TableModel, control_groups, hardware
from glassnet.errors import InvalidInput
from glassnet.estimators.table.recipe import Recipe

GB = 10**9
X, Y = np.eye(20, 3, dtype="float32"), np.arange(20) % 2


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose control groups have these files, for a process with these lines in /proc/self/cgroup."""

    def set_up(own, files):
        monkeypatch.setattr(control_groups, "ROOT", tmp_path / "cgroup")
        monkeypatch.setattr(control_groups, "OWN", tmp_path / "own")
        hardware._quota.cache_clear()
        (tmp_path / "own").write_text(own)
        for name, text in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")

    yield set_up
    hardware._quota.cache_clear()


MEMORY = {
    "none": ("0::/\n", {}, None),
    "no limit, version 2": ("0::/\n", {"memory.max": "max", "memory.current": 5}, None),
    "no limit, version 1": ("4:memory:/\n", {"memory/memory.limit_in_bytes": 9223372036854771712}, None),
    "version 2": ("0::/\n", {"memory.max": 2 * GB, "memory.current": GB // 2}, 1.5 * GB),
    "version 2 in a folder": ("0::/a/b\n", {"a/b/memory.max": 2 * GB, "a/b/memory.current": GB}, GB),
    "the narrowest of nested groups": (
        "0::/a/b\n",
        {"a/memory.max": GB, "a/memory.current": 0, "a/b/memory.max": "max", "memory.max": 3 * GB},
        GB,
    ),
    "a name from outside the container": ("0::/system.slice/docker-1.scope\n", {"memory.max": GB}, GB),
    "version 1": (
        "5:cpu,cpuacct:/\n4:memory:/job\n",
        {"memory/job/memory.limit_in_bytes": GB, "memory/job/memory.usage_in_bytes": GB // 4},
        0.75 * GB,
    ),
    "version 1, mounted at its root": ("4:memory:/docker/1\n", {"memory/memory.limit_in_bytes": GB}, GB),
    "files in memory can be given up": (
        "0::/\n",
        {"memory.max": GB, "memory.current": GB, "memory.stat": f"anon 7\ninactive_file {GB // 2}"},
        0.5 * GB,
    ),
    "more used than allowed": ("0::/\n", {"memory.max": GB, "memory.current": 2 * GB}, 0),
    "damaged": ("nonsense\n::\n", {"memory.max": "a lot", "memory.stat": "inactive_file"}, None),
}


@pytest.mark.parametrize("what", MEMORY)
def test_memory(what, machine):
    own, files, left = MEMORY[what]
    machine(own, files)
    assert control_groups.memory_left() == (control_groups.UNLIMITED if left is None else left)
    if left is not None:
        assert hardware.available_memory() <= left


@pytest.mark.parametrize(
    ("own", "files", "number"),
    [
        ("0::/\n", {}, None),
        ("0::/\n", {"cpu.max": "max 100000"}, None),
        ("0::/\n", {"cpu.max": "150000 100000"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000"}, 1),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000", "a/b/cpu.max": "max 100000", "cpu.max": "max 100000"}, 3),
        ("2:cpu,cpuacct:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("2:cpu:/job\n", {"cpu/job/cpu.cfs_quota_us": "250000", "cpu/job/cpu.cfs_period_us": "100000"}, 3),
        ("2:cpu:/docker/1\n", {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ("0::/\n", {"cpu.max": "100000 0"}, None),
    ],
)
def test_processors(own, files, number, machine):
    machine(own, files)
    assert control_groups.processors() == (number or control_groups.UNLIMITED)
    assert number is None or hardware.thread_count(64) <= number


def test_a_network_that_the_container_cannot_hold_is_refused_before_it_is_made(machine, tmp_path):
    machine("0::/\n", {"memory.max": GB // 2, "memory.current": 0})
    for call in (
        lambda: MLPClassifier((20_000, 20_000)).fit(X, Y),
        lambda: Network.mlp(3, [20_000, 20_000], 1).initialize(),
        lambda: State.new(Plan(Network.mlp(3, [9_000, 9_000], 1), 20)),
        lambda: TableModel(Recipe(hidden=(20_000, 20_000))).fit(np.c_[X, Y]),
    ):
        with pytest.raises(InvalidInput, match=r"does not fit in memory \(seen: [0-9.]+ GB needed, 0.5 GB available\)"):
            call()


@pytest.mark.parametrize(
    "hidden", [(10**9, 10**9), (10**18,), (10**18, 10**18), (2**31, 2**31), (10**200,)], ids=range(5)
)
@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_absurd_layers(hidden, engine):
    for call in (
        lambda: MLPClassifier(hidden, engine=engine).fit(X, Y),
        lambda: MLPClassifier(hidden, engine=engine, solver="lbfgs").fit(X, Y),
        lambda: MLPClassifier(hidden, engine=engine).partial_fit(X, Y, classes=[0, 1]),
        lambda: MLPClassifier(hidden, engine=engine).initialize(X, Y),
        lambda: Network.mlp(3, hidden, 1).initialize(),
        lambda: TableModel(Recipe(hidden=hidden)).fit(np.c_[X, Y]),
    ):
        with pytest.raises(InvalidInput, match=r"does not fit in memory .*more bytes than can be counted") as refused:
            call()
        assert len(str(refused.value)) <= 300


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of a process's memory is Linux's")
def test_the_limit_of_the_process_itself(machine, monkeypatch):
    machine("0::/\n", {})
    free = hardware.available_memory()
    monkeypatch.setattr(resource, "getrlimit", lambda which: (10**18, 10**18))
    assert hardware.available_memory() <= free * 1.5
    monkeypatch.setattr(resource, "getrlimit", lambda which: (GB // 10**6, GB))
    assert hardware.available_memory() == 0
