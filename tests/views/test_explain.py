"""Explanations judged by independent witnesses: coefficients, finite differences, completeness, shuffling by hand."""

from __future__ import annotations

import json
import math
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.inspection import permutation_importance
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from glassnet import (
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    LinearRegression,
    LogisticRegression,
    MLPClassifier,
    MLPRegressor,
    Network,
    Recipe,
    TableModel,
)
from glassnet.errors import InvalidInput, InvalidType, UnknownName
from glassnet.glass.score import Score
from glassnet.views.explain import METHODS, explain, importance
from glassnet.views.explain.integrated_gradients import integrated_gradients
from glassnet.views.explain.layerwise import layerwise

FOREIGN = Network(3, [Dense(5, "relu"), LayerNorm("tanh"), Dropout(0.5), Dense(4, None), BatchNorm("gelu"), Dense(2)])
HOUSES = {
    "size": [*range(60)],
    "color": ["red" if i % 3 else "blue" for i in range(60)],
    "price": [2.5 * i + 1 + 40 * (i % 3 > 0) for i in range(60)],
}
SALES = {**HOUSES, "price": ["high" if price > 90 else "low" for price in HOUSES["price"]]}


@pytest.fixture(scope="module")
def cancer() -> Any:
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture(scope="module")
def network_of_cancer(cancer: Any) -> Any:
    return MLPClassifier((16, 8), activation="tanh", solver="lbfgs", max_iter=200, random_state=0).fit(*cancer)


@pytest.fixture(scope="module")
def seller() -> TableModel:
    return TableModel(Recipe(hidden=(8,), epochs=200, validation=0.0)).fit(SALES)


def moved(network: Network, seed: int) -> Any:
    """Parameters away from their beginnings, running statistics too."""
    parameters, rng = network.initialize(seed), np.random.default_rng(seed)
    parameters.theta += rng.normal(scale=0.3, size=parameters.theta.size)
    parameters.running[:] = rng.uniform(0.5, 2, parameters.running.size)
    return parameters


# -- linear models: coefficient times value, exactly -------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_linear_regression_is_coefficient_times_value(cancer: Any, method: str) -> None:
    X, y = cancer[0], cancer[0] @ np.arange(30) + 5
    model = LinearRegression().fit(X, y)
    for baseline, zero in [("mean", X.mean(axis=0)), ("zero", np.zeros(30)), (X[7], X[7])]:
        found = explain(model, X, 4, baseline=baseline)
        np.testing.assert_allclose(
            [*found.contributions(method).values()], model.coef_ * (X[3] - zero), rtol=1e-9, atol=1e-9
        )
        assert found.score == pytest.approx(model.predict(X[3:4])[0])
        assert found.start == pytest.approx(model.predict(zero.reshape(1, -1))[0])


@pytest.mark.parametrize("method", METHODS)
def test_logistic_regression_is_coefficient_times_value(cancer: Any, method: str) -> None:
    X, y = cancer
    model = LogisticRegression().fit(X, np.array(["no", "yes"])[y])
    expected = model.coef_[0] * (X[3] - X.mean(axis=0))
    found = explain(model, X, 4)
    np.testing.assert_allclose([*found.contributions(method).values()], expected, rtol=1e-9, atol=1e-12)
    assert found.score == pytest.approx(model.decision_function(X[3:4])[0])
    assert found.explained == "the log-odds of 'yes'"
    other = explain(model, X, 4, output="no")
    np.testing.assert_allclose([*other.contributions(method).values()], -expected, rtol=1e-9, atol=1e-12)
    assert other.probability == pytest.approx(1 - found.probability)


def test_one_of_three_classes(cancer: Any) -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression().fit(X, y)
    found = explain(model, X, 101)
    place = model.predict(X[100:101])[0]
    assert (found.answer, found.label) == (place, place)
    np.testing.assert_allclose(
        [*found.contributions().values()], model.coef_[place] * (X[100] - X.mean(axis=0)), rtol=1e-9
    )
    assert found.probability == pytest.approx(model.predict_proba(X[100:101])[0, place])
    assert explain(model, X, 101, output=0).explained == "the score of 0 before the softmax"


