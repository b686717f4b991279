"""imbalanced-learn, skrub and category_encoders: pipelines that end in our networks."""

from __future__ import annotations

from typing import Any

import category_encoders
import numpy as np
import pytest
import skrub
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_resampling_pipeline
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier


def test_smote_before_the_network(network: MLPClassifier, flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    rare = np.r_[0:50, 50:58, 100:150]  # eight flowers of the second kind
    smote = SMOTE(k_neighbors=3, random_state=0)
    pipeline = make_resampling_pipeline(smote, network).fit(X[rare], y[rare])
    by_hand = clone(network).fit(*smote.fit_resample(X[rare], y[rare]))
    np.testing.assert_array_equal(pipeline.predict_proba(X), by_hand.predict_proba(X))
    assert balanced_accuracy_score(y, pipeline.predict(X)) > 0.85


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


@pytest.mark.parametrize("name", ["OneHotEncoder", "TargetEncoder", "BinaryEncoder"])
def test_category_encoders(name: str, network: MLPClassifier, trips: tuple[Any, Any]) -> None:
    frame, late = trips
    frame = frame[["city", "distance"]]
    encoder = getattr(category_encoders, name)(cols=["city"])
    pipeline = make_pipeline(encoder, network).fit(frame, late == "late")
    encoded = clone(encoder).fit_transform(frame, late == "late")
    alone = clone(network).fit(encoded, late == "late")
    np.testing.assert_array_equal(pipeline.predict_proba(frame), alone.predict_proba(encoded))
    assert alone.feature_names_in_.tolist() == list(encoded.columns)
    assert pipeline.score(frame, late == "late") > 0.8
