"""JAX: an epoch is one compiled call, ``lax.scan`` over its mini-batches, with Adam written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.tables import BATCH, HIDDEN, TableTask
from glassnet.bench.task import Task
from glassnet.errors import Unsupported

Pytree = Any  # JAX's nested tuples and lists of arrays
ALPHA, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
SMALL = 50_000  # weights: below, one vector instead of a tree of arrays saves calls; above, it costs copies


class JAX(Adapter):
    """Functions of parameters, compiled when first called."""

    compiles = True

    def train(self, task: Task) -> Mapping[str, Trainee]:
        import jax.numpy as jnp
        from jax.flatten_util import ravel_pytree

        rng = np.random.default_rng(0)
        tree = [
            (jnp.asarray(rng.standard_normal((a, b)) / np.sqrt(a), jnp.float32), jnp.zeros(b, jnp.float32))
            for a, b in pairwise(task.widths)
        ]
        ways = {"parameters as a tree": _trainee(task, tree, lambda p: p)}
        if task.weights < SMALL:
            ways["parameters as one vector"] = _trainee(task, *ravel_pytree(tree))
        return ways

    def fit(self, task: TableTask) -> Callable[[], object]:
        if task.work != "fit":
            raise Unsupported("of small tables only fits by Adam are measured", remedy="leave JAX out")
        return _whole_fit(task)

    def predict(self, task: Task) -> Predict:
        import jax

        parameters = jax.tree.map(jax.numpy.asarray, task.parameters)
        ask = jax.jit(lambda X: _predictions(parameters, X, task))
        return lambda X: np.asarray(ask(X))


def _trainee(task: Task, parameters: Pytree, tree_of: Callable[[Pytree], Pytree]) -> Trainee:
    """The network trained from ``parameters``, which ``tree_of`` turns into (W, b) of each layer."""
    import jax
    import jax.numpy as jnp

    X, Y, rng = jnp.asarray(task.X), jnp.asarray(task.Y), np.random.default_rng(1)

    def cost(p: Pytree, X: Array, Y: Array) -> Array:
        S = _scores(tree_of(p), X)
        if task.classification:
            return -jnp.take_along_axis(jax.nn.log_softmax(S), Y[:, None], axis=1).mean()
        return ((S - Y) ** 2).mean()

    def step(carry: Pytree, chosen: Array) -> tuple[Pytree, None]:
        return _adam(carry, jax.grad(cost)(carry[0], X[chosen], Y[chosen])), None

    run = jax.jit(lambda carry, order: jax.lax.scan(step, carry, order)[0], donate_argnums=0)
    carry = _begun(parameters)

    def epoch() -> None:
        nonlocal carry
        order = rng.permutation(task.rows).astype(np.int32).reshape(task.steps, task.batch)
        carry = jax.block_until_ready(run(carry, order))

    return Trainee(epoch, lambda X: np.asarray(_predictions(tree_of(carry[0]), X, task)))


def _begun(parameters: Pytree) -> Pytree:
    """Parameters, both means of Adam, steps done."""
    import jax
    import jax.numpy as jnp

    return parameters, jax.tree.map(jnp.zeros_like, parameters), jax.tree.map(jnp.zeros_like, parameters), 0.0


def _adam(carry: Pytree, g: Pytree) -> Pytree:
    import jax
    import jax.numpy as jnp

    (p, mean, square, t), over = carry, jax.tree.map
    t = t + 1
    mean = over(lambda v, g: BETA_1 * v + (1 - BETA_1) * g, mean, g)
    square = over(lambda s, g: BETA_2 * s + (1 - BETA_2) * g * g, square, g)
    rate = ALPHA * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    return over(lambda p, v, s: p - rate * v / (jnp.sqrt(s) + EPSILON), p, mean, square), mean, square, t


def _whole_fit(task: TableTask) -> Callable[[], object]:
    """A fit from new weights as one compiled call: a scan over its epochs, the mini-batches of one unrolled."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", task.dtype == "float64")
    X, y, m = jnp.asarray(task.X), jnp.asarray(task.y), len(task.y)
    widths = (task.X.shape[1], *HIDDEN, int(task.y.max()) + 1 if task.classification else 1)

    def cost(p: Pytree, X: Array, y: Array) -> Array:
        S = _scores(p, X)
        if task.classification:
            return -jnp.take_along_axis(jax.nn.log_softmax(S), y[:, None], axis=1).mean()
        return ((S[:, 0] - y) ** 2).mean()

    def epoch(carry: Pytree, key: Array) -> tuple[Pytree, None]:
        order = jax.random.permutation(key, m)
        for start in range(0, m, BATCH):
            chosen = order[start : start + BATCH]
            carry = _adam(carry, jax.grad(cost)(carry[0], X[chosen], y[chosen]))
        return carry, None

    def train(key: Array) -> Pytree:
        keys = jax.random.split(key, len(widths))
        p = [
            (jax.random.normal(k, (a, b), X.dtype) / a**0.5, jnp.zeros(b, X.dtype))
            for k, (a, b) in zip(keys, pairwise(widths), strict=False)
        ]
        return jax.lax.scan(epoch, _begun(p), jax.random.split(keys[-1], task.epochs))[0][0]

    run, key = jax.jit(train), jax.random.key(0)
    return lambda: jax.block_until_ready(run(key))


def _scores(tree: Pytree, A: Array) -> Array:
    import jax

    for W, b in tree[:-1]:
        A = jax.nn.relu(A @ W + b)
    W, b = tree[-1]
    return A @ W + b


def _predictions(tree: Pytree, X: Array, task: Task) -> Array:
    import jax

    S = _scores(tree, X)
    return jax.nn.softmax(S) if task.classification else S