def test_a_scaler_before_it_leaves_columns_and_units_the_users() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    row = int(np.abs(model.decision_function(X)).argmin())
    found = explain(model, X, row + 1)
    weights = model[-1].coef_[0] / model[0].scale_
    np.testing.assert_allclose([*found.contributions().values()], weights * (X[row] - X.mean(axis=0)), rtol=1e-8)
    assert found.parts[0].value == X[row, 0]
    assert found.nearest_counterfactual is not None
    j = int(found.nearest_counterfactual.column[1:]) - 1
    changed = X[[row]]
    changed[0, j] = found.nearest_counterfactual.to
    assert model.predict(changed)[0] == found.nearest_counterfactual.answer != model.predict(X[[row]])[0]


# -- gradients, integrals, layers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", [0, 1])
def test_gradient_times_input_by_finite_differences(output: int) -> None:
    parameters, x, h = moved(FOREIGN, 1), np.array([0.4, -1.2, 0.8]), 1e-6
    found = explain((FOREIGN, parameters), x, baseline="zero", output=output + 1)
    for j, contribution in enumerate(found.contributions("gradient").values()):
        around = np.stack([x, x])
        around[:, j] += [h, -h]
        plus, minus = FOREIGN.forward(around, parameters).scores[:, output]
        assert contribution == pytest.approx(x[j] * (plus - minus) / (2 * h), rel=1e-5, abs=1e-8)


