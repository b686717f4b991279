"""Learning from a stream: scaling that follows the rows, the same bits after a break, memory that does not grow."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor, explain, load, save
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.mlp.following import followed, same_function, same_gradients
from glassnet.estimators.mlp.scaling import FARTHEST, Moments, Scaling
from glassnet.learning import history
from glassnet.network.network import Network
from glassnet.pieces.optimizers import GradientDescent

CENTER, UNIT = np.array([5.0, 1000.0, -3.0]), np.array([1.0, 100.0, 0.01])


def batches(count: int, seed: int = 0, drift: float = 0.05, rows: int = 32):
    """Rows that drift, and a number to predict in a unit of its own."""
    rng = np.random.default_rng(seed)
    for t in range(count):
        z = rng.normal(size=(rows, 3)) + drift * t
        yield CENTER + UNIT * z, 50 + 7 * (z[:, 0] + np.abs(z[:, 1]))


def regressor(**settings) -> MLPRegressor:
    small = {"hidden_layer_sizes": (8,), "random_state": 0, "learning_rate_init": 0.01, "standardize": True}
    return MLPRegressor(**small | settings)


def learned(model, stream):
    for X, y in stream:
        model.partial_fit(X, y)
    return model


# -- the statistics ----------------------------------------------------------------------------------------------------

splits = st.lists(st.integers(1, 20), min_size=1, max_size=6)


@given(splits, st.booleans(), st.integers(0, 99))
def test_until_rows_are_forgotten_they_are_those_of_all_rows(sizes, weighted, seed):
    rng = np.random.default_rng(seed)
    X = CENTER + UNIT * rng.normal(size=(sum(sizes), 3))
    weights = rng.integers(0, 3, len(X)) + 0.5 if weighted else np.ones(len(X))
    known, start = Moments.start(3), 0
    for size in sizes:
        part = slice(start, start + size)
        known, start = known.learned(X[part], weights[part] if weighted else None, half_life=1e9), start + size
    mean = np.average(X, axis=0, weights=weights)
    np.testing.assert_allclose(known.rows, weights.sum())
    np.testing.assert_allclose(known.mean, mean)
    np.testing.assert_allclose(known.variance, np.average((X - mean) ** 2, axis=0, weights=weights), atol=1e-25)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=5))
def test_after_its_half_life_a_row_counts_half_however_rows_are_divided(sizes):
    known = Moments.start(1).learned(np.zeros((10_000, 1)), half_life=sum(sizes))
    for size in sizes:
        known = known.learned(np.ones((size, 1)), half_life=sum(sizes))
    np.testing.assert_allclose(known.mean, 0.5)


def test_rows_without_weight_change_nothing():
    known = Moments.start(1).learned(np.array([[1.0], [3.0]]))
    assert known.learned(np.array([[1e9]]), np.zeros(1)) is known


def test_constant_columns_and_outliers_stay_small_numbers():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.full(50, 1e6), rng.normal(size=50)])
    known = Moments.start(2).learned(X)
    assert known.scale[0] == 1.0
    X[7, 1] = 1e9
    scaled = known.learned(X, half_life=1000.0).apply(X)
    assert np.sqrt(np.mean(scaled**2, axis=0)).max() <= FARTHEST + 1e-9


def test_numbers_that_no_variance_holds_are_refused():
    with pytest.raises(InvalidInput, match="too large to be standardized"):
        regressor().partial_fit(np.array([[1e200, 1.0], [-1e200, 2.0]]), [1.0, 2.0])


# -- the network follows -----------------------------------------------------------------------------------------------


def scaling(rng: np.random.Generator, numbers: bool, outputs: int = 1) -> Scaling:
    def moments(n: int) -> Moments:
        scale = rng.uniform(0.01, 100, n)
        return Moments(1.0, rng.normal(size=n) * 10, scale**2, scale)

    return Scaling(moments(3), moments(outputs) if numbers else None)


@given(st.integers(0, 999), st.booleans(), st.lists(st.integers(1, 5), max_size=2))
def test_the_function_of_the_users_rows_is_kept(seed, numbers, hidden):
    rng = np.random.default_rng(seed)
    network = Network.mlp(3, hidden, 2, activation="tanh", loss="squared_error" if numbers else "cross_entropy")
    theta = rng.normal(size=network.size)
    before, after = scaling(rng, numbers, 2), scaling(rng, numbers, 2)
    X = before.inputs.undo(rng.normal(size=(6, 3)))
    was = network.forward(before.transform(X), network.parameters(theta)).scores
    moved = network.parameters(same_function(network, theta, before, after))
    now = network.forward(after.transform(X), moved).scores
    reach = np.abs(network.parameters(theta).b[len(hidden) + 1]).max() + np.abs(was).max() + 1
    span = (
        1.0
        if before.targets is None
        else before.targets.scale + np.abs(before.targets.mean) + np.abs(after.targets.mean)
    )
    assert (np.abs(after.decode(now) - before.decode(was)) <= 1e-9 * reach * span).all()


@given(st.integers(0, 999), st.booleans(), st.lists(st.integers(1, 5), max_size=2))
def test_remembered_gradients_are_those_in_the_new_units(seed, numbers, hidden):
    rng = np.random.default_rng(seed)
    loss, k = ("squared_error", 1) if numbers else ("cross_entropy", 3)
    network = Network.mlp(3, hidden, k, activation="tanh", loss=loss)
    theta, before, after = rng.normal(size=network.size), scaling(rng, numbers), scaling(rng, numbers)
    X = before.inputs.undo(rng.normal(size=(6, 3)))
    Y = rng.normal(size=(6, 1)) if numbers else np.eye(3)[[0, 1, 2, 0, 1, 2]]

    def gradient(units, vector):
        done = network.forward(units.transform(X), network.parameters(vector))
        return network.backward(done, units.encode(Y)).theta

    first = gradient(before, theta)
    slots = np.stack([first, first])
    same_gradients(network, slots, (1,), before, after)
    expected = gradient(after, same_function(network, theta, before, after))
    np.testing.assert_allclose(slots[0], expected, rtol=1e-6, atol=1e-9 * np.abs(expected).max())
    assert (slots[1] == first).all()


def test_of_a_column_that_was_constant_the_weights_stay():
    network = Network.mlp(1, [2], 1)
    theta = np.random.default_rng(0).normal(size=network.size)
    before = Scaling(Moments.start(1).learned(np.full((5, 1), 4.0)))
    after = Scaling(before.inputs.learned(np.array([[4e6], [-4e6]])))
    moved = network.parameters(same_function(network, theta, before, after))
    np.testing.assert_array_equal(moved.W[1], network.parameters(theta).W[1])
    was = network.forward(before.transform(np.array([[4.0]])), network.parameters(theta)).scores
    np.testing.assert_allclose(network.forward(after.transform(np.array([[4.0]])), moved).scores, was)


@pytest.mark.parametrize("truth_stays", [True, False])
def test_the_rows_decide_which_function_was_meant(truth_stays):
    rng = np.random.default_rng(0)
    network = Network.mlp(1, [], 1)
    state = State(np.array([2.0, 0.0]), np.empty(0), np.zeros((0, 2)))  # y = 2 z
    before = Scaling(replace(Moments.start(1), rows=100.0))
    X = rng.normal(size=(50, 1)) + 10
    after = before.learned(Rows(X, None), half_life=1.0)
    y = 2 * X if truth_stays else 2 * (X - 10)
    plan = Plan(network, examples=50, optimizer=GradientDescent())
    found = followed(plan, state, before, after, after.rows(Rows(X, y)))
    assert (found.evidence > 0) == truth_stays
    answers = network.forward(after.transform(X), state.parameters(network)).scores
    assert np.abs(answers - y).max() < 1


def test_units_change_without_a_batch_where_standardize_does():
    X, y = next(batches(1))
    model = learned(regressor(standardize=False, learning_rate_init=1e-12), [(X / UNIT, y)])
    before = model.predict(X / UNIT)
    np.testing.assert_allclose(
        model.set_params(standardize=True).partial_fit(X / UNIT, y).predict(X / UNIT), before, atol=1e-6
    )
    np.testing.assert_allclose(
        model.set_params(standardize=False).partial_fit(X / UNIT, y).predict(X / UNIT), before, atol=1e-6
    )


def test_a_stream_that_wanders_is_followed():
    model = learned(regressor(), batches(400))
    X, y = list(batches(401))[-1]
    assert model.score(X, y) > 0.9
    assert np.abs(model.scaling_.inputs.mean - X.mean(axis=0)).max() < 100 * UNIT.max()


def test_fit_is_that_of_a_scaler_before_the_network():
    X, y = next(batches(1, rows=200))
    scaler, target = StandardScaler().fit(X), StandardScaler().fit(y[:, None])
    model = regressor(max_iter=5, n_iter_no_change=10).fit(X, y)
    apart = regressor(max_iter=5, n_iter_no_change=10, standardize=False)
    apart.fit(scaler.transform(X), target.transform(y[:, None])[:, 0])
    expected = target.inverse_transform(apart.predict(scaler.transform(X))[:, None])[:, 0]
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-9)


pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_a_warm_start_goes_on_with_the_same_function():
    X, y = next(batches(1, rows=200))
    model = regressor(warm_start=True, max_iter=20, n_iter_no_change=30).fit(X, y)
    before = model.loss_
    model.set_params(max_iter=1).fit(X + 5 * UNIT, y)
    assert model.loss_ < 1.5 * before


# -- what else there is of a model, in the user's units ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_after_a_break_the_bits_are_the_same(tmp_path, dtype):
    stream = [(X.astype(dtype), y) for X, y in batches(30)]
    whole = learned(regressor(half_life=300), stream)
    half = learned(regressor(half_life=300), stream[:15])
    save(half, tmp_path / "half.safetensors")
    for again in load(tmp_path / "half.safetensors"), pickle.loads(pickle.dumps(half)):
        assert (again.predict(stream[0][0]) == half.predict(stream[0][0])).all()
        learned(again, stream[15:])
        assert again.parameters_.theta.tobytes() == whole.parameters_.theta.tobytes()
        assert again.scaling_.evidence == whole.scaling_.evidence
        assert (again.predict(stream[0][0]) == whole.predict(stream[0][0])).all()


def test_a_file_with_other_statistics_is_refused(tmp_path):
    model = learned(regressor(), batches(3))
    model.scaling_ = replace(model.scaling_, inputs=replace(model.scaling_.inputs, scale=np.zeros(3)))
    save(model, tmp_path / "m.safetensors")
    with pytest.raises(ValueError, match=r"'scaling\.inputs' is not mean, variance and scale"):
        load(tmp_path / "m.safetensors")


def test_all_that_is_shown_is_in_the_users_units():
    *stream, (X, y) = batches(60)
    model = learned(regressor(), stream)
    assert (model.predictor().predict(X) == model.predict(X)).all()
    moved = (CENTER * 0 + UNIT * 1e-5)[0] * np.eye(3)[0]
    slope = (model.predict(X[:1] + moved) - model.predict(X[:1] - moved)) / (2 * moved[0])
    np.testing.assert_allclose(model.input_gradients(X[:1])[0, 0], slope[0], rtol=1e-6)
    said = model.trace(X[:1], y[:1]).given.sentence(0, "row 1")
    assert f"x2 {X[0, 1]:.6g}"[:7] in said and f"answers {model.predict(X[:1])[0]:.6g}"[:11] in said
    found = explain(model, X, row=1)
    assert "x3" in str(found)
    np.testing.assert_allclose(model.layer_outputs(X)[0], model.scaling_.transform(X))


def test_a_scorer_sees_the_users_units():
    X, y = next(batches(1, rows=300))
    error = make_scorer(mean_absolute_error, greater_is_better=False)
    model = regressor(scoring=error, early_stopping=True, max_iter=3).fit(
        X[:200], y[:200], X_val=X[200:], y_val=y[200:]
    )
    assert model.best_validation_score_ == pytest.approx(error(model, X[200:], y[200:]))


def test_several_numbers_each_have_a_scale():
    X, y = next(batches(1, rows=200))
    Y = np.column_stack([y, 1000 * y])
    model = regressor(max_iter=60).fit(X, Y)
    np.testing.assert_allclose(model.predict(X)[:, 1], 1000 * model.predict(X)[:, 0], rtol=0.3)
    assert model.score(X, Y) > 0.9


def test_classes_are_not_scaled():
    X, y = next(batches(1, rows=200))
    model = MLPClassifier((8,), standardize=True, random_state=0, learning_rate_init=0.02)
    for _ in range(40):
        model.partial_fit(X, y > np.median(y), classes=[False, True])
    assert model.scaling_.targets is None
    assert model.score(X, y > np.median(y)) > 0.9


def test_sparse_rows_are_refused():
    with pytest.raises(InvalidInput, match="takes dense rows"):
        regressor().fit(scipy.sparse.csr_array(np.eye(3)), [1.0, 2.0, 3.0])


# -- the loop around partial_fit ---------------------------------------------------------------------------------------


def test_ctrl_c_ends_the_loop_and_keeps_the_batch(monkeypatch):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    model = regressor(callbacks=[lambda run: signal.raise_signal(signal.SIGINT)])
    X, y = next(batches(1))
    try:
        with pytest.warns(UserWarning, match="interrupted by user"), pytest.raises(KeyboardInterrupt):
            model.partial_fit(X, y)
    finally:
        signal.signal(signal.SIGINT, before)
    assert model.history_.epochs == 1 and len(model.predict(X)) == len(X)


def test_a_checkpoint_is_written_at_the_first_batch_and_then_every_so_many_seconds(tmp_path):
    path, saved = tmp_path / "kept", []
    model = MLPRegressor(hidden_layer_sizes=(4,), checkpoint=path, checkpoint_every=60, random_state=0)
    for X, y in batches(4):
        model.partial_fit(X, y)
        saved.append(path.stat().st_mtime_ns)
        if len(saved) == 3:
            os.utime(path, (0, 0))  # long ago
    assert saved[0] == saved[1] == saved[2] < saved[3]


def test_the_history_of_a_stream_is_bounded(monkeypatch, tmp_path):
    monkeypatch.setattr(history, "MOST_EPOCHS", 20)
    monkeypatch.setattr(history, "FORGOTTEN", 5)
    stream = list(batches(47))
    model = learned(regressor(), stream)
    assert 15 <= len(model.loss_curve_) <= 20
    assert model.t_ == 47 * 32
    save(model, tmp_path / "m.safetensors")
    again = load(tmp_path / "m.safetensors")
    assert again.loss_curve_ == model.loss_curve_
    assert min(again.history_["seconds"]) >= 0 and sum(again.history_["seconds"]) < again._state.seconds
    learned(again, stream)


def test_memory_does_not_grow_with_the_batches():
    script = Path(__file__).parents[2] / "benchmarks" / "online.py"
    command = [sys.executable, str(script), "--batches", "2000", "--remember", "50"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "slopes, a batch" in done.stdout
