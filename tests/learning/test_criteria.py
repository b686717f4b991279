"""What blends are chosen by, apart from scikit-learn's metrics; each metric ends trainings and chooses by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from glassnet import LOSSES
from glassnet.learning.blending.choosing import blend_weights, greedy_weights
from glassnet.learning.blending.criteria import CRITERIA, METRIC_NAMES, criterion_for, misranked


@given(st.integers(2, 40), st.integers(2, 4), st.integers(0, 1000), st.sampled_from((1, 2, 100)))
@settings(max_examples=60)
def test_of_classes_as_scikit_learn_has_them(m: int, k: int, seed: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.integers(1, 1 + steps, (m, k)) / 1.0  # of one step all are equal: ties
    p /= p.sum(axis=1, keepdims=True)
    own, weights = rng.integers(0, k, m), np.full(m, 1 / m)
    shown = {name: CRITERIA[name].shown(CRITERIA[name].part(p, own), own, weights, 1.0) for name in METRIC_NAMES[True]}
    assert shown["accuracy"] == pytest.approx(metrics.accuracy_score(own, p.argmax(axis=1)))
    assert shown["log_loss"] == pytest.approx(metrics.log_loss(own, p, labels=np.arange(k)))
    present = [c for c in range(k) if 0 < (own == c).sum() < m]
    judged = present[-1:] if k == 2 else present
    areas = [metrics.roc_auc_score(own == c, p[:, c]) for c in judged]
    assert shown["roc_auc"] == pytest.approx(np.mean(areas) if areas else 1.0)


def test_of_numbers_in_their_unit() -> None:
    rng = np.random.default_rng(0)
    y, p, w = rng.normal(size=50), rng.normal(size=50), rng.uniform(size=50)
    shown = {name: CRITERIA[name].shown(p, y, w / w.sum(), 3.0) for name in METRIC_NAMES[False]}
    assert shown["rmse"] == pytest.approx(3 * metrics.root_mean_squared_error(y, p, sample_weight=w))
    assert shown["mae"] == pytest.approx(3 * metrics.mean_absolute_error(y, p, sample_weight=w))
    assert shown["r2"] == pytest.approx(metrics.r2_score(y, p, sample_weight=w))


def test_of_very_many_rows_a_part_is_ranked() -> None:
    rng = np.random.default_rng(0)
    own = rng.integers(0, 2, 40_000)
    p = np.clip(0.5 + 0.2 * (own - 0.5) + rng.normal(0, 0.2, len(own)), 0.01, 0.99)
    P = np.stack([1 - p, p], axis=1)
    area = metrics.roc_auc_score(own, p)
    assert 1 - misranked(P, own, np.ones(len(own))) == pytest.approx(area, abs=0.01)


def test_each_metric_chooses_its_own_candidate() -> None:
    """One is right most often, one is least surprised, one ranks best: made so, row by row."""
    own = np.array([1, 1, 1, 0, 0, 0])
    yes = np.array(
        [
            [0.51, 0.51, 0.51, 0.49, 0.49, 0.52],  # five of six right
            [0.90, 0.90, 0.45, 0.10, 0.10, 0.55],  # four right, little surprise
            [0.40, 0.39, 0.38, 0.01, 0.02, 0.03],  # three right, all in order
        ]
    )
    P, weights = np.stack([1 - yes, yes], axis=-1), np.full(6, 1 / 6)
    for number, name in enumerate(("accuracy", "log_loss", "roc_auc")):
        criterion = CRITERIA[name]
        seen = np.stack([criterion.part(p, own) for p in P])
        assert criterion.costs(seen, own, weights).argmin() == number, name
        assert greedy_weights(seen, own, criterion, weights, rounds=1)[number] == 1


def test_a_metric_of_all_rows_blends() -> None:
    rng = np.random.default_rng(0)
    own = rng.integers(0, 3, 300)
    P = rng.dirichlet(np.ones(3), (4, 300))
    P[2] = 0.5 * P[2] + 0.5 * np.eye(3)[own]  # knows something
    weights = blend_weights(P, own, CRITERIA["roc_auc"], np.full(300, 1 / 300), [0, 1, 2, 3])
    assert weights.sum() == pytest.approx(1) and weights.argmax() == 2


def test_without_a_name_it_follows_the_loss() -> None:
    assert criterion_for(None, LOSSES.make("cross_entropy")) is CRITERIA["log_loss"]
    assert criterion_for(None, LOSSES.make("squared_error")) is CRITERIA["rmse"]
    assert criterion_for("r2", LOSSES.make("huber")) is CRITERIA["r2"]
    quantile = criterion_for(None, LOSSES.make("quantile", level=0.9))
    assert quantile.words == "quantile"
    shown = quantile.shown(np.zeros(2), np.array([1.0, -1.0]), np.full(2, 0.5), 1.0)
    assert shown == pytest.approx(metrics.mean_pinball_loss([1.0, -1.0], [0, 0], alpha=0.9))
    with pytest.raises(Exception, match="no regression metric 'accuracy'"):
        criterion_for("accuracy", LOSSES.make("huber"))