def test_integrated_gradients_by_a_plain_sum(network_of_cancer: Any, cancer: Any) -> None:
    model, X = network_of_cancer, cancer[0]
    zero, m = X.mean(axis=0), 4000
    way = zero + (np.arange(m)[:, None] + 0.5) / m * (X[3] - zero)
    plain = model.input_gradients(way).mean(axis=0) * (X[3] - zero)
    found = explain(model, X, 4)
    np.testing.assert_allclose([*found.contributions("integrated").values()], plain, rtol=1e-4, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "gelu", "identity"]),
    hidden=st.lists(st.integers(1, 9), max_size=3),
    size=st.floats(0.01, 30),
)
def test_contributions_add_up_in_every_layer(seed: int, activation: str, hidden: list[int], size: float) -> None:
    network = Network.mlp(4, hidden, 2, activation=activation)
    parameters, rng = moved(network, seed), np.random.default_rng(seed)
    x, zero = rng.normal(scale=size, size=(2, 4))
    before, after = network.forward([zero, x], parameters).scores[:, 1]
    near = {"rel": 1e-6, "abs": 1e-6 * max(1.0, abs(before))}
    assert integrated_gradients(Score(network, parameters, 1), x, zero).sum() == pytest.approx(after - before, **near)
    found = layerwise(network, parameters, x, zero, 1)
    assert list(found.units) == [*range(len(hidden) + 2)]
    for units in found.units.values():
        assert units.sum() == pytest.approx(after - before, **near)
    for l, edges in found.edges.items():
        assert edges.shape == parameters.W[l].shape
        np.testing.assert_allclose(edges.sum(axis=0), found.units[l - 1], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(edges.sum(axis=1), found.units[l], rtol=1e-4, atol=1e-6 * max(1.0, abs(after)))


def test_other_layers_add_up_too() -> None:
    parameters, x, zero = moved(FOREIGN, 2), np.array([0.4, -1.2, 0.8]), np.array([-0.3, 0.1, 0.9])
    before, after = FOREIGN.forward([zero, x], parameters).scores[:, 0]
    found = layerwise(FOREIGN, parameters, x, zero, 0)
    assert [len(units) for units in found.units.values()] == FOREIGN.widths
    for units in found.units.values():
        assert units.sum() == pytest.approx(after - before, rel=1e-7)


def test_the_edges_of_a_network_worked_by_hand() -> None:
    """y = relu(2 x1 - x2), from (0, 0) to (3, 1): 5 in all; the edges give 6 and -1."""
    network = Network(2, [Dense(1, "relu"), Dense(1)])
    parameters = network.initialize()
    parameters.W[1], parameters.W[2] = [[2, -1]], [[1]]
    found = layerwise(network, parameters, np.array([3.0, 1.0]), np.zeros(2), 0)
    assert found.edges[1].tolist() == [[6, -1]]
    assert found.edges[2].tolist() == [[5]]
    assert found.units[0].tolist() == [6, -1]


def test_a_row_equal_to_its_baseline_has_nothing_to_share_out(network_of_cancer: Any, cancer: Any) -> None:
    found = explain(network_of_cancer, cancer[0], 4, baseline=cancer[0][3])
    for method in METHODS:
        assert not any(found.contributions(method).values())
    assert found.change == 0


def test_a_relu_network_leaves_no_residual_worth_mention(cancer: Any) -> None:
    model = MLPClassifier((40, 40), solver="lbfgs", max_iter=50, random_state=0).fit(*cancer)
    found = explain(model, cancer[0], 1)
    assert abs(found.residual("integrated")) < 1e-6 * abs(found.change)
    assert abs(found.residual("gradient")) > 1e-3  # it promises no sum, and says what is missing
    assert found.change == pytest.approx(model.decision_function(cancer[0][:1])[0] - found.start)


# -- what would flip the decision --------------------------------------------------------------------------------------


def test_a_linear_decision_flips_where_its_line_is(cancer: Any) -> None:
    X, y = cancer
    model = LogisticRegression().fit(X, y)
    row = int(np.abs(model.decision_function(X)).argmin())
    found, z = explain(model, X, row + 1), model.decision_function(X[row : row + 1])[0]
    flipped = 0
    for j, part in enumerate(found.parts):
        place = X[row, j] - z / model.coef_[0, j]
        inside = X[:, j].min() <= place <= X[:, j].max()
        assert (part.counterfactual is not None) == inside
        if part.counterfactual is not None:
            flipped += 1
            assert part.counterfactual.to == pytest.approx(place, rel=1e-6, abs=1e-6)
            assert part.counterfactual.share == pytest.approx(abs(place - X[row, j]) / np.ptp(X[:, j]), rel=1e-5)
    assert flipped >= 3
    easiest = found.nearest_counterfactual
    assert easiest is not None
    assert easiest.share == min(part.counterfactual.share for part in found.parts if part.counterfactual is not None)


def test_numbers_so_large_that_few_lie_between_two() -> None:
    X = 1e15 + np.arange(60.0).reshape(-1, 1)
    X = np.hstack([X, np.zeros((60, 1))])
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, X[:, 0] > X[29, 0])
    change = explain(model, X, 11).parts[0].counterfactual
    assert change is not None and abs(change.to - X[29, 0]) <= 2


def test_a_missing_number_flips_where_a_value_does() -> None:
    table = {"age": [i if i % 5 else None for i in range(60)], "ill": ["yes" if i > 30 else "no" for i in range(60)]}
    model = TableModel(Recipe(hidden=(4,), epochs=300, validation=0.0, learning_rate=0.03)).fit(table)
    found = explain(model, table, 1)
    change = found.parts[0].counterfactual
    assert found.parts[0].value is None and change is not None and change.was is None and change.share is None
    assert model.predict({"age": [change.to]})[0] == change.answer != found.answer


def test_nothing_lies_between_the_flip_and_the_old_answer(network_of_cancer: Any, cancer: Any) -> None:
    X, model = cancer[0], network_of_cancer
    row = int(np.abs(model.decision_function(X)).argmin())
    changes = [
        (j, part.counterfactual)
        for j, part in enumerate(explain(model, X, row + 1).parts)
        if part.counterfactual is not None
    ]
    assert changes
    for j, change in changes:
        either = np.tile(X[row], (2, 1))
        either[0, j] = change.to
        either[1, j] = change.to + 1e-8 * np.ptp(X[:, j]) * np.sign(change.was - change.to)
        assert model.predict(either).tolist() == [change.answer, model.predict(X[row : row + 1])[0]]


