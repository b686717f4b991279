"""Scores and pictures say which rows they judge, and judge those that training never saw."""

from pathlib import Path

import numpy as np
import pytest

from glassnet import (
    LogisticRegression,
    Recipe,
    TableModel,
    TabularClassifier,
    draw,
    experiment,
    explain,
    importance,
    load,
    save,
)
from glassnet.estimators.table.experiment import Experiment

SMALL = Recipe(hidden=(8,), epochs=5)


@pytest.fixture(scope="module")
def iris() -> Experiment:
    return experiment("iris", recipe=SMALL)


@pytest.fixture(scope="module")
def opened(iris: Experiment, tmp_path_factory: pytest.TempPathFactory) -> TableModel:
    path = tmp_path_factory.mktemp("judged") / "iris.safetensors"
    save(iris.model, path)
    model = load(path)
    assert isinstance(model, TableModel)
    return model


def as_csv(iris: Experiment, path: Path, order: np.ndarray) -> Path:
    """The same rows, in another order and spelled with more zeros."""
    source = iris.source
    columns = {name: [*map(str, next(source.blocks([name])).arrays[name].to_pylist())] for name in source.names}
    spelled = {name: [c + "0" if c[-1].isdigit() else c for c in cells] for name, cells in columns.items()}
    lines = [",".join(spelled), *(",".join(cells[i] for cells in spelled.values()) for i in order)]
    path.write_text("\n".join(lines))
    return path


def test_the_file_of_the_training_is_judged_by_its_held_out_rows_alone(opened: TableModel, iris: Experiment) -> None:
    found = opened.evaluate("iris")
    assert iris.evaluation is not None and found.scores == iris.evaluation.scores and found.rows == 30
    assert found.judged.startswith("never seen; ") and found.judged.endswith(" are left out")
    assert opened.evaluate("iris", "all").rows == 150
    assert opened.evaluate("iris", "validated").rows == opened.validation_rows


def test_rows_are_known_in_another_order_and_spelling(opened: TableModel, iris: Experiment, tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(150)
    again = as_csv(iris, tmp_path / "again.csv", order)
    roles, shuffled = opened.roles("iris"), opened.roles(again)
    # Iris has a row twice: of these either may be the one that was learned from.
    assert (roles[order] != shuffled).sum() <= 4
    assert sorted(roles) == sorted(shuffled)
    assert opened.evaluate(again)["accuracy"].value == opened.evaluate("iris")["accuracy"].value


@pytest.mark.parametrize("kind", ["confusion", "calibration"])
def test_pictures_judge_unseen_rows_and_say_so(opened: TableModel, kind: str) -> None:
    assert "never seen; " in draw(kind, opened, "iris").title
    assert "18 validated on, 30 never seen" in draw(kind, opened, "iris", judge="all").title
    assert "18 validated on, 30 never seen" in draw(kind, opened, "iris", judge="all").text()


@pytest.mark.parametrize("kind", ["predictions", "residuals"])
def test_pictures_of_numbers_too(kind: str) -> None:
    found = experiment("diabetes", recipe=SMALL)
    assert found.evaluation is not None
    picture = draw(kind, found.model, "diabetes")
    assert f"{found.evaluation.rows} rows" in picture.title and "never seen; " in picture.title


def test_counts_are_known_again() -> None:
    table = {"x": np.arange(60.0) % 17, "count": np.arange(60) % 5}
    model = TableModel(Recipe(hidden=(4,), epochs=2, loss="poisson"), task="regression").fit(table, "count")
    assert set(model.roles(table)) == {"learned from", "validated on"}


def test_explanations_and_importance_say_it(opened: TableModel) -> None:
    assert importance(opened, "iris", repeats=1).rows == 30
    assert "never seen" in importance(opened, "iris", repeats=1).sentences()[0]
    roles = opened.roles("iris")
    for role in ("learned from", "never seen"):
        row = int(np.flatnonzero(roles == role)[0]) + 1
        assert explain(opened, "iris", row).role == role
        assert f"row {row} ({role})" in explain(opened, "iris", row).sentences()[0]


def test_what_is_not_known_is_said_to_be_unknown(tmp_path: Path) -> None:
    model = experiment("iris", recipe=SMALL, row_digests=False).model
    save(model, tmp_path / "m.safetensors")
    for one in (model, load(tmp_path / "m.safetensors")):
        assert isinstance(one, TableModel) and not one.row_digests
        assert one.evaluate("iris").judged == "whether it learned from them is unknown"
        assert "unknown" in draw("confusion", one, "iris").title
        assert set(one.roles("iris")) == {"unknown"}
    X, y = np.arange(20.0).reshape(10, 2) - 9, np.arange(10) > 4
    assert "unknown" in draw("confusion", LogisticRegression().fit(X, y), X, y).title


def test_an_estimator_of_tables_knows_its_rows() -> None:
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
    model = TabularClassifier("plain").fit(X[:50], y[:50])
    assert "; never seen; " in draw("confusion", model, X, y).title
    assert "unknown" in draw("confusion", TabularClassifier("plain", row_digests=False).fit(X, y), X, y).title


def test_the_file_grows_by_eight_bytes_a_row(tmp_path: Path) -> None:
    sizes = []
    for known in (True, False):
        save(experiment("digits", recipe=Recipe(hidden=(4,), epochs=1), row_digests=known).model, tmp_path / "m")
        sizes.append((tmp_path / "m").stat().st_size)
    assert sizes[0] - sizes[1] < 8 * 1437 + 500


@pytest.mark.parametrize("figure", ["boundary", "layers", "units"])
def test_a_picture_of_rows_says_which_they_are(opened: TableModel, figure: str) -> None:
    assert "; 150 rows: 102 learned from, 18 validated on, 30 never seen" in draw(figure, opened, "iris").title


def test_a_curve_says_which_rows_it_shows() -> None:
    x = np.linspace(0, 1, 30)
    model = TableModel(SMALL).fit({"x": x[:20], "y": x[:20] ** 2}, y="y")
    title = draw("curve", model, {"x": x, "y": x**2}).title
    assert "; 30 rows: 17 learned from, 3 validated on, 10 never seen" in title
    unknown = TableModel(SMALL, row_digests=False).fit({"x": x, "y": x**2}, y="y")
    assert "rows:" not in draw("curve", unknown, {"x": x, "y": x**2}).title
