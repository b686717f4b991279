"""Nothing that scikit-learn's networks have is missing, and the page that says so is up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import sklearn.neural_network

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("compatibility_page", DOCS / "compatibility.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
def test_no_gap(name: str, script: Any) -> None:
    assert script.gaps(name) == []


def test_a_gap_is_found(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Richer(sklearn.neural_network.MLPRegressor):  # type: ignore[misc]
        def __init__(self, loss: str = "poisson", hidden_layer_sizes: Any = (100,), news: int = 3, **others: Any):
            super().__init__(loss=loss, hidden_layer_sizes=hidden_layer_sizes, **others)
            self.news = news

        def fit(self, X: Any, y: Any, news: Any = None) -> Any:
            self.news_ = 1
            return super().fit(X, y)

        def predict_news(self, X: Any) -> Any: ...

    monkeypatch.setattr(script.sklearn.neural_network, "MLPRegressor", Richer)
    found = script.gaps("MLPRegressor")
    for gap in ("parameter news", "default of loss: 'poisson'", "order of parameters", "method predict_news"):
        assert any(line.startswith(gap) for line in found)
    assert {"arguments of fit: ['X', 'y', 'news']", "attribute news_ (lbfgs)"} <= {
        line.partition(", not")[0] for line in found
    }


def test_the_page_is_up_to_date(script: Any) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run: python docs/compatibility.py"
