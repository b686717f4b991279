"""Every primitive of the table against difference quotients in random directions, first and second derivatives."""

import numpy as np
import pytest

from glassnet import graph
from glassnet.graph.node import Node
from glassnet.graph.primitives import PRIMITIVES
from glassnet.graph.rules import elementwise
from graph.directions import check, close, difference

rng = np.random.default_rng(7)
SHAPES = [(), (1,), (4,), (2, 3), (0, 3), (2, 1, 3)]


def numbers(low, high):
    return lambda shape: rng.uniform(low, high, shape)


anything, positive, inside = numbers(-2, 2), numbers(0.3, 3), numbers(-0.9, 0.9)


def away(shape):
    """Not within 0.1 of 0, where kinks are."""
    return rng.uniform(0.1, 2, shape) * rng.choice([-1, 1], shape)


# A primitive -> where its arguments may lie; two entries for two arguments.
DOMAINS = {
    "add": (anything, anything),
    "subtract": (anything, anything),
    "multiply": (anything, anything),
    "divide": (anything, away),
    "power": (positive, anything),
    "negative": (anything,),
    "positive": (anything,),
    "reciprocal": (away,),
    "square": (anything,),
    "sqrt": (positive,),
    "cbrt": (away,),
    "abs": (away,),
    "exp": (anything,),
    "exp2": (anything,),
    "expm1": (anything,),
    "log": (positive,),
    "log2": (positive,),
    "log10": (positive,),
    "log1p": (inside,),
    "logaddexp": (anything, anything),
    "sin": (anything,),
    "cos": (anything,),
    "tan": (inside,),
    "arcsin": (inside,),
    "arccos": (inside,),
    "arctan": (anything,),
    "sinh": (anything,),
    "cosh": (anything,),
    "tanh": (anything,),
    "arcsinh": (anything,),
    "arccosh": (numbers(1.2, 3),),
    "arctanh": (inside,),
    "hypot": (away, away),
    "maximum": (numbers(-2, 0), numbers(0.1, 2)),
    "minimum": (numbers(-2, 0), numbers(0.1, 2)),
    "remainder": (numbers(2.1, 2.9), numbers(0.9, 1.0)),
    "relu": (away,),
    "sigmoid": (anything,),
    "erf": (anything,),
    "ndtr": (anything,),
    "cos_turns": (anything,),
}


