"""Every loss in the table, against its formula through the probabilities, and its gradient against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from sklearn import metrics

import oracles
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)

every = pytest.mark.parametrize("cls", [LOSSES[name].cls for name in LOSSES], ids=list(LOSSES))
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])
cases = st.fixed_dictionaries(
    {
        "m": st.integers(0, 4),
        "k": st.integers(1, 4),
        "scale": st.floats(0.01, 10),
        "soft": st.booleans(),
        "seed": st.integers(0, 2**32 - 1),
    }
)


def draw(loss, m, k, scale=1.0, soft=False, seed=0, dtype=np.float64):
    """Scores and targets of the kind the loss takes; ``soft``: shares instead of 0 and 1."""
    rng = np.random.default_rng(seed)
    S = rng.normal(0, scale, (m, k))
    targets = {
        "numbers": lambda: rng.normal(0, scale, (m, k)),
        "counts": lambda: rng.poisson(scale, (m, k)),
        "zero_one": lambda: rng.random((m, k)) if soft else rng.integers(0, 2, (m, k)),
        "classes": lambda: rng.dirichlet(np.ones(k), m) if soft else np.eye(k)[rng.integers(0, k, m)],
    }
    return S.astype(dtype), targets[loss.targets]().astype(dtype)


def gradient(loss, S, Y):
    out = np.full_like(S, np.nan)
    loss.gradient(S, Y, out)
    return out


def assert_value(loss, S, Y):
    """The value within some units in the last place, of itself and of the numbers it is made from."""
    L = loss.value(S, Y)
    assert L.dtype == S.dtype and L.shape == (len(S),)
    for s, y, L_i in zip(S.tolist(), Y.tolist(), L.tolist(), strict=True):
        exact = oracles.loss(loss.name, tuple(s), tuple(y), **loss.settings())
        inputs = sum((1 + abs(a)) * (1 + abs(a) + abs(b)) for a, b in zip(s, y, strict=True))
        slope = np.abs(gradient(loss, np.array([s]), np.array([y]))).max()
        unit = np.finfo(S.dtype)
        assert abs(L_i - exact) <= 8 * float(unit.eps) * (exact + inputs * min(1, slope) + slope) + float(unit.tiny)


# --- value ------------------------------------------------------------------------------------------------------------


@every
@dtypes
@given(data=st.data(), case=cases)
def test_value(cls, dtype, data, case):
    loss = data.draw(oracles.records(cls))
    assert_value(loss, *draw(loss, **case, dtype=dtype))


@every
@dtypes
@pytest.mark.parametrize("k", [1, 3])
def test_extreme_scores(cls, dtype, k):
    """Row 14: y^ is 0 or 1 to the last bit, the loss is finite and right all the same."""
    loss = cls()
    high = 80.0 if loss.link == "exp" else 1e4  # e^1e4 is not a float: see test_poisson_beyond_the_largest_float
    S = np.array([[-1e4] * k, [high] * k, [-1e4] + [high] * (k - 1), [high] + [-1e4] * (k - 1)], dtype)
    for answer in {0, k - 1}:
        Y = np.zeros_like(S)
        Y[:, answer] = 1
        assert_value(loss, S, Y)
        assert np.isfinite(gradient(loss, S, Y)).all()


@pytest.mark.parametrize("cls", [BinaryCrossEntropy, CrossEntropy])
@dtypes
def test_extreme_scores_smoothed(cls, dtype):
    S = np.array([[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype)
    assert_value(cls(label_smoothing=0.1), S, np.array([[1, 0], [1, 0], [0, 1]], dtype))


SECOND_WITNESSES = [
    ("squared_error", {}, lambda S, Y: metrics.mean_squared_error(Y, S) / 2 * S.shape[1]),
    ("absolute_error", {}, lambda S, Y: metrics.mean_absolute_error(Y, S) * S.shape[1]),
    ("huber", {"delta": 0.7}, lambda S, Y: special.huber(0.7, S - Y).sum(axis=1).mean()),
    ("quantile", {"level": 0.8}, lambda S, Y: metrics.mean_pinball_loss(Y, S, alpha=0.8) * S.shape[1]),
    ("poisson", {}, lambda S, Y: metrics.mean_poisson_deviance(Y.ravel(), np.exp(S).ravel()) / 2 * S.shape[1]),
    ("binary_cross_entropy", {}, lambda S, Y: -special.log_expit((2 * Y - 1) * S).sum(axis=1).mean()),
    ("cross_entropy", {}, lambda S, Y: metrics.log_loss(Y, special.softmax(S, axis=1))),
]


@pytest.mark.parametrize(("name", "settings", "mean"), SECOND_WITNESSES, ids=[case[0] for case in SECOND_WITNESSES])
def test_value_as_scipy_and_sklearn_have_it(name, settings, mean):
    loss = LOSSES.make(name, **settings)
    S, Y = draw(loss, 50, 3)
    assert loss.value(S, Y).mean() == pytest.approx(mean(S, Y), rel=1e-13)


# --- gradient ---------------------------------------------------------------------------------------------------------


@every
@given(data=st.data(), case=cases)
def test_gradient(cls, data, case):
    loss = data.draw(oracles.records(cls))
    S, Y = draw(loss, **case)
    G = gradient(loss, S, Y)
    for i in range(len(S)):

        def cost(s, y=Y[i : i + 1]):
            return float(loss.value(s[None], y)[0])

        direction = np.random.default_rng(case["seed"]).normal(size=S.shape[1])
        if oracles.smooth_along(cost, S[i], direction):
            assert oracles.relative_error(G[i] @ direction, oracles.slope_along(cost, S[i], direction)) < 1e-6
        if all(oracles.smooth_along(cost, S[i], axis) for axis in np.eye(S.shape[1])):
            assert oracles.relative_error(G[i], oracles.gradient(cost, S[i])) < 1e-6


@every
@given(data=st.data(), case=cases)
def test_gradient_is_a_minus_y_where_it_says_so(cls, data, case):
    """Row 20: dZ[L] = A[L] - Y."""
    loss = data.draw(oracles.records(cls))
    S, Y = draw(loss, **case)
    A = np.empty_like(S)
    LINKS[loss.link].value(S, A)
    s = getattr(loss, "label_smoothing", 0)
    fair = 1 / 2 if loss.targets == "zero_one" else 1 / S.shape[1]
    if loss.gradient_formula == "y^ - y":
        np.testing.assert_allclose(gradient(loss, S, Y), A - (Y * (1 - s) + s * fair), rtol=1e-14, atol=1e-15)
    else:
        assert loss.targets == "numbers"


# --- arrays -----------------------------------------------------------------------------------------------------------


@every
@dtypes
@pytest.mark.parametrize("k", [1, 3])
def test_no_rows(cls, dtype, k):
    S = np.empty((0, k), dtype)
    assert cls().value(S, S).shape == (0,)
    assert gradient(cls(), S, S).shape == (0, k)


@every
@dtypes
def test_untouched_strided_inputs_of_the_same_dtype(cls, dtype):
    # NumPy's own floats as settings would promote float32 if they were kept as they come.
    settings = {name: np.float64(value) for name, value in cls().settings().items()}
    loss = cls(**settings)
    S, Y = draw(loss, 6, 4, dtype=dtype)
    strided_S, strided_Y = np.repeat(S, 2, axis=0)[::2], np.asfortranarray(Y)
    strided_S.flags.writeable = strided_Y.flags.writeable = False
    out = np.full((6, 8), np.nan, dtype)[:, ::2]
    loss.gradient(strided_S, strided_Y, out)
    assert loss.value(strided_S, strided_Y).dtype == dtype
    np.testing.assert_allclose(loss.value(strided_S, strided_Y), loss.value(S, Y), rtol=8 * np.finfo(dtype).eps)
    np.testing.assert_allclose(out, gradient(loss, S, Y), rtol=8 * np.finfo(dtype).eps)


@every
def test_link_and_targets_are_known(cls):
    assert cls.link in LINKS
    assert cls.targets in {"numbers", "counts", "zero_one", "classes"}


# --- each by itself ---------------------------------------------------------------------------------------------------


def test_numbers_of_the_workshop():
    """Row 9: y^ = 0.45, y = 1, loss -ln 0.45 = 0.798508. Row 14: MSE is twice our squared error."""
    logit = np.log(0.45 / 0.55)
    assert BinaryCrossEntropy().value(np.array([[logit]]), np.ones((1, 1)))[0] == pytest.approx(0.798508, abs=5e-7)
    assert CrossEntropy().value(np.array([[0, logit]]), np.eye(2)[[1]])[0] == pytest.approx(0.798508, abs=5e-7)
    S, Y = draw(SquaredError(), 9, 1)
    assert 2 * SquaredError().value(S, Y).mean() == pytest.approx(np.mean((Y - S) ** 2), rel=1e-15)


@given(level=st.floats(0.05, 0.95), seed=st.integers(0, 1000))
def test_quantile_is_least_at_the_quantile(level, seed):
    y = np.random.default_rng(seed).normal(size=(101, 1))
    loss = Quantile(level=level)
    costs = [loss.value(np.full_like(y, guess), y).sum() for guess in y[:, 0]]
    # Where level * 101 is whole, all between two targets are equally good: hence "as good as", not "equal to".
    best = np.quantile(y, level, method="inverted_cdf")
    assert loss.value(np.full_like(y, best), y).sum() <= min(costs) * (1 + 1e-12)
    assert min(costs) < loss.value(np.full_like(y, best + 0.5), y).sum()


@given(delta=st.floats(0.01, 100), seed=st.integers(0, 1000))
def test_huber_lies_between(delta, seed):
    S, Y = draw(Huber(), 20, 1, scale=5, seed=seed)
    huber, e = Huber(delta=delta).value(S, Y), np.abs(S - Y)[:, 0]
    near = e <= delta
    np.testing.assert_allclose(huber[near], SquaredError().value(S, Y)[near], rtol=1e-14)
    np.testing.assert_allclose(huber[~near], (delta * (e - delta / 2))[~near], rtol=1e-12)
    assert (huber <= delta * e).all()


@dtypes
def test_poisson_near_a_perfect_prediction(dtype):
    """Costs stay small and above 0 where the terms of the formula are a million times larger."""
    y = np.random.default_rng(0).poisson(np.logspace(1, 6, 50)).astype(dtype)[:, None]
    S = np.log(y * dtype(1.01))
    L = Poisson().value(S, y)
    exact = [oracles.loss("poisson", tuple(s), tuple(y_i)) for s, y_i in zip(S.tolist(), y.tolist(), strict=True)]
    # An ulp of the logarithm is all that is lost: it moves y^ - y, here y / 100, by that much.
    np.testing.assert_allclose(L, exact, rtol=0, atol=float(np.finfo(dtype).eps) * float((S * y).max()) / 100)
    np.testing.assert_allclose(L, exact, rtol=1e-2 if dtype == np.float32 else 1e-10)
    assert (Poisson().value(np.log(y), y) >= 0).all()


def test_poisson_beyond_the_largest_float():
    S, Y = np.array([[1e4], [-1e4], [-1e4]]), np.array([[3.0], [3.0], [0.0]])
    assert Poisson().value(S, Y).tolist() == [np.inf, pytest.approx(3e4 + 3 * np.log(3) - 3), 0]
    assert gradient(Poisson(), S, Y).tolist() == [[np.inf], [-3], [0]]


@given(share=st.floats(0.01, 0.99))
def test_soft_targets_are_met_exactly(share):
    """The cost of a soft target is least, its entropy, where the prediction equals it."""
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    y, one_of_two = np.array([[share]]), np.array([[share, 1 - share]])
    for loss, S, Y in [
        (BinaryCrossEntropy(), special.logit(y), y),
        (CrossEntropy(), np.log(one_of_two), one_of_two),
    ]:
        assert loss.value(S, Y)[0] == pytest.approx(entropy, rel=1e-13)
        assert np.abs(gradient(loss, S, Y)).max() < 1e-15


@given(s=st.floats(0, 1, exclude_max=True), case=cases)
def test_smoothing_is_moving_the_targets(s, case):
    for cls, fair in [(BinaryCrossEntropy, 1 / 2), (CrossEntropy, 1 / case["k"])]:
        S, Y = draw(cls(), **case)
        moved = Y * (1 - s) + s * fair
        np.testing.assert_allclose(cls(label_smoothing=s).value(S, Y), cls().value(S, moved), rtol=1e-12, atol=1e-14)


@given(case=cases)
def test_two_classes_are_one_yes_or_no(case):
    S, Y = draw(CrossEntropy(), **{**case, "k": 2})
    binary = BinaryCrossEntropy().value(S[:, :1] - S[:, 1:], Y[:, :1])
    np.testing.assert_allclose(CrossEntropy().value(S, Y), binary, rtol=1e-12)


@pytest.mark.parametrize("k", [2, 10])
@dtypes
def test_small_losses_keep_their_digits(k, dtype):
    """A sure and right answer costs little, not nothing."""
    S = np.zeros((1, k), dtype)
    S[0, 0] = 40
    exact = (k - 1) * np.exp(-40.0)
    rtol = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(CrossEntropy().value(S, np.eye(k, dtype=dtype)[:1]), exact, rtol=rtol)
    np.testing.assert_allclose(BinaryCrossEntropy().value(S[:, :1], np.ones((1, 1), dtype)), np.exp(-40.0), rtol=rtol)


def test_aliases():
    names = {"mse": "squared_error", "mae": "absolute_error", "pinball": "quantile"}
    assert {alias: LOSSES[alias].name for alias in LOSSES.aliases} == names
