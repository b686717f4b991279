"""Models in memory that is not theirs: joblib's memory maps and workers, another process's buffers; damaged indices."""

import copy
import pickle

import joblib
import numpy as np
import pytest
import scipy.sparse

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor
from glassnet.errors import InvalidInput

rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 40)).astype("float32"), rng.integers(0, 2, 60)


def fitted(**settings):
    return MLPClassifier((30,), max_iter=2, random_state=0, tol=0, **settings).fit(X, y)


def mapped(model, tmp_path):
    joblib.dump(model, tmp_path / "model.joblib")
    return joblib.load(tmp_path / "model.joblib", mmap_mode="r")


def from_buffers(model, tmp_path):
    """As Ray's object store and pickle's protocol 5 do: arrays in read-only memory."""
    buffers = []
    pickled = pickle.dumps(model, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(pickled, buffers=[bytes(buffer.raw()) for buffer in buffers])


READ_ONLY = [mapped, from_buffers]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("there", READ_ONLY)
def test_partial_fit_goes_on_with_a_copy(there, engine, tmp_path):
    model = fitted(engine=engine)
    other = there(model, tmp_path)
    shared = other.parameters_.theta
    assert not shared.flags.writeable
    before = shared.tobytes()
    assert np.array_equal(other.partial_fit(X, y).parameters_.theta, model.partial_fit(X, y).parameters_.theta)
    assert shared.tobytes() == before != other.parameters_.theta.tobytes()
    assert np.array_equal(other.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("there", READ_ONLY)
def test_warm_start_and_a_fit_that_keeps_the_best(there, tmp_path):
    for settings in ({"warm_start": True}, {"warm_start": True, "early_stopping": True}, {"solver": "lbfgs"}):
        model = fitted(**settings)
        other = there(model, tmp_path)
        assert np.array_equal(other.fit(X, y).parameters_.theta, model.fit(X, y).parameters_.theta)


@pytest.mark.parametrize("there", READ_ONLY)
def test_assigned_parameters_are_a_copy(there, tmp_path):
    """As in scikit-learn: the whole list may be assigned, a single array of the shared memory is not written into."""
    model = there(fitted(), tmp_path)
    shared = model.parameters_.theta
    before = shared.tobytes()
    with pytest.raises(InvalidInput, match="this model's memory is read-only"):
        model.coefs_[0] = np.zeros((40, 30))
    with pytest.raises(InvalidInput, match="read-only"):
        model.parameters_.W[1] = np.zeros((30, 40))
    model.coefs_ = [coef * 2 for coef in model.coefs_]
    model.intercepts_ = [intercept + 1 for intercept in model.intercepts_]
    assert shared.tobytes() == before
    assert np.allclose(model.coefs_[0], 2 * fitted().coefs_[0])
    changed = copy.deepcopy(there(fitted(), tmp_path))
    changed.coefs_[0] = np.zeros((40, 30), "float32")
    assert not changed.coefs_[0].any()


def test_a_worker_of_joblib_trains_its_own_copy():
    model = fitted()
    theta = model.parameters_.theta.copy()
    more = joblib.delayed(MLPClassifier.partial_fit)
    found = joblib.Parallel(n_jobs=2, max_nbytes=100)(more(model, X, y) for _ in range(2))
    assert np.array_equal(model.parameters_.theta, theta)
    model.partial_fit(X, y)
    for one in found:
        assert np.array_equal(one.parameters_.theta, model.parameters_.theta)


@pytest.mark.parametrize("there", READ_ONLY)
@pytest.mark.parametrize("kind", [LinearRegression, LogisticRegression, MLPRegressor])
def test_every_estimator_is_fitted_again(kind, there, tmp_path):
    settings = {"max_iter": 3, "random_state": 0}
    model = kind(**settings).fit(X, y)
    other = there(model, tmp_path)
    assert np.array_equal(other.predict(X), model.predict(X))
    assert np.array_equal(other.fit(X, y).predict(X), model.fit(X, y).predict(X))


# --- sparse matrices --------------------------------------------------------------------------------------------------


def damage(name, place, value):
    def spoil(matrix):
        getattr(matrix, name)[place] = value
        return matrix

    return spoil


def shortened(name):
    def spoil(matrix):
        setattr(matrix, name, getattr(matrix, name)[:5].copy())
        return matrix

    return spoil


DAMAGED = {
    "an index behind the last": damage("indices", 0, 10**6),
    "an index before the first": damage("indices", 0, -1),
    "a row behind the last number": damage("indptr", 5, 10**6),
    "a row before the first": damage("indptr", 5, -3),
    "a last row behind the end": damage("indptr", -1, 10**6),
    "numbers missing": shortened("data"),
    "indices missing": shortened("indices"),
    "rows missing": shortened("indptr"),
}


@pytest.mark.parametrize("form", ["csr", "csc"])
@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_sparse_matrix_is_refused(what, form):
    model, right = fitted(), scipy.sparse.random(60, 40, 0.3, form, dtype="float32", random_state=0)
    calls = {
        "predict": lambda matrix: model.predict(matrix),
        "fit": lambda matrix: fitted().fit(matrix, y),
        "by hand": lambda matrix: model.network_.forward(matrix, model.parameters_),
        "logistic": lambda matrix: LogisticRegression().fit(matrix, y),
    }
    for call in calls.values():
        with pytest.raises(InvalidInput, match="damaged sparse matrix"):
            call(DAMAGED[what](right.copy()))
    calls["predict"](right)


def test_sparse_matrices_in_every_sound_form_give_the_same():
    model, right = fitted(), scipy.sparse.random(60, 40, 0.3, "csr", dtype="float32", random_state=0)
    unsorted, wide = right.copy(), right.copy()
    for row in range(60):
        its = slice(*right.indptr[row : row + 2])
        unsorted.indices[its], unsorted.data[its] = right.indices[its][::-1], right.data[its][::-1]
    unsorted.has_sorted_indices = False
    wide.indices, wide.indptr = wide.indices.astype("int64"), wide.indptr.astype("int64")
    sealed = right.copy()
    for array in (sealed.data, sealed.indices, sealed.indptr):
        array.flags.writeable = False
    expected = model.predict_proba(right)
    for same in (unsorted, wide, sealed, right.tocsc(), right.tocoo(), right.todok()):
        assert np.allclose(model.predict_proba(same), expected, atol=1e-6)
