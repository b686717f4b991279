"""``diagnose`` of a table's model from Python: the same findings, for arrays with their targets apart too."""

import numpy as np
import pytest

from glassnet import Recipe, TableModel, TabularRegressor, experiment
from glassnet.estimators.table.diagnosing import Judgement, table_diagnosis
from glassnet.estimators.table.evaluation import evaluate_classes, evaluate_numbers
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.finding import Finding


def test_a_leak_is_named_by_its_column_and_once() -> None:
    rng = np.random.default_rng(0)
    price = rng.normal(100, 30, 80)
    table = {"size": rng.normal(size=80), "tax": price / 5, "price": price}
    found = TableModel(Recipe(epochs=3)).fit(table, "price").diagnose(table)
    assert len(found.named("leakage")) == 1 and "'tax'" in found.named("leakage")[0].what
    estimator = TabularRegressor("plain").fit(np.column_stack([table["size"], table["tax"]]), price)
    assert estimator.diagnose(np.column_stack([table["size"], table["tax"]]), price).named("leakage")


def test_a_model_from_which_the_rows_are_gone_judges_what_it_knows() -> None:
    found = experiment("iris", recipe=Recipe(epochs=60))
    assert {f.name for f in found.model.diagnose()} & {"not_converged", "overfitting"}
    assert found.diagnosis.named("overfitting")


@pytest.mark.parametrize(
    ("unseen", "several", "severity"),
    [(1.02, False, "good"), (2.0, False, "note"), (9.0, False, "warning"), (9.0, True, "note")],
)
def test_overfitting_is_the_gap_between_learned_and_unseen_rows(unseen: float, several: bool, severity: str) -> None:
    truth = np.arange(200.0)
    learned, new = (evaluate_numbers(99.5, truth, truth + error) for error in (10.0, 10.0 * unseen))
    (found,) = table_diagnosis(Diagnosis(()), Judgement(learned, new, several=several)).named("overfitting")
    assert found.severity == severity
    few = evaluate_numbers(99.5, truth[:9], truth[:9] + 90)
    assert not table_diagnosis(Diagnosis(()), Judgement(learned, few)).named("overfitting")


@pytest.mark.parametrize(("hits", "named"), [(0, True), (5, True), (19, False)])
def test_recall_of_a_rare_class(hits: int, named: bool) -> None:
    truth = np.repeat([0, 1], [180, 20])
    p = np.where(np.arange(200) >= 200 - hits, 0.9, 0.1)
    judged = evaluate_classes(np.array(["no", "yes"]), np.array([180, 20]), truth, np.column_stack([1 - p, p]))
    found = table_diagnosis(Diagnosis(()), Judgement(unseen=judged)).named("rare_class")
    assert bool(found) == named
    if named:
        assert f"of 20 rows of the class 'yes' only {hits} are found" in found[0].what
    by_class = {one.name: one for one in judged.by_class()}
    assert by_class["yes"].recall == hits / 20 and by_class["no"].rows == 180
    assert by_class["yes"].f1 == pytest.approx(2 * hits / (20 + hits))


def test_of_several_networks_one_networks_curve_says_nothing() -> None:
    network = Diagnosis((Finding("warning", "the cost was still falling", "raise epochs", name="not_converged"),))
    assert table_diagnosis(network, Judgement(several=True)).ok
    assert not table_diagnosis(network, Judgement()).ok
    (cut,) = table_diagnosis(network, Judgement(several=True, cut="3 epochs were done")).problems
    assert cut.remedy == "raise the time limit"


@pytest.mark.parametrize("free", [0.0, 1e12])
def test_a_diagnosis_passes_a_small_share_of_the_rows_that_training_passed(
    free: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at, "FREE_WORK", free)
    model, judged = TableModel(Recipe(hidden=(8,), epochs=2)).fit("digits"), []
    monkeypatch.setattr(TableModel, "judge", lambda self, X, truth: judged.append(len(X)))
    model.diagnose_training()
    learned = model.jobs[0].state.examples
    assert learned == 2 * model.rows and judged == [min(model.rows, 2000) if free else int(0.05 * 3 * learned)]
