"""Every optimizer: against its formula on plain numbers, against scikit-learn's, down the valleys of test functions."""

from dataclasses import dataclass
from math import cos, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import rosen, rosen_der
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

import oracles
from glassnet.errors import InvalidInput, Unsupported
from glassnet.pieces.optimizer import Optimizer
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Adam, AdamW, Momentum, Nesterov, Step

ALL = [OPTIMIZERS[name].cls for name in OPTIMIZERS]
every = pytest.mark.parametrize("cls", [c for c in ALL if not c.whole_batch], ids=lambda cls: cls.name)
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def steps(optimizer, theta, gradients, alpha=lambda t: 0.01, decayed=0):
    """The parameters after each step, the gradients given or as a function of theta."""
    theta = theta.copy()
    slots, out = np.zeros((len(optimizer.slots), theta.size), theta.dtype), np.full_like(theta, np.nan)
    for t, g in enumerate(gradients, 1):
        g = g(theta) if callable(g) else g
        theta.flags.writeable = g.flags.writeable = False
        optimizer.change(Step(theta, g, slots, t, alpha(t), decayed), out)
        theta = theta + out
        out[:] = np.nan  # what was in `out` before must not matter
        yield theta


# --- the formulas, on one parameter -----------------------------------------------------------------------------------


@every
@given(data=st.data(), seed=st.integers(0, 10**6), alpha=st.floats(1e-4, 1))
def test_steps_by_hand(cls, data, seed, alpha):
    optimizer = data.draw(oracles.records(cls))
    slopes = np.random.default_rng(seed).normal(size=(7, 3))
    theta = np.array([0.5, -2.0, 0.0])
    ours = np.array(list(steps(optimizer, theta, slopes.copy(), lambda t: alpha, decayed=3)))
    for j in range(3):
        by_hand = list(
            oracles.witness(oracles.OPTIMIZERS, cls.name)(optimizer, float(theta[j]), slopes[:, j].tolist(), alpha)
        )
        np.testing.assert_allclose(ours[:, j], by_hand, rtol=1e-11, atol=1e-12 * np.abs(by_hand).max())


PEERS = [
    (Momentum(momentum=0.8), lambda p: SGDOptimizer(p, 0.03, momentum=0.8, nesterov=False)),
    (Momentum(momentum=0.0), lambda p: SGDOptimizer(p, 0.03, momentum=0.0, nesterov=False)),
    (Nesterov(momentum=0.8), lambda p: SGDOptimizer(p, 0.03, momentum=0.8, nesterov=True)),
    (Adam(beta_1=0.85, beta_2=0.99, epsilon=1e-4), lambda p: AdamOptimizer(p, 0.03, 0.85, 0.99, 1e-4)),
]


@pytest.mark.parametrize(("optimizer", "peer"), PEERS, ids=["momentum", "no momentum", "nesterov", "adam"])
def test_steps_as_scikit_learn_takes_them(optimizer, peer):
    rng = np.random.default_rng(0)
    slopes, theirs = rng.normal(size=(60, 5)), rng.normal(size=5)
    theta, params = theirs.copy(), [theirs]
    peer = peer(params)
    for ours, g in zip(steps(optimizer, theta, slopes.copy(), lambda t: 0.03), slopes, strict=True):
        peer.update_params(params, [g])
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


# --- arrays -----------------------------------------------------------------------------------------------------------


@every
@dtypes
def test_dtype_and_who_is_written(cls, dtype):
    """Only `out` and the slots change: theta and the gradient are read-only here, and float32 stays float32."""
    optimizer, n = cls(), 4
    theta, gradient = np.ones(n, dtype), np.arange(n, dtype=dtype)
    slots, out = np.zeros((len(cls.slots), n), dtype), np.full(n, np.nan, dtype)
    theta.flags.writeable = gradient.flags.writeable = False
    assert optimizer.change(Step(theta, gradient, slots, 1, 0.1, n), out) is None
    assert out.dtype == slots.dtype == dtype and np.isfinite(out).all() and out[1:].all()
    assert slots[:, 1:].all() and not slots[:, 0].any()
    exact = next(steps(optimizer, theta.astype(float), gradient.astype(float)[None], lambda t: 0.1, n)) - 1
    np.testing.assert_allclose(out, exact, rtol=4 * np.finfo(dtype).eps)


@every
def test_flat_ground_and_no_parameters(cls):
    still = list(steps(cls(), np.ones(3), np.zeros((5, 3))))
    assert np.array_equal(still, np.ones((5, 3)))
    assert next(steps(cls(), np.empty(0), np.empty((1, 0)))).shape == (0,)


@every
def test_same_numbers_whatever_the_split_of_the_run(cls):
    """All an optimizer remembers is in its slots: a new record goes on where the old one stopped."""
    slopes, theta = np.random.default_rng(0).normal(size=(6, 3)), np.zeros(3)
    *_, whole = steps(cls(), theta, slopes.copy())
    slots, out = np.zeros((len(cls.slots), 3)), np.empty(3)
    for t, g in enumerate(slopes, 1):
        cls().change(Step(theta, g, slots, t, 0.01, 0), out)
        theta = theta + out
    assert np.array_equal(theta, whole)


