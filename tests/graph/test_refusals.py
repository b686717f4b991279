"""What a graph cannot do is one sentence: cause, sight, remedy."""

import math

import numpy as np
import pytest

from glassnet import graph
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, Unsupported

X = np.array([1.0, 2.0, 3.0])


def refused(f):
    """The sentence with which ``f`` of a node is refused."""
    (x,) = graph.inputs(x=X)
    with pytest.raises(GlassnetError) as caught:
        f(x)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 260
    return type(caught.value), sentence


@pytest.mark.parametrize(
    "f",
    [
        float, int, bool, complex, np.asarray, lambda x: np.array([x[0], x[1]]), lambda x: math.exp(x[0]),
        lambda x: [1][x], lambda x: 1 if x[0] else 0, lambda x: np.zeros(3).__setitem__(slice(None), x),
        np.vectorize(abs),
    ],
)  # fmt: skip
def test_a_node_is_not_a_plain_number(f):
    kind, sentence = refused(f)
    assert kind is InvalidType and "which would lose its derivative" in sentence and "np.exp, not math.exp" in sentence


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (np.prod, "np.prod"),
        (np.sort, "np.sort"),
        (np.linalg.inv, "np.linalg.inv"),
        (np.add.reduce, "np.add.reduce"),
        (lambda x: np.multiply.outer(x, x), "np.multiply.outer"),
        (lambda x: np.piecewise(x, [x > 0], [1.0]), "np.piecewise"),
        (lambda x: np.interp(x, [0, 1], [0, 1]), "np.interp"),
        (np.spacing, "np.spacing"),
    ],
)
def test_functions_that_have_no_rule_are_named(f, name):
    kind, sentence = refused(f)
    assert (
        kind is Unsupported
        and sentence.startswith(f"{name} has no derivative rule")
        and "graph.functions()" in sentence
    )


def test_functions_of_scipy_without_a_rule_are_named():
    import scipy.special

    assert refused(scipy.special.gammaln)[1].startswith("scipy.special.gammaln has no derivative rule")


@pytest.mark.parametrize(
    ("f", "seen"),
    [
        (lambda x: np.sum(x, dtype=float), "dtype"),
        (lambda x: np.add(x, 1, dtype=np.float64), "dtype"),
        (lambda x: np.mean(x, where=X > 1), "where"),
        (lambda x: np.max(x, initial=0.0), "initial"),
    ],
)
def test_arguments_that_are_not_known(f, seen):
    kind, sentence = refused(f)
    assert kind is Unsupported and f"not differentiated with these arguments (seen: {seen}); leave them out" in sentence


def iadd(x):
    x += 1


def imul(x):
    x *= 2


def assign(x):
    x[0] = 1


@pytest.mark.parametrize(
    "f",
    [
        assign,
        iadd,
        imul,
        lambda x: np.exp(x, out=np.zeros(3)),
        lambda x: np.sum(x, out=np.zeros(())),
        lambda x: np.add(1, X, out=x),
    ],
)
def test_nodes_are_not_changed_in_place(f):
    kind, sentence = refused(f)
    assert kind is InvalidType and "cannot be changed in place" in sentence and "np.where(mask, a, b)" in sentence


@pytest.mark.parametrize(
    ("f", "part"),
    [
        (lambda x: x + np.ones((2, 2)), "add cannot take shapes (3,) and (2, 2)"),
        (lambda x: x @ np.ones((2, 2)), "matmul cannot take shapes (3,) and (2, 2)"),
        (lambda x: x @ 2.0, "matmul cannot take shapes"),
        (lambda x: x.reshape(7), "reshape cannot take shape (3,)"),
        (lambda x: x[7], "indexing cannot take shape (3,)"),
        (lambda x: x[0, 0], "indexing cannot take shape (3,)"),
        (lambda x: np.concatenate([x, np.ones((1, 1))]), "concatenate cannot take shapes (3,) and (1, 1)"),
        (lambda x: np.concatenate([x[0]] * 5), "concatenate cannot take shapes (), (), ..."),
        (lambda x: np.broadcast_to(x, (2, 2)), "broadcast_to cannot take shape (3,)"),
        (lambda x: np.max(x[:0]), "max cannot take shape (0,)"),
        (lambda x: np.sum(x, axis=3), "np.sum: axis 3 is out of bounds"),
        (lambda x: np.transpose(x, (0, 1)), "np.transpose: axis 1 is out of bounds"),
        (lambda x: np.einsum("i,i->i", x, np.ones(2)), "einsum cannot take shapes (3,) and (2,)"),
    ],
)
def test_shapes_that_do_not_go_together(f, part):
    kind, sentence = refused(f)
    assert issubclass(kind, InvalidInput) and part in sentence


@pytest.mark.parametrize(
    ("f", "part"),
    [
        (lambda x: x * 1j, "computes with real numbers"),
        (lambda x: x + "one", "computes with real numbers"),
        (lambda x: x[x], "a node in the index"),
        (lambda x: x[(0, x)], "a node in the index"),
        (lambda x: np.dot(x, np.ones((2, 3, 2))), "np.dot is differentiated up to two axes"),
        (lambda x: np.linalg.norm(x, 1), "the Euclidean norm only (seen: ord=1)"),
        (lambda x: np.reshape(x, (1, 3), order="F"), "in C order only"),
        (lambda x: np.einsum("i,i", x, x), "write it as in 'ij,jk->ik'"),
        (lambda x: np.einsum("ii->i", x), "no letter twice in a word"),
        (lambda x: np.where(x), "a condition and two branches"),
        (lambda x: np.transpose(x[None], (0,)), "every axis once"),
        (lambda x: x.cumprod(), "no method or attribute 'cumprod'; write it with functions"),
        (lambda x: x.grad, "no method or attribute 'grad'; check the name"),
    ],
)
def test_other_things(f, part):
    assert part in refused(f)[1]


def test_hasattr_still_answers():
    (x,) = graph.inputs(x=X)
    assert hasattr(x, "shape") and hasattr(x, "sum") and not hasattr(x, "__array_interface__") and not hasattr(x, "foo")


def test_a_users_own_error_is_left_alone():
    def f(x):
        raise TypeError("my argument")

    with pytest.raises(TypeError, match=r"^my argument$"):
        graph.grad(f)(1.0)


def test_repr():
    x, y = graph.inputs(x=X, y=2.0)
    assert repr(x) == "Node([1. 2. 3.], input x)" and repr(x * y) == "Node([2. 4. 6.], multiply)"
    assert repr(graph.PRIMITIVES["exp"]) == "Primitive('exp')"
