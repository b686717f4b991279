"""Without PyTorch, or without a GPU: one sentence that says what to install, and everything else as before."""

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from scipy import sparse

from glassnet import Dense, MLPRegressor, Network, Plan
from glassnet.engines.choice import Arithmetic, choose
from glassnet.engines.torch import package
from glassnet.engines.torch.engine import Torch
from glassnet.errors import InvalidInput, Unsupported

PLAN = Plan(Network(2, [Dense(3, "tanh"), Dense(1)]), examples=10)
INDEX = "https://download.pytorch.org/whl/cpu"
X, y = np.zeros((10, 2)), np.zeros(10)


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setattr(package, "find_spec", lambda name: None)


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize(("engine", "device"), [("torch", "cpu"), ("torch", "cuda"), ("auto", "cuda")])
def test_what_to_install(engine, device):
    with pytest.raises(Unsupported) as caught:
        choose(replace(PLAN, device=device), engine)
    said = str(caught.value)
    assert "PyTorch is not installed" in said and "pip install 'glassnet[torch]'" in said and INDEX in said
    assert "\n" not in said and len(said) <= 300


@pytest.mark.usefixtures("without")
def test_an_estimator_says_so():
    with pytest.raises(Unsupported, match="PyTorch is not installed"):
        MLPRegressor(hidden_layer_sizes=(3,), engine="torch").fit(X, y)


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize(("engine", "device"), [("torch", "cpu"), ("torch", "cuda"), ("auto", "cuda")])
def test_a_model_always_answers(engine, device):
    parameters = PLAN.network.initialize(0, "float32")
    used = Arithmetic(engine, None, device).choose(PLAN.network, parameters).used
    assert used.name in ("native", "reference") and used.why.startswith("torch: PyTorch is not installed")


@pytest.mark.parametrize("engine", ["native", "reference", "loops"])
def test_the_others_compute_on_the_cpu(engine):
    with pytest.raises(Unsupported, match="it computes on the cpu, not on 'cuda'"):
        choose(replace(PLAN, device="cuda"), engine)


def test_a_device_that_is_none():
    with pytest.raises(InvalidInput, match="device must be cpu or cuda"):
        replace(PLAN, device="tpu")


def test_a_device_is_not_described():
    assert replace(PLAN, device="cuda").describe() == PLAN.describe()


def test_sparse_rows():
    assert Torch.supports(PLAN, sparse.csr_array(X)) == "rows are sparse"


def test_a_gpu_that_is_not_there():
    if find_spec("torch") is None:
        assert "PyTorch is not installed" in (package.missing("cuda") or "")
    elif not package.torch.cuda.is_available():
        assert "finds no CUDA GPU" in (package.missing("cuda") or "")