@every
def test_a_late_step_is_finite(cls):
    out = np.empty(2)
    cls().change(Step(np.ones(2), np.ones(2), np.ones((len(cls.slots), 2)), 10**9, 0.1, 2), out)
    assert np.isfinite(out).all()


# --- the expression: what ledgers write, and what your own optimizer may have instead of `change` --------------------


@every
@dtypes
def test_the_expression_takes_the_same_steps(cls, dtype):
    """Parameters and slots, weights and biases; the protocol's own `change` computes it with NumPy."""
    optimizer, rng = cls(), np.random.default_rng(0)
    theta = rng.normal(size=5).astype(dtype)
    slots = [np.zeros((len(cls.slots), 5), dtype) for _ in range(2)]
    for t in range(1, 6):
        gradient, out = rng.normal(size=5).astype(dtype), np.empty((2, 5), dtype)
        optimizer.change(Step(theta, gradient, slots[0], t, 0.1, 3), out[0])
        Optimizer.change(optimizer, Step(theta, gradient, slots[1], t, 0.1, 3), out[1])
        tolerance = 64 * float(np.finfo(dtype).eps)
        np.testing.assert_allclose(out[1], out[0], rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(slots[1], slots[0], rtol=tolerance)


@dataclass(frozen=True)
class Signs(Optimizer):
    """Your own: steps by the sign of a mean of gradients (Bernstein et al. 2018, arXiv 1802.04434)."""

    learning_rate: float = 0.01
    kept: float = 0.9

    name = "signs"
    slots = ("mean",)

    def expression(self, ns, at):
        m = ns.named("mean", self.kept * at.slots[0] + (1 - self.kept) * at.gradient)
        return at.theta - at.alpha * ns.sign(m)


def test_an_optimizer_by_its_expression_alone():
    ends = descend(Signs(), lambda theta: theta - 3, np.zeros(3), 1000, [0.1])
    np.testing.assert_allclose(next(ends), 3, atol=1e-2)


def test_an_expression_without_its_slot():
    @dataclass(frozen=True)
    class Forgetful(Signs):
        def expression(self, ns, at):
            return at.theta - at.alpha * ns.sign(at.slots[0])

    with pytest.raises(
        InvalidInput, match=r"'signs' gives slot 'mean' no new value; write it as ns.named\('mean', ...\)"
    ):
        next(steps(Forgetful(), np.ones(2), np.ones((1, 2))))


# --- down the valley --------------------------------------------------------------------------------------------------


def descend(optimizer, slope, start, count, rates):
    """Where the best of the rates ends up, each falling to 0 along half a cosine."""
    for rate in rates:
        with np.errstate(all="ignore"):  # too large a rate may well diverge
            *_, end = steps(optimizer, start, [slope] * count, lambda t, r=rate: r * (1 + cos(pi * t / count)) / 2)
        yield end


@every
def test_finds_the_bottom_of_a_bowl(cls):
    steepness = np.array([1.0, 10.0, 0.3])
    ends = descend(cls(), lambda theta: steepness * (theta - 3), np.zeros(3), 1000, [0.1])
    np.testing.assert_allclose(next(ends), 3, atol=1e-3)


@every
def test_follows_the_valley_of_rosenbrock(cls):
    start = np.array([-1.2, 1.0])
    ends = [*descend(cls(), rosen_der, start, 4000, [1e-3, 2e-2])]
    assert min(rosen(end) for end in ends if np.isfinite(end).all()) < 1e-2 * rosen(start)


# --- each by itself ---------------------------------------------------------------------------------------------------


def test_adam_steps_by_alpha_at_first_whatever_the_slope():
    slopes = np.array([[1e-3, -1.0, 1e6]])
    np.testing.assert_allclose(next(steps(Adam(epsilon=1e-12), np.zeros(3), slopes)), [-0.01, 0.01, -0.01], rtol=1e-6)


def test_adamw_decays_only_weights():
    theta = np.array([4.0, -4.0, 4.0, -4.0])
    after = next(steps(AdamW(weight_decay=0.5), theta, np.zeros((1, 4)), lambda t: 0.1, decayed=2))
    np.testing.assert_allclose(after, [3.8, -3.8, 4.0, -4.0], rtol=1e-15)


def test_lbfgs_takes_no_steps_from_batch_to_batch():
    assert LBFGS.whole_batch and [cls.name for cls in ALL if cls.whole_batch] == ["lbfgs"]
    with pytest.raises(Unsupported, match="optimizer 'lbfgs' takes no steps from batch to batch; train with fit"):
        LBFGS().change(Step(np.ones(1), np.ones(1), np.empty((0, 1)), 1, 1.0, 0), np.empty(1))


def test_aliases():
    assert OPTIMIZERS["sgd"].name == "gradient_descent"
