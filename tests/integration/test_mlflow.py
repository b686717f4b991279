"""MLflow: autolog records a pipeline or a search with our networks in it, once, and nothing else; it is read back as it
was. Autolog knows no classes but scikit-learn's, so a network alone is logged with `mlflow.sklearn.log_model`,
which has to be set to trust its class.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # read when it is imported

import mlflow

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
def test_autolog_records_the_pipeline_once_and_nothing_else(flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    model = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=5, random_state=0))
    model.fit(X, y * 1.0)
    (run,) = runs()
    assert run.data.tags["estimator_name"] == "Pipeline"
    assert run.data.params[f"{model.steps[-1][0]}__hidden_layer_sizes"] == "(8,)"
    assert run.data.metrics["training_score"] == pytest.approx(model.score(X, y * 1.0))
    (logged,) = mlflow.search_logged_models(output_format="list")
    back = mlflow.sklearn.load_model(logged.model_uri)
    np.testing.assert_array_equal(back.predict(X), model.predict(X))
    back.fit(X, y * 1.0)
    np.testing.assert_array_equal(back.predict(X), model.predict(X))


@pytest.mark.usefixtures("tracking")
def test_a_network_alone_is_logged_by_hand(flowers: tuple[Any, Any]) -> None:
    """MLflow patches scikit-learn's own classes only; nothing that ours uses is taken for the model."""
    X, y = flowers
    model = MLPClassifier((8,), max_iter=5, random_state=0).fit(X, y)
    assert runs() == []
    with mlflow.start_run():
        trusted = [f"{MLPClassifier.__module__}.MLPClassifier"]
        requires = {"pip_requirements": ["glassnet"]}  # finding them out takes long
        logged = mlflow.sklearn.log_model(model, name="network", skops_trusted_types=trusted, **requires)
    np.testing.assert_array_equal(mlflow.sklearn.load_model(logged.model_uri).predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(mlflow.pyfunc.load_model(logged.model_uri).predict(X), model.predict(X))


@pytest.mark.usefixtures("tracking")
def test_autolog_records_a_search(flowers: tuple[Any, Any]) -> None:
    mlflow.sklearn.autolog(silent=True, log_models=False)
    search = GridSearchCV(MLPClassifier((8,), max_iter=5, random_state=0), {"alpha": [0.001, 1.0]}, cv=2).fit(*flowers)
    names = [run.data.tags["estimator_name"] for run in runs()]
    assert sorted(names) == ["GridSearchCV", "MLPClassifier", "MLPClassifier"]
    (parent,) = (run for run in runs() if run.data.tags["estimator_name"] == "GridSearchCV")
    assert parent.data.metrics["best_cv_score"] == pytest.approx(search.best_score_)
