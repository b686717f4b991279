"""``import glassnet`` is light: seen by what it loads, not by a clock."""

import json
import subprocess
import sys

import pytest

HEAVY = {"scipy", "sklearn", "pyarrow", "pandas", "polars", "narwhals", "rich", "click", "matplotlib", "safetensors"}


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after ``code``."""
    code += "\nimport sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_glassnet_alone_loads_not_even_numpy():
    assert not loaded_by("import glassnet") & (HEAVY | {"numpy"})


@pytest.mark.parametrize(
    "code",
    [
        "from glassnet import Network, Dense, BatchNorm, ACTIVATIONS, LOSSES, OPTIMIZERS",
        "from glassnet import Plan, State, Rows, choose",
        "import glassnet; net = glassnet.Network(2, [glassnet.Dense(3, 'relu'), glassnet.Dense(1)])\n"
        "for _ in range(3): net.step(p := net.initialize(), [[1, 2]], [3], 0.1)",
    ],
)
def test_networks_by_hand_load_numpy_and_little_else(code):
    assert "numpy" in loaded_by(code)
    assert not loaded_by(code) & HEAVY


def test_every_public_name_resolves():
    code = "import glassnet\nfor name in glassnet.__all__: assert getattr(glassnet, name) is not None, name"
    assert "numpy" in loaded_by(code)
