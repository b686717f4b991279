"""JAX: an epoch is one compiled call, ``lax.scan`` over its mini-batches, with Adam written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.task import Task

Pytree = Any  # JAX's nested tuples and lists of arrays
ALPHA, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
SMALL = 50_000  # weights: below, one vector instead of a tree of arrays saves calls; above, it costs copies


class JAX(Adapter):
    """Functions of parameters, compiled when first called."""

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

    def predict(self, task: Task) -> Predict:
        import jax

        parameters = jax.tree.map(jax.numpy.asarray, task.parameters)
        ask = jax.jit(lambda X: _predictions(parameters, X, task))
        return lambda X: np.asarray(ask(X))


def _trainee(task: Task, parameters: Pytree, tree_of: Callable[[Pytree], Pytree]) -> Trainee:
    """The network trained from ``parameters``, which ``tree_of`` turns into (W, b) of each layer."""
    import jax
    import jax.numpy as jnp

    over = jax.tree.map
    X, Y, rng = jnp.asarray(task.X), jnp.asarray(task.Y), np.random.default_rng(1)

    def cost(p: Pytree, X: Array, Y: Array) -> Array:
        S = _scores(tree_of(p), X)
        if task.classification:
            return -jnp.take_along_axis(jax.nn.log_softmax(S), Y[:, None], axis=1).mean()
        return ((S - Y) ** 2).mean()

    def step(carry: Pytree, chosen: Array) -> tuple[Pytree, None]:
        p, mean, square, t = carry
        t = t + 1
        g = jax.grad(cost)(p, X[chosen], Y[chosen])
        mean = over(lambda v, g: BETA_1 * v + (1 - BETA_1) * g, mean, g)
        square = over(lambda s, g: BETA_2 * s + (1 - BETA_2) * g * g, square, g)
        rate = ALPHA * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        p = over(lambda p, v, s: p - rate * v / (jnp.sqrt(s) + EPSILON), p, mean, square)
        return (p, mean, square, t), None

    run = jax.jit(lambda carry, order: jax.lax.scan(step, carry, order)[0], donate_argnums=0)
    carry = (parameters, over(jnp.zeros_like, parameters), over(jnp.zeros_like, parameters), jnp.float32(0))

    def epoch() -> None:
        nonlocal carry
        order = rng.permutation(task.rows).astype(np.int32).reshape(task.steps, task.batch)
        carry = jax.block_until_ready(run(carry, order))

    return Trainee(epoch, lambda X: np.asarray(_predictions(tree_of(carry[0]), X, task)))


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
