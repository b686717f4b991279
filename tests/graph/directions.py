"""The witness of derivatives: difference quotients in random directions, in float64.

One perturbation whatever the size: with the derivative ``J`` of ``f`` at ``x``, ``<v, J u> = <J^T v, u>`` for random
``u, v``. The left side is a central difference, the right side one backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glassnet import graph

STEP = 1e-6


def check(f: Callable[..., Any], *arguments: Any, order: int = 2, rtol: float = 1e-6, seed: int = 0) -> None:
    """Assert that ``f``'s derivatives at ``arguments``, up to ``order``, are those of its difference quotients."""
    rng = np.random.default_rng(seed)
    x = [np.asarray(argument, np.float64) for argument in arguments]
    v = rng.normal(size=np.shape(f(*x)))
    u = [rng.normal(size=part.shape) for part in x]
    everything = tuple(range(len(x)))

    def number(*at: Any) -> Any:
        return np.sum(f(*at) * v)

    value, slopes = graph.value_and_grad(number, argnums=everything)(*x)
    assert np.allclose(value, np.sum(f(*x) * v), rtol=1e-12, atol=1e-12), "the value itself"
    for part, slope in zip(x, slopes, strict=True):
        assert np.shape(slope) == part.shape and slope.dtype == part.dtype
    close(inner(slopes, u), difference(number, x, u), rtol)
    if order > 1:
        w = [rng.normal(size=part.shape) for part in x]
        check(lambda *at: inner(graph.grad(number, argnums=everything)(*at), w), *x, order=order - 1, rtol=rtol)


def difference(f: Callable[..., Any], x: Sequence[Any], u: Sequence[Any]) -> Any:
    """The central difference quotient of ``f`` at ``x`` along ``u``."""
    ahead = f(*(part + STEP * along for part, along in zip(x, u, strict=True)))
    behind = f(*(part - STEP * along for part, along in zip(x, u, strict=True)))
    return (ahead - behind) / (2 * STEP)


def inner(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(np.sum(x * y) for x, y in zip(a, b, strict=True))


def close(seen: float, wanted: float, rtol: float) -> None:
    assert abs(seen - wanted) <= rtol * max(1, abs(wanted)), f"{seen} by the graph, {wanted} by differences"
