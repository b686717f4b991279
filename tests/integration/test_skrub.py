"""skrub: `tabular_pipeline` and `TableVectorizer` before our networks; their names arrive."""

from __future__ import annotations

from typing import Any

import numpy as np
import skrub
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier


def test_tabular_pipeline_of_skrub(network: MLPClassifier, trips: tuple[Any, Any]) -> None:
    frame, late = trips
    pipeline = skrub.tabular_pipeline(network)
    assert pipeline[-1] is network
    scores = cross_val_score(pipeline, frame, late, cv=3, error_score="raise")
    assert scores.mean() > 0.85  # of always the same: 0.64
    fitted = pipeline.fit(frame, late)
    assert fitted.classes_.tolist() == ["in time", "late"]
    np.testing.assert_allclose(fitted.predict_proba(frame).sum(axis=1), 1, rtol=1e-12)


def test_table_vectorizer_of_skrub(network: MLPClassifier, trips: tuple[Any, Any]) -> None:
    frame, late = trips
    vectorizer = skrub.TableVectorizer().fit(frame)
    named = make_pipeline(skrub.TableVectorizer(), StandardScaler().set_output(transform="pandas"), network)
    named.fit(frame.fillna({"city": "?"}), late)
    assert "distance" in named[-1].feature_names_in_
    assert len(named[-1].feature_names_in_) == named[-1].n_features_in_ >= len(vectorizer.get_feature_names_out()) - 1
    assert named.score(frame.fillna({"city": "?"}), late) > 0.9
