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

CHILD = """
import resource, sys
from glassnet.errors import BrokenFile
from glassnet.files import load

def size():
    with open("/proc/self/status") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmSize"))

load(sys.argv[1])
limit = size() + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    load(sys.argv[3])
except BrokenFile as error:
    print(error)
else:
    print("loaded")
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def loaded_within(extra, path, warm):
    """What loading ``path`` says in a process that may take ``extra`` bytes more than after loading ``warm``."""
    command = [sys.executable, "-c", CHILD, str(warm), str(extra), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout.strip()


def test_a_large_model_takes_its_size_and_little_more(saved, path):
    network = Network.mlp(2000, [2000, 1000, 1000, 1000, 500], 2)
    save((network, network.initialize(seed=0, dtype=np.float32)), path)
    size = path.stat().st_size
    assert size > 30 * MB
    assert loaded_within(2 * size + 8 * MB, path, saved["network"]) == "loaded"


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


@pytest.mark.parametrize("case", HOSTILE)
def test_a_small_file_cannot_ask_for_much(case, contents, forge, saved):
    name, place, value = HOSTILE[case]
    arrays, facts = contents[name]
    path = forge(arrays, replaced(facts, place, value))
    # Reading JSON costs some twenty times its length; that is the archive's bound, not ours.
    said = loaded_within(24 * MB + 25 * path.stat().st_size, path, saved[name])
    assert said == "loaded" if case == "a huge setting" else said.startswith(repr(str(path)))
