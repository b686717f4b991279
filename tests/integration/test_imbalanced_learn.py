"""imbalanced-learn: its pipelines resample before our networks are trained, and only then."""

from __future__ import annotations

from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score

from glassnet import MLPClassifier


def test_smote_before_the_network(network: MLPClassifier, flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    rare = np.r_[0:50, 50:58, 100:150]  # eight flowers of the second kind
    smote = SMOTE(k_neighbors=3, random_state=0)
    pipeline = make_pipeline(smote, network).fit(X[rare], y[rare])
    by_hand = clone(network).fit(*smote.fit_resample(X[rare], y[rare]))
    np.testing.assert_array_equal(pipeline.predict_proba(X), by_hand.predict_proba(X))
    assert balanced_accuracy_score(y, pipeline.predict(X)) > 0.85