def test_the_number_that_is_read_flips_the_answer_too(network_of_cancer: Any, cancer: Any) -> None:
    X, model = cancer[0], network_of_cancer
    row = int(np.abs(model.decision_function(X)).argmin())
    for j, part in enumerate(explain(model, X, row + 1).parts):
        if part.counterfactual is not None:
            changed = X[[row]]
            changed[0, j] = float(part.counterfactual.to_shown)
            assert abs(changed[0, j] - part.counterfactual.was) >= abs(
                part.counterfactual.to - part.counterfactual.was
            ) * (1 - 1e-5)
            assert model.predict(changed)[0] == part.counterfactual.answer


def test_categories_flip_as_wholes(seller: TableModel) -> None:
    changes = [(row, explain(seller, SALES, row + 1).parts[1].counterfactual) for row in range(60)]
    changed = [(row, change) for row, change in changes if change is not None]
    assert changed
    for row, change in changed:
        other = {"red": "blue", "blue": "red"}[SALES["color"][row]]
        assert (change.column, change.was, change.to) == ("color", SALES["color"][row], other)
        answer = seller.predict({"size": [SALES["size"][row]], "color": [other]})[0]
        assert answer == change.answer != seller.predict({"size": [row], "color": [change.was]})[0]
    for row, change in changes:
        if change is None:
            both = seller.predict({"size": [row, row], "color": ["red", "blue"]})
            assert both[0] == both[1]


def test_where_nothing_flips_it_says_so() -> None:
    X = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0]])
    model = LogisticRegression(C=100).fit(X, [0, 0, 1, 1])
    found = explain(model, [100.0, 100.0], background=X)
    assert found.nearest_counterfactual is None
    assert "no change of a single column within the values observed changes the answer" in str(found)


# -- tables: the user's own columns and units --------------------------------------------------------------------------


def test_a_table_by_the_users_columns_and_units() -> None:
    model = TableModel(Recipe(hidden=(8,), epochs=150, validation=0.0)).fit(HOUSES)
    found = explain(model, HOUSES, 8)
    assert found.row == 8
    assert [part.column for part in found.parts] == ["size", "color"]
    assert [part.value for part in found.parts] == [7, "red"]
    assert found.explained == "price" and not found.classifies
    assert found.score == pytest.approx(model.predict(HOUSES)[7], rel=1e-5)
    # The change that is shared out is one of the price itself, whichever inputs a column became.
    assert sum(found.contributions().values()) == pytest.approx(found.score - found.start, rel=1e-6)
    assert "counterfactual" not in str(found)


def test_a_linear_table_model_is_weight_times_encoding() -> None:
    model = TableModel(Recipe(hidden=(), epochs=50, validation=0.0)).fit(HOUSES)
    E = model.encoder.transform(HOUSES).astype(float)
    inputs = model.parameters.W[1][0].astype(float) * (E[7] - E.mean(axis=0)) * model.target.scale
    for method in METHODS:
        found = explain(model, HOUSES, 8).contributions(method)
        assert [*found] == [*model.encoder.outputs]
        expected = [inputs[place].sum() for place in model.encoder.outputs.values()]
        np.testing.assert_allclose([*found.values()], expected, rtol=1e-6)


def test_missing_cells_dates_and_words_are_shown_as_they_are(tmp_path: Any) -> None:
    lines = [f"{i if i % 7 else ''},20{10 + i % 10}-03-0{1 + i % 9},{'yes' if i > 30 else 'no'}" for i in range(60)]
    file = tmp_path / "visits.csv"
    file.write_text("\n".join(["age,day,ill", *lines]))
    model = TableModel(Recipe(hidden=(4,), epochs=100, validation=0.0)).fit(file)
    found = explain(model, file, 15)
    assert found.parts[0].value is None and "missing" in str(found)
    assert str(found.parts[1].value).startswith("2014-03-06")
    json.dumps(found.to_dict())


# -- importance --------------------------------------------------------------------------------------------------------


def test_importance_agrees_with_scikit_learn(network_of_cancer: Any, cancer: Any) -> None:
    X, y = cancer
    found = importance(network_of_cancer, X, y, repeats=5, seed=3)
    theirs = permutation_importance(network_of_cancer, X, y, n_repeats=5, random_state=3)
    np.testing.assert_allclose(found.mean, theirs.importances_mean, atol=1e-12)
    np.testing.assert_allclose(found.deviation, theirs.importances_std, atol=1e-12)
    assert found.score == network_of_cancer.score(X, y)


