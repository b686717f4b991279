"""``benchmarks/ablation.py``: every variant is a recipe, and the table compares it with the whole."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from ablation import VARIANTS, WHOLE, Parts, effects, error, network, plan
from comparison.sets import Table

SMALL = dataclasses.replace(Parts(), hidden=(8,), epochs=3, least_steps=1)


def test_the_table_of_effects() -> None:
    errors = {("a", WHOLE): 0.2, ("b", WHOLE): 0.1, ("a", "less"): 0.4, ("b", "less"): 0.1, ("a", "more"): 0.1}
    records = [{"set": s, "split": 0, "method": m, "error": e} for (s, m), e in errors.items()]
    heading, less, more = effects(records)
    assert heading.split()[0] == "variant"
    assert less.split() == ["less", f"{math.sqrt(2):.3f}", f"{math.log(2) / 2:.3f}", "2", "1"]
    assert more.split() == ["more", "0.500", "nan", "1", "0"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_a_network_and_a_plan(variant: str) -> None:
    parts = dataclasses.replace(Parts(), **VARIANTS[variant])
    nets = [network(parts, member, 3, 5, 1, classifies=True) for member in range(4)]
    assert all(plan(parts, net, 100, classifies=True).network is net for net in nets)
    assert (repr(nets[0]) == repr(nets[1])) is not parts.spread
    assert variant == WHOLE or parts != Parts()


def test_a_variant_is_trained_and_judged_on_a_table() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"n": rng.normal(size=80), "w": rng.choice(["a", "b"], size=80)})
    regression = Table("r", X, X["n"].to_numpy() * 3, {"task": "regression", "categorical": ["w"]})
    classes = (X["n"] > 0).to_numpy().astype(int)
    kinds = Table("c", X, classes, {"task": "binary", "categorical": ["w"]})
    threefold = Table("t", X, classes + (X["w"] == "a").to_numpy(), {"task": "multiclass", "categorical": ["w"]})
    for table in (regression, kinds, threefold):
        found = error(SMALL, table, 0, members=2, threads=1)
        assert 0 <= found["error"] < 1.5
        assert found["error"] == error(SMALL, table, 0, members=2, threads=2)["error"]
