"""MLflow: autolog records the model that was fitted, once, and nothing else; it is read back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:mlflow")  # its own, about its own type hints


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'runs.db'}")
    yield folder
    mlflow.set_tracking_uri(None)


@pytest.fixture
def tracking(database: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    name = request.node.name
    mlflow.create_experiment(name, artifact_location=(database / name).as_uri())
    mlflow.set_experiment(name)
    mlflow.sklearn.autolog(silent=True)
    yield
    mlflow.sklearn.autolog(disable=True, silent=True)


def runs() -> list[Any]:
    """Of the experiment that is set, the last one first."""
    return list(mlflow.search_runs(output_format="list"))


@pytest.mark.usefixtures("tracking")
def test_autolog_records_our_models_once(flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    models = [
        MLPClassifier((8,), max_iter=5, random_state=0).fit(X, y),
        MLPRegressor(hidden_layer_sizes=(8,), max_iter=5, random_state=0).fit(X[:, :3], X[:, 3]),
        make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=5, random_state=0)).fit(X, y),
    ]
    recorded = runs()[::-1]
    assert [run.data.tags["estimator_name"] for run in recorded] == ["MLPClassifier", "MLPRegressor", "Pipeline"]
    assert recorded[0].data.params["hidden_layer_sizes"] == "(8,)"
    assert recorded[0].data.metrics["training_score"] == pytest.approx(models[0].score(X, y))
    logged = {model.source_run_id: model for model in mlflow.search_logged_models(output_format="list")}
    assert len(logged) == len(recorded)
    for run, model in zip(recorded, models, strict=True):
        rows = X[:, :3] if isinstance(model, MLPRegressor) else X
        back = mlflow.sklearn.load_model(logged[run.info.run_id].model_uri)
        assert type(back) is type(model)
        np.testing.assert_array_equal(back.predict(rows), model.predict(rows))


@pytest.mark.usefixtures("tracking")
def test_autolog_records_a_search(flowers: tuple[Any, Any]) -> None:
    mlflow.sklearn.autolog(silent=True, log_models=False)
    search = GridSearchCV(MLPClassifier((8,), max_iter=5, random_state=0), {"alpha": [0.001, 1.0]}, cv=2).fit(*flowers)
    names = [run.data.tags["estimator_name"] for run in runs()]
    assert sorted(names) == ["GridSearchCV", "MLPClassifier", "MLPClassifier"]
    (parent,) = (run for run in runs() if run.data.tags["estimator_name"] == "GridSearchCV")
    assert parent.data.metrics["best_cv_score"] == pytest.approx(search.best_score_)