def test_importance_of_a_regression(cancer: Any) -> None:
    X = cancer[0][:, :4]
    model = LinearRegression().fit(X, 3 * X[:, 2])
    found = importance(model, X, 3 * X[:, 2])
    assert found.ranked()[0][0] == "x3" and found.metric == "R2" and found.score == pytest.approx(1)
    np.testing.assert_allclose(found.mean[[0, 1, 3]], 0, atol=1e-9)


def test_importance_moves_a_column_as_a_whole(seller: TableModel) -> None:
    found = importance(seller, SALES, repeats=3)
    assert set(found.columns) == {"size", "color"}
    assert found.score == seller.evaluate(SALES)["accuracy"].value
    rng = np.random.RandomState(0).randint(np.iinfo(np.int32).max + 1)
    order = np.arange(60)
    np.random.RandomState(rng).shuffle(order)
    shuffled = {**SALES, "size": np.array(SALES["size"])[order].tolist()}
    theirs = found.score - np.mean(seller.predict(shuffled) == np.array(SALES["price"]))
    assert importance(seller, SALES, repeats=1).mean[found.columns.index("size")] == pytest.approx(theirs, abs=1e-9)


# -- what is read, and what is refused ---------------------------------------------------------------------------------


def test_the_record_reads_as_text_table_json_and_html(network_of_cancer: Any, cancer: Any) -> None:
    found = explain(network_of_cancer, cancer[0], 4)
    heads, rows = found.table()
    assert heads[:2] == ["column", "value"] and len(rows) == 20 + 3  # the columns shown, the others, sum, residual
    assert {len(row) for row in rows} == {len(heads)}
    assert rows[-2][0] == "sum" and rows[-3][0] == "10 more columns"
    data = json.loads(json.dumps(found.to_dict()))
    assert sum(part["integrated"] for part in data["columns"]) == pytest.approx(data["change"], rel=1e-6)
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == str(found)
    parser = HTMLParser()
    parser.feed(bundle["text/html"])
    assert "<script" not in bundle["text/html"] and bundle["text/html"].count("<tr>") == len(rows) + 1
    with pytest.raises(AttributeError):
        found.score = 0
    with pytest.raises(TypeError):
        found.parts[0].contributions["integrated"] = 0
    for arrays in (found.layers.units, found.layers.edges):
        with pytest.raises(ValueError, match="read-only"):
            arrays[1][...] = 0


def test_names_that_look_like_html_stay_names() -> None:
    table = {"<b>size": HOUSES["size"], "price": HOUSES["price"]}
    model = TableModel(Recipe(hidden=(), epochs=5, validation=0.0)).fit(table)
    for seen in (explain(model, table, 1), importance(model, table)):
        assert "&lt;b&gt;size" in seen._repr_mimebundle_()["text/html"]