def spaced(*shape):
    """Numbers no two of which are near each other: max and min have no ties."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) + rng.uniform(0, 0.3, shape)


INDICES = [
    1,
    -1,
    slice(None, None, -2),
    (slice(1, 3), 0),
    [0, 0, 2],
    (..., None, 1),
    np.arange(4) > 1,
    ([0, 0], [1, 1]),
]
MATRICES = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((3,), (5, 3, 4))]
MATRICES += [((5, 1, 2, 3), (4, 3, 2)), ((5, 2, 3), (3,)), ((2, 0), (0, 3)), ((0, 2), (2, 3))]

P = PRIMITIVES
# A primitive of whole arrays -> cases: (the function of its floats, the floats).
WHOLE = {
    "astype": [(lambda x: P["astype"](x, dtype=np.dtype(np.float64)), [anything((3,))])],
    "where": [
        (lambda x, y, c=c: P["where"](c, x, y), [anything(s), anything(t)])
        for c, s, t in [(np.eye(2, 3) > 0, (2, 3), ()), (np.array([True, False]), (2,), (3, 1)), (np.True_, (), (2,))]
    ],
    "sum": [(lambda x, axis=axis, k=k: P["sum"](x, axis=axis, keepdims=k), [anything((2, 3, 4))])
            for axis in [(), (0,), (1, 2), (0, 1, 2)] for k in (False, True)],
    "max": [(lambda x, axis=axis, k=k: P["max"](x, axis=axis, keepdims=k), [spaced(2, 3, 4)])
            for axis in [(0,), (1, 2), (0, 1, 2)] for k in (False, True)],
    "min": [(lambda x, axis=axis, k=k: P["min"](x, axis=axis, keepdims=k), [spaced(2, 3, 4)])
            for axis in [(0,), (1, 2), (0, 1, 2)] for k in (False, True)],
    "cumsum": [(lambda x, axis=axis: P["cumsum"](x, axis=axis), [anything((2, 3))]) for axis in (0, 1)],
    "logsumexp": [(lambda x, axis=axis, k=k: P["logsumexp"](x, axis=axis, keepdims=k), [anything((2, 3, 4))])
                  for axis in [(0,), (1, 2), (0, 1, 2)] for k in (False, True)],
    "softmax": [(lambda x, axis=axis: P["softmax"](x, axis=axis), [anything((2, 3))]) for axis in (0, 1)],
    "reshape": [(lambda x: P["reshape"](x, shape=(3, 1, 2)), [anything((2, 3))])],
    "transpose": [(lambda x, axes=axes: P["transpose"](x, axes=axes), [anything((2, 3, 4))])
                  for axes in [(1, 2, 0), (0, 2, 1)]],
    "broadcast_to": [(lambda x, s=s: P["broadcast_to"](x, shape=(2, 3)), [anything(s)]) for s in [(), (3,), (2, 1)]],
    "matmul": [(P["matmul"], [anything(s), anything(t)]) for s, t in MATRICES],
    "indexing": [(lambda x, i=i: P["indexing"](x, index=i), [anything((4, 3))]) for i in INDICES],
    "scatter": [(lambda x, i=i, s=s: P["scatter"](x, index=i, shape=(4, 3)), [anything(s)])
                for i, s in [([0, 0, 2], (3, 3)), ((slice(1, 3), 0), (2,))]],
    "concatenate": [(lambda x, y, z: P["concatenate"](x, y, z, axis=1),
                     [anything((2, 1)), anything((2, 0)), anything((2, 3))])],
    "einsum": [
        (lambda *x, s=s, r=r: P["einsum"](*x, subscripts=s, result=r), [anything(shape) for shape in shapes])
        for s, r, shapes in [(("ij", "jk"), "ik", [(2, 3), (3, 4)]), (("mk", "mk"), "m", [(3, 2), (3, 2)]),
                             (("ij",), "", [(2, 3)]), (("i", "j", "k"), "ik", [(2,), (3,), (4,)]),
                             (("ij",), "ji", [(2, 3)])]
    ],
}  # fmt: skip


def test_every_primitive_has_a_case():
    assert DOMAINS.keys() | WHOLE.keys() == PRIMITIVES.keys()
    assert not DOMAINS.keys() & WHOLE.keys()


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_element_by_element(name, shape):
    check(PRIMITIVES[name], *(domain(shape) for domain in DOMAINS[name]))


@pytest.mark.parametrize("name", [name for name, domains in DOMAINS.items() if len(domains) == 2])
@pytest.mark.parametrize(
    "shapes", [((2, 3), ()), ((), (2, 3)), ((3,), (2, 1)), ((2, 1, 1), (1, 3)), ((0,), (1,))], ids=str
)
def test_broadcasting(name, shapes):
    check(PRIMITIVES[name], *(domain(shape) for domain, shape in zip(DOMAINS[name], shapes, strict=True)))


@pytest.mark.parametrize(("name", "i"), [(name, i) for name, cases in WHOLE.items() for i in range(len(cases))])
def test_whole_arrays(name, i):
    f, arguments = WHOLE[name][i]
    check(f, *arguments)


@pytest.mark.parametrize("name", DOMAINS)
def test_float32_stays(name):
    arguments = [domain((3,)).astype(np.float32) for domain in DOMAINS[name]]
    slopes = graph.grad(lambda *x: np.sum(PRIMITIVES[name](*x)), argnums=tuple(range(len(arguments))))(*arguments)
    wide = graph.grad(lambda *x: np.sum(PRIMITIVES[name](*x)), argnums=tuple(range(len(arguments))))(
        *(x.astype(np.float64) for x in arguments)
    )
    for slope, right in zip(slopes, wide, strict=True):
        assert slope.dtype == np.float32
        np.testing.assert_allclose(slope, right, rtol=2e-5, atol=2e-6)
    value = PRIMITIVES[name](*map(Node, arguments))
    assert value.dtype == np.float32


@pytest.mark.parametrize("case", [case for name, cases in WHOLE.items() if name != "astype" for case in cases])
def test_float32_stays_for_whole_arrays(case):
    f, arguments = case
    arguments = [x.astype(np.float32) for x in arguments]
    assert f(*map(Node, arguments)).dtype == np.float32
    for slope in graph.grad(lambda *x: np.sum(f(*x)), argnums=tuple(range(len(arguments))))(*arguments):
        assert slope.dtype == np.float32


EVERYWHERE = DOMAINS.keys() - {"arcsin", "arccos", "arctanh", "remainder"}


@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_far_out_and_without_a_warning(name):
    """At 1e4 a derivative is a number or infinite, never by accident nan, and nothing warns."""
    far = [np.array([1e4])] * len(DOMAINS[name])
    f = PRIMITIVES[name].forward
    with np.errstate(all="ignore"):
        slope = graph.grad(lambda x: np.sum(PRIMITIVES[name](x, *far[1:])))(far[0])
    assert not np.isnan(slope).any() or not np.isfinite(f(*far)).all()


def test_a_rule_of_ones_own():
    cube = elementwise("cube", lambda x: x**3, lambda a, x: 3 * x**2)
    check(cube, anything((2, 3)))


def test_the_witness_notices_a_wrong_rule():
    wrong = elementwise("wrong", np.sin, lambda a, x: np.cos(x) + 1e-4)
    with pytest.raises(AssertionError, match="by the graph"):
        check(wrong, anything((3,)))
    late = elementwise("late", np.sin, lambda a, x: np.cos(getattr(x, "value", x)))  # right once, a constant after
    check(late, np.array([0.5]), order=1)
    with pytest.raises(AssertionError, match="by the graph"):
        check(late, np.array([0.5]), order=2)
    with pytest.raises(AssertionError, match="by the graph"):
        close(1.0, float(difference(np.exp, [1.0], [1.0])), 1e-6)
