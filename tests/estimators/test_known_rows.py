"""The drop-in estimators know which rows taught them, also after a file and a pickle, and say when they do not."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor, draw, load, save
from glassnet.data.row_digests import LEARNED, NEVER, NOT_RECORDED, VALIDATED
from glassnet.views.subject import Subject, judged

X, y = load_iris(return_X_y=True)
X[:, 0] += np.arange(len(X)) / 1000  # two of its rows are equal
LARGE, of_large = load_breast_cancer(return_X_y=True)  # of more numbers than are copied
half = np.arange(len(X)) % 2 == 0


def small(**settings: object) -> MLPClassifier:
    return MLPClassifier((3,), max_iter=2, random_state=0, tol=0, n_iter_no_change=5, **settings)


def roles(model: object, X: object = X, y: np.ndarray = y) -> np.ndarray | None:
    fitted = model.fitted
    return fitted.roles(*fitted.encode(X, y))


pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("data", [(X, y), (LARGE, of_large)], ids=["few", "many"])
def test_learned_validated_and_never_seen_also_after_a_file_and_a_pickle(
    data: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    X, y = data
    half = np.arange(len(X)) % 2 == 0
    model = small(early_stopping=True).fit(X[half], y[half])
    found = roles(model, X, y)
    assert (found[~half] == NEVER).all()
    assert set(found[half]) == {LEARNED, VALIDATED}
    assert (found == VALIDATED).sum() == np.ceil(0.1 * half.sum())
    save(model, tmp_path / "a.safetensors")
    for other in (load(tmp_path / "a.safetensors"), pickle.loads(pickle.dumps(model))):
        assert (roles(other, X, y) == found).all()
        save(other, tmp_path / "b.safetensors")
        assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_pictures_judge_unseen_rows_and_say_so_or_that_it_is_unknown() -> None:
    model = make_pipeline(StandardScaler(), small()).fit(X[half], y[half])
    assert "never seen; 75 learned from are left out" in draw("confusion", model, X, y).title
    without = small(row_digests=False).fit(X[half], y[half])
    assert without.fitted.row_digests is None and NOT_RECORDED in draw("confusion", without, X, y).title


def test_no_row_is_found_in_a_file_without_digests(tmp_path: Path) -> None:
    for wanted in (True, False):
        save(small(row_digests=wanted).fit(X, y), tmp_path / "model.safetensors")
        assert (b"row_digests.learned" in (tmp_path / "model.safetensors").read_bytes()) == wanted


def test_what_the_user_holds_out_is_validated_on() -> None:
    model = small().fit(X[half], y[half], X_val=X[~half], y_val=y[~half])
    found = roles(model)
    assert (found[half] == LEARNED).all() and (found[~half] == VALIDATED).all()


def test_sparse_rows_are_known_in_dense_and_float64_rows_in_float32() -> None:
    model = small().fit(sparse.csr_matrix(X[half]), y[half])
    assert (roles(model, X[half].astype(np.float32), y[half]) == LEARNED).all()
    assert (roles(model, sparse.csr_matrix(X[half]), y[half]) == LEARNED).all()


def test_targets_of_a_regressor_count() -> None:
    Y = np.column_stack([X[:, 0], X[:, 1]])
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0).fit(X, Y)
    assert (roles(model, X, Y) == LEARNED).all() and (roles(model, X, Y + 1) == NEVER).all()
    assert (model.fitted.roles(X) == LEARNED).all()


def test_more_epochs_on_the_same_rows_keep_what_is_known_other_rows_and_partial_fit_do_not() -> None:
    model = small(warm_start=True).fit(X[half], y[half])
    model.fit(X[half][::-1], y[half][::-1])
    assert (roles(model)[half] == LEARNED).all()
    assert roles(model.fit(X[~half], y[~half])) is None
    assert roles(small().fit(X, y).partial_fit(X, y)) is None
    assert roles(small().initialize(X, y)) is None


def test_the_callers_rows_are_not_held() -> None:
    import weakref

    rows = LARGE.copy()
    gone = weakref.ref(rows)
    model = small().fit(rows, of_large)
    del rows
    assert gone() is None and model.fitted.row_digests is not None


def test_a_boundary_marks_what_its_rows_were() -> None:
    model = small().fit(X[half], y[half])
    assert judged(Subject(model), X, y).shown.startswith("150 rows: 7")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_that_training_standardizes_are_known_as_the_user_has_them(dtype: type) -> None:
    model = small(standardize=True).fit(X[half].astype(dtype), y[half])
    found = roles(model, X.astype(dtype), y)
    assert (found[half] == LEARNED).all() and (found[~half] == NEVER).all()