def test_explaining_changes_nothing(network_of_cancer: Any, cancer: Any) -> None:
    theta = network_of_cancer.parameters_.theta.copy()
    X = cancer[0].copy()
    explain(network_of_cancer, X, 4)
    importance(network_of_cancer, X, cancer[1], repeats=1)
    assert (network_of_cancer.parameters_.theta == theta).all() and (cancer[0] == X).all()


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"row": 570}, InvalidInput, "there is no row 570"),
        ({"row": 0}, InvalidInput, "there is no row 0 .*choose one from 1 to 569"),
        ({"row": 1.5}, InvalidType, "row is a whole number"),
        ({"row": True}, InvalidType, "row is a whole number"),
        ({}, InvalidInput, "one row is explained at a time"),
        ({"row": 1, "baseline": "median"}, UnknownName, "there is no baseline 'median'"),
        ({"row": 1, "baseline": [1.0, 2.0]}, InvalidInput, "your own baseline needs 30"),
        ({"row": 1, "output": "maybe"}, UnknownName, "there is no class 'maybe'"),
    ],
)
def test_bad_input(network_of_cancer: Any, cancer: Any, arguments: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        explain(network_of_cancer, cancer[0], **arguments)


@pytest.mark.parametrize("row", [0, 61])
def test_rows_of_tables_are_counted_from_1(seller: TableModel, row: int) -> None:
    with pytest.raises(InvalidInput, match=f"there is no row {row} .*choose one from 1 to 60"):
        explain(seller, SALES, row)


def test_a_bare_network_of_classes() -> None:
    network = Network.mlp(2, [6], 3, activation="tanh", loss="cross_entropy")
    parameters, rng = moved(network, 4), np.random.default_rng(4)
    X = 2 * rng.normal(size=(50, 2))
    flipped = 0
    for row in range(5):
        found = explain((network, parameters), X, row + 1)
        assert found.label == found.answer == network.forward(X[[row]], parameters).scores.argmax()
        for j, part in enumerate(found.parts):
            if part.counterfactual is not None:
                changed = X[[row]]
                changed[0, j] = part.counterfactual.to
                assert (
                    network.forward(changed, parameters).scores.argmax() == part.counterfactual.answer != found.answer
                )
                flipped += 1
    assert flipped


def test_several_yes_or_no_answers() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    Y = (X[:, :2] > 0).astype(int)
    model = MLPClassifier((8,), solver="lbfgs", max_iter=300, random_state=0).fit(X, Y)
    found = explain(model, X, 3, output=2)
    assert found.answer == Y[2].tolist() and found.explained == "the log-odds of output 2"
    assert found.score == pytest.approx(model.decision_function(X[2:3])[0, 1])
    assert found.ranked()[0].column == "x2"
    assert importance(model, X, Y, repeats=2).score == model.score(X, Y)


def test_other_refusals(network_of_cancer: Any, cancer: Any) -> None:
    X, y = cancer
    with pytest.raises(InvalidInput, match="mean of one row is the row itself"):
        explain(network_of_cancer, X[0], baseline="mean")
    with pytest.raises(InvalidInput, match="call fit first"):
        explain(MLPRegressor(), X, 1)
    with pytest.raises(InvalidType, match="cannot be looked into"):
        explain("model", X, 1)
    with pytest.raises(InvalidInput, match="output must be one of the network's 2"):
        explain((FOREIGN, FOREIGN.initialize()), np.zeros(3), output=3)
    with pytest.raises(InvalidInput, match="X must have shape"):
        explain((FOREIGN, FOREIGN.initialize()), np.zeros((2, 4)), 1)
    with pytest.raises(InvalidInput, match="the truth is needed"):
        importance(network_of_cancer, X)
    with pytest.raises(InvalidInput, match="one row for each example"):
        importance(network_of_cancer, X, y[:-1])
    with pytest.raises(InvalidInput, match="has a class that the model does not know"):
        importance(network_of_cancer, X, y + 1)
    with pytest.raises(InvalidInput, match="of a single row cannot be shuffled"):
        importance(network_of_cancer, X[:1], y[:1])
    with pytest.raises(InvalidInput, match="steps of this pipeline make other columns"):
        explain(make_pipeline(PolynomialFeatures(), LogisticRegression(max_iter=5000)).fit(X[:, :3], y), X[:, :3], 1)


def test_the_probability_of_a_bare_network_is_that_of_its_answer() -> None:
    """The answer is 0; 0.45 is the probability of 1, and the sentence says so."""
    network = Network(1, [Dense(1)], "binary_cross_entropy")
    parameters = network.initialize()
    parameters.W[1], parameters.b[1] = [[0.0]], [math.log(0.45 / 0.55)]
    found = explain((network, parameters), [1.0], baseline="zero")
    assert (found.answer, found.label, found.row) == (0, 1, 1)
    assert found.sentences()[0] == "row 1: the model predicts 0 (the probability of 1 is 0.45)"
    assert found.explained == "the log-odds of 1"
    other = explain((network, parameters), [1.0], baseline="zero", output=0)
    assert other.sentences()[0] == "row 1: the model predicts 0 (probability 0.55)"
