"""jax and torch, where installed, as witnesses for the primitives: values, first and second derivatives."""

import importlib

import numpy as np
import pytest

from glassnet import graph

rng = np.random.default_rng(11)
X = rng.uniform(0.2, 0.9, (3, 4))
Y = rng.uniform(1.1, 2.0, (3, 4))
SIGNED = rng.normal(size=(3, 4))
TIES = np.array([[-1.0, 0.0, 0.0, 2.0], [0.0, 3.0, 3.0, 3.0], [1.0, 1.0, 0.0, -2.0]])

UNARY = """abs arccos arcsin arcsinh arctan arctanh cos cosh exp exp2 expm1 log log10 log1p log2 negative positive
reciprocal sin sinh sqrt square tan tanh"""
BINARY = ["add", "subtract", "multiply", "divide", "power", "logaddexp", "maximum", "minimum", "hypot", "remainder"]

SAME = {  # name -> (the function, in terms of a module like NumPy; its arguments)
    **{name: (lambda n, x, f=name: getattr(n, f)(x), (X,)) for name in UNARY.split()},
    "arccosh": (lambda n, x: n.arccosh(x), (Y,)),
    **{name: (lambda n, x, y, f=name: getattr(n, f)(x, y), (X, Y)) for name in BINARY},
    "maximum at ties": (lambda n, x: n.maximum(x, 0.0), (TIES,)),
    "minimum at ties": (lambda n, x: n.minimum(x, 0.0), (TIES,)),
    "max at ties": (lambda n, x: n.max(x, axis=1), (TIES,)),
    "min at ties": (lambda n, x: n.min(x, axis=0), (TIES,)),
    "max of all at ties": (lambda n, x: n.max(x), (TIES,)),
    "where": (lambda n, x: n.where(x > 0, x, 0.1 * x), (SIGNED,)),
    "sum": (lambda n, x: n.sum(x, axis=0) * n.sum(x), (SIGNED,)),
    "mean": (lambda n, x: n.mean(x, axis=1) * n.mean(x), (SIGNED,)),
    "var": (lambda n, x: n.var(x, axis=0), (SIGNED,)),
    "std": (lambda n, x: n.std(x), (SIGNED,)),
    "cumsum": (lambda n, x: n.cumsum(x, axis=1), (SIGNED,)),
    "matmul": (lambda n, x, y: n.matmul(x, y), (SIGNED, Y.T)),
    "matmul of a vector": (lambda n, x, y: n.matmul(x, y), (SIGNED, Y[0])),
    "reshape": (lambda n, x: n.reshape(x, (2, 6)) ** 2, (SIGNED,)),
    "transpose": (lambda n, x: x.T @ x, (SIGNED,)),
    "concatenate": (lambda n, x, y: n.concatenate([x, y], axis=1) ** 2, (X, Y)),
    "stack": (lambda n, x, y: n.stack([x, y], axis=1) ** 3, (X, Y)),
    "indexing": (lambda n, x: x[[0, 0, 2]] * x[1:, 2:3][0], (SIGNED,)),
    "broadcasting": (lambda n, x, y: x * y + y, (SIGNED, Y[:1])),
    "einsum": (lambda n, x, y: n.einsum("ij,kj->ik", x, y), (X, Y)),
}
OURS = {  # ours, jax's, torch's
    "relu": (graph.relu, "nn.relu", "relu"),
    "sigmoid": (graph.sigmoid, "nn.sigmoid", "sigmoid"),
    "softplus": (graph.softplus, "nn.softplus", "nn.functional.softplus"),
    "erf": (graph.erf, "scipy.special.erf", "erf"),
    "ndtr": (graph.ndtr, "scipy.special.ndtr", "special.ndtr"),
    "logsumexp": (lambda x: graph.logsumexp(x, axis=1), "nn.logsumexp", "logsumexp"),
    "softmax": (lambda x: graph.softmax(x, axis=1), "nn.softmax", "softmax"),
    "log_softmax": (lambda x: graph.log_softmax(x, axis=1), "nn.log_softmax", "log_softmax"),
}
WITH_AXIS = {"logsumexp", "softmax", "log_softmax"}


def ours(f, arguments, V, W):
    """Value, gradients of sum(f V), and the Hessian's product with W for the first argument."""
    number = lambda *x: np.sum(f(*x) * V)  # noqa: E731
    slopes = graph.grad(number, argnums=tuple(range(len(arguments))))(*arguments)
    return [f(*arguments), *slopes, graph.hvp(lambda x: number(x, *arguments[1:]), arguments[0], W)]


