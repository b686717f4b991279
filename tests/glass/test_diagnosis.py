"""The diagnosis itself: it changes nothing, says what it did not check, and reads well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import scipy.sparse

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.glass.diagnosis import thresholds
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.diagnose import CHECKS, Check, Diagnosis, Finding, diagnose
from glassnet.glass.diagnosis.finding import percent
from glassnet.learning.history import History
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm

from .conftest import mlp, table


def a_state() -> tuple[Plan, State, Rows]:
    network = Network(30, [Dense(8), BatchNorm("relu"), Dropout(0.3), Dense(1)], "binary_cross_entropy")
    X, y = table("breast_cancer")
    plan = Plan(network, examples=len(X), epochs=6)
    return plan, State.new(plan), Rows(X, y, np.ones(len(X), "float32"))


def bits(state: State, rows: Rows) -> tuple[Any, ...]:
    arrays = (state.theta, state.running, state.slots, rows.X, rows.Y, rows.weights)
    counters = (state.seed, state.step, state.epoch, state.examples, state.stale)
    return (*(array.tobytes() for array in arrays), counters, repr(state.history))


def test_a_diagnosis_changes_no_bit_of_the_training() -> None:
    plan, state, rows = a_state()
    train(plan, state, rows, epochs=3)
    before = bits(state, rows)
    parameters = state.parameters(plan.network)
    known = {"X": rows.X, "Y": rows.Y, "weights": rows.weights, "history": History.of(state), "plan": plan}
    once, again = (diagnose(plan.network, parameters, **known, ending="finished") for _ in range(2))
    assert bits(state, rows) == before
    assert once == again
    train(plan, state, rows)
    plan, other, rows = a_state()
    train(plan, other, rows)
    assert (other.theta.tobytes(), other.running.tobytes()) == (state.theta.tobytes(), state.running.tobytes())


def test_arrays_that_cannot_be_written() -> None:
    network = mlp(30, (8,), 1)
    X, y = table("breast_cancer")
    parameters = network.initialize(dtype="float32")
    for array in (X, y, parameters.theta):
        array.flags.writeable = False
    assert diagnose(network, parameters, X=X, Y=y).ok


def test_what_is_not_given_is_not_checked() -> None:
    network = mlp(4, (5,), 1)
    diagnosis = diagnose(network, network.initialize())
    assert diagnosis.findings == () and diagnosis.ok and diagnosis.rows is None
    assert diagnosis.skipped.keys() == CHECKS.keys() - {"diverged"}
    assert diagnosis.skipped["gradients"] == "X and Y"
    assert diagnosis.skipped["overfitting"] == "a history and validation cost"
    assert "gradients (needs X and Y)" in " ".join(str(diagnosis).split())


def test_dense_sparse_lists_and_dtypes_find_the_same() -> None:
    X, y = table("digits", scaled=False)
    network = mlp(64, (8,), 10)
    parameters = network.initialize()
    parameters.b[1][:4] = -1e6
    expected = diagnose(network, parameters, X=X, Y=y).findings
    one_hot = np.eye(10)[y]
    for other, Y in [(scipy.sparse.csc_matrix(X), y), (X.tolist(), y.tolist()), (X.astype(int), one_hot)]:
        assert [f.what for f in diagnose(network, parameters, X=other, Y=Y)] == [f.what for f in expected]


def test_a_large_table_is_sampled() -> None:
    network = mlp(3, (8,), 1)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(25_000, 3)), rng.integers(0, 2, 25_000)
    diagnosis = diagnose(network, network.initialize(), X=X, Y=y, weights=np.ones(25_000))
    assert diagnosis.rows == (thresholds.MOST_ROWS, 25_000)
    assert "Examined 10,000 of 25,000 rows." in str(diagnosis)
    assert diagnosis.ok


def test_a_wide_table_is_sampled_more() -> None:
    network = mlp(20_000, (2,), 1)
    X = scipy.sparse.random(300, 20_000, 0.001, format="csr", random_state=0)
    rows = diagnose(network, network.initialize(), X=X).rows
    assert rows == (thresholds.MOST_CELLS // 20_000, 300)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"X": np.zeros((40, 5))}, r"X must have shape \(m, 4\)"),
        ({"X": np.zeros((40, 4)), "Y": np.zeros(39)}, "pass one row for each example"),
        ({"X": np.zeros((40, 4)), "weights": np.zeros(3)}, "pass one row for each example"),
        ({"X": np.zeros((0, 4))}, "have no rows"),
        ({"Y": np.zeros((40, 3))}, r"Y must have shape \(m, 1\)"),
        ({"columns": ["a"]}, "pass 4 names"),
    ],
)
def test_shapes_that_do_not_match(wrong: dict[str, Any], said: str) -> None:
    network = mlp(4, (5,), 1)
    with pytest.raises(InvalidInput, match=said):
        diagnose(network, network.initialize(), **wrong)


def test_parameters_of_another_network() -> None:
    with pytest.raises(InvalidInput, match="belong to another network"):
        diagnose(mlp(4, (5,), 1), mlp(4, (6,), 1).initialize())


def a_finding(severity: Any, name: str) -> Finding:
    return Finding(severity, f"{name} is so", f"mend {name}" if severity != "good" else "", {}, name)


MIXED = Diagnosis(tuple(map(a_finding, ["good", "note", "warning", "warning", "warning"], "abccd")), {"e_f": "Y"})


def test_the_worst_comes_first() -> None:
    assert [finding.name for finding in MIXED.problems] == ["c", "c", "d", "b"]
    assert not MIXED and not MIXED.ok and len(list(MIXED)) == 5
    lines = str(MIXED).splitlines()
    assert lines[:2] == ["warning  c is so.", "         Try: mend c."]
    assert lines[-2:] == ["good     a is so.", "Not checked: e f (needs Y)."]


def test_a_sentence_for_a_warning() -> None:
    assert MIXED.sentence() == "c is so (try: mend c); also, d is so (try: mend d)."
    assert MIXED.sentence(1) == "c is so (try: mend c)."
    assert Diagnosis((a_finding("good", "a"),)).sentence() == ""


def test_notes_alone_are_no_warning() -> None:
    assert Diagnosis((a_finding("note", "a"),)).ok


def test_evidence_is_plain_data() -> None:
    network = mlp(30, (8,), 1)
    X, y = table("breast_cancer", scaled=False)
    history = {"cost": [1.0, 0.5, 0.2], "validation_cost": [1.0, 0.5, 0.8]}
    for finding in diagnose(network, network.initialize(), X=X, Y=y, history=history):
        json.dumps(dict(finding.evidence), allow_nan=False)
        assert finding.name in CHECKS and finding.what[-1] != "."
        assert (finding.remedy == "") == (finding.severity == "good")


def test_every_check_asks_a_question() -> None:
    assert all(check.question.endswith("?") and check.needs is not None for check in CHECKS.values())


def test_a_custom_check() -> None:
    def wide(context: Context) -> Iterator[Finding]:
        yield Finding("note", f"the widest layer has {max(context.network.widths)} units", "a narrower one")

    CHECKS.add(Check("width", "is it too wide?", (), wide))
    try:
        network = mlp(4, (50,), 1)
        (finding,) = diagnose(network, network.initialize()).named("width")
        assert finding.what == "the widest layer has 50 units"
    finally:
        CHECKS.remove("width")


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (1.0, "100 %"), (0.999, "over 99 %"), (0.0001, "under 0.1 %"), (0.5, "50 %")]
)
def test_percent_does_not_exaggerate(share: float, said: str) -> None:
    assert percent(share) == said
