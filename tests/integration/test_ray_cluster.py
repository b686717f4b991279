"""Training over a Ray cluster of several nodes: the bits of ``LocalCluster``, whatever happens to its workers.

The nodes are processes of this machine, bound to 127.0.0.1.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import ray
from ray.cluster_utils import Cluster

from glassnet import (
    Dataset,
    LocalCluster,
    MLPClassifier,
    MLPRegressor,
    RayCluster,
    TabularClassifier,
    load,
    own_activation,
)
from glassnet.cli.main import run
from glassnet.cluster.on_ray import connected
from glassnet.errors import ClusterFailed, UnusableFile
from glassnet.estimators.table.streaming.room import Room

MB = 2**20
SHARDS = 4
SETTINGS: dict[str, Any] = {"batch_size": 40, "tol": 0, "random_state": 0, "n_iter_no_change": 10**6}


NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * MB}


def patiently(start: Callable[..., Any], **settings: Any) -> Any:
    """Start a node; Ray gives it 30 seconds, which is too little on a busy machine."""
    for _ in range(3):
        try:
            return start(**settings)
        except Exception as error:
            if "timed out during startup" not in str(error):
                raise
    return start(**settings)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Cluster]:
    cluster = patiently(Cluster, initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    patiently(cluster.add_node, **NODE)
    assert cluster.address.startswith("127.0.0.1:")
    connected(cluster.address)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def rows(m: int = 400, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(0).normal(size=(m, n)).astype("float32")
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


def fitted(cluster: Any, X: np.ndarray | Dataset, y: np.ndarray | str, steps: int, **settings: Any) -> MLPClassifier:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPClassifier((12,), **{**SETTINGS, "max_iter": steps, "cluster": cluster, **settings}).fit(X, y)


def same(one: MLPClassifier, other: MLPClassifier) -> None:
    np.testing.assert_array_equal(one.parameters_.theta, other.parameters_.theta)
    assert one.history_["cost"] == other.history_["cost"]


class Disturb:
    """A callback: after each epoch, something happens."""

    def __init__(self, *events: Any) -> None:
        self.events = list(events)

    def __call__(self, run: Any) -> None:
        if self.events and (event := self.events.pop(0)) is not None:
            event()


def workers() -> list[int]:
    """The processes that compute, or wait for work; not those that serve a node."""
    processes = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in processes.splitlines() if "ray::compute" in line or "ray::IDLE" in line]


def kill_a_worker() -> None:
    for pid in workers()[:1]:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("steps", [1, 3])
def test_workers_killed_and_joining_change_no_bit(nodes: Cluster, steps: int) -> None:
    X, y = rows()
    joined: list[Any] = []

    def join() -> None:
        joined.append(patiently(nodes.add_node, **NODE))

    def leave() -> None:
        if joined:
            nodes.remove_node(joined.pop(), allow_graceful=False)

    events = (None, kill_a_worker, None, join, None, leave) if steps == 1 else (None, kill_a_worker)
    disturbed = fitted(RayCluster(nodes.address, SHARDS, steps), X, y, 9, callbacks=[Disturb(*events)])
    same(disturbed, fitted(LocalCluster(SHARDS, steps), X, y, 9))
    assert disturbed.engine_.name == "native"


def test_a_worker_killed_in_the_middle_of_a_round(nodes: Cluster) -> None:
    X, y = rows()
    rng, over = np.random.default_rng(0), threading.Event()

    def killer() -> None:
        for _ in range(2):
            over.wait(rng.uniform(0.05, 0.4))
            kill_a_worker()

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        disturbed = fitted(RayCluster(nodes.address, SHARDS), X, y, 30)
    finally:
        over.set()
        thread.join()
    same(disturbed, fitted(LocalCluster(SHARDS), X, y, 30))


def test_a_slow_worker(nodes: Cluster) -> None:
    def slow(Z: np.ndarray) -> np.ndarray:
        if os.getpid() % 2:
            time.sleep(0.005)
        return np.tanh(Z)

    X, y = rows(120)
    g = own_activation("slow_tanh", slow, lambda Z, A: 1 - A**2)
    one, other = (fitted(c, X, y, 2, activation=g) for c in (RayCluster(nodes.address, SHARDS), LocalCluster(SHARDS)))
    same(one, other)


def test_more_rows_than_the_object_store_holds(nodes: Cluster) -> None:
    X, y = rows(120_000, 220)  # 106 MB
    one, other = (
        fitted(cluster, X, y, 1, batch_size=20_000)
        for cluster in (RayCluster(nodes.address, SHARDS), LocalCluster(SHARDS))
    )
    same(one, other)


def test_a_dataset_is_read_by_the_workers(nodes: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(360, 100)))
    X, y = rows(600)
    for number in range(3):
        own = slice(200 * number, 200 * number + 200)
        table = pa.table({**{f"a{j}": X[own, j] for j in range(6)}, "y": y[own]})
        parquet.write_table(table, tmp_path / f"{number}.parquet", row_group_size=64)
    data = Dataset(str(tmp_path / "*.parquet"))

    def on(cluster: Any, *events: Any) -> MLPClassifier:
        return fitted(cluster, data, "y", 5, callbacks=[Disturb(*events)])

    over_ray = RayCluster(nodes.address, SHARDS, 2)
    same(on(over_ray, None, kill_a_worker, None, kill_a_worker), on(LocalCluster(SHARDS, 2)))
    with pytest.raises(UnusableFile, match=r"1\.parquet .* is gone"):
        on(over_ray, (tmp_path / "1.parquet").unlink)


def test_members_of_a_blend(nodes: Cluster) -> None:
    alone = TabularClassifier("fast").fit("iris")
    spread = TabularClassifier("fast", cluster=RayCluster(nodes.address)).fit("iris")
    of = [
        [(m.number, m.epoch, m.weight, m.parameters.theta.tolist()) for m in model.blend_.members]
        for model in (alone, spread)
    ]
    assert of[0] == of[1]


class Hungry:
    """A function that asks for more memory than any process but the one that made it may have."""

    def __init__(self) -> None:
        self.home = os.getpid()

    def __call__(self, Z: np.ndarray) -> np.ndarray:
        if os.getpid() == self.home:
            return np.tanh(Z)
        before, status = resource.getrlimit(resource.RLIMIT_DATA), Path("/proc/self/status").read_text()
        used = 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
        resource.setrlimit(resource.RLIMIT_DATA, (used + 64 * MB, before[1]))
        try:
            return np.tanh(Z) + np.ones((1 << 28, 1)).mean()
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, before)


def test_a_worker_out_of_memory(nodes: Cluster) -> None:
    X, y = rows(80)
    g = own_activation("hungry", Hungry(), lambda Z, A: 1 - A**2)
    with pytest.raises(ClusterFailed, match="a worker ran out of memory"):
        fitted(RayCluster(nodes.address, SHARDS), X, y, 2, activation=g)


DRIVER = """
import sys, warnings
warnings.simplefilter("ignore")
from glassnet import MLPRegressor, RayCluster
sys.path.insert(0, sys.argv[3])
from integration.test_ray_cluster import driven
driven(RayCluster(sys.argv[1], 4, 2), sys.argv[2])
"""


def driven(cluster: Any, checkpoint: str | None, resume: bool = False) -> MLPRegressor:
    """A training that is long enough to be killed."""
    X, _ = rows()
    model = MLPRegressor(
        hidden_layer_sizes=(12,),
        **{**SETTINGS, "max_iter": 80},
        cluster=cluster,
        checkpoint=checkpoint,
        checkpoint_every=0,
        resume=resume,
    )
    return model.fit(X, X[:, 0] ** 2)


def test_the_driver_killed_and_resumed(nodes: Cluster, tmp_path: Path) -> None:
    place = tmp_path / "c"
    arguments = [sys.executable, "-c", DRIVER, nodes.address, str(place), str(Path(__file__).parents[1])]
    driver = subprocess.Popen(arguments)
    until = time.monotonic() + 60
    while not place.exists() and driver.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
    assert place.exists() and driver.poll() is None
    driver.kill()
    driver.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        resumed = driven(RayCluster(nodes.address, 4, 2), str(place), resume=True)
        whole = driven(LocalCluster(4, 2), None)
    np.testing.assert_array_equal(resumed.parameters_.theta, whole.parameters_.theta)
    assert resumed.history_["cost"] == whole.history_["cost"]


def test_the_command_line(nodes: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    where = ["--ray", nodes.address, "--quiet", "-o"]
    for options in (["one", "--epochs", "3", "--shards", "4", "--local-steps", "2"], ["several", "--preset", "fast"]):
        with pytest.raises(SystemExit) as ended:
            run(["train", "iris", *where, *options])
        assert ended.value.code == 0
    assert load("one").history.epochs == 3 and len(load("several").blend.members) > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "several"]  # no checkpoint is left