def compare(f, theirs, arguments, kinds):
    V, W = rng.normal(size=np.shape(f(*arguments))), rng.normal(size=arguments[0].shape)
    for name, ours_, theirs_ in zip(kinds, ours(f, arguments, V, W), theirs(arguments, V, W), strict=True):
        np.testing.assert_allclose(ours_, np.asarray(theirs_), rtol=1e-10, atol=1e-11, err_msg=name)


def kinds(arguments):
    return ["value", *(f"gradient {i}" for i in range(len(arguments))), "Hessian times vector"]


# --- jax --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax", reason="jax is not installed: one witness fewer")
    importlib.import_module("jax.scipy")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield jax
    jax.config.update("jax_enable_x64", before)


def by_jax(jax, f):
    def all_of(arguments, V, W):
        x = [jax.numpy.asarray(argument) for argument in arguments]
        number = lambda *x: jax.numpy.sum(f(*x) * V)  # noqa: E731
        slope = jax.grad(lambda x0: number(x0, *x[1:]))
        slopes = jax.grad(number, argnums=tuple(range(len(x))))(*x)
        return [f(*x), *slopes, jax.jvp(slope, (x[0],), (jax.numpy.asarray(W),))[1]]

    return all_of


@pytest.mark.parametrize("name", SAME)
def test_like_jax(jax, name):
    f, arguments = SAME[name]
    theirs = by_jax(jax, lambda *x: f(jax.numpy, *(x if name != "indexing" else map(IndexedByLists, x))))
    compare(lambda *x: f(np, *x), theirs, arguments, kinds(arguments))


class IndexedByLists:
    """jax takes no lists as indices."""

    def __init__(self, x):
        self.x = x

    def __getitem__(self, index):
        return self.x[np.array(index) if isinstance(index, list) else index]


@pytest.mark.parametrize("name", OURS)
def test_ours_like_jax(jax, name):
    f, theirs, _ = OURS[name]
    home = importlib.import_module(f"jax.{theirs.rpartition('.')[0]}")
    g = getattr(home, theirs.rpartition(".")[2])
    compare(f, by_jax(jax, (lambda x: g(x, axis=1)) if name in WITH_AXIS else g), (SIGNED,), kinds([0]))


# --- torch ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed: one witness fewer")


class Numpylike:
    """torch under NumPy's names."""

    def __init__(self, torch):
        self.torch = torch

    def __getattr__(self, name):
        f = getattr(self.torch, "pow" if name == "power" else name)
        if name in ("max", "min"):
            return lambda x, axis=None: getattr(self.torch, f"a{name}")(x, dim=axis) if axis is not None else f(x)
        if name in ("maximum", "minimum"):
            return lambda x, y: f(x, self.torch.as_tensor(y, dtype=x.dtype))
        if name in ("var", "std"):
            return lambda x, axis=None: f(x, dim=axis, correction=0)
        return f

    def concatenate(self, parts, axis):
        return self.torch.cat(parts, dim=axis)

    def stack(self, parts, axis):
        return self.torch.stack(parts, dim=axis)


def by_torch(torch, f):
    def all_of(arguments, V, W):
        x = [torch.tensor(argument, requires_grad=True) for argument in arguments]
        value = f(*x)
        slopes = torch.autograd.grad((value * torch.tensor(V)).sum(), x, create_graph=True)
        bend = torch.zeros_like(x[0])
        if slopes[0].requires_grad:
            (found,) = torch.autograd.grad((slopes[0] * torch.tensor(W)).sum(), x[0], allow_unused=True)
            bend = bend if found is None else found
        return [part.numpy(force=True) for part in (value, *slopes, bend)]

    return all_of


@pytest.mark.parametrize("name", SAME)
def test_like_torch(torch, name):
    f, arguments = SAME[name]
    theirs = by_torch(torch, lambda *x: f(Numpylike(torch), *x))
    compare(lambda *x: f(np, *x), theirs, arguments, kinds(arguments))


def test_slopes_at_kinks_like_torch(torch):
    """At 0 jax gives abs the slope 1; torch and we give 0. For relu all give 0, for maximum(x, 0) all 1/2."""
    for ours, theirs in [(np.abs, torch.abs), (graph.relu, torch.relu), (lambda x: np.maximum(x, 0), None)]:
        x = torch.zeros((), dtype=torch.float64, requires_grad=True)
        value = torch.maximum(x, torch.zeros_like(x)) if theirs is None else theirs(x)
        assert graph.grad(ours)(0.0) == torch.autograd.grad(value, x)[0].item()


@pytest.mark.parametrize("name", OURS)
def test_ours_like_torch(torch, name):
    f, _, theirs = OURS[name]
    g = torch
    for part in theirs.split("."):
        g = getattr(g, part)
    compare(f, by_torch(torch, (lambda x: g(x, dim=1)) if name in WITH_AXIS else g), (SIGNED,), kinds([0]))
