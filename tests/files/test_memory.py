"""Loading allocates about the file's size, whatever the file says; measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from files.test_hostile_facts import replaced
from glassnet.files import save
from glassnet.network.network import Network

MB = 2**20

# Each file may take so much more than the process has when it begins to load it.
CHILD = """
import resource, sys
from glassnet.errors import BrokenFile
from glassnet.files import load

def size():
    with open("/proc/self/status") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmSize"))

for path, extra in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    resource.setrlimit(resource.RLIMIT_AS, (size() + extra if extra else -1, -1))
    try:
        load(path)
    except BrokenFile as error:
        print(error)
    else:
        print("loaded")
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def loaded_within(warm, asked):
    """What loading each of the ``asked`` files says in one process, when it may take so many bytes more.

    Args:
        warm: files loaded before without a limit, so that modules and caches are not counted.
        asked: path -> bytes.
    """
    arguments = [word for path, extra in (dict.fromkeys(warm, 0) | asked).items() for word in (str(path), str(extra))]
    run = subprocess.run([sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr[-2000:]
    lines = run.stdout.splitlines()
    assert lines[: len(warm)] == ["loaded"] * len(warm)
    return dict(zip(asked, lines[len(warm) :], strict=True))


def test_a_large_model_takes_its_size_and_little_more(saved, path):
    network = Network.mlp(2000, [2000, 1000, 1000, 1000, 500], 2)
    save((network, network.initialize(seed=0, dtype=np.float32)), path)
    size = path.stat().st_size
    assert size > 30 * MB
    assert loaded_within([saved["network"]], {path: 2 * size + 8 * MB}) == {path: "loaded"}


def layers(count):
    return [{"name": "dense", "units": 10**12, "activation": "relu", "initializer": None}] * count


HOSTILE = {
    "units": ("network", ("network", "layers", 0, "units"), 10**12),
    "inputs": ("network", ("network", "inputs"), 10**15),
    "many wide layers": ("network", ("network", "layers"), layers(9_999)),
    "too many layers": ("network", ("network", "layers"), layers(150_000)),
    "a wide class": ("mlp-classifier", ("classes", "width"), 10**10),
    "a million columns": ("table-words", ("network", "inputs"), 10**6),
    "a huge recipe": ("table-words", ("recipe", "hidden"), [10**12] * 100_000),
    "a huge setting": ("mlp-classifier", ("settings", "hidden_layer_sizes"), {"tuple": [10**12] * 100_000}),
    "a long history": ("mlp-classifier", ("history",), [f"c{i}" for i in range(100_000)]),
}

HARMLESS = ("a huge recipe", "a huge setting")  # nothing is made of them before the next fit


def test_a_small_file_cannot_ask_for_much(contents, forge, saved, tmp_path):
    paths = {}
    for case, (name, place, value) in HOSTILE.items():
        arrays, facts = contents[name]
        paths[case] = forge(arrays, replaced(facts, place, value)).rename(tmp_path / f"{case}.safetensors")
    # Reading JSON costs some twenty times its length; that is the archive's bound, not ours.
    said = loaded_within(saved.values(), {path: 24 * MB + 25 * path.stat().st_size for path in paths.values()})
    for case, path in paths.items():
        assert said[path] == "loaded" if case in HARMLESS else said[path].startswith(repr(str(path))), case
