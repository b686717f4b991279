"""The table of contenders. A new one is a file here and an entry in the table."""

from __future__ import annotations

from dataclasses import dataclass

ALL_MEASURES = ("training", "prediction", "startup")


@dataclass(frozen=True)
class Contender:
    """A library that is measured, in its own process, so nothing is imported here.

    Args:
        label: its name for people.
        home: "module:name" of the factory of its :class:`~glassnet.bench.contenders.adapter.Adapter`.
        packages: that it needs; their versions are reported.
        measures: in which it takes part.
        ours: whether it is glassnet.
        threaded: False where it uses one thread in any case.
        slowness: its epochs have so many times fewer steps; above 1, it is measured only on the smallest network.
        first_step: the shortest program that trains a 30-64-64-2 network by one step of Adam on ``X`` and ``Y``.
    """

    label: str
    home: str
    packages: tuple[str, ...] = ()
    measures: tuple[str, ...] = ALL_MEASURES
    ours: bool = False
    threaded: bool = True
    slowness: int = 1
    first_step: str = ""


_BY_HAND = """
import numpy as np, glassnet
plan = glassnet.Plan(glassnet.Network.mlp(30, [64, 64], 2), examples=128, batch_size=128)
state = glassnet.State.new(plan)
glassnet.choose(plan, "{}").engine.train(state, glassnet.Rows(X, Y), np.arange(128))
"""
_ESTIMATOR = """
from {} import MLPRegressor
MLPRegressor(hidden_layer_sizes=(64, 64), batch_size=128).partial_fit(X, Y)
"""
_PYTORCH = """
import torch
from torch.nn import Linear, ReLU, Sequential
net = Sequential(Linear(30, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, 2))
adam = torch.optim.Adam(net.parameters())
torch.nn.functional.mse_loss(net(torch.from_numpy(X)), torch.from_numpy(Y)).backward()
adam.step()
"""
_JAX = """
import jax, jax.numpy as jnp, numpy as np
rng, over = np.random.default_rng(0), jax.tree_util.tree_map
p = [(jnp.asarray(rng.normal(size=(a, b)), jnp.float32), jnp.zeros(b)) for a, b in ((30, 64), (64, 64), (64, 2))]
def cost(p):
    A = X
    for W, b in p[:-1]:
        A = jax.nn.relu(A @ W + b)
    return ((A @ p[-1][0] + p[-1][1] - Y) ** 2).mean()
@jax.jit
def step(p, mean, square):
    g = jax.grad(cost)(p)
    mean = over(lambda v, g: 0.9 * v + 0.1 * g, mean, g)
    square = over(lambda s, g: 0.999 * s + 0.001 * g * g, square, g)
    return over(lambda p, v, s: p - 1e-3 * 10 * v / (jnp.sqrt(1000 * s) + 1e-8), p, mean, square), mean, square
jax.block_until_ready(step(p, over(jnp.zeros_like, p), over(jnp.zeros_like, p)))
"""

CONTENDERS = {
    "loops": Contender("glassnet loops", "glassnet.bench.contenders.estimators:loops",
                       measures=("training",), ours=True, threaded=False, slowness=30),
    "reference": Contender("glassnet NumPy", "glassnet.bench.contenders.estimators:reference",
                           ours=True, first_step=_BY_HAND.format("reference")),
    "native": Contender("glassnet native", "glassnet.bench.contenders.estimators:native",
                        measures=(*ALL_MEASURES, "widths"), ours=True, first_step=_BY_HAND.format("native")),
    "estimator": Contender("glassnet estimator", "glassnet.bench.contenders.estimators:automatic",
                           measures=(*ALL_MEASURES, "tables"), ours=True,
                           first_step=_ESTIMATOR.format("glassnet")),
    "scikit-learn": Contender("scikit-learn", "glassnet.bench.contenders.estimators:scikit_learn",
                              ("scikit-learn",), measures=(*ALL_MEASURES, "tables"),
                              first_step=_ESTIMATOR.format("sklearn.neural_network")),
    "pytorch": Contender("PyTorch", "glassnet.bench.contenders.pytorch:PyTorch", ("torch",), first_step=_PYTORCH),
    "jax": Contender("JAX", "glassnet.bench.contenders.jax_scan:JAX", ("jax", "jaxlib"),
                     measures=(*ALL_MEASURES, "tables"), first_step=_JAX),
    "onnxruntime": Contender("onnxruntime", "glassnet.bench.contenders.onnx_runtime:OnnxRuntime",
                             ("onnxruntime", "onnx"), measures=("prediction",)),
}  # fmt: skip
