"""category_encoders: its encoders before our networks, in pipelines and by hand."""

from __future__ import annotations

from typing import Any

import category_encoders
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from glassnet import MLPClassifier


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
